"""``python -m benchmarks.pools``: the bundled case with vehicles on rail, beside the same case without them.

Without: no pools, no dwell, no platforms under boxes, no trains but those of Georgia, and no paths that trains take.
Seconds are CPU seconds of this process, the best of five; a re-solve is the median of sixty capacities taken in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import cycle
from statistics import median
from time import process_time

import numpy as np

import corridor
from benchmarks.page import table, times
from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year, priced

OLDER = "ge_train"
"""Trains that were in the case before pools: Georgian locomotives."""
RESOLVES = 60


def without_vehicles(case: Case) -> Case:
    """The case as it was before vehicles on rail."""
    modes = set(case["mode"].index[case["mode"]["at_sea"].astype(bool)])
    link = case["link"].copy()
    land = ~link["mode_id"].isin(modes) & link["carrier_id"].notna() & (link["carrier_id"] != OLDER)
    names = set(link.index[land])
    link.loc[land, "carrier_id"] = None
    use, packing = case["use"], case["packing"].copy()
    packing["on_unit_id"], packing["units_per"] = None, None
    tables = {
        **case.tables,
        "link": link,
        "packing": packing.astype({"on_unit_id": object, "units_per": object}),
        "use": use[~((use["activity"] == "move") & use["link_id"].isin(names))],
        "pool": case["pool"].iloc[:0],
        "dwell": case["dwell"].iloc[:0],
    }
    return replace(case, tables=tables)


def seconds(work: Callable[[], object], tries: int = 5) -> float:
    """The least CPU seconds of some tries."""
    taken = []
    for _ in range(tries):
        began = process_time()
        work()
        taken.append(process_time() - began)
    return min(taken)


def resolve(year: Year) -> float:
    """Median CPU seconds of a re-solve of the common growth, with other amounts of the limit that is worth most."""
    common = year.concurrent()
    label = next(each for each in priced(year, common) if each[0] == "available")
    value, factors = year.program.amount(label), cycle(np.linspace(0.9, 1.1, 21))
    taken = []
    for _ in range(RESOLVES):
        began = process_time()
        year.solver.solve("growth", maximise=True, given={label: value * next(factors)})
        taken.append(process_time() - began)
    return median(taken)


def _made(setting: Setting, goal: str) -> None:
    """Open the year of a setting, and solve it for a goal."""
    year = setting.open("capability")
    if goal:
        year.solver.solve(goal, maximise=True)


def rows(case: Case, before: Case, horizon: Horizon | None) -> list[tuple[str, str, str, str]]:
    """Rows of the table: columns, rows, building and solving, and in a whole year the re-solve."""
    settings = [Setting(each, horizon=horizon) for each in (before, case)]
    years = [setting.open("capability") for setting in settings]
    of = "the year" if horizon is None else "12 months"
    tries = 5 if horizon is None else 1
    sizes = [len(year.program.columns) for year in years]
    found = [(f"{of}: columns", f"{sizes[0]:,}", f"{sizes[1]:,}", times(sizes[1], sizes[0]))]
    sizes = [len(year.program.rows) for year in years]
    found.append((f"{of}: rows", f"{sizes[0]:,}", f"{sizes[1]:,}", times(sizes[1], sizes[0])))
    for what, goal in (("built and compiled, s", ""), ("built and solved once, s", "growth")):
        one, other = (seconds(partial(_made, setting, goal), tries) for setting in settings)
        found.append((f"{of}: {what}", f"{one:.2f}", f"{other:.2f}", times(other, one)))
    if horizon is None:
        one, other = (1000 * resolve(year) for year in years)
        found.append((f"{of}: re-solve in place, ms", f"{one:.2f}", f"{other:.2f}", times(other, one)))
    return found


def main() -> None:
    """Print the table; with ``months`` those of twelve months, too."""
    case = corridor.load()
    before = without_vehicles(case)
    body = rows(case, before, None)
    if "months" in sys.argv[1:]:
        body += rows(case, before, Horizon.of("month"))
    print(table(("bundled case", "without", "with", "with : without"), body))


if __name__ == "__main__":
    main()
