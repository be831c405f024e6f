"""The end of an interview: the answer in short under its page, what stayed open, where the answers are kept."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.text import Text

from clausal.cli.ask import shown
from clausal.cli.ask.conversation import Conversation, not_known
from clausal.cli.page import headline, summary


def in_short(console: Console, conversation: Conversation) -> None:
    """The status of each line, what stands against the service, and what was asked and is not known."""
    determination = conversation.standing.determination
    if determination is None:
        return
    asked = {question.fact: question.question for question in determination.questions}
    console.print(Text("In short", style="bold underline"))
    for line in determination.lines:
        shown.indented(console, headline(line))
        for text in filter(None, (summary(line, asked), line.coding)):
            shown.indented(console, Text(text), by=4)
    for one in determination.safety:
        shown.indented(console, Text(f"{one.severity.upper()}  {one.says}", style="bold"))
    unknown = not_known(conversation)
    if unknown:
        shown.indented(console, Text(f"asked and not known: {', '.join(unknown)}"))
    console.print()


def where(console: Console, conversation: Conversation, options: str, *, stopped: bool) -> None:
    """Where the answers are kept, and how to go on with them; `options` are those that they were given with."""
    kept = conversation.kept
    if not kept.is_written and conversation.interview.given:
        console.print(Text(f"Your answers could not be kept in {kept.path}."))
        return
    if not kept.is_written:
        console.print("Nothing was answered, nothing is kept." if stopped else "Nothing new was answered.")
        return
    path = shlex.quote(str(kept.path))
    console.print("Your answers are kept, for you alone to read, in")
    _unbroken(console, f"  {path}")
    console.print("Go on, or change them:")
    _unbroken(console, f"  clausal ask {path}{options}")
    if not stopped:
        console.print("The answer again, or as data with --json:")
        _unbroken(console, f"  clausal decide {path}{options}")


def _unbroken(console: Console, text: str) -> None:
    """A line that can be copied, however narrow the screen."""
    console.print(Text(text), soft_wrap=True)
