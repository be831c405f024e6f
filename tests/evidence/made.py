"""Evidence that a test writes, read as that of a pack."""

from __future__ import annotations

import dataclasses
import datetime as dt

from clausal.documents.load import load_library
from clausal.evidence.checks import findings
from clausal.evidence.model import Evidence
from clausal.evidence.read import evidence_of
from clausal.facts.source import parse_source
from clausal.rules.finding import Finding

TODAY = dt.date(2026, 1, 1)
EDITION = dt.date(2025, 1, 1)
_PACK = next(iter(load_library().packs.values()))


def evidence(text: str, name: str = "made") -> Evidence:
    pack = dataclasses.replace(_PACK, name=name, files={"evidence": parse_source(text, f"{name}/evidence.yaml")})
    read = evidence_of(pack)
    assert read is not None
    return read


def found(text: str, check: str, *others: Evidence) -> list[Finding]:
    """What one check finds."""
    packs = {one.pack: one for one in (evidence(text), *others)}
    return [one for one in findings(packs, "made", EDITION, TODAY) if one.check == check]


def study(lines: str, sizes: str = "{patients: 26}", design: str = "single-arm") -> str:
    body = "".join(f"    {line}\n" for line in lines.strip().splitlines())
    head = f"  - study: one\n    name: One 2020\n    design: {design}\n    topic: knee\n    sizes: {sizes}\n"
    return f"studies:\n{head}{body}"
