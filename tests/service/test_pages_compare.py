"""The pages that compare a document on two days: regions as `clausal diff` tells them, filters, reviews, the memo."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration
from clausal.store.database import Database, StoreFault
from clausal.store.verify import faults
from tests.service.conftest import LOCAL, TOKEN, Many

HTML = {"accept": "text/html"}
AT = "/compare/bcbsm-cryoneurolysis/2022-12-31..2023-01-01"


@pytest.fixture
def alone(tmp_path: Path) -> Any:
    app = create_app(Configuration(data=tmp_path), TOKEN, works=False)
    with TestClient(app, LOCAL, headers={"Authorization": f"Bearer {TOKEN}"}, raise_server_exceptions=False) as client:
        yield client


def data(client: TestClient, at: str = f"{AT}.json", /, **asked: str) -> dict[str, Any]:
    answer = client.get(at, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def page(client: TestClient, at: str = AT, status: int = 200, /, **asked: str) -> str:
    answer = client.get(at, params=asked, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def regions(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [region for table in found["tables"] for region in table["changes"]]


def test_every_region_is_that_of_the_interface(single: TestClient) -> None:
    told = single.get("/api/v1/diffs/bcbsm-cryoneurolysis", params={"from": "2022-12-31", "to": "2023-01-01"}).json()
    names = ("where", "words", "before", "after", "example")
    expected = [{name: one[name] for name in names} for table in told["tables"] for one in table["changes"]]
    assert [{name: one[name] for name in names} for one in regions(data(single))] == expected
    assert len(expected) == 5


def test_a_region_is_told_in_words_with_what_all_have_in_common_once(single: TestClient) -> None:
    table = data(single)["tables"][0]
    assert table["in_all"]["modality"] == "cryoneurolysis"
    assert [one["own_words"] for one in table["changes"]][1] == {
        "condition": "facial-pain or other", "purpose": "pain",
    }  # fmt: skip
    text_ = page(single)
    assert "In all of them: " in text_
    assert "nothing is said" in text_
    assert "/policies/bcbsm-cryoneurolysis/2023-01-01/statement-4" in text_


def test_regions_that_only_cite_other_clauses_are_told_apart(single: TestClient) -> None:
    found = data(single)
    assert (found["regions"], found["other_clauses"]) == (5, 6)
    assert "6 regions in which the conclusion stays and rests on other clauses" in page(single)


def test_an_example_opens_as_a_case_on_both_days(single: TestClient) -> None:
    opened = regions(data(single))[1]["open"]
    before, after = (parse_qs(urlsplit(opened[side]).query) for side in ("before", "after"))
    assert (before.pop("service_date"), after.pop("service_date")) == (["2022-12-31"], ["2023-01-01"])
    assert before == after
    assert before["line"] == ["0440T"]
    assert before["condition"] == ["facial-pain"]
    assert before["plan"] == ["bcn-commercial-hmo"]
    assert opened["left_out"] == {"target": "peripheral-nerve"}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"pair": "nothing is said → finding investigational"}, [2]),
        ({"plan": "bcn-commercial-hmo"}, [1, 2, 3, 4, 5]),
        ({"plan": "medicare-part-b"}, []),
        ({"code": "64640"}, [1, 2, 3, 4, 5]),
        ({"code": "76942"}, []),
        ({"code": "64640", "pair": "nothing is said → finding refer"}, [3]),
    ],
)
def test_filters_show_the_regions_of_their_kind(single: TestClient, asked: dict[str, str], numbers: list[int]) -> None:
    assert [one["number"] for one in regions(data(single, **asked))] == numbers
    assert f"{len(numbers)} of 5 regions shown" in page(single, **asked) or len(numbers) == 5


def test_a_filter_that_is_wrong_is_told(single: TestClient) -> None:
    for asked, path in (({"plan": "bcn"}, "plan"), ({"code": "6"}, "code"), ({"pair": "x"}, "pair")):
        answer = single.get(f"{AT}.json", params=asked)
        assert [one["path"] for one in answer.json()["errors"]] == [path]
        assert "Region 1" not in page(single, AT, 422, **asked)


def test_the_table_has_a_row_for_each_region(single: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(single.get(f"{AT}.csv").text)))
    assert [one["number"] for one in rows if one["number"]] == ["1", "2", "3", "4", "5"]
    assert len(rows) == 11
    assert rows[1]["after"] == "finding investigational"
    assert rows[1]["reviewed"] == "no"


def test_days_on_which_nothing_changes(single: TestClient) -> None:
    at = "/compare/bcbsm-cryoneurolysis/2023-05-01..2023-05-02"
    assert data(single, f"{at}.json")["regions"] == 0
    assert "Nothing changes" in page(single, at)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("/compare/bcbsm-cryo/2022-12-31..2023-01-01", "bcbsm-cryoneurolysis"),
        ("/compare/bcbsm-cryoneurolysis/2022-13-31..2023-01-01", "is no day"),
        ("/compare/bcbsm-cryoneurolysis/then..now", "is no day"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(single: TestClient, at: str, said: str) -> None:
    assert said in page(single, at, 404)


def test_a_document_and_two_days_are_chosen(single: TestClient) -> None:
    asked = {"pack": "bcbsm-cryoneurolysis", "from": "12/31/2022", "to": "2023-01-01"}
    answer = single.get("/compare", params=asked, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, AT)
    found = data(single, "/compare.json")
    (own,) = [one for one in found["documents"] if one["pack"] == "bcbsm-cryoneurolysis"]
    assert AT in [one["address"] for one in own["editions"]]
    assert f'href="{AT}"' in page(single, "/compare")
    for wrong, path in (
        ({"pack": "bcbsm"}, "pack"),
        ({"pack": "bcbsm-cryoneurolysis", "from": "x", "to": "2023-01-01"}, "from"),
        ({"pack": "bcbsm-cryoneurolysis", "from": "2022-12-31"}, "to"),
        ({"from": "2022-02-30"}, "from"),
    ):
        assert f'href="#{path}"' in page(single, "/compare", 422, **wrong)


def tick(client: TestClient, region: str, reviewed: str = "yes", comment: str = "") -> Any:
    form = {"region": region, "reviewed": reviewed, "comment": comment}
    return client.post(f"{AT}/reviews", data=form, headers=HTML, follow_redirects=False)


def test_a_region_is_reviewed_by_somebody_with_a_comment(alone: TestClient) -> None:
    region = regions(data(alone))[1]["digest"]
    answer = tick(alone, region, comment="read with the medical director")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}#r-{region[:12]}")
    found = data(alone)
    assert found["reviewed"] == 1
    review = regions(found)[1]["review"]
    assert (review["reviewed"], review["by"]) == (True, "the user of this machine")
    assert review["comment"] == "read with the medical director"
    assert re.match(r"\d{4}-\d\d-\d\dT", review["at"])
    assert "reviewed 1 of 5" in page(alone)
    assert "read with the medical director" in page(alone)


def test_a_tick_can_be_taken_back_and_both_stay_in_the_log(alone: TestClient) -> None:
    region = regions(data(alone))[0]["digest"]
    tick(alone, region, comment="<b>too soon</b>")
    tick(alone, region, "no")
    assert data(alone)["reviewed"] == 0
    assert "Taken back by" in page(alone)
    events = alone.get("/api/v1/audit/events").json()["events"]
    assert [one["action"] for one in events].count("review.made") == 2
    assert "too soon" not in str(events)


def test_a_comment_is_shown_as_text(alone: TestClient) -> None:
    region = regions(data(alone))[0]["digest"]
    tick(alone, region, comment="<script>alert(1)</script>")
    assert "<script>alert" not in page(alone)
    assert "&lt;script&gt;" in page(alone)


def test_a_review_of_another_library_is_to_be_made_again(alone: TestClient) -> None:
    from clausal.store import chain, reviews

    region = regions(data(alone))[0]["digest"]
    with alone.app.state.parts.database.writing() as connection:  # type: ignore[attr-defined]
        reviews.review(
            connection, chain.Actor("ann"), "Ann", pack="bcbsm-cryoneurolysis", before="2022-12-31",
            after="2023-01-01", region=region, library="sha256:older", reviewed=True,
        )  # fmt: skip
    found = data(alone)
    assert found["reviewed"] == 0
    assert regions(found)[0]["review"]["of_another_library"] is True
    assert "Reviewed by Ann" in page(alone)
    assert "to be reviewed again" in page(alone)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"region": "0" * 64, "reviewed": "yes"}, 409),
        ({"region": "x", "reviewed": "yes"}, 422),
        ({"region": "0" * 64, "reviewed": "maybe"}, 422),
        ({"region": "0" * 64, "reviewed": "yes", "comment": "x" * 2001}, 422),
    ],
)
def test_a_review_of_what_is_not_there_is_refused(alone: TestClient, form: dict[str, str], status: int) -> None:
    assert alone.post(f"{AT}/reviews", data=form).status_code == status
    assert data(alone)["reviewed"] == 0


def test_only_an_analyst_ticks_and_others_see_the_ticks(many: Many) -> None:
    region = regions(data(many.viewer))[0]["digest"]
    assert tick(many.reviewer, region).status_code == 403
    assert tick(many.analyst, region, comment="done").status_code == 303
    assert data(many.viewer)["reviewed"] == 1
    assert f"{AT}/reviews" not in page(many.viewer)
    assert f"{AT}/reviews" in page(many.analyst)


def test_reviews_are_evidence(alone: TestClient) -> None:
    tick(alone, regions(data(alone))[0]["digest"])
    database: Database = alone.app.state.parts.database  # type: ignore[attr-defined]
    for change in ("UPDATE reviews SET comment = 'x'", "DELETE FROM reviews"):
        with pytest.raises((DBAPIError, StoreFault)), database.writing() as connection:
            connection.execute(text(change))
    with database.reading() as connection:
        assert list(faults(connection)) == []
    with database.writing() as connection:
        connection.execute(text("DROP TRIGGER reviews_unchanged"))
        connection.execute(text("UPDATE reviews SET comment = 'x'"))
    with database.reading() as connection:
        assert [one.partition(" ")[2] for one in faults(connection)] == ["was changed since it was kept"]


def test_the_memo_has_what_a_change_memo_needs(alone: TestClient) -> None:
    tick(alone, regions(data(alone))[0]["digest"], comment="agreed")
    found = data(alone, f"{AT}/memo.json")
    assert {one["clause"] for one in found["changed_clauses"]} >= {"bcbsm-cryoneurolysis#statement-4"}
    said = page(alone, f"{AT}/memo")
    for part in (
        "Edition before",
        "published 2022-10-18",
        "Clauses",
        "Regions",
        "agreed",
        "Review due",
        "4 regions of 5 are",
    ):
        assert part in said, part
    assert "Sign-off" in said
    assert "medical director" in said
