"""Inputs of every kind with damage drawn from a seed, and the commands that read them."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import yaml

from clausal.claims.journal import seal
from clausal.documents.load import bundled_packs
from tests.claims.test_run import many, row
from tests.cli.test_commands import SETTLED
from tests.exchange.x12.files import LINE, claim, file_of
from tests.robust import damage
from tests.schedules import files as fee_files

MAPPING = {
    "columns": {
        "claim_id": "CLM",
        "service_date": "FROM_DT",
        "code": "HCPCS",
        "diagnoses": ["DX1", "DX2"],
        "plan": {"column": "PAYER", "values": {"A1": "bcn-commercial-hmo"}},
        "modality": {"value": "cryoneurolysis"},
        "units": {"column": "UNITS"},
    }
}
MAPPED = "CLM,FROM_DT,HCPCS,DX1,DX2,PAYER,UNITS\n7,20241015,64640,m1711,,A1,2\n8,20241015,64640,,,A2,1\n"
ADJUDICATE = ("--as-of", "2026-01-01", "--force")


@dataclass(frozen=True)
class Input:
    """A damaged input on the disk: commands that read it, and how it is called where one ends badly."""

    kind: str
    commands: tuple[tuple[str, ...], ...]
    packs: Path | None = None
    """The folder that stands for the bundled packs."""
    data: Path | None = None
    """The user's data folder."""
    resumes: bool = False
    """Whether the last command continues a run, and is refused or comes to what the whole run came to."""


def _rows() -> list[dict[str, Any]]:
    return [*many(12, lines=2), row("Z", 1, units=-1), row("Z", 2, service_date="2024-13-01"), row("Y", 1, side="")]


@cache
def _csv() -> bytes:
    rows = _rows()
    names = list(dict.fromkeys(name for one in rows for name in one))
    return "\n".join([",".join(names), *(",".join(str(one.get(n, "")) for n in names) for one in rows), ""]).encode()


@cache
def _jsonl() -> bytes:
    return "".join(json.dumps(one) + "\n" for one in _rows()).encode()


@cache
def _xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(_csv().decode().splitlines()):
            sheet.write_row(number, 0, line.split(","))
    return out.getvalue()


def _adjudicate(kind: str, folder: Path, name: str, raw: bytes, output: str = "o.parquet") -> Input:
    (folder / name).write_bytes(raw)
    return Input(kind, (("adjudicate", str(folder / name), "-o", str(folder / output), *ADJUDICATE),))


def _text(raw: bytes, random_: random.Random) -> bytes:
    return random_.choice((damage.bytes_, damage.lines, damage.lines, damage.encoded))(raw, random_)


def case(folder: Path, random_: random.Random) -> Input:
    """A case in YAML or JSON."""
    data = yaml.safe_load(SETTLED) | {
        "service_date": "2024-10-15",
        "place": random_.choice(({"state": "MI", "county": "Wayne"}, {"locality": "01", "state": "MI"})),
    }
    path = folder / random_.choice(("c.yaml", "c.json"))
    if path.suffix == ".yaml" and random_.random() < 0.4:
        path.write_bytes(_text(SETTLED.encode(), random_))
    else:
        path.write_bytes(damage.dumped(damage.tree(data, random_)))
    options = random_.choice(((), (), ("--json",), ("--why-not", "cluster-headache"), ("--as-of", "2025-01-01")))
    return Input("case", (("decide", str(path), *options),))


def mapping(folder: Path, random_: random.Random) -> Input:
    """A mapping, with its claim file."""
    (folder / "c.csv").write_text(MAPPED)
    path = folder / "m.yaml"
    raw = damage.dumped(damage.tree(MAPPING, random_))
    path.write_bytes(_text(raw, random_) if random_.random() < 0.2 else raw)
    command = ("adjudicate", str(folder / "c.csv"), "-o", str(folder / "o.parquet"), "--mapping", str(path))
    return Input("mapping", ((*command, *ADJUDICATE),))


def csv(folder: Path, random_: random.Random) -> Input:
    """A claim file in CSV."""
    return _adjudicate("csv", folder, "c.csv", _text(_csv(), random_))


def jsonl(folder: Path, random_: random.Random) -> Input:
    """A claim file of JSON lines."""
    if random_.random() < 0.5:
        raw = _text(_jsonl(), random_)
    else:
        rows = [json.loads(line) for line in _jsonl().splitlines()]
        for _ in range(random_.choice((1, 3))):
            at = random_.randrange(len(rows))
            rows[at] = damage.tree(rows[at], random_)
        raw = b"".join(damage.dumped(one) + b"\n" for one in rows)
    return _adjudicate("jsonl", folder, "c.jsonl", raw)


def parquet(folder: Path, random_: random.Random) -> Input:
    """A claim file in Parquet."""
    table, out = pa.Table.from_pylist(_rows()), io.BytesIO()
    is_typed = random_.random() < 0.7
    if is_typed:
        table = damage.columns(table, random_)
    try:
        pq.write_table(table, out, use_compliant_nested_type=random_.random() < 0.5, row_group_size=10)
    except pa.ArrowException:
        out = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(_rows()), out)
        is_typed = False
    return _adjudicate(
        "parquet", folder, "c.parquet", out.getvalue() if is_typed else damage.bytes_(out.getvalue(), random_)
    )


