"""The fields of the case form: what is always asked, what is given, and under each what is derived from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clausal.determination.model import Determination
from clausal.documents.library import Library
from clausal.facts.vocabulary import DIAGNOSIS, Fact
from clausal.problems import InvalidInput
from clausal.service.pages.case.query import LINE, PLACE, Read, is_withheld, text_of
from clausal.service.problems import FieldProblem

PLACE_OF_SERVICE = "place_of_service"
YES_NO = (("yes", "yes"), ("no", "no"))


@dataclass
class Field:
    """A field: its name, its label, how it is filled in, and what stands in it.

    `kind` is `date`, `choice`, `many` (several of a list), `number` or `text`;
    `derived` are the facts that follow from it, each with the rule; `hint` is what is doubtful of it.
    """

    name: str
    label: str
    kind: str
    text: str = ""
    chosen: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    derived: list[dict[str, Any]] = field(default_factory=list)
    hint: str = ""
    wrong: bool = False
    withheld: bool = False


def fields_of(library: Library, read: Read, shown: Collection[str]) -> list[Field]:
    """The fields of a form: those of every case, then what else is given or asked to be shown."""
    facts = library.vocabulary.facts
    always = [name for name, fact in facts.items() if is_always(fact)]
    given = [name for name in (*read.texts, *shown) if name in facts and name not in always]
    found = [_field(facts[name], read) for name in dict.fromkeys((*always, *given)) if not facts[name].of_line]
    where = next((at for at, one in enumerate(found) if one.name == PLACE_OF_SERVICE), len(found))
    found.insert(where + 1, Field(PLACE, "Place or ZIP code (for prices)", "text", read.texts.get(PLACE, "")))
    wrong = {one.path for one in read.problems}
    for one in found:
        one.wrong = one.name in wrong
    return found


def is_always(fact: Fact) -> bool:
    """Whether a fact stands on every form: the day, the plan, what is done and for which diagnoses, and where."""
    if not fact.can_be_asked or fact.of_line:
        return False
    is_core = fact.required or fact.what_is_done or (fact.system == DIAGNOSIS and not fact.combines and fact.complete)
    return is_core or fact.name in ("plan", PLACE_OF_SERVICE)


def lines_of(read: Read) -> list[dict[str, Any]]:
    """The service lines as they are typed, one more to fill in, and what else is given of each."""
    texts = {name: text for name, text in read.texts.items() if name.startswith(f"{LINE}.")}
    wrong = {one.path for one in read.problems}
    found = [{"text": text, "wrong": name in wrong} for name, text in texts.items()]
    return [*found, {"text": "", "wrong": False}]


def addable(library: Library, read: Read, shown: Collection[str]) -> list[tuple[str, str]]:
    """The facts that a field can be had for: their names and questions."""
    return [
        (name, fact.question)
        for name, fact in library.vocabulary.facts.items()
        if fact.can_be_asked and not fact.of_line and not is_always(fact) and name not in read.texts
        and name not in shown
    ]  # fmt: skip


def add_derived(fields: Iterable[Field], answer: Determination) -> list[dict[str, Any]]:
    """Put each derived fact under the field that it comes from; the facts that come from none of them are returned."""
    by_name = {one.name: one for one in fields}
    left: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    for line in answer.lines:
        for one in line.inferred:
            sources, _, rule = one.origin.partition(" (rule ")
            told = {
                "fact": one.fact,
                "value": one.value,
                "from": sources.split(", "),
                "rule": rule.removesuffix(")"),
                "clauses": one.clauses,
            }
            if (one.fact, one.value) in seen:
                continue
            seen.add((one.fact, one.value))
            under = next((by_name[name] for name in told["from"] if name in by_name), None)
            (under.derived if under else left).append(told)
    return left


def by_field(error: InvalidInput, facts: Mapping[str, Fact]) -> list[FieldProblem]:
    """What is wrong with a case, by the fields of the form."""
    paths = {".".join(fact.case): fact.name for fact in facts.values() if fact.case}
    found = []
    for one in error.problems:
        path = one.place.path
        head = path.partition("[")[0]
        number = path.partition("[")[2].partition("]")[0]
        of_line = f"{LINE}.{int(number) + 1}" if head == "lines" and number else ""
        found.append(FieldProblem(path=of_line or paths.get(head, head), message=one.message, hint=one.hint))
    return found


def _field(fact: Fact, read: Read) -> Field:
    made = Field(fact.name, label(fact), kind(fact), read.texts.get(fact.name, ""), withheld=is_withheld(fact))
    if fact.type == "flag":
        made.choices = list(YES_NO)
    elif fact.values:
        made.choices = list(fact.values.items())
    made.chosen = [part.strip() for part in made.text.split(",") if part.strip()]
    given = _given(read.data, fact)
    if given is not None and not isinstance(given, list):
        made.chosen = [text_of(given)]
        known = {value for value, _ in made.choices}
        if made.choices and made.chosen[0] not in known:
            made.choices.append((made.chosen[0], made.chosen[0]))
    elif isinstance(given, list):
        made.chosen = [str(one) for one in given]
    return made


def _given(data: Mapping[str, Any], fact: Fact) -> Any:
    found: Any = data
    for step in fact.case or ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def label(fact: Fact) -> str:
    """The name of a fact as a label."""
    name = fact.name.replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}"


def kind(fact: Fact) -> str:
    """How a fact is filled in."""
    if fact.type in ("flag", "choice"):
        return "choice"
    if fact.type == "codes" and fact.values:
        return "many"
    return fact.type if fact.type in ("date", "number") else "text"
