"""Damage to inputs, drawn from a seed: to bytes, to lines, to what YAML and JSON hold, and to columns of Parquet."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

Steps = tuple[str | int, ...]

SPARKS = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\x1b[31m",
    b'"',
    b"'",
    b"~",
    b"*",
    b"{",
    b"]",
    b"\x85",
    b"\xc3",
)
STRANGE = (
    "\x00", "\x1b[31m", "\u202e", "\u2028", "[/x]", "a\nb", "\r\n", "\t", "=1+1", "\ud800", "\ufeff", "\U0001f600",
    "%s{0}", "'; DROP TABLE releases; --", "../../x", "/dev/zero", "NaN", "inf", "1e999", "-0", "٣", "null", "list",
    "none", "[",
)  # fmt: skip
NAMES = (
    "list",
    "none",
    "str",
    "[",
    "",
    "a.b",
    "0",
    "lines",
    "x" * 500,
    "\x1b[31m",
    "[/x]",
    "null",
    "__class__",
    "loc",
    "problem",
)


LONGEST = 10_000
"""Bytes of a line that is still made 500 times as long."""


def _deep(random_: random.Random) -> Any:
    found: Any = 1
    for _ in range(random_.choice((5, 45, 300))):
        found = [found] if random_.random() < 0.5 else {"a": found}
    return found


VALUES: tuple[Callable[[random.Random], Any], ...] = (
    lambda _: None,
    lambda _: [],
    lambda _: {},
    lambda _: "",
    lambda _: True,
    lambda _: 0,
    lambda _: -1,
    lambda _: 1.5,
    lambda _: 10**18,
    lambda _: 2**63,
    lambda _: 10**60,
    lambda _: float("nan"),
    lambda _: float("inf"),
    lambda _: 1e300,
    lambda _: [None],
    lambda _: [[]],
    lambda _: [{}],
    lambda _: ["a", "a"],
    lambda _: {"a": 1},
    lambda _: {"": {"": []}},
    lambda _: "x" * 20_000,
    lambda _: "2024-02-30",
    lambda _: "9999-12-31",
    lambda _: "0001-01-01",
    lambda random_: random_.choice(STRANGE),
    lambda random_: [random_.choice(STRANGE)],
    lambda random_: random_.choice(NAMES),
    _deep,
)


def bytes_(raw: bytes, random_: random.Random) -> bytes:
    """Flip, cut, insert, take out, repeat or blank bytes."""
    found = bytearray(raw)
    for _ in range(random_.choice((1, 1, 1, 3, 20))):
        at = random_.randrange(len(found) + 1)
        span = random_.choice((1, 2, 8, 64, 700))
        match random_.randrange(6):
            case 0 if at < len(found):
                found[at] ^= 1 << random_.randrange(8)
            case 1:
                del found[at:]
            case 2:
                found[at:at] = random_.choice(SPARKS)
            case 3:
                del found[at : at + span]
            case 4:
                found[at:at] = found[at : at + span]
            case _:
                found[at : at + span] = random_.choice((b"\x00", b" ", b"\xff")) * len(found[at : at + span])
    return bytes(found)


def lines(raw: bytes, random_: random.Random, end: bytes = b"\n") -> bytes:
    """Repeat, take out, exchange, cut, join or mix lines (of X12: segments)."""
    found = raw.split(end)
    for _ in range(random_.choice((1, 1, 2, 5))):
        at, other = random_.randrange(len(found)), random_.randrange(len(found))
        match random_.randrange(7):
            case 0:
                found.insert(at, found[other])
            case 1 if len(found) > 1:
                del found[at]
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at] = found[at][: random_.randrange(len(found[at]) + 1)]
            case 4:
                found[at] += found[other]
            case 5:
                cells = found[at].split(b",") if end == b"\n" else found[at].split(b"*")
                cells[random_.randrange(len(cells))] = random_.choice(STRANGE).encode("utf-8", "surrogatepass")
                found[at] = (b"," if end == b"\n" else b"*").join(cells)
            case _:
                found[at] = found[at] * random_.choice((2, 500)) if len(found[at]) < LONGEST else found[at]
    return end.join(found)


def encoded(raw: bytes, random_: random.Random) -> bytes:
    """Write a text in another encoding, with other line ends, or with a mark in front."""
    text = raw.decode("utf-8", "replace")
    match random_.randrange(6):
        case 0:
            return text.encode("utf-16")
        case 1:
            return text.encode("utf-32")
        case 2:
            return b"\xef\xbb\xbf" + raw
        case 3:
            return text.replace("\n", random_.choice(("\r\n", "\r", "\x85", "\u2028"))).encode()
        case 4:
            at = random_.randrange(len(text) + 1)
            return (text[:at] + "Möller" + text[at:]).encode("latin-1", "replace")
        case _:
            at = random_.randrange(len(text) + 1)
            return (text[:at] + random_.choice(STRANGE) + text[at:]).encode("utf-8", "surrogatepass")


def _paths(data: Any, at: Steps = ()) -> Iterator[Steps]:
    if at:
        yield at
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _paths(value, (*at, step))


def tree(data: Any, random_: random.Random) -> Any:
    """Change values, keys and entries at any place of plain data."""
    data = copy.deepcopy(data)
    for _ in range(random_.choice((1, 1, 1, 2, 4))):
        paths = list(_paths(data))
        if not paths or random_.random() < 0.02:
            return random_.choice(VALUES)(random_)
        *before, last = random_.choice(paths)
        parent: Any = data
        for step in before:
            parent = parent[step]
        match random_.randrange(8):
            case 0 | 1 | 2 | 3:
                parent[last] = random_.choice(VALUES)(random_)
            case 4:
                del parent[last]
            case 5 if isinstance(parent, dict):
                parent[random_.choice(NAMES)] = parent.pop(last)
            case 5 | 6 if isinstance(parent, list):
                parent.insert(0, copy.deepcopy(parent[-1]))
            case 6:
                parent[random_.choice(NAMES)] = random_.choice(VALUES)(random_)
            case _:
                *there, end = random_.choice(paths)
                found: Any = data
                for step in (*there, end):
                    found = found[step]
                parent[last] = copy.deepcopy(found)
    return data


def dumped(data: Any) -> bytes:
    """Plain data as JSON, which is YAML too; halves of characters stay as escapes."""
    return json.dumps(data, default=str).encode()


COLUMNS: tuple[Callable[[int], pa.Array], ...] = (
    lambda rows: pa.nulls(rows),
    lambda rows: pa.array([1.5] * rows),
    lambda rows: pa.array([float("nan")] * rows),
    lambda rows: pa.array([2**63 - 1] * rows),
    lambda rows: pa.array([2**64 - 1] * rows, pa.uint64()),
    lambda rows: pa.array([b"\xff\x00"] * rows),
    lambda rows: pa.array([[1, 2]] * rows),
    lambda rows: pa.array([["M17.11", None]] * rows),
    lambda rows: pa.array([[{"code": "M17.11"}]] * rows),
    lambda rows: pa.array([{"a": 1}] * rows),
    lambda rows: pa.array([[["x"]]] * rows),
    lambda rows: pa.array([True] * rows),
    lambda rows: pa.array([10**40] * rows, pa.decimal256(60, 4)),
    lambda rows: pa.array([-1] * rows, pa.decimal128(5, 2)),
    lambda rows: pa.array([2**62] * rows, pa.timestamp("s")),
    lambda rows: pa.array([-(2**31)] * rows, pa.date32()),
    lambda rows: pa.array([1] * rows, pa.time64("us")),
    lambda rows: pa.array([1] * rows, pa.duration("s")),
    lambda rows: pa.array(["x"] * rows).dictionary_encode(),
    lambda rows: pa.array([7] * rows).dictionary_encode(),
    lambda rows: pa.array(["a\x00\x1b"] * rows, pa.large_string()),
    lambda rows: pa.array([[("k", 1)]] * rows, pa.map_(pa.string(), pa.int64())),
    lambda rows: pa.array([1.0] * rows, pa.float16()),
    lambda rows: pa.array([["M17.11"]] * rows, pa.large_list(pa.string())),
    lambda rows: pa.array([["a", "b"]] * rows, pa.list_(pa.string(), 2)),
)


def columns(table: pa.Table, random_: random.Random) -> pa.Table:
    """Give columns other types, take them away, name them otherwise or twice."""
    for _ in range(random_.choice((1, 1, 2, 4))):
        at = random_.randrange(table.num_columns)
        name = table.column_names[at]
        match random_.randrange(6):
            case 0 if table.num_columns > 1:
                table = table.remove_column(at)
            case 1:
                table = table.append_column(random_.choice((name, *NAMES)), table.column(at))
            case 2:
                table = table.slice(0, random_.choice((0, 1, table.num_rows)))
            case _:
                table = table.set_column(at, name, random_.choice(COLUMNS)(table.num_rows))
    return table
