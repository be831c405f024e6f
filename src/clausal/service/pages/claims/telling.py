"""How a run is told: its progress, its totals by status, what would settle most, its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from clausal.claims.result_files import ROWS_OF_A_SHEET
from clausal.documents.library import Library
from clausal.service.jobs import folder as folders
from clausal.store.jobs import Job

FILES = {
    "results.parquet": "Parquet",
    "results.csv": "CSV",
    "results.xlsx": "Excel workbook",
    "results.835": "835 remittance",
    "999.x12": "999 acknowledgment",
    "277ca.x12": "277CA acknowledgment",
    folders.REJECTS: "rejected lines",
    "results.pending.jsonl": "claims that cannot be remitted yet",
    "report.html": "report",
}
ORDER = ("covered", "not-covered", "conditional", "refer", "not-addressed", "open", "rejected")


def progress(job: Job) -> dict[str, Any]:
    """How far a run is: lines, lines a second (None before any are done), rejects so far, the fraction."""
    seconds = 0.0
    if job.begun and (job.beat or job.ended):
        seconds = (_moment(job.ended or job.beat) - _moment(job.begun)).total_seconds()
    return {
        "lines": job.lines,
        "rejected": job.rejected,
        "percent": int(job.fraction * 100),
        "rate": round(job.lines / seconds) if seconds >= 1 and job.lines else None,
        "is_over": job.state in ("done", "failed", "cancelled"),
    }


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def totals(result: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Lines and dollars by status, in the order of the field; amounts are text, None where no line has one."""
    found = dict((result or {}).get("by", {}).get("status", {}))
    names = [*ORDER, *(name for name in found if name not in ORDER)]
    return [{"status": name, **found[name]} for name in names if name in found]


def settling_steps(result: Mapping[str, Any] | None, library: Library, path: str) -> dict[str, Any] | None:
    """What would settle the lines that wait: steps, each with its facts, their questions, lines and dollars."""
    waiting = (result or {}).get("waiting")
    if not waiting or not waiting["waiting"]["lines"]:
        return None
    facts = library.vocabulary.facts
    steps, before = [], 0
    for step in waiting["in_order"]:
        settled = step["settled"]
        asked = [{"fact": name, "question": facts[name].question if name in facts else ""} for name in step["ask"]]
        steps.append(
            {
                "asks": asked,
                "lines": settled["lines"],
                "more": settled["lines"] - before,
                "charge": settled.get("charge"),
                "charge_lines": settled.get("charge_lines", 0),
                "fill": f"{path}/fill?{urlencode([('ask', name) for name in step['ask']], quote_via=quote)}",
                "shown": f"{path}?{urlencode([('needs', step['ask'][0])], quote_via=quote)}",
            }
        )
        before = settled["lines"]
    return {
        "waiting": waiting["waiting"]["lines"],
        "with_other_questions": waiting["with_other_questions"]["lines"],
        "steps": steps,
    }


def told_files(folder: Path, job: Job) -> list[dict[str, Any]]:
    """The files of a run that is done, and those that are made of its results when they are fetched."""
    if job.state != "done":
        return []
    there = folders.files(folder)
    found = []
    for name, label in FILES.items():
        is_made = name not in there and name in ("results.csv", "results.xlsx") and "results.parquet" in there
        if name in there or is_made:
            lines = job.lines - job.rejected
            too_long = name == "results.xlsx" and name not in there and lines > ROWS_OF_A_SHEET
            found.append(
                {
                    "name": name,
                    "label": label,
                    "bytes": there.get(name),
                    "address": "" if too_long else f"/claims/{job.id}/files/{name}",
                    "why_not": f"a sheet has {ROWS_OF_A_SHEET:,} lines at most" if too_long else "",
                }
            )
    return found
