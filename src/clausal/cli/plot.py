"""A chart of what a claim pays at each site, facility and professional component stacked."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from pathlib import Path

from clausal.amounts import DASH, Sum
from clausal.cli.priced import why_none
from clausal.payment.model import Quote
from clausal.problems import InvalidInput, Place

FORMATS = (".png", ".svg", ".pdf")
TITLE = 88
"""Letters of a line of the title."""
COLOURS = {"professional": "#33608c", "facility": "#d9a441"}


def plot_sites(path: Path, sites: Sequence[tuple[str, Quote]], day: dt.date) -> None:
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
    axes.set_title(_title([quote for _, quote in sites], day), fontsize=9, loc="left")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def _title(quotes: Sequence[Quote], day: dt.date) -> str:
    """What is billed, with units and modifiers, when, and of where the amounts are."""
    lines = [line for one in quotes for line in one.lines]
    billed = {line.line: f"{line.code} x{line.units} {'-'.join(line.modifiers)}".strip() for line in lines}
    days = sorted({line.service_date or day for line in lines})
    places = [
        f"{component} {' and '.join(found)}"
        for component in COLOURS
        if (found := dict.fromkeys(line.place for line in lines if line.component == component))
    ]
    when = f"from {days[0]} to {days[-1]}" if len(days) > 1 else f"on {day}"
    said = f"Medicare pays for {', '.join(billed.values())} {when} - a rate is not coverage"
    return "\n".join(part for text in (said, f"rates: {'; '.join(places)}") for part in textwrap.wrap(text, TITLE))


def _label(quote: Quote) -> str:
    """What stands over a site: its total and of how many lines it is; or why there is none."""
    why = why_none(quote.lines)
    if quote.total is None:
        return why
    share = Sum.of(line.allowed for line in quote.lines).share(len(quote.lines))
    return f"${quote.total}\n({share};\n{why} for the rest)" if share else f"${quote.total}"
