"""A small invented pack, and how a test changes one of its files."""

from __future__ import annotations

from pathlib import Path

PACK = """\
pack: example-policy
title: Example policy
publisher: Example Health Plan
kind: coverage-policy
status: in-force
versions:
  - {version: "1", effective: 2024-01-01, published: 2023-11-01}
  - {version: "2", effective: 2025-01-01, published: 2024-11-01}
plans:
  example-plan: {name: Example plan, authorities: [example-policy]}
"""
CLAUSES = """\
- clause: covered
  kind: normative
  at: section 1
  says: Covered from the second year on.
"""
TABLE = """\
table: policy
answers: {authority: example-policy}
hit: unique
rules:
  - rule: not-yet
    in_force: {from: 2024-01-01, to: 2024-12-31}
    when: {modality: cryoneurolysis}
    then: {finding: investigational}
    cites: [covered]
  - rule: now-covered
    in_force: {from: 2025-01-01}
    when: {modality: cryoneurolysis}
    then: {finding: covered}
    cites: [covered]
"""


def write_pack(folder: Path, **changed: str) -> Path:
    """Write the pack; `pack`, `clauses`, `table`, `facts` replace a file's text."""
    texts = {"pack": PACK, "clauses": CLAUSES, "table": TABLE} | changed
    root = folder / "example-policy"
    (root / "tables").mkdir(parents=True)
    for name, text in texts.items():
        path = root / ("tables/policy.yaml" if name == "table" else f"{name}.yaml")
        path.write_text(text)
    return root
