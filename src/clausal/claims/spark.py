"""Adjudicate a claim file on Spark: the same kernel, on batches of whole claims, wherever Spark puts them.

The lines are repartitioned by claim, so that a claim's lines meet; library and fee tables go to the workers by
broadcast. A worker that is lost is Spark's to replace; the output appears when the job has been committed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from clausal.amounts import Sum
from clausal.claims.counted import Counted
from clausal.claims.job import Done, Job
from clausal.claims.prepare import Layout
from clausal.claims.result_files import format_of_results
from clausal.claims.summary import AMOUNTS, BY, NEEDED, NONE, Summary, where
from clausal.claims.whole import whole_claims
from clausal.claims.worded import worded
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import DERIVATION, RESULTS, input_columns
from clausal.documents.library import Library
from clausal.exchange.tabular.heading import heading_of
from clausal.exchange.tabular.opened import FORMATS, LINES_AT_ONCE, Form, format_of
from clausal.problems import PROBLEM, InvalidInput, Place
from clausal.schedules.tables import Schedules

if TYPE_CHECKING:
    from pyspark.broadcast import Broadcast
    from pyspark.sql import DataFrame, SparkSession

REJECTED = "is_rejected"
LEFT_OUT = "by the mapping's `rows`"
_TYPES = {pa.string(): "string", pa.int64(): "bigint", pa.decimal128(12, 2): "decimal(12,2)"}


@dataclass(frozen=True)
class Task:
    """What the workers need: the rules, the fee tables, how the file's columns are read, and how to decide."""

    library: Library
    schedules: Schedules
    layout: Layout
    options: Options
    job: str
    """Tells jobs apart."""


_kernels: dict[str, Kernel] = {}
"""In a worker the kernel of its job: made once, kept for the next partitions."""


def decide(batches: Iterable[pa.RecordBatch], task: Task) -> Iterator[pa.RecordBatch]:
    """What a worker does with a partition, which is sorted by claim."""
    kernel = _kernels.get(task.job)
    if kernel is None:
        _kernels.clear()
        kernel = _kernels[task.job] = Kernel(task.library, task.schedules, task.options)
    for batch in whole_claims(batches, task.layout.key, LINES_AT_ONCE):
        counting = _undamaged(task.layout.counting(batch), task.layout.key)
        if not counting.num_rows:
            continue
        results = kernel(task.layout.prepare(counting))
        plain = [
            column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in results.columns
        ]
        rejected = results.column("problem").is_valid()
        yield pa.RecordBatch.from_arrays([*plain, rejected], names=[*results.schema.names, REJECTED])


def _undamaged(batch: pa.RecordBatch, key: str) -> pa.RecordBatch:
    """The batch, with a problem where the claim's id is damaged: Spark puts U+FFFD for bytes that are no text."""
    column = batch.column(key)
    if not pa.types.is_string(column.type) or not pc.any(pc.match_substring(column, "\ufffd")).as_py():
        return batch
    bad = pc.fill_null(pc.match_substring(column, "\ufffd"), False)
    why = f"{key}: bytes that are no UTF-8 text; say the file's `encoding` in a mapping"
    return batch.append_column(PROBLEM, pc.if_else(bad, why, pa.scalar(None, pa.string())))


def adjudicate(library: Library, schedules: Schedules, job: Job) -> Done:
    """Decide every claim of a Parquet, CSV or JSON lines file; the output is a folder of Parquet files.

    Input and output are paths that driver and workers share, or URLs that Spark knows (s3a://, hdfs://). Raises
    InvalidInput where Spark is not installed, or the job is not one for it.
    """
    started = time.monotonic()
    _check(job)
    spark = _session(job.workers)
    try:
        lines = _read(spark, job.input, job.mapping.form)
        layout = Layout(str(job.input), _arrow(lines), input_columns(library.vocabulary), job.mapping)
        schedules.load()
        task = Task(library, schedules, layout, job.options, uuid.uuid4().hex)
        results = _decided(lines, task, spark.sparkContext.broadcast(task))
        staging = _url(job.output) or str(_staging(job))
        results.write.mode("overwrite" if job.force else "errorifexists").partitionBy(REJECTED).parquet(staging)
        summary = _summary(spark.read.parquet(staging))
        left = {LEFT_OUT: lines.count() - summary.lines} if layout.selects else {}
    except BaseException as error:
        shutil.rmtree(_staging(job), ignore_errors=True)
        if type(error).__module__.startswith(("pyspark", "py4j")):
            why = str(error).strip().splitlines()[0]
            hint = "nothing was written; see Spark's log"
            raise InvalidInput.at(Place(str(job.output)), f"the Spark job failed: {why}", hint) from None
        raise
    if not _url(job.output):
        _publish(job)
    told = worded(library.view(job.options.as_of), summary)
    return Done(summary, layout.unused, "by claim", 0, time.monotonic() - started, told, left)


def _url(path: Path) -> str | None:
    """The URL that a path is, if it is one: `Path` makes one slash of two."""
    found = re.match(r"([a-z][a-z0-9]+):/+(.*)", str(path))
    return f"{found[1]}://{'/' if found[1] == 'file' else ''}{found[2]}" if found else None


def _staging(job: Job) -> Path:
    return job.output.with_name(f"{job.output.name}.partial")


