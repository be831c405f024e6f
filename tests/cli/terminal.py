"""A session of `clausal ask` at a terminal of its own, as a person has it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect

PROMPT = "\n> "
ASK = "from clausal.cli import main; main()"


class Session:
    """`clausal ask` in a folder; its data folder is `data` in it. `printed` is all that was shown so far."""

    def __init__(self, folder: Path, *arguments: str, columns: int = 80, packs: Path | None = None) -> None:
        self.folder = folder
        self.printed = ""
        environment = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment |= {"CLAUSAL_DATA": str(folder / "data"), "TERM": "dumb", "NO_COLOR": "1"}
        if packs:
            environment["CLAUSAL_PACKS"] = str(packs)
        self.process = pexpect.spawn(
            sys.executable,
            ["-c", ASK, "ask", "--as-of", "2026-01-01", *arguments],
            cwd=str(folder),
            env=environment,
            dimensions=(40, columns),
            timeout=60,
            encoding="utf-8",
        )

    def prompted(self) -> str:
        """What is shown until the next prompt."""
        self.process.expect_exact(PROMPT.replace("\n", "\r\n"))
        found = self._shown()
        self.printed += PROMPT
        return found

    def type(self, text: str) -> None:
        self.process.sendline(text)

    def ended(self) -> str:
        """What is shown until the end."""
        self.process.expect(pexpect.EOF)
        found = self._shown()
        self.process.close()
        return found

    @property
    def status(self) -> int | None:
        """The exit status; None where a signal ended it."""
        found: int | None = self.process.exitstatus
        return found

    def _shown(self) -> str:
        found = "\n".join(line.rstrip() for line in str(self.process.before).replace("\r\n", "\n").split("\n"))
        self.printed += found
        return found

    @property
    def kept(self) -> list[Path]:
        """The cases that are kept in the data folder."""
        return sorted((self.folder / "data" / "cases").glob("*.yaml"))


def held(session: Session, replies: list[tuple[str, str]]) -> str:
    """Answer each question, which has to have some words in it, in turn; what is shown after the last, to the end."""
    for words, text in replies:
        shown = session.prompted()
        assert words in " ".join(shown.split()), f"not asked: {words}\n{shown}"
        session.type(text)
    return session.ended()
