"""What a change of policy does to a claim file, as plain data; money is in cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clausal.claims.changed import Impact
from clausal.claims.counted import Counted
from clausal.claims.explained import Explained, Reading
from clausal.claims.impact import Job


def impact_data(found: Impact, job: Job, lines: Sequence[Explained]) -> dict[str, Any]:
    """All that is counted, and the sampled lines with both explanations."""
    return {
        "before": job.before.label,
        "after": job.after.label,
        "lines": found.lines,
        "claims": found.claims,
        "rows_left_out": found.left,
        "unreadable": {"before": found.unreadable_before, "after": found.unreadable_after, "lines": found.unreadable},
        "refused_claims": found.refused_claims,
        "envelope_problems": found.envelope_problems,
        "changed": found.changed.as_json(),
        "needing_other_facts": found.asking.as_json(),
        "resting_on_other_clauses": found.resting.as_json(),
        "by_status": _listed(found.transitions(lambda one: one.status)),
        "by_rule": _listed(found.transitions(lambda one: one.rule or "")),
        "by_clause": {
            clause: {"before": one.as_json(), "after": other.as_json()}
            for clause, (one, other) in sorted(found.by_clause().items())
        },
        **{
            f"by_{name}": {word: one.as_json() for word, one in sorted(words.items())}
            for name, words in found.by.items()
        },
        "samples": [sample_data(one) for one in lines],
        "money": "cents",
        "seconds": round(found.seconds, 3),
    }


def sample_data(one: Explained) -> dict[str, Any]:
    """A sampled line with both explanations."""
    return {
        "claim_id": one.claim_id,
        "line": one.line,
        "facts": dict(one.facts),
        "before": _reading_data(one.before),
        "after": _reading_data(one.after),
        "lines_like_it": one.like.lines,
    }


def _listed(pairs: Mapping[tuple[str, str], Counted]) -> list[dict[str, Any]]:
    ordered = sorted(pairs.items(), key=lambda one: -one[1].lines)
    return [{"before": one, "after": other, **alike.as_json()} for (one, other), alike in ordered]


def _reading_data(one: Reading) -> dict[str, Any]:
    return {"answer": one.answer, "why": list(one.steps), "clauses": list(one.clauses)}
