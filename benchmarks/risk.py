"""``python -m benchmarks.risk``: all single outages of the bundled case in place, beside each of them compiled anew.

Seconds are CPU seconds of this process, the best of three, without imports and without the year that is compiled once.
"""

from __future__ import annotations

from time import process_time

import corridor
from benchmarks.page import table
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.single_outages import Coming, Fitting, outs, worst_pair

DAYS, UNIT_DAYS = 14.0, 91.25
TRIES = 3


def main() -> None:
    """Print the seconds of each part."""
    case = corridor.load()
    setting = Setting(case)
    listed = outs(case, DAYS, UNIT_DAYS)
    seconds: dict[str, list[float]] = {"fits": [], "pair": [], "comes": [], "anew": []}
    for _ in range(TRIES):
        fitting = Fitting(setting)
        began = process_time()
        floor = fitting.floor_of(listed)
        capability = fitting.capability(floor)
        for out in listed:
            capability.value(out)
        seconds["fits"].append(process_time() - began)
    began = process_time()
    worst_pair(fitting, listed)
    seconds["pair"].append(process_time() - began)
    coming = Coming(setting)
    began = process_time()
    for out in listed:
        coming.of(out)
    seconds["comes"].append(process_time() - began)
    some = [out for out in listed if out.change][:TRIES]
    for out in some:
        began = process_time()
        Measures.of(Year(case.with_([out.change]), "capability"), floor).t("capability")
        seconds["anew"].append(process_time() - began)
    whole = min(seconds["fits"]) + seconds["comes"][0]
    rows = [
        ("N-1: what fits, what comes and freight of all outages", len(listed), whole),
        ("growth and capability of all outages, in place", len(listed), min(seconds["fits"])),
        ("every pair of them", len(listed) * (len(listed) - 1) // 2, seconds["pair"][0]),
        ("cargo that comes with each", len(listed), seconds["comes"][0]),
        ("capability of one outage, compiled anew", 1, min(seconds["anew"])),
    ]
    print(table(["", "runs", "s"], [[name, f"{count:,}", f"{each:.2f}"] for name, count, each in rows]))


if __name__ == "__main__":
    main()