def x12(folder: Path, random_: random.Random) -> Input:
    """An X12 837, with its 999."""
    raw = "~\n".join([*file_of(claim("A1"), claim("A2", "700", lines=[*LINE, *LINE]), claim("A3")), ""]).encode()
    if random_.random() < 0.6:
        raw = damage.lines(raw, random_, b"~")
    else:
        raw = random_.choice((damage.bytes_, damage.encoded))(raw, random_)
    found = _adjudicate("x12", folder, "c.837", raw, random_.choice(("o.parquet", "o.835")))
    return Input("x12", ((*found.commands[0], "--acknowledge", str(folder / "o.999")),))


def packed(folder: Path, random_: random.Random) -> Input:
    """A claim file packed: by gzip, or as a workbook."""
    if random_.random() < 0.5:
        return _adjudicate("packed", folder, "c.xlsx", damage.bytes_(_xlsx(), random_))
    name = random_.choice(("c.csv.gz", "c.jsonl.gz"))
    raw = _csv() if name == "c.csv.gz" else _jsonl()
    if random_.random() < 0.5:
        return _adjudicate("packed", folder, name, gzip.compress(_text(raw, random_)))
    return _adjudicate("packed", folder, name, damage.bytes_(gzip.compress(raw), random_))


@cache
def _pack_files() -> list[Path]:
    return sorted(path.relative_to(bundled_packs()) for path in bundled_packs().rglob("*.yaml"))


def pack(folder: Path, random_: random.Random) -> Input:
    """One file of the packs, with a case that is decided by them; now and then they are checked."""
    packs = folder / "packs"
    shutil.copytree(bundled_packs(), packs)
    path = packs / random_.choice(_pack_files())
    raw = path.read_bytes()
    raw = damage.dumped(damage.tree(yaml.safe_load(raw), random_)) if random_.random() < 0.7 else _text(raw, random_)
    path.write_bytes(raw)
    (folder / "c.yaml").write_text(SETTLED)
    commands = [("decide", str(folder / "c.yaml")), random_.choice((("packs",), ("show", path.parent.name)))]
    if random_.random() < 0.05:
        commands.append(("check",))
    return Input("pack", tuple(commands), packs)


def _fees(folder: Path, random_: random.Random) -> Path:
    make: Sequence[Callable[[], Path]] = (
        lambda: fee_files.relative_values(folder, "RVU24C", "2024-07-01", "2024-12-31", "64640", "64624"),
        lambda: fee_files.addendum_aa(folder, "July 2024", "64640", "64624"),
        lambda: fee_files.addendum_bb(folder, "July 2024", [("C9290", "K2", "1.50"), ("J0666", "K2", "0.90")]),
        lambda: fee_files.unlikely_units(folder, "2024q3", ("64640", 5), ("64624", 1)),
        lambda: fee_files.pairs(folder, "2024q3", ("64640", "64450"), ("64624", "64450")),
    )
    return random_.choice(make)()


def fees(folder: Path, random_: random.Random) -> Input:
    """A file of fee tables, bare or packed."""
    path = _fees(folder, random_)
    raw = path.read_bytes()
    match random_.randrange(4):
        case 0:
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(path.name, raw)
            raw, path = damage.bytes_(out.getvalue(), random_), path.with_suffix(".zip")
        case 1:
            raw, path = gzip.compress(_text(raw, random_)), path.with_name(f"{path.name}.gz")
        case _:
            raw = _text(raw, random_)
    path.write_bytes(raw)
    return Input("fees", (("fees", "import", str(path)), ("price", "64640")), data=folder / "data")


def database(folder: Path, random_: random.Random) -> Input:
    """The file of imported tables."""
    from clausal.schedules.store import Store

    store = Store(folder / "data")
    store.import_files([_fees(folder, random_)])
    store.path.write_bytes(damage.bytes_(store.path.read_bytes(), random_))
    (folder / "c.yaml").write_text(SETTLED)
    commands = (("fees", "list"), ("price", "64640"), ("decide", str(folder / "c.yaml")))
    return Input("database", commands, data=folder / "data")


def journal(folder: Path, _: random.Random) -> Input:
    """The journal of an interrupted run, sealed anew or not; or one of its parts."""
    pq.write_table(pa.Table.from_pylist(_rows()), folder / "c.parquet", row_group_size=4)
    command = ("adjudicate", str(folder / "c.parquet"), "-o", str(folder / "o.parquet"), "--as-of", "2026-01-01")
    return Input(
        "journal", ((*command, "--part-seconds", "0"), (*command, "--part-seconds", "0", "--resume")), resumes=True
    )


def damage_journal(partial: Path, random_: random.Random) -> None:
    """Damage what an interrupted run left."""
    path = partial / "journal.json"
    if random_.random() < 0.2:
        path = random_.choice(sorted(partial.iterdir()))
        path.write_bytes(damage.bytes_(path.read_bytes(), random_))
        return
    if random_.random() < 0.3:
        path.write_bytes(_text(path.read_bytes(), random_))
        return
    found = damage.tree(json.loads(path.read_bytes()), random_)
    if isinstance(found, dict) and random_.random() < 0.7:
        found.pop("seal", None)
        found = {"seal": seal(json.loads(json.dumps(found))), **found}
    path.write_bytes(damage.dumped(found))


KINDS: dict[str, tuple[Callable[[Path, random.Random], Input], int]] = {
    "case": (case, 3600),
    "mapping": (mapping, 1500),
    "csv": (csv, 1900),
    "jsonl": (jsonl, 1300),
    "parquet": (parquet, 1400),
    "x12": (x12, 1500),
    "packed": (packed, 700),
    "pack": (pack, 900),
    "fees": (fees, 600),
    "database": (database, 137),
    "journal": (journal, 200),
}
"""What makes an input of each kind, and how many of 13,737 are of it."""
