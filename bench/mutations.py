"""`python -m bench.mutations [COUNT] [--seed N] [--only NUMBER]`: damaged inputs, and what came of them by kind.

Each worker runs in a process of its own, so that one that falls over is told as what it is.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

from tests.robust import mutations

AT_ONCE = 400
"""Inputs of one worker."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.mutations")
    parser.add_argument("count", nargs="?", type=int, default=mutations.COUNT)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--only", type=int, help="the input of this number alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--range", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only is not None:
        print(*_told(mutations.one(given.only, given.seed)), sep="\n")
    elif given.range is not None:
        _work(given.range[0], given.range[1], given.seed)
    else:
        _all(given.count, given.seed, given.workers)


def _work(start: int, end: int, seed: int) -> None:
    """Run a range of inputs, one line of JSON before and after each."""
    for number in range(start, end):
        faulthandler.dump_traceback_later(mutations.SECONDS * 5, exit=True)
        print(json.dumps({"begun": number}), flush=True)
        found = mutations.one(number, seed)
        print(json.dumps({"kind": found.kind, "statuses": found.statuses, "faults": found.faults}), flush=True)


def _all(count: int, seed: int, workers: int) -> None:
    inputs: Counter[str] = Counter()
    statuses: dict[str, Counter[int]] = defaultdict(Counter)
    faults: dict[str, list[int]] = defaultdict(list)
    ranges = [(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE)]
    with ThreadPoolExecutor(workers) as pool:
        for of_range in pool.map(lambda one: _ranged(one[0], one[1], seed), ranges):
            for number, kind, ended, found in of_range:
                inputs[kind] += 1
                statuses[kind].update(ended)
                for fault in found:
                    faults[_alike(fault)].append(number)
            so_far = f"{sum(inputs.values()):,} of {count:,} inputs, {sum(map(len, faults.values()))} faults"
            print(so_far, file=sys.stderr, flush=True)
    print(f"{sum(inputs.values()):,} damaged inputs, seed {seed}: {sum(map(len, faults.values()))} faults")
    for kind, number in inputs.most_common():
        told = ", ".join(f"{times:,} ended with {status}" for status, times in sorted(statuses[kind].items()))
        print(f"  {kind:9} {number:6,} inputs; of their commands {told}")
    for fault, numbers in sorted(faults.items(), key=lambda one: -len(one[1])):
        print(f"{len(numbers):5} times, as in {numbers[:5]}: {fault}")


def _ranged(start: int, end: int, seed: int) -> list[tuple[int, str, list[int], list[str]]]:
    """The inputs of a range; where a worker falls over, another goes on behind the input at which it did."""
    done = []
    while start < end:
        command = [sys.executable, "-m", "bench.mutations", "--range", str(start), str(end), "--seed", str(seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout
            for line in worker.stdout:
                found = json.loads(line)
                if "begun" in found:
                    start = found["begun"]
                    continue
                done.append((start, found["kind"], found["statuses"], found["faults"]))
                for fault in found["faults"]:
                    print(f"#{start} {found['kind']}: {fault}", file=sys.stderr, flush=True)
        if worker.returncode:
            done.append((start, "fell over", [worker.returncode], [f"the process ended with {worker.returncode}"]))
        start += 1
    return done


def _alike(fault: str) -> str:
    """A fault without what is the input's own: command, exception and place of a traceback."""
    lines = fault.splitlines()
    places = [line.strip() for line in lines if line.strip().startswith("File ") and "/clausal/" in line]
    where = places[-1].partition("/clausal/")[2] if places else ""
    return f"{lines[0].partition(':')[0]}: {where} {lines[-1][:120]}"


def _told(found: mutations.Found) -> list[str]:
    return [f"{found.number}: {found.kind}, ended with {found.statuses}", *found.faults]


if __name__ == "__main__":
    main()
