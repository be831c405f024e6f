"""What the names in a run's results mean, in words: results and counts hold the names alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clausal.claims.counted import OTHERS
from clausal.claims.summary import Summary
from clausal.coding.edits import EDITS
from clausal.coverage import warnings
from clausal.documents.library import View


@dataclass(frozen=True)
class Worded:
    """Words by name, for each kind of name. A name that is not there stands for itself."""

    facts: Mapping[str, str] = field(default_factory=dict)
    """Each fact as a person is asked for it."""
    findings: Mapping[str, str] = field(default_factory=dict)
    denials: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, str] = field(default_factory=dict)
    caveats: Mapping[str, str] = field(default_factory=dict)
    """What the warnings and readings say that lines were told."""


def in_words(name: str, words: Mapping[str, str]) -> str:
    """Words with the name that they stand for behind them; the name alone where it has none."""
    return f"{words[name]} ({name})" if name in words else name


def worded(view: View, summary: Summary) -> Worded:
    """The words for what a run met."""
    return Worded(
        facts={name: fact.question or fact.about for name, fact in view.facts.items()},
        findings=dict(view.facts["finding"].values),
        denials={name: denial.says for name, denial in view.library.denials.items()},
        edits={edit.name: edit.title for edit in EDITS},
        caveats=_caveats(view, summary),
    )


def _caveats(view: View, summary: Summary) -> dict[str, str]:
    """For each warning, and each rule or reason for denial that is our reading, what it says."""
    readings = {rule.name: rule.reading.says for _, rule in view.rules() if rule.reading}
    readings |= {name: denial.reading for name, denial in view.library.denials.items() if denial.reading}
    return {name: warnings.in_words(view, name) for name in summary.warnings() if name != OTHERS} | {
        name: readings[name] for name in summary.readings() if name != OTHERS
    }
