"""What can be typed at any question in place of an answer."""

from __future__ import annotations

from typing import Literal, NamedTuple

Name = Literal["back", "skip", "help", "quit", "list", "change", ""]
_WORDS: dict[str, Name] = {
    "": "skip", "skip": "skip", "unknown": "skip", "not known": "skip", "not sure": "skip", "i do not know": "skip",
    "i don't know": "skip", "i dont know": "skip", "do not know": "skip", "don't know": "skip", "dont know": "skip",
    "idk": "skip", "no idea": "skip", "n/a": "skip", "na": "skip", "not available": "skip", "unsure": "skip",
    "back": "back", "undo": "back", "?": "help", "help": "help",
    "quit": "quit", "q": "quit", "exit": "quit", "stop": "quit",
    "list": "list", "answers": "list", "change": "change",
}  # fmt: skip
SHOWN = "? help · back · skip (or nothing: not known) · list · change NAME · quit"
HELP = (
    ("?, help", "more on the question, and all that can be answered"),
    ("back", "to the question before; what was answered stands until it is answered anew"),
    ("skip", "not known; Enter alone, or \"I do not know\", say the same"),
    ("list", "what was answered so far"),
    ("change NAME", "answer one of these anew, by its name or its number in the list; or one not asked yet"),
    ("quit", "stop here; all answers are kept"),
)  # fmt: skip


class Command(NamedTuple):
    """A command and what stands after it; without a name the text is an answer."""

    name: Name
    rest: str = ""


def command(text: str) -> Command:
    """Which command a text is."""
    said = " ".join(text.lower().replace("’", "'").rstrip(".!").split())
    if said in _WORDS:
        return Command(_WORDS[said])
    first, _, rest = text.strip().partition(" ")
    if first.lower() == "change":
        return Command("change", rest.strip())
    return Command("")
