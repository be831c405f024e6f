"""The checks of evidence, on made-up numbers: each finds what is wrong, and nothing where nothing is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clausal.evidence.checks import NAMES
from clausal.evidence.model import Figure
from clausal.evidence.whole import counts_for
from clausal.problems import InvalidInput
from tests.evidence.made import evidence, found, study


def share(percent: str, sizes: str = "{patients: 26}", rest: str = "of: patients") -> str:
    return study(f'shares: [{{what: better, percent: "{percent}", {rest}}}]', sizes)


@pytest.mark.parametrize("percent", ["64", "70", "3", "100.5", "99"])
def test_fail_percentage_that_no_whole_number_gives(percent: str) -> None:
    (one,) = found(share(percent), "percentage")
    assert one.place.line == 7
    assert percent in one.message


@pytest.mark.parametrize("percent", ["0", "4", "50", "50.0", "61.5", "65.4", "100"])
def test_success_percentage_of_a_whole_number(percent: str) -> None:
    assert not found(share(percent), "percentage")


def test_every_count_gives_a_percentage_that_is_possible() -> None:
    for of in range(1, 60):
        for count in range(of + 1):
            for decimals in (0, 1):
                value = round(Decimal(count) * 100 / of, decimals)
                assert count in counts_for(Figure(value, decimals), of)


def test_fail_percentage_beside_another_count() -> None:
    (one,) = found(share("7.8", "{patients: 38}", "count: 3, of: patients"), "percentage")
    assert "cut off, not rounded" in one.message
    (one,) = found(share("12", "{patients: 38}", "count: 3, of: patients"), "percentage")
    assert "3 of 38 are 7.9 percent" in one.message


def test_fail_denominator_that_changes_between_sentences() -> None:
    text = share("38.7", "{patients: 20, neuromas: 31}")
    (one,) = found(text, "denominator")
    assert "can be of 31 neuromas (12 of them)" in one.message
    assert not found(text, "percentage")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("arms: [{arm: a, n: 24}, {arm: b, n: 23}]", "makes 47, not 26"),
        ("splits: [{what: nerve, of: patients, parts: {one: 20, two: 5}}]", "the parts make 25, not 26"),
        ('splits: [{what: outcome, of: patients, percents: {a: "50.0", b: "38.5"}}]', "the percentages make 88.5"),
        ("shares: [{what: better, count: 27, of: patients}]", "more than all"),
    ],
)
def test_fail_denominator_that_parts_do_not_make(lines: str, says: str) -> None:
    assert any(says in one.message for one in found(study(lines), "denominator"))


def test_success_denominator_that_parts_make() -> None:
    lines = (
        "arms: [{arm: a, n: 13}, {arm: b, n: 13}]\n"
        'splits: [{what: outcome, of: patients, parts: {x: 10, y: 16}, percents: {x: "38.5", y: "61.5"}}]'
    )
    assert not found(study(lines), "denominator")


AVERAGE = 'averages: [{{what: relief, of: patients, partition: p, total: "{}", parts: {{a: "{}", b: "{}"}}}}{}]'


def test_fail_average_outside_its_groups() -> None:
    (one,) = found(study(AVERAGE.format("80", "60", "70", "")), "average")
    assert "80 for all lies outside its groups" in one.message


def test_fail_average_that_groups_of_a_stated_size_do_not_give() -> None:
    lines = "splits: [{what: sex, of: patients, parts: {a: 6, b: 20}}]\n" + AVERAGE.format("65", "60", "70", "")
    (one,) = found(study(lines), "average")
    assert "groups of 6 and 20 do not give it" in one.message


def test_fail_averages_that_need_different_sizes_of_the_same_groups() -> None:
    second = ', {what: months, of: patients, partition: p, total: "5.0", parts: {a: "4.0", b: "8.0"}}'
    (one,) = found(study(AVERAGE.format("65.0", "60.0", "70.0", second)), "average")
    assert "no sizes of a and b give all averages of 26 at once" in one.message


def test_success_averages_that_one_size_gives() -> None:
    second = ', {what: months, of: patients, partition: p, total: "6.0", parts: {a: "4.0", b: "8.0"}}'
    assert not found(study(AVERAGE.format("65.0", "60.0", "70.0", second)), "average")
    three = 'averages: [{what: x, of: patients, total: "2.0", parts: {a: "1.0", b: "2.0", c: "3.0"}}]'
    assert not found(study(three), "average")


@pytest.mark.parametrize(("change", "wrong"), [("3.8", False), ("-3.8", False), ("3.7", False), ("4.8", True)])
def test_change(change: str, *, wrong: bool) -> None:
    lines = f'changes: [{{what: pain, before: "8", after: "4.2", change: "{change}"}}]'
    assert bool(found(study(lines), "change")) == wrong


@pytest.mark.parametrize(
    ("value", "wrong"),
    [('mean: "10.6"', True), ('mean: "9.9", sd: "3.1"', True), ('mean: "2.3", sd: "2.5"', False), ('mean: "0"', False)],
)
def test_scale(value: str, *, wrong: bool) -> None:
    lines = f"measures: [{{measure: vas, scale: [0, 10], values: [{{months: 1, {value}}}]}}]"
    assert bool(found(study(lines), "scale")) == wrong


@pytest.mark.parametrize(
    ("test", "design", "wrong"),
    [
        ("test: wilcoxon-rank-sum, compares: before-after", "single-arm", True),
        ("test: Mann Whitney, compares: before-after", "single-arm", True),
        ("test: wilcoxon-signed-rank, compares: before-after", "single-arm", False),
        ("test: paired-t, compares: groups", "randomized", True),
        ("test: wilcoxon-rank-sum, compares: groups", "randomized", False),
        ("compares: groups", "single-arm", True),
        ("compares: before-after", "single-arm", False),
    ],
)
def test_design_of_a_test(test: str, design: str, *, wrong: bool) -> None:
    assert bool(found(study(f"tests: [{{what: pain, {test}}}]", design=design), "test-design")) == wrong


@pytest.mark.parametrize(
    ("p", "called", "wrong"),
    [
        ('{above: "0.05", below: "0.1"}', "significant", True),
        ('{is: "0.08"}', "significant", True),
        ('"0.05 < P < 0.1"', "significant", True),
        ('"P > .05"', "significant", True),
        ('{below: "0.05"}', "significant", False),
        ('"<0.05"', "significant", False),
        ('"P = 0.03"', "significant", False),
        ("0.2", "not-significant", False),
        ('{is: "0.01"}', "not-significant", True),
        ('{is: "1.2"}', "significant", True),
        ('{below: "0.1"}', "significant", False),
    ],
)
def test_p_value(p: str, called: str, *, wrong: bool) -> None:
    assert bool(found(study(f"tests: [{{what: pain, p: {p}, called: {called}}}]"), "p-value")) == wrong


SUMMARY = "summaries:\n  - {{summary: s, topic: knee, says: gist, {}}}\n"


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        ("counts: {studies: 2}", True),
        ("counts: {studies: 1}", False),
        ("designs: {randomized: 1}", True),
        ("designs: {single-arm: 1}, only: true", False),
        ("designs: {randomized: 0}, only: true", True),
        ("sizes: {single-arm: 30}", True),
        ("sizes: {single-arm: 26}", False),
        ("claims: [{measure: any, days: 90, significant: false}]", True),
        ("claims: [{measure: any, days: 60, significant: false}]", False),
        ("claims: [{measure: pain, days: 90, favours: treatment}]", False),
        ("claims: [{measure: stay, favours: treatment}]", True),
    ],
)
def test_summary(says: str, *, wrong: bool) -> None:
    lines = (
        "findings: [{measure: pain, days: 90, favours: treatment, significant: true}, "
        "{measure: stay, favours: control}, {measure: pain, days: 60, favours: none, significant: false}]"
    )
    assert bool(found(study(lines) + SUMMARY.format(says), "summary")) == wrong


def test_trials() -> None:
    text = (
        "trials:\n"
        "  - {trial: NCT1, listed: ongoing, completion: 2023-03}\n"
        "  - {trial: NCT2, listed: ongoing, completion: 2027-03}\n"
        "  - {trial: NCT3, listed: ongoing, completion: 2027-03, known: {status: terminated, date: 2025-06}}\n"
        "  - {trial: NCT4, listed: unpublished, completion: 2020-03}\n"
        "  - {trial: NCT5, listed: ongoing, completion: 2025-11}\n"
    )
    told = [one.message for one in found(text, "trial")]
    assert [message.split(" ")[0] for message in told] == ["NCT1", "NCT3", "NCT5"]
    assert "before the edition of 2025-01-01" in told[0]
    assert "terminated (2025-06)" in told[1]
    assert told[2].endswith("its completion was due in 2025-11")


REFERENCES = """\
references:
  - {reference: "1", name: One 2020, year: 2020, journal: Knee, volume: "3", pages: 1-4}
  - {reference: "2", name: Two 2019, year: 2019, journal: Pain, volume: "5", pages: 7-9}
