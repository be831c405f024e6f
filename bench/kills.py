"""`python -m bench.kills [KILLS] [--seed N]`: runs killed at random points and continued, against the uninterrupted."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from tests.robust.kills import IN_THE_END, Kills


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.kills")
    parser.add_argument("count", nargs="?", type=int, default=120)
    parser.add_argument("--seed", type=int, default=12)
    given = parser.parse_args()
    killed: Counter[str] = Counter()
    runs = other = 0
    with tempfile.TemporaryDirectory() as folder:
        kills = Kills(Path(folder), given.seed)
        while killed.total() < given.count:
            found = kills.once(in_the_end=3 * killed[IN_THE_END] <= killed.total())  # a third of the kills
            runs += 1
            killed[found.where] += found.kills
            if not found.is_equal:
                other += 1
                print(f"run {runs} came to something else, killed {found.kills} times at {found.where}: {found.told}")
    where = ", ".join(f"{number} at {place}" for place, number in sorted(killed.items()))
    print(f"{killed.total()} kills of {runs} runs ({where}), seed {given.seed}: {other} came to something else")


if __name__ == "__main__":
    main()
