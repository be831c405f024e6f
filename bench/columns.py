"""The coverage step by column against SQL, Polars, OpenFisca, zen-engine and a plain loop, on the same lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from bench import tables
from bench.claims import batches
from bench.timing import line, median_seconds
from clausal.claims.prepare import Layout
from clausal.columns.kernel import Kernel, claims_of
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.facts.knowledge import Origin, Possible
from clausal.facts.numbered import Numbered
from clausal.rules.compile import CompiledTable
from clausal.rules.walker import Walker
from clausal.schedules.tables import Schedules

LINES = 2_000_000
DESTROYED = ("64640", "64624", "0440T", "0441T", "0442T")
MONTH = "2024-01"
BY_COLD = ("0440T", "0441T", "0442T")
NAMED = (("knee", "M17."), ("knee", "Z96.65"), ("headache", "G44.86"), ("other", "M54.81"), ("neuropathy", "E11.42"),
         ("facet", "M47.81"), ("other", "G57.6"))  # fmt: skip


def run(library: Library) -> None:
    print(f"\nthe coverage step alone, {LINES // 1_000_000} million lines in memory, two threads")
    given = list(batches(LINES))
    schedules = Schedules()
    layout = Layout("bench", given[0].schema, input_columns(library.vocabulary))
    held = [layout.prepare(batch) for batch in given]
    kernel = Kernel(library, schedules, Options(dt.date(2026, 1, 1)))

    def decide(batch: pa.RecordBatch) -> npt.NDArray[np.int32]:
        return kernel.conclude(batch, claims_of(batch))

    with ThreadPoolExecutor(2) as pool:
        seconds = median_seconds(lambda: list(pool.map(decide, held)), repeat=5)
        ours = np.concatenate(list(pool.map(decide, held)))
    print(line("clausal, with what is needed and every clause", seconds, LINES / 10_000_000))
    conclusions = kernel.conclusions
    denied = np.array([one.finding == "investigational" for one in conclusions])[ours]
    table = pa.Table.from_batches(given)
    table = table.append_column("position", pa.array(np.arange(len(table))))
    engines: dict[str, Callable[[pa.Table], npt.NDArray[np.object_]]] = {"DuckDB SQL": _sql, "Polars": _polars}
    for name, call in engines.items():
        agrees = (call(table)[denied] == "investigational").mean()
        other = median_seconds(partial(call, table), repeat=3)
        text = line(f"{name}, the finding alone, by exact facts", other)
        print(f"{text}   {other / seconds:5.1f} times clausal, agrees on {agrees:.1%} of what clausal denies")
    _tables()


def _sql(table: pa.Table) -> npt.NDArray[np.object_]:
    """A straightforward query for the policy's finding."""
    conditions = " ".join(
        f"WHEN len(list_filter(diagnoses, lambda d: starts_with(d, '{prefix}'))) > 0 THEN '{name}'"
        for name, prefix in NAMED
    )
    query = f"""
    WITH known AS (
      SELECT position, plan, service_date, code IN {DESTROYED} AS destroys, purpose,
        CASE WHEN code IN {BY_COLD} OR device = 'iovera' THEN 'cryoneurolysis' ELSE modality END AS way,
        CASE {conditions} END AS condition
      FROM claims)
    SELECT CASE
      WHEN plan IS NULL OR plan = 'medicare-part-b' OR NOT destroys OR way IS DISTINCT FROM 'cryoneurolysis' THEN 'none'
      WHEN condition = 'neuropathy' THEN 'investigational'
      WHEN purpose IS DISTINCT FROM 'pain' OR condition IS NULL THEN 'none'
      WHEN service_date < DATE '2023-01-01' AND condition NOT IN ('knee', 'headache', 'other') THEN 'none'
      WHEN condition = 'facet' THEN 'refer'
      ELSE 'investigational' END AS finding, position
    FROM known"""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.register("claims", table)
        told = connection.execute(query).fetchnumpy()
        found: npt.NDArray[np.object_] = np.empty(len(table), dtype=object)
        found[told["position"]] = told["finding"]
        return found


