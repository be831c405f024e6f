"""A report of a claim file as one HTML page: charts and tables, with nothing to load from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from clausal.amounts import DASH, Sum
from clausal.claims.charts import COLOURS, MOST_BARS, bars, page, write_whole
from clausal.claims.counted import Counted
from clausal.claims.counted_table import table
from clausal.claims.run import Done, Job
from clausal.claims.summary import AMOUNTS, NONE, Summary

SECTIONS = (
    ("finding", "What the policies find"),
    ("rule", "Rules that decide"),
    ("denial", "Reasons for denial"),
    ("edits", "Claim edits"),
)
MOST_ROWS = 4 * MOST_BARS


def write_report(path: Path, done: Done, job: Job) -> None:
    """Write the page, all of it or nothing."""
    write_whole(path, _page(done, job))


def _page(done: Done, job: Job) -> str:
    summary = done.summary
    name = html.escape(job.input.name)
    status = _ordered(summary.by["status"])
    parts = [
        f"<h1>Claims decided: {name}</h1>",
        f"<p class=quiet>as of {job.options.as_of}; written {job.when:%Y-%m-%d %H:%M}</p>",
        _figures(summary, done),
        "<h2>Lines by status</h2>",
        bars({word: one.lines for word, one in status}, "lines", COLOURS),
        "<h2>Dollars by status</h2>",
        _charged(status),
        table("status", status, {name: name for name in AMOUNTS}),
    ]
    needs = summary.needs()
    if needs:
        parts += ["<h2>What is missing, by lines that need it</h2>", bars(needs, "lines")]
    for title, lines in (("What limits the answers", summary.warnings()), ("Our readings", summary.readings())):
        if lines:
            parts += [f"<h2>{title}</h2>", _caveats(lines, done.caveats)]
    invalid = summary.invalid_codes()
    if invalid:
        parts += ["<h2>Codes that are not billable on the date of service, by lines that have them</h2>"]
        parts += [bars(dict(list(invalid.items())[:MOST_BARS]), "lines")]
    for column, title in SECTIONS:
        rows = [(word, one) for word, one in _ordered(summary.by[column]) if word != NONE]
        if rows:
            parts += [f"<h2>{title}</h2>", bars({word: one.lines for word, one in rows}, "lines")]
            parts.append(table(column, rows[:MOST_ROWS], {"charge": "charge"}))
    notes = [(word, one) for word, one in _ordered(summary.by["price_note"]) if word != NONE]
    if notes:
        parts += ["<h2>Why an amount is none, or another than the plain fee</h2>", table("note", notes[:MOST_ROWS], {})]
    parts.append(
        "<p class=quiet>Allowed is what Medicare's tables make of a line: a rate is not coverage. This is no legal or "
        "medical advice, and no guarantee of coverage.</p>"
    )
    return page(f"Claims decided: {job.input.name}", parts)


def _ordered(found: Mapping[str, Counted]) -> list[tuple[str, Counted]]:
    return sorted(found.items(), key=lambda one: (-one[1].lines, one[0]))


def _charged(status: Sequence[tuple[str, Counted]]) -> str:
    """Dollars charged by status, with the number of lines that they are of where not all have a charge."""
    sums = {word: (one.sum("charge"), one.lines) for word, one in status}
    values = {word: charge.cents / 100 if charge.lines else None for word, (charge, _) in sums.items()}
    notes = {word: charge.share(lines) if charge.lines else "no charge" for word, (charge, lines) in sums.items()}
    return bars(values, "charged, in dollars", COLOURS, notes)


def _figures(summary: Summary, done: Done) -> str:
    charged = Sum()
    for one in summary.by["status"].values():
        charged.add(one.sum("charge"))
    share = charged.share(summary.lines)
    figures = {
        "claims": f"{summary.claims:,}",
        "lines": f"{summary.lines:,}",
        f"charged, on {share}" if share else "charged": f"${charged.dollars(places=0)}" if charged.lines else DASH,
        "lines that need something": f"{sum(o.lines for n, o in summary.by['needs'].items() if n != NONE):,}",
        "lines rejected": f"{summary.rejected:,}",
        "seconds": f"{done.seconds:,.1f}",
    }
    if summary.remitted_claims or summary.pending_claims:
        figures |= {"claims remitted": f"{summary.remitted_claims:,}", "claims pending": f"{summary.pending_claims:,}"}
    boxes = "".join(f"<div><b>{value}</b>{label}</div>" for label, value in figures.items())
    return f"<div class=figures>{boxes}</div>"


def _caveats(lines: Mapping[str, int], caveats: Mapping[str, str]) -> str:
    rows = (
        f"<tr><td>{html.escape(name)}<td class=n>{count:,}<td>{html.escape(caveats.get(name, ''))}"
        for name, count in lines.items()
    )
    return f"<table><tr><th>name<th class=n>lines<th>what it says{''.join(rows)}</table>"
