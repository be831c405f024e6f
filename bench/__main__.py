"""`make bench`: every figure that was asked for, with its median, in one run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench import analysis, columns, criteria, growing, history, lists, payment, scale, service, tabular, workbench, x12
from bench.tables import cases, engines
from bench.timing import line, machine, median_seconds
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source

CASE = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "state": "MI",
    "diagnoses": ["M17.11"],
    "problem_list": ["I10"],
    "device": "iovera",
    "purpose": "pain",
    "nerves": ["superior-infrapatellar-saphenous", "inferior-infrapatellar-saphenous"],
    "side": "right",
    "wound_at_site": False,
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}
YAML = "service_date: 2024-10-15\nplan: bcn-commercial-hmo\ndiagnoses: [M17.11]\ndevice: iovera\npurpose: pain\n"


def main() -> None:
    print(machine())
    library = load_library()
    _single_case(library)
    payment.run(library)
    _tables()
    lists.run()
    criteria.run()
    _start_up()
    analysis.run(library)
    columns.run(library)
    tabular.run(library)
    x12.run()
    scale.run()
    growing.run(CASE)
    history.run()
    service.run()
    workbench.run()


def _single_case(library: Library) -> None:
    case = library.cases.read(Source("bench", CASE))
    print("\none case, library loaded")
    print(line("settled case, facts to determination", median_seconds(lambda: decide(library, case), repeat=500), 1e-3))

    def read_and_decide() -> object:
        return decide(library, library.cases.read(Source("bench", CASE)))

    print(line("the same with reading the case", median_seconds(read_and_decide, repeat=500), 1e-3))
    unknown = library.cases.read(Source("bench", {k: v for k, v in CASE.items() if k not in ("device", "purpose")}))
    print(line("open case with what is needed", median_seconds(lambda: decide(library, unknown), repeat=200)))


def _tables() -> None:
    for rules, over, asked in ((30, 3, 10e-6), (3_000, 300, 30e-6)):
        print(f"\none table of {rules:,} rules over {over} codes, one decision")
        of_one = len(cases(over))
        seconds = {
            name: median_seconds(call, repeat=20 if rules < 100 else 5) / of_one
            for name, call in engines(rules, over).items()
        }
        for name, value in seconds.items():
            ratio = f"   {value / seconds['clausal']:6.1f} times clausal" if name != "clausal" else ""
            print(line(name, value, asked if name == "clausal" else None) + ratio)


def _start_up() -> None:
    print("\nstart-up")
    print(line("load the whole library", median_seconds(load_library, repeat=20), 0.3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(YAML)
        command = [str(Path(sys.executable).parent / "clausal"), "decide", str(path)]

        def shell() -> object:
            return subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

        print(line("clausal decide CASE, from the shell", median_seconds(shell, repeat=11), 0.7))


if __name__ == "__main__":
    main()
