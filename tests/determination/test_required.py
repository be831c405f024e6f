"""What follows beside coverage: what is approved, a reason of a rule's own, prior authorization, documents."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.decide import decide
from clausal.determination.model import Line
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, batch_of, by_column
from tests.invented import write_pack

FACTS = """
codes: {64633: one, 64635: another}
facts:
  pain_relief: {type: number, whole: true, at_least: 0, at_most: 100, about: P., question: P?, case: pain_relief}
  repeated: {type: flag, about: R., question: R?, case: repeated}
  inpatient: {type: flag, about: I., question: I?, case: inpatient}
"""
POLICY = """
table: policy
answers: {authority: required}
hit: first
when: {code: 64633}
rules:
  - {rule: too-soon, when: {repeated: true, pain_relief: {below: 20}}, cites: [all],
     then: {finding: not-medically-necessary, denial: too-often}}
  - {rule: no-relief, when: {pain_relief: {below: 50}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: again, when: {repeated: true}, cites: [all],
     then: {finding: covered, approve: {for: {months: 6}, units: 2}}}
  - {rule: first, then: {finding: covered, approve: {for: {months: 1}, visits: 1}}, cites: [all]}
"""
AUTHORIZATION = """
table: authorization
answers: {authorization: required}
hit: first
rules:
  - {rule: stays, when: {code: 64633, inpatient: true}, then: {required: false}, cites: [all]}
  - {rule: needed, when: {code: 64633}, cites: [all],
     then: {required: true, decided_by: Example Reviews, for_whom: all providers, valid: {days: 90}, says: by portal}}
"""
DOCUMENTS = """
table: documents
answers: {documents: required}
hit: collect
rules:
  - {rule: note, when: {code: 64633}, cites: [all],
     then: {document: visit-note, says: the note of the visit, why: it shows the pain, when: with-request}}
  - {rule: earlier, when: {code: 64633, repeated: true}, cites: [all],
     then: {document: scores, says: scores before and after, when: with-claim}}
"""
DENIALS = "too-often: {carc: '119', rarc: [N130], says: too often}\n"


@pytest.fixture(scope="module")
def required(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    root = write_pack(folder, "required", FACTS, policy=POLICY, authorization=AUTHORIZATION, documents=DOCUMENTS)
    (root / "denials.yaml").write_text(DENIALS)
    return load_library([folder])


def line(library: Library, **case: Any) -> Line:
    whole = {"service_date": "2024-05-01", "plan": "required-plan", "lines": [{"code": "64633"}], **case}
    return decide(library, library.cases.read(Source("case", whole)), AS_OF).lines[0]


def test_what_is_approved_is_told_where_it_is_settled(required: Library) -> None:
    first = line(required, pain_relief=80, repeated=False).approval
    assert first is not None
    assert (str(first.length), first.units, first.visits) == ("LengthSaid(number=1, unit='months')", None, 1)
    again = line(required, pain_relief=80, repeated=True).approval
    assert again is not None
    assert again.length is not None
    assert (again.length.number, again.length.unit, again.units, again.visits) == (6, "months", 2, None)
    unknown = line(required, pain_relief=80)
    assert (unknown.status, unknown.approval, unknown.reason_needs) == ("covered", None, ["repeated"])
    assert line(required, pain_relief=10, repeated=True).approval is None


def test_a_rule_gives_a_reason_of_its_own(required: Library) -> None:
    def reasons(**case: Any) -> list[str]:
        return [one.reason for one in line(required, **case).denials]

    assert reasons(pain_relief=10, repeated=True) == ["too-often"]
    assert reasons(pain_relief=10, repeated=False) != ["too-often"]
    unknown = line(required, pain_relief=10)
    assert (unknown.status, unknown.denial, unknown.needs) == ("not-covered", None, ["repeated"])
    assert unknown.needs == unknown.reason_needs


def test_whether_authorization_is_required_and_of_whom(required: Library) -> None:
    said = line(required, inpatient=False, prior_authorization="A1").authorization
    assert said is not None
    assert (said.requirement, said.decided_by, said.for_whom) == ("required", "Example Reviews", "all providers")
    assert said.valid is not None
    assert (said.valid.number, said.valid.unit, said.number_given) == (90, "days", True)
    assert said.clauses == ["required#all"]
    stays = line(required, inpatient=True).authorization
    assert stays is not None
    assert (stays.requirement, stays.needs) == ("not-required", [])
    hangs = line(required).authorization
    assert hangs is not None
    assert (hangs.requirement, hangs.needs) == ("open", ["inpatient"])
    silent = line(required, lines=[{"code": "64635"}]).authorization
    assert silent is not None
    assert (silent.requirement, silent.rules) == ("not-said", [])


def test_which_documents_are_to_be_sent(required: Library) -> None:
    def wanted(**case: Any) -> list[tuple[str, str, list[str]]]:
        return [(one.document, one.when, one.needs) for one in line(required, **case).documents]

    assert wanted(repeated=False) == [("visit-note", "with-request", [])]
    assert wanted(repeated=True) == [("visit-note", "with-request", []), ("scores", "with-claim", [])]
    assert wanted() == [("visit-note", "with-request", []), ("scores", "with-claim", ["repeated"])]


def test_by_column_the_same_is_told(required: Library, schedules: Schedules) -> None:
    kernel = Kernel(required, schedules, Options(AS_OF))
    choices = itertools.product((None, 10, 80), (None, True, False), (None, True, False), ("64633", "64635"))
    cases = [
        {
            "service_date": "2024-05-01", "plan": "required-plan", "lines": [{"code": code}],
            **({"pain_relief": relief} if relief is not None else {}),
            **({"repeated": repeated} if repeated is not None else {}),
            **({"inpatient": inpatient} if inpatient is not None else {}),
        }
        for relief, repeated, inpatient, code in choices
    ]  # fmt: skip
    assert by_column(kernel, required, cases)
    told = kernel(batch_of(required, cases)).to_pylist()
    for case, row in zip(cases, told, strict=True):
        alone = line(required, **case)
        assert alone.authorization is not None
        assert row["authorization"] == alone.authorization.requirement
        assert row["decided_by"] == alone.authorization.decided_by
        assert (row["documents"] or "").split() == [one.document for one in alone.documents if not one.needs]
        assert (row["denial"], row["status"]) == (alone.denial.reason if alone.denial else None, alone.status)
        assert bool(row["approved"]) == (alone.approval is not None)


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        ("policy", POLICY.replace("months: 6", "months: 0"), "'0' months is no length"),
        ("policy", POLICY.replace("{months: 6}", "soon"), "a length of time has one unit"),
        ("policy", POLICY.replace("units: 2", "unit: 2"), "unknown key 'unit'"),
        ("policy", POLICY.replace("units: 2", "units: many"), "'many' is not a number of units"),
        ("policy", POLICY.replace("finding: covered, approve", "finding: excluded, approve"), "approves nothing"),
        ("policy", POLICY.replace("necessary, denial", "necessary, denials"), "unknown key 'denials'"),
        ("policy", POLICY.replace("denial: too-often", "denial: too-offen"), "unknown denial reason 'too-offen'"),
        ("policy", POLICY.replace("not-medically-necessary, denial", "covered, denial"), "denies nothing"),
        (
            "authorization",
            AUTHORIZATION.replace("required: false", "required: perhaps"),
            "'perhaps' is not true or false",
        ),
        ("authorization", AUTHORIZATION.replace("{required: false}", "{says: none}"), "tells whether it is `required`"),
        ("documents", DOCUMENTS.replace("with-claim", "with-claims"), "unknown when 'with-claims'"),
        ("documents", DOCUMENTS.replace("document: scores, ", ""), "a document needs `document`"),
    ],
)
def test_what_is_no_such_conclusion_is_told(tmp_path: Path, table: str, text: str, message: str) -> None:
    tables = {"policy": POLICY, "authorization": AUTHORIZATION, "documents": DOCUMENTS, table: text}
    root = write_pack(tmp_path, "required", FACTS, **tables)
    (root / "denials.yaml").write_text(DENIALS)
    with pytest.raises(InvalidInput, match=message) as raised:
        load_library([tmp_path])
    assert all(problem.place.line for problem in raised.value.problems)
