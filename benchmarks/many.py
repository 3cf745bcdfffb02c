"""Rate of a sweep of the year model beside HiGHS alone on the same programs, and beside building each run anew.

``python -m benchmarks.many [RUNS]`` prints it. Times are seconds of the processor of one process, so that neighbours on
the machine count less. HiGHS alone is the time within its own ``run`` for every program that the sweep solved.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

import corridor
from corridor.asking import asking, by_verb
from corridor.model.case import Case
from corridor.optimize.answer.setting import Setting
from corridor.optimize.program import highs
from corridor.optimize.studies.designs import Design, design_of
from corridor.optimize.studies.sweep import Job, Runs, measured

OVER = ["resource.rail_ferries.capacity=10..20", "resource.ro_ro_ships.capacity=2..6"]
RUNS, ANEW = 100, 5
Spent = tuple[float, float, int]
"""Seconds in all, seconds within HiGHS, solves."""


def in_place(setting: Setting, design: Design) -> Spent:
    """Every run of a design by one model in place, after a first one that is not counted."""
    runner = Runs((setting, design))
    runner(Job(design.rows[0]))
    within, solves = [0.0], [0]
    run = highs.Highs.attempt

    def timed(self: highs.Highs, goal: str, sign: float, options: highs.Options) -> tuple[object, int, float]:
        began = process_time()
        try:
            return run(self, goal, sign, options)
        finally:
            within[0] += process_time() - began
            solves[0] += 1

    highs.Highs.attempt = timed  # type: ignore[method-assign]
    try:
        began = process_time()
        for row in design.rows:
            runner(Job(row))
        return process_time() - began, within[0], solves[0]
    finally:
        highs.Highs.attempt = run  # type: ignore[method-assign]


def anew(setting: Setting, design: Design) -> float:
    """Seconds a run that is built anew, without the cargo that comes: checked tables to measures."""
    began = process_time()
    for row in design.rows[:ANEW]:
        measured(setting.at(setting.case.at(design.at(row))).open())
    return (process_time() - began) / ANEW


def size(case: Case, count: int) -> float:
    """Bytes a run in the folder that keeps them."""
    with tempfile.TemporaryDirectory() as place:
        corridor.sweep(case, OVER, design="latin", points=count, runs=place)
        return sum(path.stat().st_size for path in Path(place).iterdir()) / count


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    case = corridor.load()
    setting = replace(asking(by_verb("sweep"), case, {}), watch=None)
    design = design_of(case, OVER, "latin", count)
    for name, of in (("with the cargo that comes", setting), ("what fits alone", setting.at(without_markets(case)))):
        whole, within, solves = in_place(of, design)
        print(f"{name}: {count / whole:.1f} runs a second, {solves / count:.1f} programs a run,", end=" ")
        print(
            f"{1e3 * whole / count:.1f} ms a run, {1e3 * within / count:.1f} of them HiGHS: {whole / within:.2f} times"
        )
    print(f"built anew, what fits alone: {1 / anew(setting, design):.1f} runs a second")
    print(f"kept: {size(case, 50):.0f} bytes a run")


def without_markets(case: Case) -> Case:
    """The case without the table of markets."""
    return replace(case, tables={**case.tables, "market": case["market"].iloc[:0]})


if __name__ == "__main__":
    main()
