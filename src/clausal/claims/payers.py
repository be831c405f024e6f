"""Payers as a remittance names them: tax number and address, from a payer file or from the claims themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clausal.exchange.x12.remittance import Party
from clausal.exchange.x12.writable import address_faults, tax_number
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, Problem, unknown_name

KEYS = ("name", "tax_id", "address")
EXAMPLE = 'as in `payers: {"00710": {tax_id: 38-0000009, address: [9 High St, Detroit, MI, "48226"]}}`'


@dataclass(frozen=True)
class Payer:
    """What a payer file says of a payer: it goes before what claims say. `address` ends in city, state and ZIP code."""

    name: str = ""
    tax_id: str = ""
    address: tuple[str, ...] = ()


def read_payers(source: Source) -> dict[str, Payer]:
    """Read a payer file: under `payers`, by the payer's identification as claims have it; raises InvalidInput."""
    data = source.data.get("payers") if isinstance(source.data, dict) else None
    if not isinstance(data, dict) or not data or set(source.data) - {"payers", "about"}:
        raise InvalidInput.at(source.place(), "a payer file has one key, `payers`", EXAMPLE)
    problems: list[Problem] = []
    found = {str(name): _payer(source, ("payers", name), spec, problems) for name, spec in data.items()}
    if problems:
        raise InvalidInput(problems)
    return found


def _payer(source: Source, path: Path_, spec: Any, problems: list[Problem]) -> Payer:
    if not isinstance(spec, dict):
        problems.append(Problem(source.place(path), "this says nothing of a payer", EXAMPLE))
        return Payer()
    problems += [
        Problem(source.place((*path, key)), *unknown_name("key", str(key), KEYS)) for key in spec if key not in KEYS
    ]
    tax = str(spec.get("tax_id", ""))
    if "tax_id" in spec and not tax_number(tax):
        hint = "nine digits, in quotes, as in '380000009' or '38-0000009'"
        problems.append(Problem(source.place((*path, "tax_id")), "this is no tax number", hint))
    given = spec.get("address", [])
    address = tuple(str(one) for one in given) if isinstance(given, list) else ()
    if "address" in spec and (wrong := address_faults(address)):
        hint = 'expected as [9 High St, Detroit, MI, "48226"]; one or two street lines'
        problems.append(Problem(source.place((*path, "address")), f"not an address: {wrong[0]}", hint))
    return Payer(str(spec.get("name", "")), tax_number(tax), address)


def named(payer: Party, payers: Mapping[str, Payer]) -> Party:
    """A payer with what the payer file says of it."""
    told = payers.get(payer.id)
    if told is None:
        return payer
    return Party(
        told.name or payer.name,
        payer.id,
        payer.id_qualifier,
        told.tax_id or payer.tax_id,
        told.address or payer.address,
    )


def lacking(payer: Party) -> str | None:
    """What an 835 must say of a payer and is not known; None where nothing is missing."""
    missing = [] if payer.tax_id else ["tax number"]
    missing += [] if len(payer.address) > 3 else ["address"]
    if not missing:
        return None
    are = "is" if len(missing) == 1 else "are"
    return f"the payer's {' and '.join(missing)} {are} not known: give a payer file (--payers)"
