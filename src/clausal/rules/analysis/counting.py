"""A count of flags as a table: a rule for each way in which they can be, so that it is written out as any other."""

from __future__ import annotations

import itertools

from clausal.facts.computed import COUNT
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.model import Force, Rule, Table, Within

MOST_FLAGS = 6
"""Of how many flags a count is laid out; of more it is compared as a number of its own."""


def counting_table(fact: Fact) -> Table | None:
    """The table that counts the flags of a fact; None where it counts none, or too many."""
    computed = fact.computed
    if computed is None or computed.function != COUNT or len(computed.of) > MOST_FLAGS:
        return None
    rules = []
    for values in itertools.product((True, False), repeat=len(computed.of)):
        tests = {name: Within(ValueSet(frozenset([so]))) for name, so in zip(computed.of, values, strict=True)}
        name = "-".join("yes" if so else "no" for so in values)
        rules.append(Rule(name, tests, {"value": frozenset([sum(values)])}, (), Force(), Place(fact.name)))
    return Table(fact.name, "", "unique", ("fact", fact.name), tuple(rules), Place(fact.name))
