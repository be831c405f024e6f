"""A form that sends files proves itself by its address, before anything of the files is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration
from clausal.service.uploads import FORM_SECRET, form_secret, upload_of
from tests.service.conftest import LOCAL, TOKEN

PATH = "/policies/claim/now/text"
SENT = {"file": ("policy.txt", b"words")}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The single user in a browser."""
    app = create_app(Configuration(data=tmp_path_factory.mktemp("session")), TOKEN, works=False)
    with TestClient(app, LOCAL, raise_server_exceptions=False) as client:
        client.get(f"/sign-in?token={TOKEN}")
        yield client


def csrf_of(session: TestClient) -> str:
    return str(session.get("/api/v1/me").json()["csrf"])


def test_a_form_with_a_file_brings_a_secret_of_its_own(session: TestClient) -> None:
    secret = form_secret(csrf_of(session), PATH)
    assert session.post(f"{PATH}?{FORM_SECRET}={secret}", files=SENT).status_code != 403


def test_the_secret_of_a_form_is_good_for_that_form_alone(session: TestClient) -> None:
    csrf = csrf_of(session)
    secret = form_secret(csrf, PATH)
    for path, sent in (
        (PATH, ""),
        (PATH, "guess"),
        (PATH, csrf),
        (PATH, form_secret("another session", PATH)),
        ("/policies/claim/now/newer", secret),
        ("/policies/other/now/text", secret),
        ("/api/v1/adjudications", secret),
        ("/sign-out", form_secret(csrf, "/sign-out")),
    ):
        answer = session.post(f"{path}?{FORM_SECRET}={sent}", files=SENT)
        assert answer.status_code == 403, (path, answer.text)


def test_nothing_of_a_file_is_read_before_its_form_has_proved_itself(session: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b"--b\r\n"
        raise AssertionError("the body was read")

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert session.post(f"{PATH}?{FORM_SECRET}=guess", content=endless(), headers=headers).status_code == 403


def test_a_form_of_a_page_without_referrer_comes_from_no_origin(session: TestClient) -> None:
    address = f"{PATH}?{FORM_SECRET}={form_secret(csrf_of(session), PATH)}"
    for site, is_ours in (("same-origin", True), ("same-site", False), ("cross-site", False), ("none", False)):
        answer = session.post(address, files=SENT, headers={"Origin": "null", "Sec-Fetch-Site": site})
        assert (answer.status_code != 403) == is_ours, site
    assert session.post(address, files=SENT, headers={"Origin": "null"}).status_code == 403


def test_the_secret_of_the_session_cannot_be_told_from_that_of_a_form() -> None:
    assert "secret" not in form_secret("secret", PATH)
    assert form_secret("", PATH) == ""
    assert form_secret("secret", "/policies/a%20b/now/text") == form_secret("secret", "/policies/a b/now/text")


@pytest.mark.parametrize("path", ["/policies/claim/now/text/x", "/policies/claim/text", "/policies//now/text"])
def test_an_address_like_one_that_takes_files_takes_none(path: str) -> None:
    assert upload_of(PATH) is not None
    assert upload_of(path) is None


def test_a_document_may_be_smaller_than_a_claim_file(session: TestClient) -> None:
    secret = form_secret(csrf_of(session), PATH)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(33 << 20)}
    answer = session.post(f"{PATH}?{FORM_SECRET}={secret}", content=b"", headers=headers)
    assert answer.status_code == 413
    assert "at most 32 MiB" in answer.json()["hint"]
