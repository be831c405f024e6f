"""A choice of one pack that another pack gives further values."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.load import load_library
from clausal.facts.read_vocabulary import VocabularyReader
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput

FIRST = """facts:
  nerve: {type: choice, about: Nerve., case: nerve, values: {ulnar: Ulnar, median: Median}}
  weeks: {type: number, about: Weeks.}
"""


def read(*texts: str) -> VocabularyReader:
    reader = VocabularyReader({})
    for at, text in enumerate(texts):
        reader.take(parse_source(text, f"{at}/facts.yaml"))
    reader.extend()
    return reader


@pytest.mark.parametrize("first", [True, False])
def test_it_has_both_whatever_the_order_of_the_packs(first: bool) -> None:
    more = "more_values:\n  nerve: {sural: Sural}\n"
    found = read(*((FIRST, more) if first else (more, FIRST))).result().facts["nerve"]
    assert dict(found.values) == {"ulnar": "Ulnar", "median": "Median", "sural": "Sural"}


def test_two_packs_may_add_the_same() -> None:
    more = "more_values:\n  nerve: {sural: Sural}\n"
    assert list(read(FIRST, more, more).result().facts["nerve"].values) == ["ulnar", "median", "sural"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("nerve: {ulnar: Another}", "'nerve' has a value 'ulnar' already, which means something else"),
        ("weeks: {few: Few}", "'weeks' has no list of values to add to"),
        ("nerves: {sural: Sural}", "unknown fact 'nerves'; did you mean 'nerve'"),
        ("nerve: [sural]", "`more_values` maps each value to its label"),
        ("nerve: {}", "`more_values` maps each value to its label"),
    ],
)
def test_what_cannot_be_added_is_told(more: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(FIRST, f"more_values:\n  {more}\n").result()
    (told,) = map(str, caught.value.problems)
    assert told.startswith("1/facts.yaml:2:")
    assert message.split(";")[0] in told


def test_a_pack_tests_the_value_that_it_added_and_a_case_may_state_it(tmp_path: Path) -> None:
    pack = tmp_path / "more"
    (pack / "tables").mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "pack: more\ntitle: More\npublisher: P\nkind: coverage-policy\nstatus: in-force\n"
        "versions: [{version: one, effective: 2024-01-01, published: 2024-01-01}]\n"
    )
    (pack / "facts.yaml").write_text("more_values:\n  modality: {laser: Light of a laser}\n")
    (pack / "clauses.yaml").write_text("- {clause: one, kind: normative, at: first, says: A laser is not covered.}\n")
    (pack / "tables" / "policy.yaml").write_text(
        "table: policy\nanswers: {authority: more}\nrules:\n"
        "  - {rule: laser, when: {modality: laser}, then: {finding: excluded}, cites: [one]}\n"
    )
    library = load_library([pack])
    assert library.vocabulary.facts["modality"].values["laser"] == "Light of a laser"
    case = library.cases.read(parse_source("service_date: 2024-05-01\nmodality: laser\n", "case.yaml"))
    assert case.text("modality") == "laser"
