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

from corridor.api import band, load
from corridor.optimize.band import Draws
from corridor.optimize.inputs import inputs
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


def draw_pair(capacities_only: bool) -> tuple[float, float]:
    """One draw of the band: HiGHS alone on its linear programs (some four), against all of it."""
    known = inputs(load(), capacities_only=capacities_only)
    model, rng = Draws(known), np.random.default_rng(1)
    names = known.drivers
    quantiles = [dict(zip(names, rng.random(len(names)).tolist(), strict=True)) for _ in range(PAIRS * 10)]
    model.run(quantiles[0])
    raw, ours = [], []
    for each in quantiles:
        before = model.year.solver.seconds
        ours.append(seconds(lambda each=each: model.run(each)))  # type: ignore[misc]
        raw.append(model.year.solver.seconds - before)
    return median(raw), median(ours)


def process_pair() -> tuple[float, float]:
    """400 draws in one process, and in two."""
    case = load()
    return pairs(lambda: band(case, draws=400), lambda: band(case, draws=400, processes=2), 3)


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

    for what, only in (("capacities only", True), ("all inputs", False)):
        alone, whole = draw_pair(only)
        print(
            f"| a draw of the band, {what} | HiGHS alone on its programs | {alone:.4f} | {whole:.4f} "
            f"| {whole / alone:.2f} times |"
        )
    one, two = process_pair()
    print(f"| 400 draws in two processes | in one process | {one:.1f} | {two:.1f} | {one / two:.2f} times as fast |")


if __name__ == "__main__":
    main()
