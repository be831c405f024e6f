"""A chart of what a claim pays at each site, facility and professional component stacked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

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
    names = [name for name, _ in sites]
    base = [Decimal(0)] * len(sites)
    for component, colour in COLOURS.items():
        amounts = [
            sum((Decimal(line.allowed or 0) for line in quote.lines if line.component == component), Decimal(0))
            for _, quote in sites
        ]
        axes.bar(names, [float(a) for a in amounts], bottom=[float(b) for b in base], color=colour, label=component)
        base = [one + other for one, other in zip(base, amounts, strict=True)]
    for position, (_, quote) in enumerate(sites):
        note = "" if quote.complete else "\n(some lines have\nno published fee)"
        axes.annotate(
            f"${quote.total or 0}{note}", (position, float(base[position])), ha="center", va="bottom", fontsize=9
        )
    axes.set_ylim(0, float(max(base)) * 1.2 + 1)
    axes.set_ylabel("dollars")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"Medicare pays for {', '.join(codes)} on {day} - a rate is not coverage", fontsize=10)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
