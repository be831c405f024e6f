"""A report of what a change of policy does to a claim file, as one HTML page with charts."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from clausal.claims.changed import AMOUNTS, Impact
from clausal.claims.charts import bars, columns, page, write_whole
from clausal.claims.counted import SIGNED, Counted
from clausal.claims.counted_table import table, table_of
from clausal.claims.explained import Explained
from clausal.claims.impact import Job

MOST_ROWS = 40
TITLES = {name: "charged" if name == "charge" else name.replace("_", " ") for name in AMOUNTS}
"""What the amounts are called in tables."""


def write_report(path: Path, found: Impact, job: Job, samples: Sequence[Explained]) -> None:
    """Write the page, all of it or nothing."""
    write_whole(path, _page(found, job, samples))


def _page(found: Impact, job: Job, samples: Sequence[Explained]) -> str:
    name = html.escape(job.input.name)
    parts = [
        f"<h1>What changes in {name}</h1>",
        f"<p class=quiet>before: {html.escape(job.before.label)}; after: {html.escape(job.after.label)}</p>",
        _figures(found),
    ]
    if not found.changed.lines:
        parts.append("<p>No line is answered otherwise.</p>")
    else:
        parts += _sections(found)
        parts.append("<h2>Lines that change, one of each kind</h2>")
        parts += [_sample(one) for one in samples]
    parts.append(
        "<p class=quiet>Paid is what the plan pays by its determination; a dash is no payment: not decided, or no "
        "published fee. The difference is that of lines that have a payment on both sides. This is no legal or medical "
        "advice, and no guarantee of coverage.</p>"
    )
    return page(f"What changes in {job.input.name}", parts)


def _figures(found: Impact) -> str:
    changed = found.changed
    figures = {
        "lines": f"{found.lines:,}",
        "lines that change": f"{changed.lines:,}",
        **{
            ", ".join(filter(None, (title, changed.sum(name).share(changed.lines)))): changed.sum(name).dollars(
                sign=name in SIGNED
            )
            for name, title in TITLES.items()
        },
        "only need other facts": f"{found.asking.lines:,}",
        "only rest on other clauses": f"{found.resting.lines:,}",
    }
    if found.unreadable:
        figures["lines left out, unreadable"] = f"{found.unreadable:,}"
    return (
        f"<div class=figures>{''.join(f'<div><b>{value}</b>{label}</div>' for label, value in figures.items())}</div>"
    )


def _sections(found: Impact) -> list[str]:
    status = _joined(found.transitions(lambda one: one.status))
    rules = _joined(found.transitions(lambda one: one.rule or "no rule"))
    parts = ["<h2>By status</h2>", bars(_lines(status), "lines"), _table("status", status)]
    parts += ["<h2>By rule</h2>", bars(_lines(rules), "lines"), _table("rule", rules)]
    clauses = found.by_clause()
    most = {clause: max(one.lines, other.lines) for clause, (one, other) in clauses.items()}
    parts += ["<h2>By clause</h2>", bars(most, "lines"), _clauses(clauses)]
    for name in ("plan", "code"):
        parts += [f"<h2>By {name}</h2>", bars(_lines(found.by[name]), "lines"), _table(name, found.by[name])]
    months = dict(sorted(found.by["month"].items()))
    return [*parts, "<h2>By month</h2>", columns(_lines(months), "lines"), _table("month", months, as_is=True)]


def _joined(found: Mapping[tuple[str, str], Counted]) -> dict[str, Counted]:
    """Transitions with their names in words."""
    return {before if before == after else f"{before} → {after}": counted for (before, after), counted in found.items()}


def _lines(found: Mapping[str, Counted]) -> dict[str, float]:
    return {word: counted.lines for word, counted in found.items()}


def _table(heading: str, found: Mapping[str, Counted], *, as_is: bool = False) -> str:
    rows = list(found.items()) if as_is else sorted(found.items(), key=lambda one: (-one[1].lines, one[0]))
    rest = f"and {len(found) - MOST_ROWS} more" if len(found) > MOST_ROWS else ""
    return table(heading, rows[:MOST_ROWS], TITLES, rest)


def _clauses(found: Mapping[str, tuple[Counted, Counted]]) -> str:
    """Changed lines by the clauses that their answers rest on."""
    rows = sorted(found.items(), key=lambda one: (-max(one[1][0].lines, one[1][1].lines), one[0]))
    body = [
        [clause, f"{before.lines:,}", f"{after.lines:,}", charged(before, after)]
        for clause, (before, after) in rows[:MOST_ROWS]
    ]
    heads = ["clause", "lines resting on it before", "after", "charged"]
    return table_of(heads, body, [False, True, True, True])


def _sample(one: Explained) -> str:
    head = f"<h3>Claim {html.escape(one.claim_id)}, line {one.line}: {html.escape(one.what)}</h3>"
    charge = one.like.sum("charge").told(one.like.lines)
    like = f"<p class=quiet>{one.like.lines:,} lines change in this way, charged {charge}</p>"
    facts = "; ".join(f"{name} {value}" for name, value in one.facts.items())
    sides = "".join(
        f"<td><b>{html.escape(side.answer)}</b>{''.join(f'<p>{html.escape(step)}</p>' for step in side.steps)}"
        for side in (one.before, one.after)
    )
    table = f"<table class=both><tr><th>before<th>after<tr>{sides}</table>"
    return f"{head}{like}<p>{html.escape(facts)}</p>{table}"


def charged(before: Counted, after: Counted) -> str:
    """What the lines are charged that rest on a clause, of the side where that is more."""
    most = max(before, after, key=lambda one: one.sum("charge").cents)
    return most.sum("charge").told(most.lines)
