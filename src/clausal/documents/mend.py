"""Take rules and entries out of YAML files, so that all else, comments too, stays as it was written."""

from __future__ import annotations

import copy
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from clausal.facts.source import Path_, Source, dotted, parse_source
from clausal.problems import InvalidInput
from clausal.rules.finding import Removal

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,\]\[{}\n#]+')


class CannotMend(Exception):
    """The text of a file cannot be changed with certainty; its message says why."""


def mend(removals: Iterable[Removal]) -> list[str]:
    """Rewrite the files; each holds afterwards just what it held, less what is removed. The files that were changed.

    A file that cannot be changed with certainty is left as it is: raises CannotMend, before anything is written.
    """
    by_file: dict[str, list[Path_]] = {}
    for one in removals:
        by_file.setdefault(one.file, []).append(one.path)
    texts = {file: without(Path(file).read_bytes().decode(), file, paths) for file, paths in by_file.items()}
    for file, text in texts.items():
        path = Path(file).resolve()
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
            beside.write(text.encode())
        shutil.copymode(path, beside.name)
        os.replace(beside.name, path)
    return sorted(texts)


def without(text: str, name: str, paths: Sequence[Path_]) -> str:
    """A YAML text without the list entries at some paths; raises CannotMend."""
    source = parse_source(text, name)
    wanted = copy.deepcopy(source.data)
    lines = text.splitlines(keepends=True)
    for path in sorted(paths, key=lambda one: source.places[one], reverse=True):
        _take(wanted, path)
        if isinstance(_at(source.data, path), dict):
            _cut_block(lines, source, path)
        else:
            _cut_entry(lines, source, path)
    mended = "".join(lines)
    try:
        is_right = parse_source(mended, name).data == wanted
    except InvalidInput:
        is_right = False
    if not is_right:
        raise CannotMend(f"{name}: {', '.join(map(dotted, paths))} cannot be taken out by itself; do it by hand")
    return mended


def _at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data[step]
    return data


def _take(data: Any, path: Path_) -> None:
    del _at(data, path[:-1])[path[-1]]


def _cut_block(lines: list[str], source: Source, path: Path_) -> None:
    """Take out a `- ...` entry of several lines, up to the next entry or key (with the comment above that)."""
    first = source.places[path][0] - 1
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or _indent(lines[last]) > indent):
        last += 1
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    del lines[first:last]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _cut_entry(lines: list[str], source: Source, path: Path_) -> None:
    """Take out one value of a list, on a line of its own or between commas."""
    row, column = source.places[path]
    line = lines[row - 1]
    before, rest = line[: column - 1], line[column - 1 :]
    if re.fullmatch(r"\s*-\s+", before):
        del lines[row - 1]
        return
    token = _TOKEN.match(rest)
    if token is None:
        return
    after = rest[len(token[0].rstrip()) :]
    if comma := re.match(r"\s*,[ \t]*", after):
        lines[row - 1] = before + after[comma.end() :]
    else:
        lines[row - 1] = re.sub(r",\s*\Z", "", before) + after
