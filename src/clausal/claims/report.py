"""A report of a claim file as one HTML page: charts and tables, with nothing to load from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from clausal.amounts import DASH, Sum
from clausal.claims.charts import COLOURS, MOST_BARS, bars, page, write_whole
from clausal.claims.counted import Counted
from clausal.claims.counted_table import table, table_of
from clausal.claims.job import Done, Job
from clausal.claims.reasons import Reasons
from clausal.claims.settling import Settling, settling
from clausal.claims.summary import AMOUNTS, NONE, Summary
from clausal.claims.worded import Worded, in_words

MOST_ROWS = 4 * MOST_BARS
CHARGE = {"charge": "charge"}
SETTLED = {"charge": "charge", "allowed": "allowed"}


def write_report(path: Path, done: Done, job: Job) -> None:
    """Write the page, all of it or nothing."""
    write_whole(path, _page(done, job))


def _page(done: Done, job: Job) -> str:
    summary, words = done.summary, done.worded
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
        *_settling(settling(summary.waiting), words),
        *_refused("Why lines are rejected", "lines", summary.rejects),
        *_refused("What is wrong in the X12 file", "times", summary.refusals),
    ]
    for title, lines in (("What limits the answers", summary.warnings()), ("Our readings", summary.readings())):
        if lines:
            parts += [f"<h2>{title}</h2>", _caveats(lines, words.caveats)]
    invalid = summary.invalid_codes()
    if invalid:
        parts += ["<h2>Codes that are not billable on the date of service, by lines that have them</h2>"]
        parts += [bars(invalid, "lines")]
    parts += _counted("What the policies find", "finding", summary.by["finding"], words.findings)
    parts += _counted("Rules that decide", "rule", summary.by["rule"], {})
    parts += _counted("Reasons for denial", "reason", summary.by["denial"], words.denials)
    parts += _counted("Claim edits (a line with two counts under each)", "edit", summary.edits(), words.edits)
    notes = [(word, one) for word, one in _ordered(summary.by["price_note"]) if word != NONE]
    if notes:
        parts += ["<h2>Why an amount is none, or another than the plain fee</h2>", table("note", notes[:MOST_ROWS], {})]
    parts.append(
        "<p class=quiet>Allowed is what Medicare's tables make of a line: a rate is not coverage. This is no legal or "
        "medical advice, and no guarantee of coverage.</p>"
    )
    return page(f"Claims decided: {job.input.name}", parts)


def _counted(title: str, heading: str, found: Mapping[str, Counted], words: Mapping[str, str]) -> list[str]:
    """A section of lines counted by some words."""
    rows = [(in_words(word, words), one) for word, one in _ordered(found) if word != NONE]
    if not rows:
        return []
    rest = f"and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    chart = bars({word: one.lines for word, one in rows}, "lines")
    return [f"<h2>{title}</h2>", chart, table(heading, rows[:MOST_ROWS], CHARGE, rest)]


def _settling(found: Settling, words: Worded) -> list[str]:
    """The facts that lines wait for, and in which order they settle most."""
    if not found.waiting.lines:
        return []
    among = {in_words(one.name, words.facts): one.among.lines for one in found.facts}
    alone = [(in_words(one.name, words.facts), one.alone) for one in found.facts if one.alone.lines]
    parts = ["<h2>What would settle the lines that wait</h2>", f"<p>{html.escape(found.said())}</p>"]
    parts.append(bars(among, "lines that need the fact"))
    if alone:
        parts.append(table("settled by one fact alone, at least", alone, SETTLED))
    steps = [
        (f"{number}. {'; '.join(in_words(name, words.facts) for name in step.asks)}", step.settled)
        for number, step in enumerate(found.steps, 1)
    ]
    if steps:
        parts.append(table("asked in this order, settled at least", steps, SETTLED))
    return parts


def _refused(title: str, counts: str, reasons: Reasons) -> list[str]:
    """Why lines, or claims, were not read."""
    found = list(reasons)
    if not found:
        return []
    rows = [[reason, f"{one.count:,}", one.example] for reason, one in found]
    return [f"<h2>{title}</h2>", table_of(["reason", counts, "one of them"], rows, [False, True, False])]


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
        "lines that wait for facts": f"{settling(summary.waiting).waiting.lines:,}",
        "lines rejected": f"{summary.rejected:,}",
        "seconds": f"{done.seconds:,.1f}",
    }
    if summary.remitted_claims or summary.pending_claims:
        figures |= {"claims remitted": f"{summary.remitted_claims:,}", "claims pending": f"{summary.pending_claims:,}"}
    boxes = "".join(f"<div><b>{value}</b>{label}</div>" for label, value in figures.items())
    return f"<div class=figures>{boxes}</div>"


def _caveats(lines: Mapping[str, int], caveats: Mapping[str, str]) -> str:
    rows = [[caveats.get(name, name), f"{count:,}", name] for name, count in lines.items()]
    return table_of(["what it says", "lines", "name"], rows, [False, True, False])