"""


def test_references_without_a_citation_and_citations_without_an_entry() -> None:
    text = REFERENCES + study('references: ["1", "3"]')
    assert [one.message for one in found(text, "reference")] == [
        "reference 3 is cited, and the list has no such entry",
        "reference 2 (Two 2019) is cited nowhere",
    ]
    assert not found(text.replace('"3"]', '"2"]'), "reference")[1:]


def test_names_over_two_documents() -> None:
    paper = 'references: [{{reference: "9", name: One 2020, year: 2020, journal: {}, volume: "{}", pages: {}}}]'
    other = evidence(paper.format("Reports", "1", "1-4"), "other")
    (one,) = found(REFERENCES, "name", other)
    assert "two different papers under one name" in one.message
    (one,) = found(REFERENCES, "name", evidence(paper.format("The Knee", "4", "1-4"), "other"))
    assert "cited in two ways" in one.message
    assert not found(REFERENCES, "name", evidence(paper.format("The Knee", "3", "1-4"), "other"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (study("shares: [{what: a, percent: many, of: patients}]"), "7:24: 'many' is not a number"),
        (study('shares: [{what: a, percent: "5", of: patient}]'), "7:38: unknown size or arm of this study 'patient'"),
        (study("tests: [{what: a, p: small}]"), "'small' is not a P value"),
        (study("", design="randomised"), "unknown design 'randomised' (studies[0].design); did you mean 'randomized'?"),
        ("trials: [{trial: NCT1, listed: running}]", "unknown state of a trial 'running'"),
        ("studys: []", "unknown key 'studys'"),
        ("- a list", "evidence is a mapping"),
    ],
)
def test_bad_evidence_tells_where_and_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        evidence(text)
    assert says in str(raised.value)


def test_every_check_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) == 20


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (
            study("splits: [{what: k, of_n: 30, parts: {a: 10, b: 20}}]\n" + AVERAGE.format("62", "60", "70", "")),
            "average",
        ),
        ("trials: [{trial: NCT1, listed: ongoing, completion: 2030-05, known: {status: recruiting}}]", "trial"),
        (study('tests: [{what: pain, p: "0.05", called: significant}]'), "p-value"),
    ],
)
def test_no_false_alarm(text: str, check: str) -> None:
    assert not found(text, check)


def test_one_journal_under_two_names_is_one_journal() -> None:
    paper = 'references: [{{reference: "9", name: One 2020, journal: {}, volume: "35", pages: 1-4}}]'
    others = evidence(paper.format("Journal of Arthroplasty"), "other")
    assert not found(paper.format("J Arthroplasty"), "name", others)


def test_a_percentage_that_is_cut_off_is_a_note() -> None:
    (one,) = found(share("65.3"), "percentage")
    assert one.severity == "note"
    assert "only 17 of 26 can give it" in one.message


@pytest.mark.parametrize(
    "text",
    [
        study('shares: [{what: a, percent: "61.53846153846153846153846153846", of: patients}]'),
        study("follow_up: 3 months"),
        study("cites: 5"),
        study("arms: 5"),
        study("measures: [{measure: a, scale: [10, 0]}]"),
        study("measures: [{measure: a, measured: [0, 7]}]"),
        study("measures: [{measure: a, measured: {fortnights: [0, 7]}}]"),
        study("partitions: [a, b]"),
        study("partitions: {age: {young: {under: 40}}}"),
        study("partitions: {age: {young: {to: 40, below: 41}}}"),
        study("partitions: {age: {young: {to: forty}}}"),
        study("partitions: {age: {young: {to: 40, elsewhere: 41}}}"),
        study("partitions: {age: 5}"),
        "guidelines: [{guideline: g, publisher: A, with: {also: B}}]",
        "editions: [{cited: {effective: 2023-04-27}}]",
        "editions: [{document: D, cited: {effective: 2023-13}}]",
        "editions: [{document: D, cited: 2023-04-27}]",
        "editions: [{document: D, known: {effective: 2023-04-27}}]",
        "editions: [{document: D, cited: {since: 2023-04-27}}]",
        "clearances: [{indications: [a]}]",
        "clearances: [{device: D, indications: a}]",
        "clearances: [{device: D, known: K1}]",
        "clearances: [{device: D, known: [{number: K1, adds: knees}]}]",
        "durations: [{duration: d}]",
        "durations: [{duration: d, months: 3, days: 90}]",
        "durations: [{duration: d, months: {up_to: 3}}]",
        "publishers: [{abbreviated: A}]",
        "benefits: [{publisher: A}]",
        "abbreviations: [{defined: [a]}]",
        "abbreviations: 5",
        "open_questions: [abc]",
        "trials: [{trial: NCT1, listed: ongoing, completion: 2023-02-31}]",
        'trials: [{trial: NCT1, listed: ongoing, completion: "9999"}]',
        "studies: 5",
    ],
)
def test_odd_input_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"made/evidence.yaml:\d+:\d+: "):
        evidence(text)
