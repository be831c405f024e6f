"""What is held, as pages show it: documents with their last edition, tables with their days, gaps, how to get more."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from clausal.documents.listed import library_data
from clausal.schedules.holdings import Held as Table
from clausal.schedules.holdings import gaps_of, holdings, spans
from clausal.schedules.kinds import KINDS
from clausal.service.held import Held


def holding_data(held: Held, today: dt.date) -> dict[str, Any]:
    """Documents, plans, kinds of tables with their stretches and gaps, every release, fingerprints."""
    tables = holdings(held.schedules.store)
    by_kind = {kind: list(found) for kind, found in itertools.groupby(tables, lambda one: one.release.kind)}
    return {
        "today": today,
        "documents": [_document(held, one) for one in library_data(held.library)["packs"]],
        "plans": [{"plan": one.name, "label": one.label} for one in held.library.plans.values()],
        "kinds": [_kind(kind, found, today) for kind, found in by_kind.items()],
        "tables": [_table(one) for one in tables],
        "library": held.library.fingerprint,
        "fee_tables": held.tables,
    }


def _document(held: Held, one: dict[str, Any]) -> dict[str, Any]:
    days = sorted(version["effective"] for version in one["versions"])
    replaced = held.library.packs[one["pack"]].replaced_by
    return one | {
        "first_edition": days[0] if days else None,
        "last_edition": days[-1] if days else None,
        "replaced_on": replaced.effective if replaced else None,
    }


def _kind(kind: str, found: list[Table], today: dt.date) -> dict[str, Any]:
    of_kind = KINDS[kind]
    stretches = spans(one.release for one in found)
    return {
        "kind": kind,
        "label": of_kind.label,
        "held": [{"from": first, "to": last} for first, last in stretches],
        "gaps": [{"from": first, "to": last} for first, last in gaps_of(found)],
        "today": any(first <= today <= last for first, last in stretches),
        "in_full": all(one.is_whole for one in found),
        "source": of_kind.source,
    }


def _table(one: Table) -> dict[str, Any]:
    return {
        "kind": one.release.kind,
        "label": KINDS[one.release.kind].label,
        "release": one.release.name,
        "from": one.release.start,
        "to": one.release.end,
        "rows": one.rows,
        "how": one.how,
    }
