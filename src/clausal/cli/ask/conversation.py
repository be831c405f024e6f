"""An interview at the terminal: prints the next question, takes an answer or a command, keeps each answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.text import Text

from clausal.cli.ask import shown
from clausal.cli.ask.commands import Command, command
from clausal.cli.ask.kept import Kept
from clausal.determination.codes import code_notices
from clausal.determination.interview.answers import Interview, Key, case_data, put
from clausal.determination.interview.listed import Stated, name_of, named, stated
from clausal.determination.interview.questions import Asked, Setting, Standing, asked_for, standing
from clausal.determination.interview.understanding import YES_OR_NO, NotUnderstood, is_value, said, understand
from clausal.facts.standing import Doubt
from clausal.problems import InvalidInput

PROMPT = "> "
Ask = Callable[[str], str]
"""Prints a prompt and gives what is typed; raises EOFError where input ends."""


class Quit(Exception):
    """The person ends the interview before its end."""


class Conversation:
    """One interview with one person. `interview` and `standing` are always those of the answers that were kept."""

    def __init__(self, setting: Setting, begun: dict[str, Any], kept: Kept, console: Console, ask: Ask) -> None:
        self.setting = setting
        self.kept = kept
        self.console = console
        self.interview = Interview(begun)
        self.standing = standing(setting, self.interview)
        self._ask = ask
        self._part = ""
        self._changing: Key | None = None
        self._walks_back = False
        self._told: set[str] = set()
        self._places: tuple[str, ...] = ()

    def hold(self) -> None:
        """Ask until nothing is left to ask and the person wants the answer; raises Quit."""
        shown.greeting(self.console)
        self._tell_doubts()
        while True:
            asked = asked_for(self.setting, self._changing) if self._changing else self.standing.question
            if asked is None:
                if self._review():
                    return
                continue
            if not self._changing and asked.part != self._part:
                self._part = asked.part
                shown.part(self.console, asked.part)
            shown.question(self.console, asked, self.setting.library.vocabulary.diagnoses)
            self._answer(asked)

    def _answer(self, asked: Asked) -> None:
        """Take an answer to a question; one that means nothing is told why, and the question waits on."""
        self._places = shown.listed_at_once(asked)
        while True:
            text = self._read(PROMPT)
            found = Command("") if text and is_value(asked, text) else command(text)
            if found.name == "help":
                shown.help_on(self.console, asked)
                self._places = shown.all_values(asked)
            elif found.name == "skip" and not text and self._changing and self._stands(asked):
                self._say("it stays as it was")
                self._changing = None
                return
            elif found.name == "skip":
                if self._put(asked, None):
                    return
            elif found.name:
                if self._obey(found):
                    return
            elif self._take(asked, text):
                return

    def _take(self, asked: Asked, text: str) -> bool:
        """Whether a text was understood and taken as the answer."""
        read = understand(self.setting, asked, text, self._places)
        if isinstance(read, NotUnderstood):
            self._say(read.message)
            if read.near:
                self._places = tuple(read.near)
                shown.numbered(self.console, asked, read.near)
            shown.rows(self.console, read.codes.items())
            return False
        if not read.sure and not self._confirmed(f"is this meant: {read.told}?"):
            self._say("then say it in other words, or ? shows all that can be answered")
            return False
        if not self._put(asked, read.value):
            return False
        if read.told.lower() != text.strip().lower():
            self._say(f"= {read.told}", "green")
        self._tell_doubts()
        return True

    def _put(self, asked: Asked, value: Any) -> bool:
        """Keep an answer, if a case can have it."""
        if value is None and asked.fact.required:
            self._say("this one is needed: it tells which rules are in force")
            return False
        changed = put(self.interview, asked.key, value)
        try:
            now = standing(self.setting, changed)
        except InvalidInput as error:
            for problem in error.problems:
                self._say(said(problem))
                other = problem.place.path.split("[")[0].split(".")[-1].replace("_", " ")
                if other and other not in (asked.fact.name.replace("_", " "), "lines", "code"):
                    self._say(f"`change {other}` answers that anew")
            return False
        if not self._certain(now):
            return False
        self._keep(changed, now)
        self._changing = None
        if value is None:
            self._say("not known")
        return True

    def _certain(self, now: Standing) -> bool:
        """Whether no code may be a slip of the pen, or the person says that it is none."""
        before = {one.code for one in self.standing.case.doubts} if self.standing.case else set()
        for doubt in now.case.doubts if now.case else ():
            if doubt.near and doubt.code not in before and not self._confirmed(slip(doubt)):
                self._say("then write the code that is meant")
                return False
        return True

    def _keep(self, interview: Interview, now: Standing) -> None:
        self.interview, self.standing = interview, now
        if not interview.given and not self.kept.is_written:
            return
        try:
            self.kept.write(case_data(interview, self.setting.facts))
        except InvalidInput as error:
            print(f"not saved: {error}", file=sys.stderr)

    def _obey(self, found: Command) -> bool:
        """Follow a command; whether the question that was open is left."""
        if found.name == "quit":
            raise Quit
        if found.name == "list":
            self._list()
            return False
        if found.name == "back":
            return self._back()
        one = self._named(found.rest)
        if one is None:
            return False
        self._changing, self._walks_back = one.key, False
        return True

    def _back(self) -> bool:
        """To the question before the one that is open; what was answered stands until it is answered anew."""
        if self._changing and not self._walks_back:
            self._changing = None
            return True
        keys = [one.key for one in self.interview.given]
        before = keys[: keys.index(self._changing)] if self._changing in keys else keys
        if not before:
            self._say("this is the first question")
            return False
        self._changing, self._walks_back = before[-1], True
        self._say("Enter leaves it as it is", "dim")
        return True

    def _stands(self, asked: Asked) -> bool:
        """Whether a question is answered."""
        return self.interview.answer(asked.key) is not None

    def _named(self, text: str) -> Stated | None:
        """The answer to change, by a name; told if there is none."""
        answers = stated(self.setting, self.interview)
        if not answers:
            self._say("nothing is answered yet; this one comes first")
            return None
        if not text:
            self._list()
            self._say("`change` takes the number or the name of one of these, as in `change 1`")
            return None
        one, near = named(self.setting, answers, text)
        if one is None:
            self._say(f"'{text}' is none of the answers so far; `list` shows them")
            for other in near:
                self._say(f"  change {other.name}")
        return one

    def _review(self) -> bool:
        """The answers once more, when nothing is left to ask; whether the person is content with them."""
        self._part = ""
        self.console.print()
        self.console.print(Text("That is all. You answered", style="bold underline"))
        self._list()
        self._tell_doubts()
        self._say("Enter shows the answer; or change NAME, back, quit", "dim")
        while True:
            text = self._read(PROMPT)
            found = command(text)
            if found.name in ("", "help"):
                self._say("nothing more is asked: Enter shows the answer")
                shown.commands(self.console)
            elif found.name == "skip":
                return True
            elif self._obey(found):
                return False

    def _list(self) -> None:
        shown.answers(self.console, stated(self.setting, self.interview))

    def _confirmed(self, question: str) -> bool:
        self._say(f"{question} (yes or no)")
        while True:
            text = self._read(PROMPT).lower()
            if text in YES_OR_NO:
                return YES_OR_NO[text]
            if command(text).name in ("skip", "back"):
                return False
            if command(text).name == "quit":
                raise Quit
            self._say("yes or no; `back` leaves the question as it was, to be answered in other words")

    def _tell_doubts(self) -> None:
        """What is doubtful in the answers, once each: codes, and answers that contradict one another."""
        case = self.standing.case
        doubts = [one.says for one in code_notices(case)] if case else []
        for text in (*doubts, *self.standing.contradictions):
            if text not in self._told:
                self._say(f"! {text}", "yellow")
        if set(self.standing.contradictions) - self._told:
            self._say("  `change NAME` corrects one of them", "yellow")
        self._told = {*doubts, *self.standing.contradictions}

    def _read(self, prompt: str) -> str:
        """What is typed, without what a terminal cannot show."""
        try:
            text = self._ask(prompt)
        except UnicodeDecodeError:
            self._say("that cannot be read as text (UTF-8)")
            return "?"
        return "".join(one if one.isprintable() else " " for one in text).strip()

    def _say(self, text: str, style: str = "") -> None:
        shown.indented(self.console, Text(text, style=style))


def slip(doubt: Doubt) -> str:
    """Whether a code that nothing held names is meant, and not the one that it is like."""
    return f"no document and no fee table held names {doubt.code}, but {doubt.near}: is {doubt.code} meant?"


def not_known(conversation: Conversation) -> list[str]:
    """The names of what was asked and is not known."""
    return [name_of(one.key) for one in conversation.interview.given if one.value is None]