def _check(job: Job) -> None:
    """Refuse what Spark is not for, and what would replace something."""
    place = Place(str(job.output))
    if job.remittance:
        raise InvalidInput.at(place, "Spark writes results by line", "name a Parquet output, or use the local engine")
    if not _url(job.output) and format_of_results(job.output) not in (None, "parquet"):
        raise InvalidInput.at(place, "Spark writes Parquet", "name a Parquet output, or use the local engine")
    if job.resume:
        raise InvalidInput.at(place, "a Spark job is not resumed", "run it anew: nothing of a failed job is kept")
    if answer := job.acknowledgment or job.claim_acknowledgment:
        hint = "leave out --acknowledge, --claim-acknowledgment, or use the local engine"
        raise InvalidInput.at(Place(str(answer)), "Spark reads no X12, and so answers none", hint)
    if _url(job.output):
        return
    if not job.output.absolute().parent.is_dir():
        raise InvalidInput.at(place, "its folder does not exist", "make the folder first")
    if (job.output.exists() or _staging(job).exists()) and not job.force:
        raise InvalidInput.at(place, "already exists, or is being written", "name another, or use --force")


def _publish(job: Job) -> None:
    """Move what was decided, and what was rejected, to where they belong."""
    staging = _staging(job)
    rejects = job.rejects or job.output.with_name(f"{job.output.stem}.rejects.parquet")
    for target, part in ((rejects, "true"), (job.output, "false")):
        if target.is_dir():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        found = staging / f"{REJECTED}={part}"
        if found.is_dir():
            found.replace(target)
        elif target == job.output:
            target.mkdir()
    shutil.rmtree(staging)


def _session(workers: int) -> SparkSession:
    """The session that `spark-submit` configures, or one on this machine."""
    try:
        from pyspark import SparkConf
        from pyspark.sql import SparkSession
    except ImportError:
        raise InvalidInput.at(
            Place("--engine"), "Spark is not installed", "pip install 'clausal[spark]', and Java 17 or later"
        ) from None
    builder = SparkSession.builder.appName("clausal adjudicate")
    if not SparkConf().contains("spark.master"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.log.level", "ERROR")
        builder = builder.config("spark.sql.shuffle.partitions", str(4 * workers))
    try:
        session = builder.getOrCreate()
    except Exception as error:
        hint = "Java 17 or later is needed (java -version); set JAVA_HOME"
        raise InvalidInput.at(Place("--engine"), f"Spark does not start: {str(error).splitlines()[0]}", hint) from None
    session.sparkContext.setLogLevel("ERROR")
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(LINES_AT_ONCE))
    return session


def _read(spark: SparkSession, path: Path, form: Form) -> DataFrame:
    url = _url(path)
    kind = format_of(path) if url is None else next((kind for kind in FORMATS if path.match(f"*.{kind}*")), "parquet")
    if kind == "x12":
        raise InvalidInput.at(Place(str(path)), "an X12 file is one stream, and not for Spark", "use the local engine")
    if kind == "xlsx" or form.sheet is not None or form.header not in (None, 1):
        what = "a workbook" if kind == "xlsx" else "a file with lines above its columns' names"
        hint = "use the local engine, or write it as Parquet first"
        raise InvalidInput.at(Place(str(path)), f"{what} is not for Spark", hint)
    encoding = {"encoding": form.encoding} if form.encoding else {}
    if form.encoding:
        spark.conf.set("spark.sql.legacy.javaCharsets", "true")  # else Spark knows eight encodings alone
    if kind == "csv":
        separator = form.delimiter or (heading_of(path, form).delimiter if url is None else ",")
        options = {"header": True, "multiLine": True, "sep": separator, "escape": '"', **encoding}
        return spark.read.csv(url or str(path), **options)
    return spark.read.json(url or str(path), **encoding) if kind == "jsonl" else spark.read.parquet(url or str(path))


def _arrow(lines: DataFrame) -> pa.Schema:
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(lines.schema)


def _decided(lines: DataFrame, task: Task, broadcast: Broadcast[Task]) -> DataFrame:
    """Each line's results: lines meet by claim, and are decided in batches of whole claims."""
    order = [f"`{name}`" for name in (task.layout.key, *task.layout.numbering())]
    columns = [*RESULTS, DERIVATION] if task.options.derivation else RESULTS
    schema = ", ".join(f"{column.name} {_TYPES[column.type]}" for column in columns)

    def of_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return decide(batches, broadcast.value)

    together = lines.select(*(f"`{name}`" for name in task.layout.reads)).repartition(f"`{task.layout.key}`")
    return together.sortWithinPartitions(*order).mapInArrow(of_partition, f"{schema}, {REJECTED} boolean")


def _summary(results: DataFrame) -> Summary:
    """The same counts as those of the local engine, worked out by Spark from what it wrote."""
    from pyspark.sql import functions as f

    found = Summary()
    found.claims = results.select(f.coalesce("claim_key", "claim_id")).distinct().count()
    sums = [f.coalesce(f.sum(of), f.lit(0)).alias(of) for of in AMOUNTS]
    having = [f.count(of).alias(f"{of}_lines") for of in AMOUNTS]
    for row in results.groupBy(*BY, "needs", "needs_are").agg(f.count("*").alias("lines"), *sums, *having).collect():
        found.lines += int(row["lines"])
        for name, summed in BY.items():
            amounts = {of: Sum(int(row[of] * 100), int(row[f"{of}_lines"])) for of in summed}
            found.count(name, row[name] if row[name] is not None else NONE, Counted(int(row["lines"]), amounts))
        amounts = {of: Sum(int(row[of] * 100), int(row[f"{of}_lines"])) for of in NEEDED}
        needs = row["needs"] if row["needs"] is not None else NONE
        found.need(needs, row["needs_are"] or "", Counted(int(row["lines"]), amounts))
    wrong = results.where(f.col(PROBLEM).isNotNull()).groupBy(PROBLEM)
    first = f.min(f.struct("claim_id", "line")).alias("first")
    for row in wrong.agg(f.count("*").alias("lines"), first).orderBy("first").toLocalIterator():
        found.reject(row[PROBLEM], int(row["lines"]), where(*row["first"]))
    found.rejected = found.by["status"].get("rejected", Counted()).lines
    return found
