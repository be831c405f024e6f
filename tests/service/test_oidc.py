"""Sign-in by a provider that speaks OpenID Connect over HTTP, and tokens that an issuer signs."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from tests.service.conftest import Served, Started, until

NURSE = User(sub="nurse-1", claims={"name": "Ada Example", "groups": ["um-nurses"]})
STRANGER = User(sub="stranger", claims={"name": "Nobody Known", "groups": ["gardeners"]})
ROLES = {"reviewer": ["um-nurses"], "admin": ["ops"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread(user_claims=[NURSE, STRANGER], require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def running(served: Started, provider: str, tmp_path: Path) -> Served:
    (tmp_path / "secret").write_text("the-secret\n")
    sign_in = {"issuer": provider, "client_id": "clausal", "roles_claim": "groups", "roles": ROLES}
    return served(config={"sign_in": {**sign_in, "client_secret_file": str(tmp_path / "secret")}})


def _browser(running: Served) -> httpx2.Client:
    return httpx2.Client(base_url=running.address, follow_redirects=False, timeout=30)


def _sent_back(browser: httpx2.Client, who: str, begin: str = "/sign-in") -> str:
    """Sign in at the provider; the address that it sends the browser back to."""
    to_provider = browser.get(begin)
    assert to_provider.status_code == 303
    asked = parse_qs(urlsplit(to_provider.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert asked["state"]
    answer = httpx2.post(to_provider.headers["location"], data={"sub": who}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def _signed_in(running: Served, who: str, begin: str = "/sign-in") -> tuple[httpx2.Client, httpx2.Response]:
    browser = _browser(running)
    return browser, browser.get(_sent_back(browser, who, begin))


def test_a_person_signs_in_with_the_roles_of_their_groups(running: Served) -> None:
    browser, answer = _signed_in(running, "nurse-1", "/sign-in?back=/docs/api")
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs/api")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = browser.get("/api/v1/me").json()
    assert (me["subject"], me["name"], me["roles"], me["way"]) == ("nurse-1", "Ada Example", ["reviewer"], "session")
    assert "Ada Example" in browser.get("/").text
    assert browser.get("/api/v1/determinations").status_code == 200
    assert browser.get("/api/v1/audit/events").status_code == 403


def test_one_without_a_role_comes_in_and_may_do_nothing(running: Served) -> None:
    browser, _ = _signed_in(running, "stranger")
    assert browser.get("/api/v1/me").json()["roles"] == []
    assert browser.get("/api/v1/policies").status_code == 403


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_it(running: Served, back: str) -> None:
    browser = _browser(running)
    answer = browser.get(_sent_back(browser, "nurse-1", str(httpx2.URL("/sign-in", params={"back": back}))))
    assert answer.headers["location"] == "/"


def test_a_sign_in_is_good_once_and_in_its_own_browser(running: Served) -> None:
    browser = _browser(running)
    address = _sent_back(browser, "nurse-1")
    assert _browser(running).get(address).json()["detail"] == "this sign-in was begun in another browser"
    assert browser.get(address).status_code == 303
    again = browser.get(address)
    assert again.status_code == 401
    forged = address.replace("state=", "state=x")
    assert _browser(running).get(forged).status_code == 401
    assert browser.get("/sign-in/callback?error=access_denied").json()["detail"] == "the provider did not let you in"


def test_a_code_that_the_provider_does_not_know_is_refused(running: Served) -> None:
    browser = _browser(running)
    address = _sent_back(browser, "nurse-1")
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = browser.get(f"/sign-in/callback?state={state}&code=guess")
    assert (answer.status_code, answer.json()["detail"]) == (401, "the sign-in was not accepted by the provider")


def test_a_session_changes_things_only_with_its_secret_and_from_its_own_pages(running: Served) -> None:
    browser, _ = _signed_in(running, "nurse-1")
    csrf = browser.get("/api/v1/me").json()["csrf"]
    body = {"case": {"service_date": "2024-10-15"}}
    assert browser.post("/api/v1/answers", json=body).status_code == 403
    assert browser.post("/api/v1/answers", json=body, headers={"X-CSRF-Token": "guess"}).status_code == 403
    own = {"X-CSRF-Token": csrf}
    assert browser.post("/api/v1/answers", json=body, headers=own).status_code == 201
    for other in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = browser.post("/api/v1/answers", json=body, headers=own | other)
        assert (refused.status_code, refused.json()["detail"]) == (
            403,
            "the request comes from a page of another site",
        )
    assert browser.post("/sign-out", headers=own).status_code == 303
    assert browser.get("/api/v1/me").json()["way"] == "nobody"


def test_somebody_who_is_blocked_is_out_and_stays_out(running: Served, tmp_path: Path) -> None:
    from clausal.store import people
    from clausal.store.database import Database, sqlite_url

    browser, _ = _signed_in(running, "nurse-1")
    database = Database(sqlite_url(tmp_path / "data" / "store.sqlite"))
    with database.writing() as connection:
        assert people.block(connection, "nurse-1", blocked=True)
    until(lambda: browser.get("/api/v1/me").json()["way"] == "nobody", 15)
    _, answer = _signed_in(running, "nurse-1")
    assert (answer.status_code, answer.json()["detail"]) == (403, "you are not let in")


def test_a_session_that_lies_idle_ends(served: Started, provider: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the-secret\n")
    sign_in: dict[str, Any] = {"issuer": provider, "client_id": "clausal", "roles_claim": "groups", "roles": ROLES}
    sign_in["client_secret_file"] = str(tmp_path / "secret")
    running = served(config={"sign_in": {**sign_in, "idle_minutes": 0.02}})
    browser, _ = _signed_in(running, "nurse-1")
    assert browser.get("/api/v1/me").json()["way"] == "session"
    time.sleep(6.5)  # idle for longer than it may be, and than what is remembered of it
    assert browser.get("/api/v1/me").json()["way"] == "nobody"


def test_a_provider_that_is_away_is_told(served: Started) -> None:
    sign_in = {"issuer": "http://127.0.0.1:1", "client_id": "clausal", "roles": ROLES}
    running = served(config={"sign_in": sign_in})
    answer = _browser(running).get("/sign-in")
    assert answer.status_code == 503
    assert answer.json()["hint"] == "the operator is to look after `sign_in.issuer`"


class Issuer:
    """An issuer of access tokens: its settings and keys over HTTP."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys = {"keys": [issuer.key.as_dict(private=False)]}
                settings = {"issuer": issuer.address, "jwks_uri": f"{issuer.address}/keys"}
                body = json.dumps(keys if self.path == "/keys" else settings).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def token(self, key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        whole = {"iss": self.address, "aud": "clausal-api", "sub": "engine", "exp": int(time.time()) + 600}
        whole |= {"roles": ["ops"], **claims}
        header = {"alg": algorithm, "kid": "one"}
        return jwt.encode(header, {name: one for name, one in whole.items() if one is not None}, key or self.key,
                          algorithms=[algorithm])  # fmt: skip


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    found = Issuer()
    yield found
    found.server.shutdown()


def test_a_program_comes_with_a_token_of_its_issuer_and_no_other(served: Started, issuer: Issuer) -> None:
    limits = {"sign_ins_per_minute": 100}
    sign_in = {"issuer": issuer.address, "client_id": "clausal", "audience": "clausal-api", "roles": ROLES}
    running = served(config={"sign_in": sign_in, "limits": limits})

    def me(token: str) -> httpx2.Response:
        return httpx2.get(f"{running.address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert me(issuer.token()).json()["roles"] == ["admin"]
    stranger = RSAKey.generate_key(2048, parameters={"kid": "one"})
    shared = OctKey.import_key(json.dumps(issuer.key.as_dict(private=False)).encode())
    bad = {
        "of another key": issuer.token(stranger),
        "of no key": issuer.token().rpartition(".")[0] + ".",
        "for somebody else": issuer.token(aud="other"),
        "of another issuer": issuer.token(iss="http://evil.example"),
        "ended": issuer.token(exp=int(time.time()) - 600),
        "without an end": issuer.token(exp=None),
        "without a subject": issuer.token(sub=None),
        "signed with what is public": issuer.token(shared, "HS256"),
        "no token": "a.b.c",
    }
    for what, token in bad.items():
        answer = me(token)
        assert answer.status_code == 401, what
        assert answer.headers["content-type"] == "application/problem+json"
        assert token not in running.logged()


def test_an_issuer_gives_no_name_of_ours_and_lets_nobody_in_who_is_blocked(
    served: Started, issuer: Issuer, tmp_path: Path
) -> None:
    from clausal.store import people
    from clausal.store.database import Database, sqlite_url

    sign_in = {"issuer": issuer.address, "client_id": "clausal", "audience": "clausal-api", "roles": ROLES}
    running = served(config={"sign_in": sign_in}, CLAUSAL_SERVICE_TOKEN="a-token-of-the-time-before")

    def me(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.get(f"{running.address}/api/v1/me", headers=headers).status_code

    assert me("a-token-of-the-time-before") == 401
    for name in ("local", "program: engine", "system", "a\x00b"):
        assert me(issuer.token(sub=name)) == 403
    database = Database(sqlite_url(tmp_path / "data" / "store.sqlite"))
    with database.writing() as connection:
        local = people.Person("local", "", frozenset({"admin"}))
        secret, _ = people.begin_session(connection, local, dt.timedelta(hours=1))
    cookie = {"Cookie": f"clausal={secret}"}
    assert httpx2.get(f"{running.address}/api/v1/me", headers=cookie).json()["way"] == "nobody"
    assert me(issuer.token(sub="engine-2")) == 200
    with database.writing() as connection:
        assert people.block(connection, "engine-2", blocked=True)
    until(lambda: me(issuer.token(sub="engine-2")) == 403, 15)


def test_too_many_wrong_tokens_have_to_wait(served: Started) -> None:
    running = served(config={"limits": {"sign_ins_per_minute": 3}})
    headers = {"Authorization": "Bearer guess"}
    found = [httpx2.get(f"{running.address}/api/v1/me", headers=headers) for _ in range(5)]
    assert [one.status_code for one in found] == [401, 401, 401, 429, 429]
    assert int(found[-1].headers["retry-after"]) > 0
    assert running.client.get("/api/v1/me").status_code == 200
    guesses = [httpx2.get(f"{running.address}/sign-in?token=guess{number}").status_code for number in range(3)]
    assert guesses == [429, 429, 429]
