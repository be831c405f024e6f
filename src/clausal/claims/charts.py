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
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; } .quiet { color: #5d636e; } .figures { display: flex; flex-wrap: wrap; gap: 1rem; }
.figures div { border: 1px solid #d9dce1; border-radius: 6px; padding: .6rem 1rem; min-width: 8rem; }
.figures b { display: block; font-size: 1.3rem; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .25rem .6rem; border-bottom: 1px solid #e6e8ec; }
td.of { color: #5d636e; white-space: nowrap; padding-left: 0; }
th { text-align: left; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
@media print { body { margin: 0; } }
"""


def page(title: str, parts: Sequence[str]) -> str:
    """A whole page."""
    head = f"<title>{html.escape(title)}</title>"
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
    """A chart of horizontal bars, the longest first, as SVG; a note stands behind the number of its bar.

    Where there is no number, a dash stands in the place of the bar, with its note, which tells why.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    shown = sorted(values.items(), key=lambda one: (one[1] is not None, one[1] or 0))[-MOST_BARS:]
    figure = Figure(figsize=(8.6, 0.45 + 0.34 * len(shown)))
    axes: Any = figure.subplots()
    words = [word if len(word) < 60 else f"{word[:57]}..." for word, _ in shown]
    words = [word.replace("$", r"\$") for word in words]  # a dollar sign is one, and begins no formula
    for at, (word, value) in enumerate(shown):
        note = (notes or {}).get(word)
        text = f" {DASH if value is None else f'{value:,.0f}'}{f' ({note})' if note else ''}"
        if value is not None:
            axes.barh(at, value, height=0.68, color=(colours or {}).get(word, PLAIN))
        axes.text(value or 0, at, text, va="center", fontsize=8.5, color=INK if value is not None else QUIET)
    axes.set_yticks(range(len(shown)), words, fontsize=9)
    axes.set_ylim(-0.5, len(shown) - 0.5)
    axes.set_xlim(0, max((value or 0 for _, value in shown), default=1) * (1.3 if notes else 1.16) or 1)
    axes.set_xlabel(label, fontsize=8.5, color=QUIET)
    axes.tick_params(axis="x", labelsize=8, colors=QUIET)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if shown and shown[-1][1] is None:
        axes.set_xticks([])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#d9dce1")
    return _svg(figure)


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
