"""What an interview prints: questions, help, the list of answers, the end; on a screen of any width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.columns import Columns
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausal.cli.ask.commands import HELP, SHOWN
from clausal.determination.interview.days import FORM
from clausal.determination.interview.listed import Stated
from clausal.determination.interview.questions import Asked, Part
from clausal.determination.interview.understanding import label
from clausal.determination.interview.words import is_numbered
from clausal.facts.vocabulary import DIAGNOSIS, NOT, Fact

PARTS: Mapping[Part, str] = {
    "service": "What is to be done",
    "coverage": "What coverage hangs on",
    "safety": "What safety hangs on",
}
MOST_LISTED = 16
"""Of the values of a list that are shown with its question; of a longer one they are shown on request."""


def greeting(console: Console) -> None:
    console.print(Text("Asks only what the answer hangs on. At every question:"))
    console.print(Text(SHOWN, style="dim"))


def part(console: Console, name: Part) -> None:
    console.print()
    console.print(Text(PARTS[name], style="bold underline"))


def question(console: Console, asked: Asked, labels: Mapping[str, str]) -> None:
    """A question, with its values where they are few."""
    console.print()
    console.print(Text(asked.text, style="bold"))
    if asked.whether:
        indented(console, Text(f"yes or no; or what it is instead (? lists {len(asked.choices)})", style="dim"))
        return
    if asked.sought:
        indented(console, Text("among what is looked for:"))
        rows(console, ((code, labels[code]) for code in asked.sought))
    if asked.choices and len(asked.choices) <= MOST_LISTED:
        values(console, asked)
    hint = form(asked)
    if hint:
        indented(console, Text(hint, style="dim"))


def values(console: Console, asked: Asked) -> None:
    """The values of a list, numbered if no value is a number itself; a long one without the names that files have."""
    listed = all_values(asked)
    if len(listed) <= MOST_LISTED:
        numbered(console, asked, {value: label(asked, value) for value in listed})
        return
    counts = is_numbered(listed, asked.fact.aliases)
    of = asked.choices or asked.fact.values
    shown = [
        Text(f"{at:>3} {of[value]}" if counts else of[value] if of[value] == value else f"{value} {of[value]}")
        for at, value in enumerate(listed, 1)
    ]
    console.print(Padding(Columns(shown, equal=True, padding=(0, 2)), (0, 0, 0, 2)))


def numbered(console: Console, asked: Asked, told: Mapping[str, str]) -> None:
    """Some values of a list with numbers that can be typed, but where values are numbers themselves."""
    counts = is_numbered(asked.choices or asked.fact.values, asked.fact.aliases)
    rows(console, ((str(at) if counts else "", one) for at, one in enumerate(told.values(), 1)))


def all_values(asked: Asked) -> tuple[str, ...]:
    """The values of a list in the order in which they are shown."""
    return tuple(asked.choices or asked.fact.values)


def listed_at_once(asked: Asked) -> tuple[str, ...]:
    """The values that stand under a question when it is asked."""
    values_ = all_values(asked)
    return values_ if len(values_) <= MOST_LISTED and not asked.whether else ()


def form(asked: Asked, *, is_listed: bool = False) -> str:
    """How an answer is written; where the values stand above it already, without how to see them."""
    fact = asked.fact
    count = len(asked.choices or fact.values)
    all_of = f"; ? lists all {count}" if count > MOST_LISTED and not is_listed else ""
    if fact.name == "code":
        return "a code, with units and modifiers as in x2 RT; commas between; nothing if none is chosen"
    if fact.type == "flag" or fact.yes:
        return "yes or no"
    if fact.type == "date":
        return FORM
    if fact.type == "number":
        return number_form(fact)
    if fact.type == "choice":
        return f"one of them, by name{all_of}" if all_of else ""
    if fact.values:
        return f"one or more, with commas between; a part of a name will find it{all_of}"
    codes = "ICD-10-CM codes" if fact.system == DIAGNOSIS else "codes"
    return f"{codes} with commas between, or words to look one up" + ("" if fact.complete else "; or none")


def number_form(fact: Fact) -> str:
    kind = "a whole number" if fact.whole else "a number"
    if fact.at_least is not None and fact.at_most is not None:
        return f"{kind} from {fact.at_least} to {fact.at_most}"
    return f"{kind} of at least {fact.at_least}" if fact.at_least is not None else kind


def help_on(console: Console, asked: Asked) -> None:
    """What a question is about, all that it can be answered by, and the commands."""
    indented(console, Text(asked.fact.about))
    if asked.choices or asked.fact.values:
        values(console, asked)
    hint = "yes or no; or one of the list" if asked.whether else form(asked, is_listed=True)
    if hint:
        indented(console, Text(f"Answer: {hint}"))
    commands(console)


def commands(console: Console) -> None:
    """What can be typed in place of an answer."""
    rows(console, HELP)


def answers(console: Console, stated: Iterable[Stated]) -> None:
    """What stands answered, numbered as `change` takes it."""
    console.print()
    rows(console, ((str(at), f"{one.name}: {one.told or 'not known'}") for at, one in enumerate(stated, 1)))


def rows(console: Console, found: Iterable[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for left, right in found:
        table.add_row(Text(left), Text(right))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))


def indented(console: Console, text: Text, by: int = 2) -> None:
    console.print(Padding(text, (0, 0, 0, by), expand=False))


def plain_question(asked: Asked) -> Iterable[str]:
    """A question for a pipe: by its fact's name, a value a line as a case file has it."""
    yield f"{asked.key.fact}: {asked.text}"
    choices = dict(asked.choices)
    if asked.whether:
        choices = {asked.whether: choices[asked.whether], f"{NOT}{asked.whether}": "anything else"}
    for value, of in choices.items():
        yield f"  {value}" + (f"  ({of})" if of != value else "")
    hint = form(asked)
    if hint and not choices:
        yield f"  ({hint})"