def _polars(table: pa.Table) -> npt.NDArray[np.object_]:
    """The same with Polars."""
    frame = pl.DataFrame(pl.from_arrow(table))
    condition: Any = pl.lit(None, dtype=pl.String)
    for name, prefix in reversed(NAMED):
        starts = pl.col("diagnoses").list.eval(pl.element().str.starts_with(prefix)).list.any()
        condition = pl.when(starts).then(pl.lit(name)).otherwise(condition)
    code, plan = pl.col("code").cast(pl.String), pl.col("plan").cast(pl.String)
    cold = code.is_in(BY_COLD) | (pl.col("device").cast(pl.String) == "iovera")
    way = pl.when(cold).then(pl.lit("cryoneurolysis")).otherwise(pl.col("modality").cast(pl.String))
    known = frame.lazy().with_columns(way=way, condition=condition, destroys=code.is_in(DESTROYED), plan=plan)
    outside = pl.col("plan").is_null() | (pl.col("plan") == "medicare-part-b") | ~pl.col("destroys")
    outside |= pl.col("way").is_null() | (pl.col("way") != "cryoneurolysis")
    early = (pl.col("service_date") < dt.date(2023, 1, 1)) & ~pl.col("condition").is_in(["knee", "headache", "other"])
    finding = (
        pl.when(outside)
        .then(pl.lit("none"))
        .when(pl.col("condition") == "neuropathy")
        .then(pl.lit("investigational"))
        .when(pl.col("purpose").cast(pl.String).ne_missing("pain") | pl.col("condition").is_null() | early)
        .then(pl.lit("none"))
        .when(pl.col("condition") == "facet")
        .then(pl.lit("refer"))
        .otherwise(pl.lit("investigational"))
    )
    found: npt.NDArray[np.object_] = (
        known.select(finding.alias("finding")).collect()["finding"].to_numpy().astype(object)
    )
    return found


def _tables() -> None:
    """One decision table over a column of cases; engines that take one case at a time take fewer of them."""
    for rules, over in ((30, 3), (300, 30), (3_000, 300)):
        count = 1_000_000
        cases = tables.cases(over, count)
        table, plain, findings = tables.make(rules, over)
        print(f"\none table of {rules:,} rules over {over} codes, {count:,} cases by column")
        ours = median_seconds(_walk(CompiledTable(table, tables.FACTS), cases), repeat=5) / count
        print(line("clausal, a case", ours))
        others = {"OpenFisca": median_seconds(_openfisca(plain, findings, cases[:20_000]), repeat=3) / 20_000}
        few = 500
        engines = tables.engines(rules, over)
        others |= {name: median_seconds(engines[name], repeat=3) / few for name in ("plain Python loop", "zen-engine")}
        for name, seconds in others.items():
            print(f"{line(f'{name}, a case', seconds)}   {seconds / ours:8,.0f} times clausal")


def _walk(compiled: CompiledTable, cases: list[tables.Case]) -> Any:
    import threading

    numbered = {name: Numbered(name, lambda known: known) for name in tables.FACTS}
    columns = {}
    for name in tables.FACTS:
        words = sorted({case[name] for case in cases})
        index = {word: i for i, word in enumerate(words)}
        numbers = [numbered[name].number(Possible(frozenset([word]), Origin(name))) for word in words]
        columns[name] = np.array(numbers, dtype=np.int32)[np.array([index[case[name]] for case in cases])]
    walker = Walker(compiled, numbered, threading.RLock())
    return lambda: walker.walk(lambda fact: columns[fact])


def _openfisca(plain: list[dict[str, list[str]]], findings: list[str], cases: list[tables.Case]) -> Any:
    """The table as an OpenFisca formula over the same columns."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulation_builder import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="person", plural="persons", label="line", is_person=True)
    system = TaxBenefitSystem([person])
    words = {name: {w: i for i, w in enumerate(sorted({case[name] for case in cases}))} for name in tables.FACTS}

    def variable(name: str, **more: Any) -> type:
        return type(
            name, (Variable,), {"value_type": int, "entity": person, "definition_period": DateUnit.MONTH, **more}
        )

    def formula(persons: Any, period: Any) -> Any:
        columns = {name: persons(name, period) for name in tables.FACTS}
        holds = [
            np.logical_and.reduce([np.isin(columns[n], [words[n].get(w, -1) for w in v]) for n, v in tests.items()])
            for tests in plain
        ]
        return np.select(holds, [tables.FINDINGS.index(finding) + 1 for finding in findings], 0)

    for name in tables.FACTS:
        system.add_variable(variable(name))
    system.add_variable(variable("finding", formula=formula))
    given = {name: np.array([words[name][case[name]] for case in cases]) for name in tables.FACTS}

    def call() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, len(cases))
        for name, column in given.items():
            simulation.set_input(name, MONTH, column)
        return simulation.calculate("finding", MONTH)

    return call
