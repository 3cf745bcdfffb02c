"""Speed as ratios in one run against a named reference: ``python benchmarks/run.py`` prints the table of README.md.

Each pair is run alternately, several times; the medians are compared, so a busy machine slows both sides.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import highspy
import numpy as np

from corridor.api import load
from corridor.optimize.limits import priced
from corridor.optimize.studies import YearModel

PAIRS = 7


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    run()
    return perf_counter() - start


def pairs(reference: Callable[[], object], ours: Callable[[], object], count: int = PAIRS) -> tuple[float, float]:
    """Median seconds of both, run alternately."""
    taken = [(seconds(reference), seconds(ours)) for _ in range(count)]
    return median(a for a, _ in taken), median(b for _, b in taken)


def command(*words: str) -> Callable[[], object]:
    """A process to time."""
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def resolve_pair() -> tuple[float, float]:
    """A changed given: raw changeRowsBounds + setBasis + run, against Solver.solve."""
    year = YearModel(load(), "capability")
    common = year.concurrent()
    label = next(each for each in priced(year, common) if each[0] == "available")
    row = year.program.row_at["resource_limit", label[1]]
    value = year.program.values[year.program.given_at[label]]
    goal = year.program.goals["growth"][0]
    columns = np.arange(len(goal), dtype=np.int32)
    raw = year.solver.highs
    factors = iter(np.tile(np.linspace(0.9, 1.1, 21), 1000))

    def reference() -> None:
        raw.changeRowsBounds(1, np.array([row], dtype=np.int32), np.array([-np.inf]), np.array([value * next(factors)]))
        raw.changeColsCost(len(goal), columns, -goal)
        raw.setBasis(year.solver.base)
        raw.run()
        assert raw.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def ours() -> None:
        year.solver.solve("growth", maximise=True, given={label: value * next(factors)})

    return pairs(reference, ours, 60)


def main() -> None:
    """Run every pair and print the table."""
    print("| what | reference | reference s | ours s | ours against reference |")
    print("|---|---|---|---|---|")
    bare, help_ = pairs(command("-c", "pass"), command("-m", "corridor", "--help"))
    print(f"| `corridor --help` | bare interpreter | {bare:.3f} | {help_:.3f} | +{help_ - bare:.2f} s |")
    libraries, answer = pairs(command("-c", "import pandas, highspy"), command("-m", "corridor", "solve", "--json"))
    print(
        f"| the bundled case, command to answer | interpreter + pandas + highspy | {libraries:.2f} | {answer:.2f} "
        f"| +{answer - libraries:.2f} s |"
    )
    raw, solver = resolve_pair()
    print(
        f"| re-solve of a changed given, year model | changeRowsBounds + setBasis + run | {raw:.5f} | {solver:.5f} "
        f"| {solver / raw:.2f} times |"
    )


if __name__ == "__main__":
    main()
