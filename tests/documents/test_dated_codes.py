"""Packs say since when and until when codes exist, and which facts may differ by line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clausal.documents.load import load_library
from clausal.facts.vocabulary import Span
from clausal.problems import InvalidInput
from tests.documents.packs import write_pack

FACT = "facts:\n  weeks: {type: number, whole: true, about: Weeks., case: weeks, by_line: true}\n"


def test_a_code_is_a_label_or_has_its_dates_with_it(tmp_path: Path) -> None:
    facts = """\
codes:
  L3908: wrist brace
  L3909: {says: another brace, from: 2023-01-01, to: 2024-12-31}
  M17.6: {from: 2026-10-01}
  M17.9: a knee
"""
    vocabulary = load_library([write_pack(tmp_path, facts=facts)]).vocabulary
    assert (vocabulary.codes["L3908"], vocabulary.codes["L3909"]) == ("wrist brace", "another brace")
    assert not {"M17.6", "M17.9"} & set(vocabulary.codes)
    assert vocabulary.diagnoses["M17.9"] == "a knee"
    assert "M17.6" not in vocabulary.diagnoses
    assert vocabulary.dates["L3909"] == Span(dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    assert vocabulary.dates["M17.6"] == Span(dt.date(2026, 10, 1))
    assert "L3908" not in vocabulary.dates


BAD = {
    "no date": (
        "codes:\n  L3908: {says: brace, from: 2023}\n",
        "2:24: '2023' is not a date (codes.L3908.from); write it as year-month-day",
    ),
    "another key": (
        "codes:\n  L3908: {label: brace}\n",
        "2:11: unknown key 'label' (codes.L3908.label); expected one of says, from, to",
    ),
    "the end before the start": (
        "codes:\n  L3908: {says: brace, from: 2024-01-01, to: 2023-01-01}\n",
        "2:3: 'L3908' ends before it begins (codes.L3908)",
    ),
    "a diagnosis without anything": (
        "codes:\n  M17.6: {}\n",
        "2:3: diagnosis code 'M17.6' stands here without dates or a label (codes.M17.6); from, to, or what it says",
    ),
    "dated otherwise elsewhere": (
        'codes:\n  "64624": {says: x, from: 2021-01-01}\n',
        "2:3: another pack dates '64624' otherwise (codes.64624); date a code in one place",
    ),
    "yes without no": (
        FACT + "  brace:\n    {type: choice, values: [worn, not-worn], about: Brace., case: brace, yes: worn}\n",
        "4:74: yes and no stand together, and mean two values (facts.brace.yes)",
    ),
    "yes to no value": (
        FACT + "  brace: {type: choice, values: [worn, bare], about: Brace., case: brace, yes: wore, no: bare}\n",
        "3:75: unknown value 'wore' (facts.brace.yes); did you mean 'worn'?",
    ),
    "yes to a number": (
        FACT.replace("case: weeks", "case: weeks, yes: 1, no: 0"),
        "2:66: `yes` belongs to a choice, and 'weeks' is none (facts.weeks.yes)",
    ),
    "what is done, and no question": (
        FACT.replace("case: weeks", "case: weeks, what_is_done: true"),
        "2:66: 'weeks' cannot be asked for (facts.weeks.what_is_done); it needs a `question` and a `case`",
    ),
    "a line has the key": (
        FACT.replace("case: weeks", "case: member.units"),
        "2:73: a line has a key 'units' already (facts.weeks.by_line)",
    ),
    "by line without a place": (
        FACT.replace(", case: weeks", ""),
        "2:53: 'weeks' cannot be given by line (facts.weeks.by_line); "
        "it needs a `case` outside `lines[]`, and is not required",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    facts, expected = BAD[name]
    root = write_pack(tmp_path, facts=facts)
    with pytest.raises(InvalidInput) as refused:
        load_library([root])
    assert f"{root / 'facts.yaml'}:{expected}" in [str(problem) for problem in refused.value.problems]


def test_any_fact_may_be_given_by_line(tmp_path: Path) -> None:
    library = load_library([write_pack(tmp_path, facts=FACT)])
    assert library.vocabulary.facts["weeks"].varies_by_line
    assert "weeks" in library.cases.schema()["$defs"]["Lines"]["properties"]
