"""The table of roles by route: nobody without the role reads or does a thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from clausal.service.roles import ROLES, may
from tests.service.conftest import Many, many_people, signing_in

TABLE = {
    # route: the roles that may use it, by their first letters (v b r p a A: viewer to admin); - is nobody at all
    "POST /api/v1/decide": "vbrpa",
    "POST /api/v1/next-question": "vbrpa",
    "POST /api/v1/why-not": "vbrpa",
    "POST /api/v1/prices": "vbrpa",
    "GET /api/v1/pairs": "vbrpa",
    "POST /api/v1/answers": "brpa",
    "GET /api/v1/answers": "brpa",
    "GET /api/v1/answers/{number}": "brpa",
    "POST /api/v1/answers/{number}/replay": "brpa",
    "POST /api/v1/answers/{number}/deletion": "A",
    "POST /api/v1/determinations": "rp",
    "GET /api/v1/determinations": "rp",
    "GET /api/v1/determinations/{number}": "rp",
    "POST /api/v1/determinations/{number}/steps": "rp",
    "POST /api/v1/determinations/{number}/deletion": "A",
    "POST /api/v1/adjudications": "ba",
    "GET /api/v1/adjudications": "ba",
    "GET /api/v1/adjudications/{number}": "ba",
    "POST /api/v1/adjudications/{number}/cancel": "ba",
    "POST /api/v1/adjudications/{number}/resume": "ba",
    "DELETE /api/v1/adjudications/{number}": "ba",
    "GET /api/v1/adjudications/{number}/files/{name}": "ba",
    "GET /api/v1/adjudications/{number}/results": "ba",
    "POST /api/v1/impacts": "a",
    "GET /api/v1/impacts": "a",
    "GET /api/v1/impacts/{number}": "a",
    "POST /api/v1/impacts/{number}/cancel": "a",
    "POST /api/v1/impacts/{number}/resume": "a",
    "DELETE /api/v1/impacts/{number}": "a",
    "GET /api/v1/impacts/{number}/files/{name}": "a",
    "GET /api/v1/policies": "vbrpaA",
    "GET /api/v1/policies/{pack}": "vbrpaA",
    "GET /api/v1/clauses/{pack}/{clause}": "vbrpaA",
    "GET /api/v1/evidence/{pack}": "vbrpaA",
    "GET /api/v1/diffs/{pack}": "vbrpaA",
    "GET /api/v1/library": "vbrpaA",
    "POST /api/v1/library/reload": "A",
    "GET /api/v1/audit/events": "A",
    "GET /api/v1/audit/export": "A",
    "GET /api/v1/audit/verify": "A",
    "GET /api/v1/people": "A",
    "POST /api/v1/people/blocking": "A",
    "POST /api/v1/tokens": "A",
    "GET /api/v1/tokens": "A",
    "DELETE /api/v1/tokens/{number}": "A",
    "GET /api/v1/me": "-",
    "GET /api/v1/openapi.json": "-",
    # pages; their `.json` and `.csv` take the same
    "GET /": "-",
    "GET /held": "vbrpaA",
    "GET /search": "vbrpaA",
    "GET /case": "vbrpa",
    "POST /case": "vbrpa",
    "GET /case/why-not": "vbrpa",
    "POST /case/why-not": "vbrpa",
    "GET /case/paste": "vbrpa",
    "POST /case/paste": "vbrpa",
    "POST /case/save": "brpa",
    "GET /case/{number}": "brpa",
    "GET /policies": "vbrpaA",
    "GET /policies/{pack}": "vbrpaA",
    "GET /policies/{pack}/{day}": "vbrpaA",
    "GET /policies/{pack}/{day}/text": "vbrpaA",
    "POST /policies/{pack}/{day}/text": "vbrpaA",
    "POST /policies/{pack}/{day}/text/deletion": "vbrpaA",
    "GET /policies/{pack}/{day}/newer": "vbrpaA",
    "POST /policies/{pack}/{day}/newer": "vbrpaA",
    "GET /policies/{pack}/{day}/evidence": "vbrpaA",
    "GET /policies/{pack}/{day}/evidence.svg": "vbrpaA",
    "GET /policies/{pack}/{day}/{clause}": "vbrpaA",
    "GET /fees": "vbrpa",
    "GET /fees/pairs": "vbrpa",
    "GET /compare": "vbrpaA",
    "GET /compare/{pack}/{first}..{second}": "vbrpaA",
    "GET /compare/{pack}/{first}..{second}/memo": "vbrpaA",
    "GET /compare/{pack}/{first}..{second}/impact/{run}": "a",
    "POST /compare/{pack}/{first}..{second}/impact/{run}": "a",
    "POST /compare/{pack}/{first}..{second}/reviews": "a",
    "GET /docs/api": "-",
    "GET /claims": "ba",
    "POST /claims": "ba",
    "GET /claims/example": "ba",
    "GET /claims/new/{number}": "ba",
    "POST /claims/new/{number}": "ba",
    "GET /claims/new/{number}/mapping.yaml": "ba",
    "GET /claims/{number}": "ba",
    "GET /claims/{number}/lines/{row}": "ba",
    "GET /claims/{number}/files/{name}": "ba",
    "GET /claims/{number}/fill": "ba",
    "POST /claims/{number}/answers": "ba",
    "POST /claims/{number}/cancel": "ba",
    "POST /claims/{number}/resume": "ba",
    "POST /claims/{number}/delete": "ba",
    "GET /sign-in": "-",
    "GET /sign-in/callback": "-",
    "POST /sign-out": "-",
    "GET /-/health": "-",
    "GET /-/ready": "-",
    "GET /-/metrics": "-",
}
LETTERS: dict[str, str] = dict(zip(ROLES, "vbrpaA", strict=True))


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Many:
    limits = {"requests_per_minute": 100_000}
    return many_people(signing_in(tmp_path_factory.mktemp("roles"), limits=limits))


def _routes(people: Many) -> dict[str, APIRoute]:
    found = {}
    for route in people.app.routes:
        if isinstance(route, APIRoute):
            for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
                found[f"{method} {route.path}"] = route
    return found


def test_every_route_stands_in_the_table(people: Many) -> None:
    assert sorted({_row(name) for name in _routes(people)}) == sorted(TABLE)


def _row(name: str) -> str:
    """The row of a route: the data of a page stands under the page."""
    if " /api/" in name:
        return name
    return {"GET /start": "GET /"}.get(bare := name.removesuffix(".json").removesuffix(".csv"), bare)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_route_is_for_its_roles_alone(people: Many, name: str) -> None:
    method, _, path = name.partition(" ")
    address = (
        path.replace("{number}", "none")
        .replace("{name}", "none")
        .replace("{pack}", "claim")
        .replace("{clause}", "x")
        .replace("{day}", "now")
    )
    for role in (*ROLES, "nobody"):
        answer = people.by_role[role].request(method, address, follow_redirects=False)
        allowed = TABLE[name] == "-" or LETTERS.get(role, "!") in TABLE[name]
        if allowed:
            assert answer.status_code not in (401, 403) or name == "GET /sign-in/callback", (role, answer.text)
        else:
            assert answer.status_code == (401 if role == "nobody" else 403), (role, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


def test_the_table_is_what_routes_say_they_need(people: Many) -> None:
    for name, route in _routes(people).items():
        permission = (route.openapi_extra or {})["x-permission"]
        letters = "".join(LETTERS[role] for role in ROLES if may([role], permission))
        assert TABLE[_row(name)] == ("-" if permission == "public" else letters), name


def test_a_refusal_tells_which_role_it_takes(people: Many) -> None:
    told = people.viewer.post("/api/v1/determinations", json={"answer": "x"}).json()
    assert told["hint"] == "it takes the role reviewer or physician"


def test_one_with_no_role_at_all_does_nothing(people: Many, tmp_path: Path) -> None:  # noqa: ARG001
    assert not any(may([], permission) for permission in ("read", "decide", "operate", "audit"))
