"""What stands in the facts and the table of a new pack until a person writes them: an example of each form, to fill in.

Every line is a comment, so that a pack answers nothing by an example that was left in it.
"""

from __future__ import annotations

MARK = "#~"
"""Stands before every line of an example."""
_FACTS = """\
Facts that the rules test and no other pack declares; `clausal schema case` lists what is there.
docs/tables.md has every form. Take the mark before the lines that are of use, and strike the rest.
---
codes:
  L3908: wrist brace, not molded, prefabricated
value_sets:
  injury: {of: [S60-S69], but: [S68.-]}
facts:
  # asked for, or found in a case under its `case`
  symptom_weeks:
    {type: number, whole: true, about: Weeks of symptoms., question: For how many weeks?, case: symptom_weeks}
  therapy_failed: {type: flag, about: Therapy did not help., question: Did therapy fail?, case: therapy_failed}
  rest_failed: {type: flag, about: Rest did not help., question: Did rest fail?, case: rest_failed}
  # computed from other facts: days, weeks, full_ and begun_ months and years, minus, percent_less, count
  failed: {type: number, whole: true, about: What failed., from: {count: [therapy_failed, rest_failed]}}
  # gathered over the lines of the claim, and over earlier services of the patient
  braces_of_day:
    {type: number, about: Braces of the day., of_claim: {sum: units, where: {code: L3908}, same: [service_date]}}
  braces_before:
    type: number
    about: Days on which a brace was given within three years.
    of_history: {count: days, where: {code: L3908}, same: [patient], within: {years: 3}}
"""
_POLICY = """\
What the document decides, as criteria. A table of plain rules has `hit: first` or `unique` and `rules` instead
(CONTRIBUTING.md). `cites` names clauses of clauses.yaml. Take the mark before the lines that are of use.
---
table: policy
answers: {authority: NAME}
hit: criteria
when: {code: [L3908, unassigned]}
met: {finding: covered, approve: {for: {months: 6}, units: 2}}
unmet: {finding: not-medically-necessary, cites: [CLAUSE]}
criteria:
  - {criterion: long-enough, test: {symptom_weeks: {at_least: 6}}, cites: [CLAUSE]}
  - criterion: failed
    any:
      - {test: {failed: {at_least: 2}}, cites: [CLAUSE]}
      - {test: {diagnoses: {any_of: "@injury"}, age: {at_least: 65}}, cites: [CLAUSE]}
  - {criterion: dose, test: {braces_of_day: {at_most: 2}}, cites: [CLAUSE]}
  - criterion: not-again
    test: {braces_before: 0}
    cites: [CLAUSE]
    unmet: {finding: not-medically-necessary, denial: beyond-frequency}
"""
_REQUIRED = """\
Whether prior authorization is required, if the document says so; `answers: {documents: NAME}` tells what to send.
---
table: authorization
answers: {authorization: NAME}
rules:
  - {rule: braces, when: {code: L3908}, then: {required: true, valid: {days: 90}}, cites: [CLAUSE]}
"""


def templates(name: str) -> dict[str, str]:
    """The files of facts and tables of a new pack, by name: examples in comments."""
    texts = {"facts.yaml": _FACTS, "tables/policy.yaml": _POLICY, "tables/authorization.yaml": _REQUIRED}
    return {file: _commented(text.replace("NAME", name)) for file, text in texts.items()}


def _commented(text: str) -> str:
    """Prose as `# ...`, what can be used as `#~...`: without the mark it is YAML."""
    prose, _, example = text.partition("---\n")
    lines = [*(f"# {line}" for line in prose.splitlines()), *(f"{MARK}{line}" for line in example.splitlines())]
    return "\n".join(lines) + "\n"
