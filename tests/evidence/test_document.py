"""The evidence of the policy on cryoneurolysis: what is wrong with it is found from its numbers."""

from __future__ import annotations

import datetime as dt

import pytest

from clausal.documents.library import Library
from clausal.evidence.checks import findings
from clausal.evidence.plot import drawn, pain_series
from clausal.evidence.read import evidence_of

PACK = "bcbsm-cryoneurolysis"
EXPECTED = [
    ("percentage", "Chong 2015: adverse effects: 7.8 percent of 38"),
    ("percentage", "Grigsby 2021: better by two points or more at day 7: 64 percent of 26"),
    (
        "denominator",
        "Caporusso 2002: free of pain at two weeks: 38.7 percent cannot be of 20 patients, but can be of 31",
    ),
    ("average", "Chong 2015: no sizes of group-1 and group-2 give all averages of 38 at once"),
    ("test-design", "Yoon 2016: pain before and after: the wilcoxon rank sum test compares different people"),
    ("p-value", "Sepsas 2013: incidence of nausea: 0.05 < P < 0.1 is called significant"),
    ("summary", "Radnovich 2017: womac-total at 90 days: in the study the treatment was better"),
    ("summary", "the summary of headache limits the evidence to studies of one kind: 1 (case-series)"),
    ("name", "Dasa 2016: two different papers under one name"),
    ("trial", "NCT04191031 is listed as ongoing: its completion was due in 2021-09, before the edition"),
    ("trial", "NCT03774121 is listed as ongoing"),
    ("trial", "NCT03327220 (freezing before knee replacement) is not listed"),
    ("reference", "reference 13 (HAYES 2017) is cited nowhere"),
    ("reference", "guideline of American Academy of Neurology 2012 is named without a reference"),
]


@pytest.mark.parametrize(("check", "begins"), EXPECTED)
def test_what_is_wrong_is_found(check: str, begins: str, library: Library) -> None:
    packs = {one.name: read for one in library.packs.values() if (read := evidence_of(one)) is not None}
    found = findings(packs, PACK, dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    assert any(one.check == check and one.message.startswith(begins) for one in found)


def test_twelve_studies_seven_listed_trials_twenty_references(library: Library) -> None:
    read = evidence_of(library.packs[PACK])
    assert read is not None
    assert (len(read.studies), len(read.references), len(read.guidelines)) == (12, 20, 4)
    assert sum(trial.listed != "absent" for trial in read.trials) == 7


def test_the_picture_has_every_series_of_pain_and_every_trial(library: Library) -> None:
    read = evidence_of(library.packs[PACK])
    assert read is not None
    assert [study.name for study, _ in pain_series(read)] == ["Yoon 2016", "Caporusso 2002", "Chong 2015"]
    figure = drawn(read, "title", dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    above, below = figure.axes
    legend = above.get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 3
    assert len(below.get_yticks()) == 8
