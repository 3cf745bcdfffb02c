"""Speed of the year as a whole: pairs of something of ours and a named reference, as ratios.

Each pair is run alternately, several times; the medians are compared, so a busy machine slows both sides.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

import highspy
import numpy as np

from corridor import band, load
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year, priced
from corridor.optimize.studies.band import Draws
from corridor.optimize.studies.uncertain import inputs

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
    """A process to time, which may keep its compiled modules, as a planner's does."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True, env=env)


def resolve_pair(count: int) -> tuple[float, float]:
    """A changed given: raw changeRowsBounds + setBasis + run, against Solver.solve."""
    year = Year(load(), "capability")
    common = year.concurrent()
    label = next(each for each in priced(year, common) if each[0] == "available")
    row = year.program.row_at["resource_limit", label[1]]
    value = year.program.amount(label)
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

    return pairs(reference, ours, count)


def draw_pair(capacities_only: bool, count: int) -> tuple[float, float]:
    """One draw of the band: HiGHS alone on its linear programs (some four), against all of it."""
    known = inputs(load(), capacities_only=capacities_only)
    model, rng = Draws((Setting(known.case), known)), np.random.default_rng(1)
    names = known.drivers
    quantiles = [dict(zip(names, rng.random(len(names)).tolist(), strict=True)) for _ in range(count)]
    model.run(quantiles[0])
    raw, ours = [], []
    for each in quantiles:
        before = model.year.solver.seconds
        ours.append(seconds(lambda each=each: model.run(each)))  # type: ignore[misc]
        raw.append(model.year.solver.seconds - before)
    return median(raw), median(ours)


def process_pair() -> tuple[float, float]:
    """400 draws in one process, and in two, once: it takes the better part of a minute."""
    case = load()
    return pairs(lambda: band(case, draws=400), lambda: band(case, draws=400, processes=2), 1)


HEAD = ["what", "reference", "reference s", "ours s", "ours against reference"]


def rows(quick: bool) -> list[list[str]]:
    """Every pair as a row of a table; with ``quick`` fewer of each, and not those of processes."""
    count = 3 if quick else PAIRS
    found = []

    def row(what: str, reference: str, raw: float, ours: float, digits: int, ratio: str) -> None:
        found.append([what, reference, f"{raw:.{digits}f}", f"{ours:.{digits}f}", ratio])

    bare, help_ = pairs(command("-c", "pass"), command("-m", "corridor", "--help"), count)
    row("`corridor --help`", "bare interpreter", bare, help_, 3, f"+{help_ - bare:.2f} s")
    imports = "import pandas, highspy"
    for what, more in (("", ["--no-cache"]), (", from its kept program", [])):
        libraries, answer = pairs(command("-c", imports), command("-m", "corridor", "solve", "--json", *more), count)
        what = f"the bundled case, command to answer{what}"
        row(what, "interpreter + pandas + highspy", libraries, answer, 2, f"+{answer - libraries:.2f} s")
    raw, ours = resolve_pair(10 if quick else 60)
    what = "re-solve of a changed given, year model"
    row(what, "changeRowsBounds + setBasis + run", raw, ours, 5, f"{ours / raw:.2f} times")
    for what, only in (("capacities only", True), ("all inputs", False)):
        raw, ours = draw_pair(only, 5 if quick else PAIRS * 10)
        row(f"a draw of the band, {what}", "HiGHS alone on its programs", raw, ours, 4, f"{ours / raw:.2f} times")
    if not quick:
        one, two = process_pair()
        row("400 draws in two processes", "in one process", one, two, 1, f"{one / two:.2f} times as fast")
    return found
