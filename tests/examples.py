"""The examples of the pages: what they say that a command prints, against what it prints.

An example is an indented block that begins with `$ clausal`; what follows is what is printed, whole. A line `...` says
that lines are left out there, one or more. What follows `$ cat FILE` is a file of the commands of that page.

python -m tests.examples     # writes what commands print now into the pages
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
INDENT = "    "
PROMPT = INDENT + "$ "
LEFT_OUT = "..."
_VARIES = (
    (re.compile(r"\bas of \d{4}-\d{2}-\d{2}\b"), "as of TODAY"),
    (re.compile(r"\bin [\d.,]+ s \([\d,]+ lines/s\)"), "in SECONDS"),
)
"""What differs from one run to the next: the day, and how fast it was. Paths are shown as from the project's folder."""
_LINES = r"(?:[^\n]*\n)+?"


@dataclass(frozen=True)
class Example:
    """A command of a page and the lines that the page shows of it, from `first` on."""

    page: Path
    first: int
    command: str
    shown: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.first}"


def examples(page: Path) -> Iterator[Example]:
    """The commands of a page in their order, `cat` among them."""
    lines = page.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(PROMPT)]
    for start in starts:
        end = start + 1
        while end < len(lines) and end not in starts and (not lines[end] or lines[end].startswith(INDENT)):
            end += 1
        shown = _trimmed(line[len(INDENT) :] for line in lines[start + 1 : end])
        yield Example(page, start + 1, lines[start][len(PROMPT) :], shown)


def write_files(page: Path, folder: Path) -> None:
    """Write the files that a page shows by `cat`."""
    for example in examples(page):
        if example.command.startswith("cat "):
            (folder / example.command.partition(" ")[2]).write_text("\n".join(example.shown) + "\n", encoding="utf-8")


def printed(example: Example, folder: Path) -> tuple[str, ...]:
    """What the command of an example prints away from a terminal, in a folder with the files of its page."""
    program, *arguments = shlex.split(example.command)
    if program != "clausal":
        raise ValueError(f"{example.name}: only `clausal` and `cat` can be run")
    command = [sys.executable, "-c", "from clausal.cli import main; main()", *arguments]
    around = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "CLAUSAL_PACKS")}
    around |= {"CLAUSAL_DATA": str(folder / "no-data"), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=around,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return _trimmed(done.stdout.decode().replace(f"{ROOT}{os.sep}", "").splitlines())


def agrees(shown: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether lines shown are the whole of what is printed, but for lines that are said to be left out."""
    pattern = "".join(_LINES if line == LEFT_OUT else re.escape(_plain(line) + "\n") for line in shown)
    return re.fullmatch(pattern, "".join(_plain(line) + "\n" for line in whole)) is not None


def mended(shown: Sequence[str], whole: Sequence[str]) -> tuple[str, ...]:
    """The lines that a page is to show: those that are printed, less those that it leaves out already."""
    if agrees(shown, whole):
        return tuple(shown)
    kept: list[str] = []
    pair = [_plain(line) for line in shown], [_plain(line) for line in whole]
    for what, a, b, c, d in difflib.SequenceMatcher(None, *pair, autojunk=False).get_opcodes():
        old, new = list(shown[a:b]), list(whole[c:d])
        if what == "equal":
            new = old
        elif LEFT_OUT in old:
            before, after = old.index(LEFT_OUT), old[::-1].index(LEFT_OUT)
            if len(new) > before + after:
                new = [*new[:before], LEFT_OUT, *new[len(new) - after :]]
        kept += new
    return tuple(kept)


def _plain(line: str) -> str:
    for pattern, instead in _VARIES:
        line = pattern.sub(instead, line)
    return line.rstrip()


def _trimmed(lines: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    """Lines without blanks at their ends, and without empty lines at both ends."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return tuple(text.split("\n")) if text else ()


def rewrite(page: Path) -> int:
    """Write what commands print now into a page; how many examples it changed."""
    changed = 0
    lines = page.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(page, folder)
        new = {
            one.first: mended(one.shown, printed(one, folder)) for one in examples(page) if one.command[:4] != "cat "
        }
    for one in reversed(list(examples(page))):
        shown = new.get(one.first, one.shown)
        if shown != one.shown:
            start = next(at for at in range(one.first, len(lines)) if lines[at]) if one.shown else one.first
            before = [] if one.shown else [""]
            lines[start : start + len(one.shown)] = [*before, *((INDENT + line).rstrip() for line in shown)]
            changed += 1
    if changed:
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    for page in PAGES:
        if count := rewrite(page):
            print(f"{page.relative_to(ROOT)}: {count} example(s) written anew")
