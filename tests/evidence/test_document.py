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
    ("group-range", "Chong 2015: relief-group: 75 is in no group: group-1 is 50 to 74, group-2 above 75"),
    ("group-range", "Chong 2015: relief-group: group-2 is above 75 in one place and at least 75 in another"),
    ("time-point", "Yoon 2016: pain on a visual analogue scale: measured at month 9, and nothing is reported of it"),
    ("publisher", "the text says National Institute for Health and Clinical Excellence, its reference 11 National"),
    ("publisher", "the guideline of American Academy of Neurology 2021: the text names American Association of Neuro"),
    ("share-base", "Friedman 2012: positive response: 15 of 20, and the study declares no group of 20"),
    (
        "share-base",
        "Friedman 2012: positive response with borderline symptoms of chronic regional pain syndrome: 2 of 4",
    ),
    (
        "edition",
        "L35490 is cited in the edition of 2023-04-27, version 71; one of 2024-11-17 is known, before the edition",
    ),
    (
        "indication",
        "iovera: iovera-reimbursement names finding nerves by stimulation and relief of knee osteoarthritis",
    ),
    (
        "duration",
        "effect of freezing a nerve is said in different ways: the nerve has recovered in about 3 to 5 months",
    ),
    (
        "benefit-row",
        "Blue Cross Blue Shield of Michigan (BCBSM) publishes the document, and no row of the benefit",
    ),
    ("abbreviation", "defined and never used: AFCN, ISN, ITT, NCD, PIFP, SRO, TENS"),
    ("abbreviation", "used and never defined: ADL, CPT, FEV1, FVC, HCPCS, HMO, JUMP, LCD, MPS, MRI, OA, PCP, QOL, RCT"),
    ("abbreviation", "NCD is defined in 2 ways: national coverage determination, local coverage determination"),
]


@pytest.mark.parametrize(("check", "begins"), EXPECTED)
def test_what_is_wrong_is_found(check: str, begins: str, library: Library) -> None:
    packs = {one.name: read for one in library.packs.values() if (read := evidence_of(one)) is not None}
    found = findings(packs, PACK, dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    assert any(one.check == check and one.message.startswith(begins) for one in found)


NEW = ("group-range", "time-point", "publisher", "share-base", "edition", "indication", "duration", "benefit-row")


def test_nothing_else_is_found_by_the_checks_of_statements(library: Library) -> None:
    """Each of these was read in the documents; a further one would be a false alarm, or has to be read there first."""
    packs = {one.name: read for one in library.packs.values() if (read := evidence_of(one)) is not None}
    found = findings(packs, PACK, dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    expected = [(check, begins) for check, begins in EXPECTED if check in NEW]
    told = [one for one in found if one.check in NEW]
    assert len(told) == len(expected)
    page = findings(packs, "iovera-reimbursement", None, dt.date(2026, 1, 1))
    assert {one.check for one in page} == {"name", "indication", "duration", "abbreviation"}


def test_clauses_that_define_or_use_an_abbreviation_exist(library: Library) -> None:
    for pack in library.packs.values():
        read = evidence_of(pack)
        for one in read.statements.abbreviations if read else ():
            assert {*one.defined, *one.used} <= set(pack.clauses), one.short


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


def test_no_bar_of_the_picture_is_cut_and_no_label(library: Library) -> None:
    read = evidence_of(library.packs[PACK])
    assert read is not None
    above, below = drawn(read, "title", dt.date(2025, 1, 1), dt.date(2026, 1, 1)).axes
    low, high = above.get_ylim()
    values = [v for _, measure in pain_series(read) for v in measure.values if v.mean and v.sd]
    reach = [float(v.mean.value) + sign * float(v.sd.value) for v in values if v.mean and v.sd for sign in (-1, 1)]
    assert low < min(reach) < 0, "a bar passes the scale's end"
    assert 10 < max(reach) < high
    assert [tick for tick in above.get_yticks() if not 0 <= tick <= 10] == []
    labels = " ".join(label.get_text() for label in below.get_yticklabels())
    assert [trial.about for trial in read.trials if " ".join(trial.about.split()) not in " ".join(labels.split())] == []
