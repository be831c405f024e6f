"""Rules recommend, a person determines: every step by its gate, in the store and in the database itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from clausal.determination.decide import decide
from clausal.determination.worked import worked_cases
from clausal.documents.library import Library
from clausal.facts.source import Source
from clausal.store import answers, chain
from clausal.store.database import Database, StoreFault
from clausal.store.determinations import (
    Conflict,
    Move,
    PersonDetermination,
    Refused,
    is_plain,
    lines_asked,
    listed,
    load,
    open_for,
    step_digest,
    take,
)
from clausal.store.gates import NEXT, Decided, Reviewer
from clausal.store.tables import steps
from clausal.store.verify import faults

NURSE, DOCTOR, OTHER = chain.Actor("nurse"), chain.Actor("doctor"), chain.Actor("other-doctor")
TODAY = dt.datetime.now(dt.UTC).date()
REVIEWER = Reviewer("Ada Example", "MD", "MI 430100", TODAY, "Statement 2 applies: freezing for knee pain.")
SECOND = replace(REVIEWER, name="Bob Example", licence="MI 430200")
DENIED = [Decided(1, "denied", reason="investigational for this condition")]
APPROVED = [Decided(1, "approved")]
CASE = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}
Begun = Callable[..., PersonDetermination]


@pytest.fixture
def begun(database: Database, library: Library) -> Begun:
    def begin(**case: Any) -> PersonDetermination:
        given = {**CASE, **case}
        answer = decide(library, library.cases.read(Source("case", given)), TODAY)
        with database.writing() as connection:
            return open_for(connection, NURSE, answers.save(connection, NURSE, given, answer, "tables"))

    return begin


def _take(database: Database, actor: chain.Actor, found: PersonDetermination, to: Any, **move: Any) -> Any:
    with database.writing() as connection:
        return take(connection, actor, found, Move(to, **move), TODAY)


def test_a_denial_goes_its_whole_way(database: Database, begun: Begun) -> None:
    found = begun()
    assert (found.state, found.adverse) == ("recommended", False)
    found = _take(database, NURSE, found, "in review")
    found = _take(database, DOCTOR, found, "determined", lines=DENIED, reviewer=REVIEWER)
    assert (found.state, found.adverse) == ("determined", True)
    found = _take(database, NURSE, found, "issued")
    found = _take(database, NURSE, found, "appealed", note="letter of the member")
    found = _take(database, OTHER, found, "upheld", lines=DENIED, reviewer=SECOND)
    found = _take(database, NURSE, found, "issued")
    assert [one.state for one in found.steps] == [
        "recommended", "in review", "determined", "issued", "appealed", "upheld", "issued",
    ]  # fmt: skip
    assert found.adverse
    with database.reading() as connection:
        assert list(faults(connection)) == []
        assert load(connection, found.id) == found


def test_an_overturned_denial_is_no_longer_adverse(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    found = _take(database, DOCTOR, found, "determined", lines=DENIED, reviewer=REVIEWER)
    found = _take(database, NURSE, found, "issued")
    found = _take(database, NURSE, found, "appealed")
    for lines, said in ((DENIED, "no line is better than before"), ([Decided(1, "approved", 1)], "'partly approved'")):
        with pytest.raises(Refused, match=said):
            _take(database, OTHER, found, "overturned", lines=lines, reviewer=SECOND)
    with pytest.raises(Refused, match="a decision on appeal needs it"):
        _take(database, OTHER, found, "overturned", lines=APPROVED)
    found = _take(database, OTHER, found, "overturned", lines=APPROVED, reviewer=SECOND)
    assert not found.adverse


@pytest.mark.parametrize("field", ["name", "credential", "licence", "reviewed_on", "rationale"])
@pytest.mark.parametrize(
    "lines",
    [DENIED, [Decided(1, "partly approved", 1, "one unit a day")], [Decided(1, "denied", None, "no need is shown")]],
)
def test_an_adverse_determination_needs_its_reviewer(
    database: Database, begun: Begun, field: str, lines: list[Decided]
) -> None:
    found = _take(database, NURSE, begun(), "in review")
    nothing: dict[str, Any] = {field: None if field == "reviewed_on" else " "}
    without = replace(REVIEWER, **nothing)
    with pytest.raises(Refused) as caught:
        _take(database, DOCTOR, found, "determined", lines=lines, reviewer=without)
    assert [one.place.path for one in caught.value.problems] == [f"reviewer.{field}"]
    with database.reading() as connection:
        again = load(connection, found.id)
    assert again is not None
    assert again.state == "in review"


def test_the_database_itself_refuses_an_adverse_determination_without_its_reviewer(
    database: Database, begun: Begun
) -> None:
    found = _take(database, NURSE, begun(), "in review")
    row: dict[str, Any] = {
        "determination": found.id, "number": 3, "at": "t", "actor": "x", "state": "determined", "previous": "in review",
        "previous_number": 2, "adverse": True, "automatic": False, "reviewer": "", "credential": "MD", "licence": "1",
        "reviewed_on": "2025-01-01", "rationale": "r", "lines": "[]", "note": "",
    }  # fmt: skip
    row["digest"] = step_digest(row)
    with pytest.raises(IntegrityError, match="adverse_is_reviewed"), database.writing() as connection:
        connection.execute(insert(steps).values(**row))


def test_the_database_itself_refuses_every_way_that_is_none(database: Database, begun: Begun) -> None:
    states = list(NEXT)
    for previous, state in product(states, states):
        allowed = state in NEXT[previous]
        found = begun()
        with database.writing() as connection:
            number = 1
            way = {
                "in review": ["in review"], "determined": ["in review", "determined"],
                "issued": ["in review", "determined", "issued"],
                "appealed": ["in review", "determined", "issued", "appealed"],
                "overturned": ["in review", "determined", "issued", "appealed", "overturned"],
                "upheld": ["in review", "determined", "issued", "appealed", "upheld"], "withdrawn": ["withdrawn"],
            }.get(previous, [])  # fmt: skip
            before = "recommended"
            for one in way:
                number += 1
                connection.execute(insert(steps).values(**_row(found.id, number, before, one)))
                before = one
        row = _row(found.id, number + 1, previous, state)
        if allowed:
            with database.writing() as connection:
                connection.execute(insert(steps).values(**row))
            continue
        with pytest.raises(IntegrityError), database.writing() as connection:
            connection.execute(insert(steps).values(**row))


def _row(number: str, step: int, previous: str, state: str) -> dict[str, Any]:
    return {
        "determination": number, "number": step, "at": "t", "actor": "x", "state": state, "previous": previous,
        "previous_number": step - 1, "adverse": True, "automatic": False, "reviewer": "A", "credential": "MD",
        "licence": "1", "reviewed_on": "2025-01-01", "rationale": "r", "lines": "[]", "note": "", "digest": "",
    }  # fmt: skip


def test_a_step_is_from_the_state_that_it_is_in(database: Database, begun: Begun) -> None:
    found = begun()
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(steps).values(**_row(found.id, 2, "in review", "determined")))


def test_no_notice_is_issued_of_what_nobody_determined(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    with pytest.raises(Refused, match="a determination that is 'in review' cannot become 'issued'"):
        _take(database, NURSE, found, "issued")


def test_a_determination_is_not_made_without_a_review(database: Database, begun: Begun) -> None:
    with pytest.raises(Refused, match="a determination that is 'recommended' cannot become 'determined'"):
        _take(database, DOCTOR, begun(), "determined", lines=APPROVED)


def test_what_rules_do_not_find_covered_is_never_determined_without_a_person(database: Database, begun: Begun) -> None:
    with pytest.raises(Refused, match="only what the rules find covered in every line, with nothing against it"):
        _take(database, NURSE, begun(), "determined", lines=APPROVED, automatic=True)


def test_a_favourable_determination_may_be_automatic(database: Database, library: Library) -> None:
    covered = [one for one in worked_cases(library) if one.expect.get("status") == "covered"]
    plain: list[answers.Saved] = []
    others: list[answers.Saved] = []
    for worked in covered:
        answer = decide(library, worked.case, worked.as_of)
        with database.writing() as connection:
            saved = answers.save(connection, NURSE, {}, answer, "tables")
            (plain if all(map(is_plain, lines_asked(saved))) else others).append(saved)
    assert plain
    assert others
    with database.writing() as connection:
        found = open_for(connection, NURSE, others[0])
    lines = [Decided(number, "approved") for number in range(1, len(lines_asked(others[0])) + 1)]
    with pytest.raises(Refused, match="with nothing against it"):
        _take(database, chain.Actor("system"), found, "determined", lines=lines, automatic=True)
    with database.writing() as connection:
        found = open_for(connection, NURSE, plain[0])
    found = _take(database, chain.Actor("system"), found, "determined", lines=APPROVED, automatic=True)
    assert (found.state, found.adverse, found.steps[-1].automatic) == ("determined", False, True)


def test_what_is_upheld_is_left_as_it_was(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    partly = [Decided(1, "partly approved", 1, "one a day")]
    found = _take(database, DOCTOR, found, "determined", lines=partly, reviewer=REVIEWER)
    found = _take(database, NURSE, found, "issued")
    found = _take(database, NURSE, found, "appealed")
    with pytest.raises(Refused, match="line 1 is decided otherwise: that is not to uphold it"):
        _take(database, OTHER, found, "upheld", lines=DENIED, reviewer=SECOND)
    with pytest.raises(Refused, match="line 1 is worse than before: an appeal takes nothing away"):
        _take(database, OTHER, found, "overturned", lines=DENIED, reviewer=SECOND)
    found = _take(database, OTHER, found, "upheld", lines=partly, reviewer=SECOND)
    found = _take(database, NURSE, found, "issued")
    found = _take(database, NURSE, found, "appealed")
    third = replace(SECOND, name="Cy Example", licence="MI 430300")
    for actor in (DOCTOR, OTHER):
        with pytest.raises(Refused, match="you determined it before"):
            _take(database, actor, found, "overturned", lines=APPROVED, reviewer=third)
    assert _take(database, NURSE, found, "overturned", lines=APPROVED, reviewer=third).state == "overturned"


def test_a_line_that_is_none_is_told_and_no_more(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    with pytest.raises(Refused, match="the answer has no line 5"):
        _take(database, DOCTOR, found, "determined", lines=[Decided(5, "approved", 1)])


def test_units_that_nobody_asked_for_are_not_judged(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(lines=[{"code": "64640"}]), "in review")
    assert not _take(database, DOCTOR, found, "determined", lines=[Decided(1, "approved", 2)]).adverse


def test_nothing_is_decided_before_its_step(database: Database, begun: Begun) -> None:
    found = begun()
    for move, path in (({"lines": APPROVED}, "lines"), ({"reviewer": REVIEWER}, "reviewer")):
        with pytest.raises(Refused) as caught:
            _take(database, NURSE, found, "in review", **move)
        assert [one.place.path for one in caught.value.problems] == [path]


def test_a_review_is_of_its_own_time(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    for day, said in ((dt.date(1900, 1, 1), "is before the determination"), (dt.date(2999, 1, 1), "is still to come")):
        with pytest.raises(Refused, match=said):
            _take(database, DOCTOR, found, "determined", lines=DENIED, reviewer=replace(REVIEWER, reviewed_on=day))


def test_nothing_is_approved_of_a_line_without_a_code(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(lines=[{}]), "in review")
    with pytest.raises(Refused, match="the line has no procedure code: nothing can be approved"):
        _take(database, DOCTOR, found, "determined", lines=APPROVED)


def test_what_was_determined_is_reviewed_again_with_a_reason_until_it_is_issued(
    database: Database, begun: Begun
) -> None:
    found = _take(database, NURSE, begun(), "in review")
    found = _take(database, DOCTOR, found, "determined", lines=DENIED, reviewer=REVIEWER)
    with pytest.raises(Refused, match="why is what was determined reviewed again"):
        _take(database, DOCTOR, found, "in review")
    found = _take(database, DOCTOR, found, "in review", note="an operative note has come")
    found = _take(database, DOCTOR, found, "determined", lines=APPROVED)
    assert not found.adverse
    found = _take(database, NURSE, found, "issued")
    with pytest.raises(Refused, match="nothing comes after it"):
        _take(database, NURSE, found, "appealed")


def test_a_shared_account_tells_people_by_their_licence(database: Database, begun: Begun) -> None:
    local = chain.Actor("local", "", True)
    found = _take(database, local, begun(), "in review")
    found = _take(database, local, found, "determined", lines=DENIED, reviewer=REVIEWER)
    found = _take(database, local, found, "issued")
    found = _take(database, local, found, "appealed")
    for reviewer, path in (
        (REVIEWER, "reviewer.licence"),
        (replace(REVIEWER, licence="mi-430100"), "reviewer.licence"),
        (replace(SECOND, name="ADA  EXAMPLE"), "reviewer.name"),
    ):
        with pytest.raises(Refused) as caught:
            _take(database, local, found, "upheld", lines=DENIED, reviewer=reviewer)
        assert [one.place.path for one in caught.value.problems] == [path]
    assert _take(database, local, found, "upheld", lines=DENIED, reviewer=SECOND).state == "upheld"


def test_the_database_itself_refuses_a_denial_that_is_told_as_favourable(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    row = _row(found.id, 3, "in review", "determined") | {"adverse": False}
    row["lines"] = '[{"line":1,"outcome":"denied","reason":"r","units":null}]'
    with pytest.raises(IntegrityError, match="less_is_adverse"), database.writing() as connection:
        connection.execute(insert(steps).values(**row))


def test_an_appeal_is_decided_by_another_person(database: Database, begun: Begun) -> None:
    found = _take(database, NURSE, begun(), "in review")
    found = _take(database, DOCTOR, found, "determined", lines=DENIED, reviewer=REVIEWER)
    found = _take(database, NURSE, found, "issued")
    found = _take(database, NURSE, found, "appealed")
    for actor, reviewer in ((DOCTOR, SECOND), (OTHER, REVIEWER)):
        with pytest.raises(Refused, match="an appeal is decided by another person"):
            _take(database, actor, found, "upheld", lines=DENIED, reviewer=reviewer)


@pytest.mark.parametrize(
    ("lines", "path", "said"),
    [
        ([], "lines", "line 1 is not decided"),
        ([Decided(1, "approved"), Decided(1, "approved")], "lines[1].line", "line 1 is decided twice"),
        ([Decided(2, "approved")], "lines[0].line", "the answer has no line 2"),
        ([Decided(1, "approved", 1)], "lines[0].outcome", "fewer units than were asked for are 'partly approved'"),
        ([Decided(1, "approved", 3)], "lines[0].units", "3 units are approved of 2"),
        ([Decided(1, "denied", 1, "r")], "lines[0].units", "a denied line has no approved units"),
        ([Decided(1, "partly approved", 2, "r")], "lines[0].units", "all of 2 units: which part is approved?"),
        (
            [Decided(1, "partly approved", None, "r")],
            "lines[0].units",
            "how many is not said of 2 units: which part is approved?",
        ),
        ([Decided(1, "denied")], "lines[0].reason", "a line that is not approved needs its reason"),
    ],
)
def test_every_line_is_decided_as_it_can_be(
    database: Database, begun: Begun, lines: list[Decided], path: str, said: str
) -> None:
    found = _take(database, NURSE, begun(), "in review")
    with pytest.raises(Refused) as caught:
        _take(database, DOCTOR, found, "determined", lines=lines, reviewer=REVIEWER)
    assert (path, said) in [(one.place.path, one.message) for one in caught.value.problems]


def test_of_two_who_take_a_step_at_once_one_is_told(database: Database, begun: Begun) -> None:
    found = begun()
    _take(database, NURSE, found, "in review")
    with pytest.raises(Conflict):
        _take(database, OTHER, found, "in review")
    with pytest.raises(Conflict):
        _take(database, OTHER, replace(found), "withdrawn", expected=7)


def test_steps_are_never_changed(database: Database, begun: Begun) -> None:
    begun()
    for change in ("UPDATE steps SET state = 'issued'", "DELETE FROM steps"):
        with pytest.raises((DBAPIError, StoreFault)), database.writing() as connection:
            connection.execute(text(change))


def test_determinations_are_listed_by_state(database: Database, begun: Begun) -> None:
    one, other = begun(), begun()
    _take(database, NURSE, one, "in review")
    with database.reading() as connection:
        assert [found.id for found in listed(connection, "in review")] == [one.id]
        assert [found.id for found in listed(connection)] == [other.id, one.id]
