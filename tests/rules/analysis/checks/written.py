"""A small pack around a table that a test writes, and what the checks find in it."""

from __future__ import annotations

from pathlib import Path

from clausal.documents.checks import findings
from clausal.documents.load import load_library
from clausal.rules.finding import Finding

PACK = """\
pack: example
title: Example policy
publisher: Example Health Plan
kind: coverage-policy
status: in-force
versions:
  - {version: "1", effective: 2020-01-01, published: 2019-11-01}
plans:
  example-plan: {name: Example plan, authorities: [example]}
"""
FACTS = """\
facts:
  weeks: {type: number, whole: true, at_least: 0, about: Weeks of symptoms., question: How many weeks?, case: weeks}
  share: {type: number, at_least: 0, at_most: 100, about: Relief in percent., question: How much?, case: share}
  tried: {type: flag, about: Whether it was tried., question: Was it tried?, case: tried}
  grade: {type: choice, values: [mild, severe], about: Grade., question: Which grade?, case: grade}
"""
CLAUSES = "- {clause: one, kind: normative, at: section 1, says: A criterion.}\n"


def rule(name: str, when: str, then: str = "{finding: covered}", extra: str = "", cites: str = "[one]") -> str:
    return f"  - rule: {name}\n{extra}    when: {when}\n    then: {then}\n    cites: {cites}\n"


def table(*rules: str, hit: str = "first", answers: str = "{authority: example}", extra: str = "") -> str:
    return f"table: policy\n{extra}answers: {answers}\nhit: {hit}\nrules:\n{''.join(rules)}"


def write(folder: Path, *tables: str, facts: str = FACTS, clauses: str = CLAUSES, pack: str = PACK) -> Path:
    root = folder / "example"
    (root / "tables").mkdir(parents=True)
    (root / "pack.yaml").write_text(pack)
    (root / "facts.yaml").write_text(facts)
    (root / "clauses.yaml").write_text(clauses)
    for number, text in enumerate(tables):
        (root / "tables" / f"{number}.yaml").write_text(text.replace("table: policy", f"table: policy-{number}"))
    return root


def found(folder: Path, *tables: str, check: str, notes: bool = False, **files: str) -> list[Finding]:
    """What one check finds in a pack of these tables."""
    write(folder, *tables, **files)
    every = findings(load_library([folder]), ["example"])
    return [one for one in every if one.check == check and (notes or one.severity != "note")]
