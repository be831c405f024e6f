"""A chart of what a claim pays at each site, facility and professional component stacked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from clausal.amounts import DASH, Sum
from clausal.cli.priced import why_none
from clausal.payment.model import Quote
from clausal.problems import InvalidInput, Place

FORMATS = (".png", ".svg", ".pdf")
COLOURS = {"professional": "#33608c", "facility": "#d9a441"}


def plot_sites(path: Path, sites: Sequence[tuple[str, Quote]], codes: Sequence[str], day: dt.date) -> None:
    """Write the chart; refused before anything is written if the format or the folder is wrong."""
    if path.suffix.lower() not in FORMATS or not path.parent.is_dir():
        raise InvalidInput.at(
            Place(str(path)), "a chart cannot be written there", f"a file ending in {', '.join(FORMATS)}"
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    heights = [0.0] * len(sites)
    for component, colour in COLOURS.items():
        sums = [Sum.of(line.allowed for line in quote.lines if line.component == component) for _, quote in sites]
        drawn = [at for at, amount in enumerate(sums) if amount.lines]
        if not drawn:
            continue
        amounts = [sums[at].cents / 100 for at in drawn]
        axes.bar(drawn, amounts, bottom=[heights[at] for at in drawn], color=colour, label=component)
        for at, amount in zip(drawn, amounts, strict=True):
            heights[at] += amount
    for at, (_, quote) in enumerate(sites):
        axes.annotate(_label(quote), (at, heights[at]), ha="center", va="bottom", fontsize=9)
        if quote.total is None:
            over = axes.annotate(DASH, (at, 0), xytext=(0, 12), textcoords="offset points", fontsize=16)
            over.set(ha="center", va="bottom")
    axes.set_xticks(range(len(sites)), [name for name, _ in sites])
    axes.set_xlim(-0.5, len(sites) - 0.5)
    axes.set_ylim(0, max(heights) * 1.25 or 1)
    if not any(heights):
        axes.set_yticks([0] if any(quote.total is not None for _, quote in sites) else [])
    axes.set_ylabel("dollars")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"Medicare pays for {', '.join(codes)} on {day} - a rate is not coverage", fontsize=10)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def _label(quote: Quote) -> str:
    """What stands over a site: its total and of how many lines it is; or why there is none."""
    why = why_none(quote.lines)
    if quote.total is None:
        return why
    share = Sum.of(line.allowed for line in quote.lines).share(len(quote.lines))
    return f"${quote.total}\n({share};\n{why} for the rest)" if share else f"${quote.total}"
