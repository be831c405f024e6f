"""An outside judge of X12: pyx12's validator run in process, and all that it finds wrong with a file."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pyx12.params
import pyx12.x12n_document


def faults(data: bytes) -> list[str]:
    """What pyx12 finds wrong, each with the segment it stands on; empty where it calls the file valid.

    The text is handed over as ASCII: what is written is of the X12 character set, and anything else raises.
    """
    found: list[str] = []
    told = io.StringIO()
    log = logging.getLogger("pyx12")
    log.setLevel(logging.CRITICAL)
    valid = pyx12.x12n_document.x12n_document(
        pyx12.params.params(), io.StringIO(data.decode("ascii")), None, None, fd_json=told
    )
    for interchange in json.loads(told.getvalue())["interchanges"]:
        _collect(interchange, "", found)
    assert valid == (not found), "pyx12 calls it wrong without saying why"
    return found


def _collect(node: dict[str, Any], where: str, found: list[str]) -> None:
    """The errors of a node of pyx12's tree, and of all below it."""
    name = next((str(node[key]) for key in ("seg_id", "trn_set_id", "fic", "isa_trn_set_id") if node.get(key)), "")
    at = f"{where}/{name}" if name else where
    for error in node["errors"]:
        found.append(f"{at} line {node.get('cur_line')}: {error}")
    for below in ("groups", "transactions", "segments", "elements"):
        for one in node.get(below, ()):
            _collect(one, at, found)
