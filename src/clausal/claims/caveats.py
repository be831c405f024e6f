"""What the warnings and readings say that a run met: results hold their names alone."""

from __future__ import annotations

from clausal.claims.summary import Summary
from clausal.coverage.warnings import in_words
from clausal.documents.library import View


def caveats(view: View, summary: Summary) -> dict[str, str]:
    """For each warning, and each rule or reason for denial that is our reading, what it says."""
    readings = {rule.name: rule.reading.says for _, rule in view.rules() if rule.reading}
    readings |= {name: denial.reading for name, denial in view.library.denials.items() if denial.reading}
    return {name: in_words(view, name) for name in summary.warnings()} | {
        name: readings[name] for name in summary.readings()
    }
