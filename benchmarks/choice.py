"""``python -m benchmarks.choice``: the cargo that comes, beside one raw run of HiGHS on the arrays of the same program.

Seconds are CPU seconds of this process, the best of three. The equilibrium is that of the bundled case with all tariffs
three tenths lower; a what-if is the next equilibrium of the same year, with numbers taken in place.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import corridor
from benchmarks.page import table, times
from corridor.optimize.answer.choice import base_of, base_year, equilibrium
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.layout import CHOICE

SCENARIO = "tariffs_minus_30"


def best(work: Callable[[], object], tries: int = 3) -> float:
    """The least CPU seconds of some tries."""
    seconds = []
    for _ in range(tries):
        began = process_time()
        work()
        seconds.append(process_time() - began)
    return min(seconds)


def main() -> None:
    """Print the ratios."""
    case = corridor.load(scenario=SCENARIO)
    setting = Setting(case)
    base = base_of(setting.at(base_year(case)).open(CHOICE))
    year = setting.open(CHOICE)
    state = equilibrium(year, base)

    def raw() -> None:
        fresh = setting.open(CHOICE)
        began = process_time()
        fresh.solver.solve(state.goal, maximise=True, given=state.given)
        runs.append(process_time() - began)

    def again() -> None:
        lower, upper = year.program.bounds(year.program.given(state.given))
        year.solver.solve_rows(state.goal, lower, upper, maximise=True)

    runs: list[float] = []
    for _ in range(3):
        raw()
    one, resolved = min(runs), best(again)
    whole = best(lambda: equilibrium(setting.open(CHOICE), base))
    built = best(lambda: setting.open(CHOICE))
    what_if = best(lambda: equilibrium(year, base))
    answer = best(lambda: expected(setting))
    capability = best(lambda: solve(setting, "capability", most=0))
    rows = [
        ("equilibrium of a compiled year, one raw run", whole - built, one, "6"),
        ("the next equilibrium, one raw re-solve", what_if, resolved, "4"),
        ("answer of expected, that of capability", answer, capability, ""),
    ]
    body = [(name, f"{ours:.2f}", f"{theirs:.2f}", times(ours, theirs), aim) for name, ours, theirs, aim in rows]
    print(f"{state.rounds} rounds, {len(year.program.columns):,} columns")
    print(table(("measured, reference", "s", "reference, s", "ratio", "aim"), body))


if __name__ == "__main__":
    main()
