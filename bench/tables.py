"""One table decided by three engines: this one, zen-engine, and a plain Python loop, in the same run."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import zen

from clausal.facts.knowledge import State, known
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import evaluate
from clausal.rules.model import Force, Rule, Table, Within

FINDINGS = ("covered", "investigational", "excluded")
CHOICES = {name: tuple(f"{name}-{i}" for i in range(6)) for name in ("modality", "purpose", "condition", "plan")}
FACTS = {
    "code": Fact("code", "code", "", system="hcpcs"),
    **{name: Fact(name, "choice", "", values=dict.fromkeys(values, "")) for name, values in CHOICES.items()},
}
Case = dict[str, str]


def codes(count: int) -> list[str]:
    return [f"{10_000 + i}" for i in range(count)]


def make(rules: int, over: int, seed: int = 1) -> tuple[Table, list[dict[str, list[str]]], list[str]]:
    """A table, its rules as plain data (fact -> accepted values), and each rule's finding."""
    rng = random.Random(seed)
    pool = codes(over)
    plain, findings, made = [], [], []
    for index in range(rules):
        tests = {"code": [pool[index % over]]}
        for name in rng.sample(sorted(CHOICES), 3):
            tests[name] = sorted(rng.sample(CHOICES[name], rng.randint(1, 3)))
        finding = rng.choice(FINDINGS)
        when = {name: Within(ValueSet(frozenset(values))) for name, values in tests.items()}
        made.append(Rule(f"r{index}", when, {"finding": finding}, ("c",), Force(), Place("bench")))
        plain.append(tests)
        findings.append(finding)
    return Table("bench", "bench", "first", ("authority", "x"), tuple(made), Place("bench")), plain, findings


def cases(over: int, count: int = 500, seed: int = 2) -> list[Case]:
    rng = random.Random(seed)
    pool = codes(over)
    return [{"code": rng.choice(pool)} | {n: rng.choice(v) for n, v in CHOICES.items()} for _ in range(count)]


def engines(rules: int, over: int) -> dict[str, Callable[[], object]]:
    """A call for each engine that decides 500 cases; all of them give the same findings."""
    table, plain, findings = make(rules, over)
    asked = cases(over)
    compiled = CompiledTable(table, FACTS)
    states: list[State] = [{name: known(value) for name, value in case.items()} for case in asked]
    sets = [{name: frozenset(values) for name, values in tests.items()} for tests in plain]
    decision = zen.ZenEngine().create_decision(json.dumps(_jdm(plain, findings)))

    def masks() -> list[str | None]:
        return [rule.then["finding"] if (rule := evaluate(compiled, state).rule) else None for state in states]

    def loop() -> list[str | None]:
        found: list[str | None] = []
        for case in asked:
            for tests, finding in zip(sets, findings, strict=True):
                if all(case[name] in values for name, values in tests.items()):
                    found.append(finding)
                    break
            else:
                found.append(None)
        return found

    def engine() -> list[str | None]:
        return [(decision.evaluate(case)["result"] or {}).get("finding") for case in asked]

    if not masks() == loop() == engine():
        raise AssertionError("the engines disagree")
    return {"clausal": masks, "plain Python loop": loop, "zen-engine": engine}


def _jdm(plain: list[dict[str, list[str]]], findings: list[str]) -> dict[str, Any]:
    """The table in zen-engine's decision model."""
    names = ["code", *CHOICES]
    rows = []
    for index, (tests, finding) in enumerate(zip(plain, findings, strict=True)):
        cells = {name: ", ".join(f'"{value}"' for value in tests.get(name, [])) for name in names}
        rows.append({"_id": str(index), **cells, "finding": f'"{finding}"'})
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "finding", "name": "finding", "field": "finding"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "table"}, {"id": "2", "sourceId": "table", "targetId": "out"}]
    return {"nodes": nodes, "edges": edges}
