"""A report of a claim file as one HTML page: charts and tables, with nothing to load from elsewhere."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clausal.claims.run import Done, Job
from clausal.claims.summary import NONE, PAID_STATUSES, Counted, Summary

MOST_BARS = 12
COLOURS = {
    "covered": "#2a7f62",
    "not-covered": "#b23a48",
    "conditional": "#d9a441",
    "open": "#d9a441",
    "refer": "#5b7db1",
    "not-addressed": "#8a8f98",
    "rejected": "#4a4e57",
}
PLAIN = "#5b7db1"
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #22262e; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; } .quiet { color: #5d636e; } .figures { display: flex; flex-wrap: wrap; gap: 1rem; }
.figures div { border: 1px solid #d9dce1; border-radius: 6px; padding: .6rem 1rem; min-width: 8rem; }
.figures b { display: block; font-size: 1.3rem; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .25rem .6rem; border-bottom: 1px solid #e6e8ec; }
th { text-align: left; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
@media print { body { margin: 0; } }
"""
SECTIONS = (
    ("finding", "What the policies find"),
    ("rule", "Rules that decide"),
    ("denial", "Reasons for denial"),
    ("edits", "Claim edits"),
)


def write_report(path: Path, done: Done, job: Job) -> None:
    """Write the page, all of it or nothing."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(_page(done, job), "utf-8")
    new.replace(path)


def _page(done: Done, job: Job) -> str:
    summary = done.summary
    name = html.escape(job.input.name)
    status = _ordered(summary.by["status"])
    parts = [
        f"<h1>Claims decided: {name}</h1>",
        f"<p class=quiet>as of {job.options.as_of}; written {job.when:%Y-%m-%d %H:%M}</p>",
        _figures(summary, done),
        "<h2>Lines by status</h2>",
        _bars({word: one.lines for word, one in status}, "lines", COLOURS),
        "<h2>Dollars by status</h2>",
        _bars({word: one.charge / 100 for word, one in status}, "charged, in dollars", COLOURS),
        _table("status", status, ("charge", "allowed", "paid")),
    ]
    needs = summary.needs()
    if needs:
        parts += ["<h2>What is missing, by lines that need it</h2>", _bars(needs, "lines")]
    for column, title in SECTIONS:
        rows = [(word, one) for word, one in _ordered(summary.by[column]) if word != NONE]
        if rows:
            parts += [f"<h2>{title}</h2>", _bars({word: one.lines for word, one in rows}, "lines")]
            parts.append(_table(column, rows, ("charge",)))
    notes = [(word, one) for word, one in _ordered(summary.by["price_note"]) if word != NONE]
    if notes:
        parts += ["<h2>Why an amount is none, or another than the plain fee</h2>", _table("note", notes, ())]
    parts.append(
        "<p class=quiet>Allowed is what Medicare's tables make of a line: a rate is not coverage. This is no legal or "
        "medical advice, and no guarantee of coverage.</p>"
    )
    title = f"<title>Claims decided: {name}</title>"
    return f'<!doctype html><html lang=en><meta charset="utf-8">{title}<style>{STYLE}</style>{"".join(parts)}</html>\n'


def _ordered(found: Mapping[str, Counted]) -> list[tuple[str, Counted]]:
    return sorted(found.items(), key=lambda one: (-one[1].lines, one[0]))


def _figures(summary: Summary, done: Done) -> str:
    charged = sum(one.charge for one in summary.by["status"].values())
    figures = {
        "claims": f"{summary.claims:,}",
        "lines": f"{summary.lines:,}",
        "charged": f"${charged / 100:,.0f}",
        "lines that need something": f"{sum(o.lines for n, o in summary.by['needs'].items() if n != NONE):,}",
        "lines rejected": f"{summary.rejected:,}",
        "seconds": f"{done.seconds:,.1f}",
    }
    if summary.remitted_claims or summary.pending_claims:
        figures |= {"claims remitted": f"{summary.remitted_claims:,}", "claims pending": f"{summary.pending_claims:,}"}
    boxes = "".join(f"<div><b>{value}</b>{label}</div>" for label, value in figures.items())
    return f"<div class=figures>{boxes}</div>"


def _table(heading: str, rows: Sequence[tuple[str, Counted]], amounts: Sequence[str]) -> str:
    head = "".join(f"<th class=n>{name}" for name in ("lines", *amounts))
    body = []
    for word, one in rows[: 4 * MOST_BARS]:
        known = [name != "paid" or word in PAID_STATUSES for name in amounts]
        sums = [f"{getattr(one, name) / 100:,.2f}" for name in amounts]
        money = "".join(f"<td class=n>{text if told else NONE}" for text, told in zip(sums, known, strict=True))
        body.append(f"<tr><td>{html.escape(word)}<td class=n>{one.lines:,}{money}")
    return f"<table><tr><th>{heading}{head}{''.join(body)}</table>"


def _bars(values: Mapping[str, float], label: str, colours: Mapping[str, str] | None = None) -> str:
    """A chart of horizontal bars, the longest first, as SVG."""
    from matplotlib.figure import Figure

    shown = sorted(values.items(), key=lambda one: one[1])[-MOST_BARS:]
    figure = Figure(figsize=(8.6, 0.45 + 0.34 * len(shown)))
    axes: Any = figure.subplots()
    words = [word if len(word) < 60 else f"{word[:57]}..." for word, _ in shown]
    bars = axes.barh(range(len(shown)), [value for _, value in shown], height=0.68)
    for bar, (word, value) in zip(bars, shown, strict=True):
        bar.set_color((colours or {}).get(word, PLAIN))
        text = f" {value:,.0f}"
        axes.text(value, bar.get_y() + bar.get_height() / 2, text, va="center", fontsize=8.5, color="#22262e")
    axes.set_yticks(range(len(shown)), words, fontsize=9)
    axes.set_xlim(0, max((value for _, value in shown), default=1) * 1.16 or 1)
    axes.set_xlabel(label, fontsize=8.5, color="#5d636e")
    axes.tick_params(axis="x", labelsize=8, colors="#5d636e")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#d9dce1")
    figure.tight_layout(pad=0.4)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    svg = out.getvalue()
    return svg[svg.index("<svg") :]
