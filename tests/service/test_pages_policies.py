"""Pages of policies: the list, a document on a day, a clause, one's own text beside it, a newer text, its evidence."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration
from tests.documents.text.made import pdf, word
from tests.service.conftest import LOCAL, TOKEN, Many, many_people, signing_in
from tests.test_contributing import POLICY, write_example

HTML = {"Accept": "text/html"}
PACK = "bcbsm-cryoneurolysis"
CASE = quote("plan=bcn-commercial-hmo&diagnoses=M17.11&device=iovera&purpose=pain&line=64640 x2 RT")
BRACE = "/policies/example-brace/2024-03-01"
LEFT = "Section 3. Nobody has read this."


def data(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.fixture(scope="module")
def braces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with a pack whose text tests hold."""
    packs = write_example(tmp_path_factory.mktemp("packs"))
    app = create_app(Configuration(data=tmp_path_factory.mktemp("braces"), packs=[packs]), TOKEN, works=False)
    with TestClient(app, LOCAL, headers={"Authorization": f"Bearer {TOKEN}"}, raise_server_exceptions=False) as client:
        yield client


# -- the list -------------------------------------------------------------------------------------------------------


def test_documents_are_found_by_words_of_their_clauses(single: TestClient) -> None:
    knee = data(single, "/policies.json?q=knee&kind=coverage-policy")["policies"]
    assert PACK in [one["pack"] for one in knee]
    clauses = next(one["found"] for one in knee if one["pack"] == PACK)
    assert f"{PACK}#statement-2" in [one["clause"] for one in clauses]
    assert all("knee" in f"{one['says']} {one['locator']} {one['clause']}".lower() for one in clauses)


def test_a_document_is_listed_with_what_replaced_it_and_what_rests_on_it(single: TestClient) -> None:
    listed = {one["pack"]: one for one in data(single, "/policies.json")["policies"]}
    one = listed[PACK]
    assert (one["first_edition"], one["last_edition"], one["editions"]) == ("2018-01-01", "2025-01-01", 8)
    assert one["replaced_on"] == "2025-01-01"
    assert one["next_review"] == "none: it is replaced"
    assert one["cases"] > 50
    assert listed["ncd-210-14"]["next_review"] is None
    assert "not known" in page(single, "/policies?q=ncd-210-14")


def test_a_status_filters_and_an_unknown_one_is_told(single: TestClient) -> None:
    assert [one["pack"] for one in data(single, "/policies.json?status=proposed")["policies"]] == ["lcd-dl40265"]
    told = page(single, "/policies?status=propsed", 422)
    assert "did you mean" in told
    assert "<table" not in told
    assert "No document has these words" in page(single, "/policies?q=zzz")


def test_the_list_is_a_table(single: TestClient) -> None:
    lines = single.get("/policies.csv").text.splitlines()
    assert lines[0].startswith("pack,title,publisher,kind,status,editions,first_edition")
    assert len(lines) == 1 + data(single, "/policies.json")["held"]


# -- a document on a day ---------------------------------------------------------------------------------------------


def test_a_document_is_shown_as_it_stood_on_a_day(single: TestClient) -> None:
    before, after = (data(single, f"/policies/{PACK}/{day}.json") for day in ("2022-06-01", "2023-06-01"))
    assert (before["edition"]["edition"], after["edition"]["edition"]) == ("2022", "2023")
    of = {
        day: {rule["rule"] for table in told["tables"] if table["table"] == "statement" for rule in table["rules"]}
        for day, told in (("before", before), ("after", after))
    }
    assert "neuropathy-or-neuroma-before-2023" in of["before"] - of["after"]
    assert "knee-osteoarthritis-or-arthroplasty" in of["after"] - of["before"]
    assert (before["before"], before["after"]) == ("2021-01-01", "2023-01-01")
    assert before["carried"] == before["normative"] == 12


