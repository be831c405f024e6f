"""A picture of the evidence: pain over time by study, and a timeline of trials."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausal.evidence.model import Evidence, Measure, Study, Trial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MONTH = 30.4375
COLOURS = ("#33608c", "#d9a441", "#4f8a5b", "#a5534f", "#7a6a9c", "#5d636e", "#2f8f9d")
INK, QUIET = "#22262e", "#5d636e"
LISTED = {"ongoing": "#33608c", "unpublished": "#9aa1ac", "absent": "#a5534f"}
KNOWN = "#d9a441"
LABEL = 56
"""Letters of a line beside the timeline."""


def drawn(evidence: Evidence, title: str, edition: dt.date | None, today: dt.date) -> Figure:
    """The figure; a panel without data says so."""
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False}):  # a dollar sign is one
        return _drawn(evidence, title, edition, today)


def _drawn(evidence: Evidence, title: str, edition: dt.date | None, today: dt.date) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    trials = [trial for trial in evidence.trials if trial.completion or trial.known.get("date")]
    figure = Figure(figsize=(9.5, 5.6 + 0.34 * len(trials)), layout="constrained")
    FigureCanvasAgg(figure)
    halves: Any = figure.subfigures(2, 1, height_ratios=[3.4, 1.6 + 0.34 * len(trials)])
    above, below = (half.subplots() for half in halves)
    figure.suptitle(title, fontsize=11, color=INK, x=0.01, ha="left")
    _pain(above, evidence)
    _timeline(below, trials, edition, today)
    for axes in (above, below):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8, colors=QUIET)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure, the same file for the same figure."""
    from matplotlib import rc_context

    dated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    with rc_context({"svg.hashsalt": "clausal"}):
        figure.savefig(path, dpi=150, metadata=dated.get(path.suffix.lower()))


def as_svg(figure: Figure) -> bytes:
    """A figure as SVG, the same bytes for the same figure."""
    from matplotlib import rc_context

    out = io.BytesIO()
    with rc_context({"svg.hashsalt": "clausal"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def pain_series(evidence: Evidence) -> list[tuple[Study, Measure]]:
    """The measures of pain with at least two averages over time."""
    return [
        (study, measure)
        for study in evidence.studies
        for measure in study.measures
        if "pain" in f"{measure.name} {measure.what}".lower()
        and len([value for value in measure.values if value.mean is not None and value.days is not None]) > 1
    ]


def _pain(axes: Any, evidence: Evidence) -> None:
    series = pain_series(evidence)
    axes.set_title("Average pain over time, with one standard deviation where it is given", fontsize=9, loc="left")
    axes.set_xlabel("months after treatment", fontsize=8.5, color=QUIET)
    if not series:
        axes.text(0.5, 0.5, "no averages of pain over time in the data", ha="center", transform=axes.transAxes)
        return
    number = 0
    for study, measure in series:
        for arm in dict.fromkeys(value.arm for value in measure.values):
            values = [v for v in measure.values if v.arm == arm and v.mean is not None and v.days is not None]
            points = sorted((float(v.days) / MONTH, v) for v in values if v.days is not None)
            months = [month for month, _ in points]
            means = [float(v.mean.value) for _, v in points if v.mean]
            spread = [float(v.sd.value) if v.sd else 0.0 for _, v in points]
            colour = COLOURS[number % len(COLOURS)]
            n = study.size(arm)
            label = f"{study.name}{'' if arm == 'all' else f', {arm}'} ({study.design}{f', n = {n}' if n else ''})"
            axes.errorbar(months, means, yerr=spread, color=colour, marker="o", ms=4, lw=1.6, capsize=3, label=label)
            number += 1
    scales = {measure.scale for _, measure in series if measure.scale}
    ends = (min(float(a) for a, _ in scales), max(float(b) for _, b in scales)) if scales else None
    _scale(axes, ends, [reach for _, measure in series for reach in _reaches(measure)])
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3)
    axes.grid(axis="y", color="#e7e9ed", lw=0.8)
    axes.set_axisbelow(True)


def _reaches(measure: Measure) -> list[tuple[float, float]]:
    """How far down and up each average reaches with its standard deviation."""
    known = [(float(v.mean.value), float(v.sd.value) if v.sd else 0.0) for v in measure.values if v.mean]
    return [(mean - spread, mean + spread) for mean, spread in known]


def _scale(axes: Any, ends: tuple[float, float] | None, reaches: list[tuple[float, float]]) -> None:
    """The axis of scores: as far as any bar reaches, with the ends of the scale drawn where they are."""
    lows, highs = [low for low, _ in reaches], [high for _, high in reaches]
    low, high = min(0.0 if ends is None else ends[0], *lows), max(highs if ends is None else [ends[1], *highs])
    room = 0.02 * (high - low)
    axes.set_ylim(low - (room if min(lows) <= low else 0), high + room)
    said = "score"
    if ends is not None:
        said += f" ({ends[0]:g} to {ends[1]:g})"
        for end in ends:
            axes.axhline(end, color=QUIET, lw=0.8, zorder=0)
        axes.set_yticks([tick for tick in axes.get_yticks() if ends[0] <= tick <= ends[1]])
        if low < ends[0] or high > ends[1]:
            said += "\nbars can pass its ends"
    axes.set_ylabel(said, fontsize=8.5, color=QUIET)


def _timeline(axes: Any, trials: list[Trial], edition: dt.date | None, today: dt.date) -> None:
    axes.set_title("Trials: completion as listed, and what is known since", fontsize=9, loc="left")
    if not trials:
        axes.text(0.5, 0.5, "no trials with dates in the data", ha="center", transform=axes.transAxes)
        return
    seen: set[str] = set()

    def once(label: str) -> str | None:
        if label in seen:
            return None
        seen.add(label)
        return label

    for row, trial in enumerate(reversed(trials)):
        due = _year(trial.completion)
        known = _year(str(trial.known.get("date", "")))
        if due is not None and known is not None:
            axes.plot([due, known], [row, row], color="#d9dce1", lw=2, zorder=1)
        if due is not None:
            axes.scatter(
                due,
                row,
                color=LISTED[trial.listed or "ongoing"],
                s=42,
                zorder=3,
                label=once(f"listed as {trial.listed}"),
            )
        if known is not None:
            axes.scatter(known, row, color=KNOWN, marker="D", s=36, zorder=3, label=once("known since"))
            text = str(trial.known.get("status", "")).replace("-", " ")
            axes.annotate(text, (known, row), xytext=(7, 0), textcoords="offset points", va="center", fontsize=7.5)
    axes.set_yticks(range(len(trials)), [_label(trial) for trial in reversed(trials)], fontsize=8)
    for day, label in ((edition, "edition"), (today, "today")):
        if day is not None:
            at = day.year + (day.timetuple().tm_yday - 1) / 365.25
            axes.axvline(at, color=QUIET, lw=1, ls="--" if label == "edition" else ":")
            axes.annotate(label, (at, len(trials) - 0.4), fontsize=7.5, color=QUIET, ha="right", rotation=90, va="top")
    axes.set_ylim(-0.6, len(trials) - 0.4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=4)


def _label(trial: Trial) -> str:
    return "\n".join(textwrap.wrap(f"{trial.number}  {trial.about}", LABEL, subsequent_indent="    "))


def _year(text: str) -> float | None:
    """A date as it is written, as a year with decimals; of a year alone its middle."""
    parts = text.split("-")
    if not parts[0].isdigit():
        return None
    if len(parts) == 1:
        return int(parts[0]) + 0.5
    return int(parts[0]) + (int(parts[1]) - 0.5) / 12
