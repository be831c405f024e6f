"""Codes exist on a day: by the editions of ICD-10-CM held, the dates of packs, and in doubt for the code."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest

from clausal.documents.library import Library
from clausal.facts.case import Case
from clausal.facts.icd10cm import ABSENT, BILLABLE, HEADING, editions
from clausal.facts.knowledge import Listed
from clausal.facts.source import Source
from clausal.facts.standing import Standings, one_edit_away
from clausal.facts.vocabulary import DIAGNOSIS, PROCEDURE, Span
from clausal.problems import InvalidInput

DAY = "2024-06-01"
AT_ONCE = 99


def read(library: Library, *, typed: bool = False, **case: object) -> Case:
    return library.cases.read(Source("case", {"service_date": DAY, **case}), typed=typed)


def listed(case: Case, fact: str) -> Listed:
    found = case.facts[fact]
    assert isinstance(found, Listed)
    return found


def on(day: str, code: str) -> str:
    return Standings().of(DIAGNOSIS, code, dt.date.fromisoformat(day)).kind


def test_the_editions_held_have_as_many_codes_as_were_published() -> None:
    held = editions()
    assert [str(day) for day in held.days] == ["2021-01-01", "2023-10-01", "2025-04-01", "2026-04-01"]
    flags = [flags for _, flags in held.codes()]
    assert len(flags) == 98_457
    assert [sum(one[index] == BILLABLE for one in flags) for index in (0, 1)] == [72_621, 74_044]


@pytest.mark.parametrize(
    ("day", "code", "kind"),
    [
        ("2024-06-01", "M17.11", "billable"),
        ("2024-06-01", "M17.1", "heading"),
        ("2024-06-01", "M17", "heading"),
        ("2024-06-01", "M17.99", "absent"),
        ("2018-06-01", "M17.11", "billable"),
        ("2018-06-01", "M17.99", "absent"),  # M17.9 is billable in the first edition: nothing stands under it
        ("2018-06-01", "M17.6", "unknown"),  # it may have ended before the first edition
        ("2018-06-01", "M54.50", "absent"),  # only later editions have it
        ("2018-06-01", "M54.5", "billable"),
        ("2022-06-01", "M54.5", "billable"),  # between two editions a code of either counts
        ("2022-06-01", "M54.50", "billable"),
        ("2021-01-01", "M54.50", "absent"),  # on an edition's own day it alone counts
        ("2023-10-01", "M54.5", "heading"),
        ("2024-06-01", "M51.36", "billable"),
        ("2024-06-01", "M51.360", "billable"),
        ("2025-04-01", "M51.36", "heading"),
        ("2024-06-01", "O35.0XX0", "absent"),  # it ended before the edition of 2023
        ("2026-09-30", "M17.6", "absent"),
        ("2026-10-01", "M17.6", "unknown"),  # a newer edition may have it
        ("2026-10-01", "M17.99", "unknown"),
        ("2026-10-01", "M54.5", "heading"),
        ("2026-10-01", "O35.0XX0", "absent"),
        ("2030-01-01", "M17.11", "billable"),
    ],
)
def test_the_standing_of_a_diagnosis_on_a_day(day: str, code: str, kind: str) -> None:
    assert on(day, code) == kind


def test_dates_that_packs_give_are_closer_than_the_editions(library: Library) -> None:
    standings = library.cases.standings
    kinds = [
        standings.of(system, code, dt.date.fromisoformat(day)).kind
        for system, code, day in [
            (DIAGNOSIS, "G44.86", "2021-09-30"),
            (DIAGNOSIS, "G44.86", "2021-10-01"),
            (PROCEDURE, "64624", "2019-12-31"),
            (PROCEDURE, "64624", "2020-01-01"),
            (PROCEDURE, "64454", "2019-12-31"),
            (PROCEDURE, "C9809", "2024-12-31"),
            (PROCEDURE, "C9809", "2025-01-01"),
            (PROCEDURE, "0440T", "2012-01-01"),  # its dates are not known
        ]
    ]
    absent, billable = "absent", "billable"
    assert kinds == [absent, billable, absent, billable, absent, absent, billable, billable]


def test_a_code_that_only_a_pack_dates_exists_in_its_span() -> None:
    standings = Standings({"M17.6": Span(dt.date(2026, 10, 1), dt.date(2027, 9, 30))})
    days = [dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2027, 9, 30), dt.date(2027, 10, 1)]
    assert [standings.of(DIAGNOSIS, "M17.6", day).kind for day in days] == ["absent", "billable", "billable", "absent"]


def test_no_standing_changes_between_two_turns() -> None:
    standings = Standings({"G44.86": Span(dt.date(2021, 10, 1))})
    turns = standings.turns(DIAGNOSIS)
    some = random.Random(4).sample([code for code, flags in editions().codes() if len(set(flags)) > 1], 200)
    one = dt.timedelta(days=1)
    for start, after in itertools.pairwise(turns):
        for code in (*some, "G44.86", "M17.99", "M17.6"):
            first, last = standings.of(DIAGNOSIS, code, start), standings.of(DIAGNOSIS, code, after - one)
            assert first.kind == last.kind, (code, start, after)


def test_every_billable_code_of_2024_is_accepted_without_a_word(library: Library) -> None:
    codes = [code for code, flags in editions().codes() if BILLABLE in flags[1:3] and code != "G44.86"]
    assert len(codes) > 74_000
    for start in range(0, len(codes), AT_ONCE):
        some = codes[start : start + AT_ONCE]
        case = read(library, diagnoses=some)
        assert not case.doubts
        assert listed(case, "diagnoses").codes == set(some)


def test_every_heading_of_2024_is_accepted_and_told(library: Library) -> None:
    codes = [code for code, flags in editions().codes() if HEADING in flags[1:3] and BILLABLE not in flags[1:3]]
    for start in range(0, len(codes), AT_ONCE):
        some = codes[start : start + AT_ONCE]
        case = read(library, diagnoses=some)
        assert [(doubt.code, doubt.standing.kind) for doubt in case.doubts] == [(code, "heading") for code in some]
        assert listed(case, "diagnoses").complete


def mutations(count: int) -> list[str]:
    """Codes one character away from real ones, that no edition has."""
    held, drawn = editions(), random.Random(17)
    real = [code for code, _ in held.codes()]
    found: dict[str, None] = {}
    while len(found) < count:
        code = drawn.choice(real)
        at = drawn.randrange(4, 8)
        other = drawn.choice("0123456789ABDX")
        mutated = f"{code if '.' in code else code + '.'}"[:at] + other + code[at + 1 :]
        if "." in mutated and len(mutated) <= 8 and set(held.flags(mutated)) == {ABSENT}:
            found[mutated] = None
    return list(found)


def test_mutations_of_real_codes_are_refused_in_a_case_file_and_unknown_where_typed(library: Library) -> None:
    for code in mutations(400):
        with pytest.raises(InvalidInput, match="does not exist on 2024-06-01"):
            read(library, problem_list=[code])
        case = read(library, typed=True, diagnoses=["M17.11", code], problem_list=[code])
        diagnoses, problems = listed(case, "diagnoses"), listed(case, "problem_list")
        assert diagnoses.codes == {"M17.11"}
        assert not diagnoses.complete
        assert problems.codes == set()
        assert {doubt.path for doubt in case.doubts} == {"diagnoses[1]", "problem_list[0]"}


def test_a_code_of_which_nothing_is_known_is_left_out_and_not_refused(library: Library) -> None:
    case = read(library, service_date="2026-11-01", diagnoses=["M17.6", "I10"])
    assert listed(case, "diagnoses").codes == {"I10"}
    assert not listed(case, "diagnoses").complete
    assert [doubt.standing.kind for doubt in case.doubts] == ["unknown"]


def test_a_procedure_code_that_does_not_exist_is_unknown_where_typed(library: Library) -> None:
    case = read(
        library, typed=True, service_date="2019-06-01", lines=[{"code": "64624", "units": 1}, {"code": "64640"}]
    )
    first, second = case.lines
    assert ("code" in first.facts, first.billed, "units" in first.facts) == (False, "64624", True)
    assert ("code" in second.facts, second.billed) == (True, None)


def test_any_well_formed_procedure_code_is_accepted_and_a_near_miss_told(library: Library) -> None:
    codes = ["20610", "27447", "99213", "47383", "64604", "J1030"]
    case = read(library, lines=[{"code": code} for code in codes])
    assert [(doubt.path, doubt.code, doubt.near) for doubt in case.doubts] == [("lines[4].code", "64604", "64624")]


def test_one_edit_is_one_other_character_or_two_neighbours_exchanged() -> None:
    codes = ["64640", "64624"]
    assert [one_edit_away(code, codes) for code in ("64641", "46640", "64462", "64206", "99213")] == [
        "64640", "64640", "", "", "",
    ]  # fmt: skip


def test_a_fact_by_line_stands_on_the_case_or_on_its_lines(library: Library) -> None:
    lines = [{"code": "64640", "primary_medicare_covers": False}, {"code": "64640"}]
    case = read(library, primary_medicare_covers=True, lines=lines)
    assert ["primary_medicare_covers" in line.facts for line in case.lines] == [True, False]
    assert "primary_medicare_covers" in case.facts
    line = library.cases.schema()["$defs"]["Lines"]["properties"]
    assert {"code", "units", "modifiers", "primary_medicare_covers", "service_date_end"} <= set(line)
