"""Pages with charts, in one HTML file with nothing to load from elsewhere."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clausal.amounts import DASH
from clausal.files import replacing
from clausal.shown import shown_lines

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
INK, QUIET = "#22262e", "#5d636e"
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #22262e; }
h1 { font-size: 1.5rem; margin-bottom: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; } h3 { font-size: 1rem; overflow-wrap: anywhere; }
p { margin: .3rem 0; } .quiet { color: #5d636e; } .figures { display: flex; flex-wrap: wrap; gap: 1rem; }
.figures div { border: 1px solid #d9dce1; border-radius: 6px; padding: .6rem 1rem; min-width: 8rem; }
.figures b { display: block; font-size: 1.3rem; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.2rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #e6e8ec; }
td { overflow-wrap: break-word; vertical-align: top; } td:first-child { min-width: 9rem; }
td.of { color: #5d636e; white-space: nowrap; padding-left: 0; }
th { text-align: left; vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars { margin: .4rem 0 1rem; } .bars div { display: grid; grid-template-columns: 17rem 1fr; column-gap: .8rem;
  align-items: center; padding: .12rem 0; }
.bars .of { text-align: right; overflow-wrap: anywhere; line-height: 1.25; }
.bars .bar { display: flex; align-items: center; gap: .5rem; font-variant-numeric: tabular-nums; }
.bars i { display: block; height: 1.15rem; min-width: 1px; flex: none; border-radius: 2px; }
.bars .none { color: #5d636e; }
@media (max-width: 40rem) { body { margin: 1rem auto; }
  .bars div { grid-template-columns: 1fr; padding: .25rem 0; } .bars .of { text-align: left; }
  table, tbody { display: block; } tr { display: block; padding: .3rem 0; border-bottom: 1px solid #e6e8ec; }
  th, td, td.n { border: 0; padding: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  th:not(:first-child), td:empty { display: none; } td { display: inline; } td:first-child { display: block; }
  td:not(:first-child) { padding-right: .9rem; color: #5d636e; }
  td.of { margin-left: -.6rem; } td:not(:first-child):not([data-of=""])::before { content: attr(data-of) " "; }
  table.both td { display: block; padding-top: .4rem; } }
@media print { body { margin: 0; } .bars i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
LONGEST_BAR = 62
"""Percent of its room that the longest bar takes: behind it stands its number."""


def page(title: str, parts: Sequence[str]) -> str:
    """A whole page."""
    head = f"<meta name=viewport content='width=device-width'><title>{html.escape(title)}</title>"
    return f'<!doctype html><html lang=en><meta charset="utf-8">{head}<style>{STYLE}</style>{"".join(parts)}</html>\n'


def write_whole(path: Path, text: str) -> None:
    """Write a page, all of it or nothing; raises InvalidInput where it cannot be written."""
    with replacing(path, "wb") as file:
        file.write(shown_lines(text).encode())


def bars(
    values: Mapping[str, float | None],
    label: str,
    colours: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> str:
    """A chart of horizontal bars, the longest first; a note stands behind the number of its bar.

    Where there is no number, a dash stands in the place of the bar, with its note, which tells why.
    """
    shown = sorted(values.items(), key=lambda one: (one[1] is None, -(one[1] or 0)))[:MOST_BARS]
    most = max((value or 0 for _, value in shown), default=0) or 1
    rows = []
    for word, value in shown:
        note = (notes or {}).get(word)
        said = html.escape(f"{DASH if value is None else f'{value:,.0f}'}{f' ({note})' if note else ''}")
        if value is None:
            bar = f"<span class='bar none'>{said}</span>"
        else:
            style = f"width:{LONGEST_BAR * value / most:.2f}%;background:{(colours or {}).get(word, PLAIN)}"
            bar = f"<span class=bar><i style='{style}'></i>{said}</span>"
        rows.append(f"<div><span class=of>{html.escape(word)}</span>{bar}</div>")
    left = f"<p class=quiet>and {len(values) - len(shown):,} more</p>" if len(values) > len(shown) else ""
    return f"<p class=quiet>{html.escape(label)}</p><div class=bars>{''.join(rows)}</div>{left}"


def columns(values: Mapping[str, float], label: str) -> str:
    """A chart of upright bars in the order given, as SVG."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8.6, 2.6))
    axes: Any = figure.subplots()
    axes.bar(range(len(values)), list(values.values()), width=0.72, color=PLAIN)
    step = max(1, -(-len(values) // 12))
    axes.set_xticks(range(0, len(values), step), list(values)[::step], fontsize=8)
    axes.set_ylabel(label, fontsize=8.5, color=QUIET)
    axes.tick_params(axis="both", labelsize=8, colors=QUIET)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return _svg(figure)


def _svg(figure: Any) -> str:
    """A figure as SVG, the same text for the same figure."""
    from matplotlib import rc_context

    figure.tight_layout(pad=0.4)
    out = io.StringIO()
    with rc_context({"svg.hashsalt": "clausal"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    svg = out.getvalue()
    return svg[svg.index("<svg") :]
