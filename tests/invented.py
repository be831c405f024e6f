"""Invented packs written out for tests: each a document of one clause, its facts and its tables."""

from __future__ import annotations

from pathlib import Path

PACK = """\
pack: {name}
title: An invented policy
publisher: Example Health Plan
kind: coverage-policy
status: in-force
held: false
versions:
  - {{version: "1", effective: 2010-01-01, published: 2010-01-01}}
plans:
  {name}-plan: {{name: Invented plan, authorities: [{name}]}}
"""
CLAUSES = "- {clause: all, kind: normative, at: section 1, says: What the policy says., not_carried: invented}\n"


def write_pack(folder: Path, name: str, facts: str, **tables: str) -> Path:
    """Write a pack `name`, whose plan is `name-plan`; its rules cite the clause `all`, or those of `clauses`."""
    root = folder / name
    (root / "tables").mkdir(parents=True)
    (root / "pack.yaml").write_text(PACK.format(name=name))
    (root / "clauses.yaml").write_text(tables.pop("clauses", CLAUSES))
    (root / "facts.yaml").write_text(facts)
    for table, text in tables.items():
        (root / "tables" / f"{table}.yaml").write_text(text)
    return root