def test_what_was_not_published_by_a_day_is_not_known_on_it(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2023-06-01.json?as_of=2022-10-01")
    assert told["edition"]["edition"] == "2022"
    assert [one["edition"] for one in told["editions"] if not one["is_published"]] == ["2023", "2024", "2025"]
    names = {rule["rule"] for table in told["tables"] for rule in table["rules"]}
    assert "neuropathy-or-neuroma-before-2023" in names
    assert "knee-osteoarthritis-or-arthroplasty" not in names
    assert "as_of=2022-10-01" in page(single, f"/policies/{PACK}/2023-06-01?as_of=2022-10-01")


def test_before_the_first_edition_nothing_holds(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2017-12-31.json")
    assert told["edition"] is None
    assert (told["before"], told["after"]) == (None, "2018-01-01")
    assert "No edition that was published by" in page(single, f"/policies/{PACK}/2017-12-31")


def test_each_edition_has_the_status_of_the_open_case(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2024-10-15.json?case={CASE}")
    marks = {one["edition"]: one["statuses"] for one in told["editions"]}
    assert all(len(found) == 1 for found in marks.values())
    case = {"plan": "bcn-commercial-hmo", "diagnoses": ["M17.11"], "device": "iovera", "purpose": "pain"}
    for one in told["editions"]:
        body = {**case, "service_date": one["effective"], "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}]}
        answer = single.post("/api/v1/decide", json={"case": body}).json()
        assert one["statuses"] == [answer["lines"][0]["status"]], one["edition"]
    shown = page(single, f"/policies/{PACK}/2024-10-15?case={CASE}")
    assert "not covered</span>" in shown
    assert f"/policies/{PACK}/2023-01-01?case=plan%3Dbcn" in shown


def test_a_case_that_cannot_be_read_marks_no_edition(single: TestClient) -> None:
    path = f"/policies/{PACK}/2024-10-15"
    shown = page(single, f"{path}?case={quote('plan=bcn-comercial&line=64640')}", 422)
    assert "the open case: plan" in shown
    assert 'class="status' not in shown.partition('<h2 id="clauses"')[0]
    assert single.get(f"{path}.json?case={quote('plan=nothing')}").status_code == 422


@pytest.mark.parametrize(
    "case", ["plan=bcn-commercial-hmo&date_of_birth=1950-02-03", 'more={"history": []}', "x=" * 5000]
)
def test_no_address_has_what_tells_who_the_patient_is(single: TestClient, case: str) -> None:
    shown = page(single, f"/policies/{PACK}/2024-10-15?case={quote(case)}", 422)
    assert "no address may have" in shown or "too long for an address" in shown
    assert "1950-02-03" not in shown
    assert "history%22" not in shown


def test_pages_hold_no_script_and_no_style_within_them(single: TestClient) -> None:
    for path in (
        "/policies",
        f"/policies/{PACK}/2024-10-15",
        f"/policies/{PACK}/now/statement-2",
        f"/policies/{PACK}/now/evidence",
    ):
        text = page(single, path)
        assert not re.search(r"<style|\son[a-z]+=|\sstyle=|javascript:", text), path
        assert not re.search(r'(src|href)="https?:', text), path


def test_a_form_leads_to_a_day_and_to_the_comparison_of_two(single: TestClient) -> None:
    def led(query: str) -> str:
        answer = single.get(f"/policies/{PACK}?{query}", headers=HTML, follow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["location"]

    assert led("day=2022-06-01&as_of=") == f"/policies/{PACK}/2022-06-01"
    assert led("day=2022-06-01&as_of=2022-01-01") == f"/policies/{PACK}/2022-06-01?as_of=2022-01-01"
    assert led("from=2023-01-01&to=2022-01-01") == f"/compare/{PACK}/2022-01-01..2023-01-01"


@pytest.mark.parametrize("query", ["day=tomorrow", "from=2022-01-01&to=", "from=x&to=2022-01-01", "as_of=2022-13-01"])
def test_a_day_that_is_none_is_told_at_its_field(single: TestClient, query: str) -> None:
    shown = page(single, f"/policies/{PACK}?{query}", 422)
    assert 'role="alert"' in shown
    assert "expected a date as year-month-day" in shown
    assert ('id="clauses"' in shown) == query.startswith("from")


def test_what_is_not_there_is_told_with_the_nearest(single: TestClient) -> None:
    assert "did you mean &#39;bcbsm-cryoneurolysis&#39;?" in page(single, "/policies/bcbsm-cryoneurolisis", 404)
    assert "did you mean &#39;statement-2&#39;?" in page(single, f"/policies/{PACK}/now/statment-2", 404)
    assert "no such day" in page(single, f"/policies/{PACK}/yesterday", 404)
    assert "no evidence of this document is held" in page(single, "/policies/claim/now/evidence", 404)


def test_every_document_has_its_pages(single: TestClient) -> None:
    for one in data(single, "/policies.json")["policies"]:
        base = f"/policies/{one['pack']}"
        for path in (base, f"{base}/2024-10-15", f"{base}/now/text", f"{base}/now/newer"):
            assert 'id="main"' in page(single, path)


# -- a clause ----------------------------------------------------------------------------------------------------------


def test_a_clause_is_blamed_on_its_edition_and_the_rows_of_the_history(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2024-10-15/statement-2.json")
    assert (told["since"]["edition"], told["since"]["effective"]) == ("2023", "2023-01-01")
    assert f"{PACK}#history-2023-statements" in told["since"]["rows"]
    assert [rule["rule"] for rule in told["rules"]] == ["knee-osteoarthritis-or-arthroplasty"]
    assert {one["fact"] for one in told["facts"]} == {"code", "target", "modality", "purpose", "condition"}
    assert told["cases"][0]["decided_by_it"]
    assert any(one["decided_by_it"] and one["statuses"] == ["not-covered"] for one in told["cases"])
    assert "edition 2024, effective 2024-01-01, Medical Policy Statement" in told["citation"]


def test_a_clause_that_came_later_is_not_cited_by_an_edition_before(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2022-06-01/statement-2.json")
    assert told["stands"] == "no"
    assert "edition 2023, effective 2023-01-01" in told["citation"]
    assert "not yet on 2022-06-01" in page(single, f"/policies/{PACK}/2022-06-01/statement-2")


def test_a_clause_of_an_edition_that_is_past_is_cited_by_that_one(single: TestClient) -> None:
    told = data(single, "/policies/ncd-210-14/2024-06-01/age-2015.json")
    assert (told["edition"]["edition"], told["stands"], told["cited"]["edition"]) == ("2022", "unknown", "2015")
    assert ", edition 2015, effective 2015-02-05, " in told["citation"]


@pytest.mark.parametrize("clause", ["current-edition", "no-guidelines", "established-codes", "government-as-of"])
def test_the_dates_of_a_notice_tell_nothing(single: TestClient, clause: str) -> None:
    """A notice on days before says what the edition that is held does."""
    told = data(single, f"/policies/{PACK}/2020-06-01/{clause}.json")
    assert told["since"] is None
    assert data(single, f"/policies/{PACK}/2025-06-01/{clause}.json")["stands"] == "yes"


def test_since_when_a_clause_stands_is_not_known_where_nothing_tells_it(single: TestClient) -> None:
    told = data(single, f"/policies/{PACK}/2024-10-15/background-neuropathy-causes.json")
    assert told["since"] is None
    assert told["stands"] == "unknown"
    shown = page(single, f"/policies/{PACK}/2024-10-15/background-neuropathy-causes")
    assert "whether it stands so on 2024-10-15 is not known" in shown


@pytest.mark.parametrize(
    ("clause", "edition"),
    [
        (f"{PACK}#history-2023-removed-list", "2023"),
        (f"{PACK}#other-codes", "2023"),
        (f"{PACK}#history-2020", "2020"),
        ("ncd-210-14#age-2015", "2015"),
        ("ncd-210-14#age-2022", "2022"),
        ("facet-joint-interventions#two-blocks", "2021"),
    ],
)
def test_each_way_of_telling_since_when(single: TestClient, clause: str, edition: str) -> None:
    pack, _, name = clause.partition("#")
    assert data(single, f"/policies/{pack}/now/{name}.json")["since"]["edition"] == edition


# -- evidence ----------------------------------------------------------------------------------------------------------


def test_evidence_has_a_picture_with_its_table(single: TestClient) -> None:
    shown = page(single, f"/policies/{PACK}/2024-10-15/evidence")
    assert f'src="/policies/{PACK}/2024-10-15/evidence.svg"' in shown
    assert "Average pain over time of Yoon 2016" in shown
    assert "What the numbers give away" in shown
    picture = single.get(f"/policies/{PACK}/2024-10-15/evidence.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "script" not in picture.headers["content-security-policy"]
    told = data(single, f"/policies/{PACK}/2024-10-15/evidence.json")
    assert {"study": "Yoon 2016", "months": 12.0, "average": "5.1"}.items() <= told["drawn"][4].items()
    assert "/home" not in shown
    assert str(Path(__file__).parents[2]) not in single.get(f"/policies/{PACK}/now/evidence.json").text


# -- one's own text ------------------------------------------------------------------------------------------------


def lay(client: TestClient, text: bytes, name: str = "policy.txt", path: str = BRACE) -> Any:
    return client.post(f"{path}/text", files={"file": (name, text)}, headers=HTML, follow_redirects=False)


def delete(client: TestClient) -> None:
    assert client.post(f"{BRACE}/text/deletion", follow_redirects=False).status_code == 303


def test_a_text_is_laid_beside_the_clauses_and_deleted(braces: TestClient) -> None:
    assert "You have laid none beside it yet" in page(braces, f"{BRACE}/text")
    answer = lay(braces, f"{POLICY}\n{LEFT}\n".encode())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BRACE}/text")
    shown = page(braces, f"{BRACE}/text")
    assert "Nobody has read this." in shown
    assert "long-carpal-tunnel" in shown
    told = data(braces, f"{BRACE}/text.json")["laid"]
    assert (told["clauses_found"], told["missing"]) == (2, [])
    assert (told["sentences"], told["sentences_accounted"]) == (6, 4)
    assert {one["line"] for one in told["left"]} == {3}
    assert told["places"] == {"example-brace#carpal-tunnel": "line 1", "example-brace#all-else": "line 2"}
    assert "line 1 of your text" in page(braces, f"{BRACE}/carpal-tunnel")
    assert "line 1 [example-brace#carpal-tunnel]" in page(braces, f"{BRACE}/carpal-tunnel")
    delete(braces)
    assert data(braces, f"{BRACE}/text.json")["laid"] is None
    assert "of your text" not in page(braces, f"{BRACE}/carpal-tunnel")


def test_no_export_has_a_word_of_the_text(braces: TestClient) -> None:
    lay(braces, f"{POLICY}\n{LEFT}\n".encode())
    for path in (f"{BRACE}/text.json", f"{BRACE}/text.csv", f"{BRACE}.json", f"{BRACE}/carpal-tunnel.json"):
        told = braces.get(path).text
        assert "Nobody has read" not in told, path
        assert "are covered for" not in told, path
    assert braces.get(f"{BRACE}/text.csv").text.splitlines()[0] == "line,page,told,characters"
    delete(braces)


@pytest.mark.parametrize("form", ["broken lines", "pdf", "docx", "pasted"])
def test_a_text_is_matched_however_it_is_laid_out(braces: TestClient, tmp_path: Path, form: str) -> None:
    if form == "pasted":
        sent = braces.post(f"{BRACE}/text", files={"pasted": (None, POLICY)}, headers=HTML, follow_redirects=False)
    elif form == "pdf":
        sent = lay(braces, pdf(POLICY), "policy.pdf")
    elif form == "docx":
        sent = lay(braces, word(POLICY, tmp_path / "policy.docx").read_bytes(), "policy.docx")
    else:
        sent = lay(braces, POLICY.replace(" for ", "\nfor ").encode())
    assert sent.status_code == 303, sent.text
    told = data(braces, f"{BRACE}/text.json")["laid"]
    assert told["sentences"] == told["sentences_accounted"]
    assert told["characters"] == told["characters_accounted"]
    assert told["unit"] == {"pdf": "page", "docx": "paragraph"}.get(form, "line")
    delete(braces)


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (b"", "empty.txt", "no text was given"),
        (b"Another document altogether, which says nothing of it.", "other.txt", "no clause of example-brace is in"),
        (pdf(""), "scan.pdf", "the file is a PDF whose 1 page(s) hold no text"),
        (b"Many words. " * 50_000, "long.txt", "holds 600,000 characters; a page takes 500,000"),
        (b"\x89PNG\r\n", "picture.png", "the file is a picture"),
        (b"PK\x03\x04 and nothing", "broken.docx", "is damaged or cut off"),
    ],
)
def test_what_is_no_text_of_it_is_told_and_not_kept(braces: TestClient, text: bytes, name: str, says: str) -> None:
    answer = lay(braces, text, name)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'href="#file"' in answer.text
    assert 'id="file"' in answer.text
    assert data(braces, f"{BRACE}/text.json")["laid"] is None


def test_a_file_and_a_pasted_text_are_not_both_taken(braces: TestClient) -> None:
    sent: Any = {"file": ("policy.txt", POLICY.encode()), "pasted": (None, "what was typed")}
    answer = braces.post(f"{BRACE}/text", files=sent, headers=HTML)
    assert answer.status_code == 422
    assert "what was typed</textarea>" in answer.text


def test_a_document_without_a_text_takes_none(single: TestClient) -> None:
    assert "No text of this document is held" in page(single, "/policies/ncd-210-14/now/text")
    answer = lay(single, POLICY.encode(), path="/policies/ncd-210-14/now")
    assert answer.status_code == 422
    assert "its document is not held" in answer.text


def test_a_text_left_is_for_who_left_it_alone(tmp_path: Path) -> None:
    many: Many = many_people(signing_in(tmp_path / "data", packs=[write_example(tmp_path / "packs")]))
    assert lay(many.viewer, POLICY.encode()).status_code == 303
    assert data(many.viewer, f"{BRACE}/text.json")["laid"]["clauses_found"] == 2
    for role in ("analyst", "reviewer", "admin"):
        other = many.by_role[role]
        assert data(other, f"{BRACE}/text.json")["laid"] is None
        assert "of your text" not in page(other, f"{BRACE}/carpal-tunnel")
        assert other.post(f"{BRACE}/text/deletion", follow_redirects=False).status_code == 303
    assert data(many.viewer, f"{BRACE}/text.json")["laid"]["clauses_found"] == 2
    kept = list((tmp_path / "data" / "texts").rglob("*"))
    assert len(kept) == 2
    for path in (tmp_path / "data" / "texts", *kept):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        assert "viewer" not in path.name
        assert "brace" not in path.name


# -- a newer text -----------------------------------------------------------------------------------------------------


def test_a_newer_text_tells_what_to_review_and_is_not_kept(braces: TestClient) -> None:
    newer = POLICY.replace("6 weeks", "4 weeks") + f"\n{LEFT}\n"
    sent = {"file": ("newer.txt", newer.encode())}
    told = braces.post(f"{BRACE}/newer.json", files=sent).json()
    assert [one["clauses"][0]["clause"] for one in told["found"]["changed"]] == ["example-brace#carpal-tunnel"]
    assert told["review"]["rules"] == [
        "example-brace/policy#long-carpal-tunnel",
        "example-brace/policy#short-carpal-tunnel",
    ]
    assert told["review"]["tables"] == ["example-brace/policy"]
    assert "two months of carpal tunnel syndrome" in [one["name"] for one in told["review"]["cases"]]
    assert told["found"]["added"]
    shown = braces.post(f"{BRACE}/newer", files=sent, headers=HTML).text
    assert "1 changed, 0 removed, 0 moved" in shown
    assert "example-brace/policy#long-carpal-tunnel" in shown
    assert "Nothing of the text is kept" in shown
    assert 'class="data"' not in shown
    assert data(braces, f"{BRACE}/text.json")["laid"] is None
    assert "Nobody has read" not in braces.get(f"{BRACE}/newer", headers=HTML).text


def test_the_same_text_changes_nothing(braces: TestClient) -> None:
    shown = braces.post(f"{BRACE}/newer", files={"pasted": (None, POLICY)}, headers=HTML).text
    assert "Nothing changed:" in shown
    assert "To review" not in shown


def test_a_newer_text_that_is_none_is_told(braces: TestClient) -> None:
    answer = braces.post(f"{BRACE}/newer", files={"pasted": (None, "Something else.")}, headers=HTML)
    assert answer.status_code == 422
    assert "no clause of example-brace is in this text" in answer.text
    assert "Something else.</textarea>" in answer.text
