"""`indication`: documents that say different things of what a device is cleared or indicated for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from clausal.evidence.model import Evidence
from clausal.evidence.statements import Clearance, plain
from clausal.rules.finding import Finding

NAME = "indication"
Of = tuple[str, list[Clearance]]
"""A document, and what it says of a device."""


def check(of_packs: Iterable[Evidence]) -> Iterable[Finding]:
    """Each device in each two documents: what one names and the other does not, and one clearance in two years."""
    documents = [(one.pack, _by_device(one.statements.clearances)) for one in of_packs]
    for (pack, devices), (other_pack, other_devices) in itertools.combinations(documents, 2):
        for one, other in itertools.product(devices, other_devices):
            if frozenset.union(*(c.names for c in one)) & frozenset.union(*(c.names for c in other)):
                yield from _compared((pack, one), (other_pack, other))
        told = [clearance for device in devices for clearance in device]
        for a, b in itertools.product(told, (c for device in other_devices for c in device)):
            if a.number and plain(a.number) == plain(b.number) and a.year and b.year and a.year != b.year:
                message = f"{a.device}: {a.number} is of {a.year} in {pack}, of {b.year} in {other_pack}"
                yield Finding(NAME, "warning", a.place, message, "", ((other_pack, b.place),))


def _by_device(clearances: Sequence[Clearance]) -> list[list[Clearance]]:
    """Clearances of one device, under any of its names, together."""
    groups: list[list[Clearance]] = []
    for clearance in clearances:
        same = [group for group in groups if any(clearance.names & one.names for one in group)]
        groups = [group for group in groups if group not in same]
        groups.append([one for group in same for one in group] + [clearance])
    return groups


def _compared(one: Of, other: Of) -> Iterator[Finding]:
    for (pack, mine), (other_pack, theirs) in ((one, other), (other, one)):
        said = [clearance for clearance in theirs if clearance.indications]
        whole = [clearance for clearance in mine if clearance.indications]
        against = [c for c in mine if _all(c.not_for) & _all(n for t in theirs for n in t.indications)]
        if against:
            names = sorted(_all(against[0].not_for) & _all(n for t in theirs for n in t.indications))
            message = f"{against[0].device}: {pack} says that it is not for {_listed(names)}, {other_pack} that it is"
            yield Finding(NAME, "warning", against[0].place, message, "", ((other_pack, theirs[0].place),))
        if not whole or not said or any(clearance.partial for clearance in whole):
            continue
        denied = _all(n for clearance in mine for n in clearance.not_for)
        missing = _all(n for t in said for n in t.indications) - _all(n for c in whole for n in c.indications) - denied
        if missing:
            first = max(whole, key=lambda clearance: clearance.year or 0)
            year = f" (clearance of {first.year})" if first.year else ""
            message = f"{first.device}: {other_pack} names {_listed(sorted(missing))}, {pack}{year} does not"
            message += "".join(f"; {text}" for text in _known((*mine, *theirs), missing))
            yield Finding(NAME, "warning", first.place, message, "", ((other_pack, said[0].place),))


def _known(clearances: Iterable[Clearance], missing: frozenset[str]) -> Iterator[str]:
    """What is known of clearances that add what one document does not name."""
    for clearance in clearances:
        for one in clearance.known:
            added = sorted(_all(map(str, one.get("adds") or ())) & missing)
            if added:
                source = f" ({one['source']})" if one.get("source") else ""
                yield f"{one.get('number', 'a later clearance')} adds {_listed(added)}{source}"


def _all(names: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(name) for name in names)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
