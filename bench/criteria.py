"""A table of 30 criteria nested three deep: what one case costs, from its facts to the finding."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.invented import write_pack

from bench.timing import line, median_seconds
from clausal.documents.load import load_library
from clausal.facts.knowledge import Knowledge, known
from clausal.rules.evaluate import evaluate
from clausal.rules.infer import infer

DAY = dt.date(2024, 5, 1)
CASES = 1_000
GROUPS, WAYS, TESTS = 5, 2, 3
ASKED = 20e-6


def run() -> None:
    count = GROUPS * WAYS * TESTS
    print(f"\n{count} criteria nested three deep, {CASES:,} cases, a fifth of the facts unknown or failing")
    with tempfile.TemporaryDirectory() as folder:
        write_pack(Path(folder), "criteria", _facts(count), policy=_policy())
        view = load_library([Path(folder)]).view(DAY)
    (document,) = (one for one in view.answering("authority") if one.pack.name == "criteria")
    flags = {name for name in view.criteria if name.startswith("criteria/")}
    together = view.steps_for(frozenset(flags)).whole
    one_by_one = [one for one in view.staged.whole if one.fact in flags]
    states = list(_cases(count))
    findings = set()

    def decide(steps: object) -> None:
        for state in states:
            told, _ = infer(steps, state)  # type: ignore[arg-type]
            findings.add(evaluate(document.compiled, told).settled)

    for what, steps, asked in (("judged together", together, ASKED), ("the same one by one", one_by_one, None)):
        seconds = median_seconds(lambda steps=steps: decide(steps), repeat=11) / CASES  # type: ignore[misc]
        print(line(f"{what}, a case", seconds, asked))
    if findings != {True, False}:
        raise AssertionError("some of the cases are settled, and some are open")


def _facts(count: int) -> str:
    kind = "type: number, whole: true, about: A number., question: How much?"
    return "codes: {63650: a code}\nfacts:\n" + "".join(f"  f{at}: {{{kind}, case: f{at}}}\n" for at in range(count))


def _policy() -> str:
    lines = [
        "table: policy", "answers: {authority: criteria}", "hit: criteria", "when: {code: 63650}",
        "met: {finding: covered}", "unmet: {finding: not-medically-necessary}", "criteria:",
    ]  # fmt: skip
    at = 0
    for group in range(GROUPS):
        lines += [f"  - criterion: c{group}", "    any:"]
        for way in range(WAYS):
            lines += [f"      - criterion: c{group}-{way}", "        all:"]
            for _ in range(TESTS):
                lines.append(f"          - {{criterion: t{at}, test: {{f{at}: {{at_least: 5}}}}, cites: [all]}}")
                at += 1
    return "\n".join(lines) + "\n"


def _cases(count: int) -> Iterator[Mapping[str, Knowledge]]:
    rng = random.Random(1)
    for _ in range(CASES):
        state: dict[str, Knowledge] = {"service_date": known(DAY), "code": known("63650")}
        for at in range(count):
            drawn = rng.random()
            if drawn > 0.1:
                state[f"f{at}"] = known(rng.randint(0, 4) if drawn < 0.2 else rng.randint(5, 60))
        yield state
