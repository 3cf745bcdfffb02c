"""``python -m benchmarks.networks`` solves grids of places beside raw HiGHS on the same arrays, and prints a table.

Seconds are CPU seconds of a process of its own, so that a shared machine does not show in them. Ours is a case in
memory to its answer, the list of ten limits included; raw is one run of HiGHS, by dual simplex and by interior point.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
from itertools import product
from time import process_time
from typing import Any

import highspy
import numpy as np

from benchmarks.page import table, times
from corridor.model.case import Case
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.year import Year
from tests.cases import case_of

Facts = dict[str, Any]
SIDES, COMMODITIES, DEMANDS = (10, 20, 40), (5, 80), (8, 32)
STUDIES = ("cost_shipper", "capability")
BASE_MB, KB_A_COLUMN, RATIO = 150.0, 4.0, 5.0
"""Aims: memory at most so many MB and so many kB a column, and at most so many times the faster raw run."""
LIMIT = 600.0
"""Seconds that one measurement may take."""
LIMITS = 10


def grid_of(side: int, commodities: int, demands: int, seed: int = 7) -> Case:
    """A square grid of places, two ways on each edge; each commodity has so many demands between random places.

    The edges take from a half to twice of their fair share, so that some of them are full; a tonne that stays costs
    1,000 USD.
    """
    rng = random.Random(seed)
    place = [[f"n{row}_{column}" for column in range(side)] for row in range(side)]
    edges = [(place[r][c], place[r][c + 1]) for r in range(side) for c in range(side - 1)]
    edges += [(place[r][c], place[r + 1][c]) for r in range(side - 1) for c in range(side)]
    names = [f"goods_{number}" for number in range(commodities)]
    places = [each for row in place for each in row]
    asked: list[tuple[str, str, str, float]] = []
    for name in names:
        for _ in range(demands):
            origin, destination = rng.sample(places, 2)
            asked.append((name, origin, destination, 1000.0 * rng.randint(20, 100)))
    # A way has some two thirds of a side in each direction: tonnes times that, over the directions of the edges.
    fair = sum(t for *_, t in asked) * (2 * side / 3) / (2 * len(edges))
    return case_of(
        {
            "case": [{"case_id": "grid", "base_year": 2025}],
            "commodity": [{"commodity_id": name, "time_usd_per_t_day": 5} for name in names],
            "mode": [{"mode_id": "road", "cost_usd_per_tkm": 0.03}],
            "node": [{"node_id": name} for name in places],
            "link": [
                {
                    "link_id": f"l{number}",
                    "from_node_id": start,
                    "to_node_id": end,
                    "directed": 0,
                    "mode_id": "road",
                    "length_km": 50 + rng.randint(0, 50),
                    "time_h": 2,
                    "tariff_usd_per_t": 2 + rng.random(),
                    "capacity_t_per_year": round(fair * rng.uniform(0.5, 2.0) * 2),
                }
                for number, (start, end) in enumerate(edges)
            ],
            "demand": [
                {
                    "demand_id": f"d{number}",
                    "commodity_id": name,
                    "origin_id": start,
                    "destination_id": end,
                    "t_per_year": t,
                    "unmet_usd_per_t": 1000,
                }
                for number, (name, start, end, t) in enumerate(asked)
            ],
        }
    )


def ours(case: Case, study: str) -> Facts:
    """CPU seconds and peak memory of the whole answer."""
    before, began = _peak(), process_time()
    answer = solve(Setting(case), study, most=LIMITS)
    assert answer.certificate.passed, answer.certificate
    return {
        "seconds": process_time() - began,
        "value": answer.value,
        "limits": len(answer.limits),
        "columns": answer.solver["columns"],
        "before": before,
        "peak": _peak(),
    }


def raw(case: Case, study: str, algorithm: str) -> Facts:
    """CPU seconds of one run of HiGHS on the arrays of the study's goal, its other options as they come."""
    year = Year(case, study)
    program, maximise = year.program, study == "capability"
    goal = program.goals["level" if maximise else study][0]
    given = year.floors(min(1.0, year.concurrent().value)) if maximise else {}
    lower, upper = program.bounds(program.given(given))
    rows, columns = program.matrix.shape
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("solver", algorithm)
    highs.passModel(
        columns,
        rows,
        program.matrix.nnz,
        1,
        1,
        0.0,
        -goal if maximise else goal,
        np.zeros(columns),
        np.full(columns, np.inf),
        lower,
        upper,
        program.matrix.indptr.astype(np.int32),
        program.matrix.indices.astype(np.int32),
        program.matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    began = process_time()
    highs.run()
    return {"seconds": process_time() - began, "value": abs(highs.getInfo().objective_function_value)}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(*what: object) -> Facts:
    """One measurement in a process of its own; empty where it took too long."""
    command = [sys.executable, "-m", "benchmarks.networks", "--one", *map(str, what)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
    except subprocess.TimeoutExpired:
        return {}
    found: Facts = json.loads(done.stdout)
    return found


def one(side: str, commodities: str, demands: str, study: str, way: str) -> Facts:
    """What ``--one`` prints."""
    case = grid_of(int(side), int(commodities), int(demands))
    return ours(case, study) if way == "ours" else raw(case, study, way)


HEAD = ["places", "commodities", "demands", "study", "columns", "simplex s", "interior s", "ours s", "**ours : raw**"]


def network_table(sizes: list[tuple[int, int, int]]) -> str:
    """A row a grid and study: seconds of both raw runs and ours, the ratio to the faster, memory beside its aim."""
    rows: list[list[object]] = []
    for (side, commodities, demands), study in product(sizes, STUDIES):
        size = (side, commodities, demands, study)
        simplex, interior, mine = (measured(*size, way) for way in ("simplex", "ipm", "ours"))
        known = [facts["seconds"] for facts in (simplex, interior) if facts]
        aim = BASE_MB + KB_A_COLUMN * mine["columns"] / 1024 if mine else None
        rows.append(
            [
                side * side,
                commodities,
                commodities * demands,
                study,
                *(mine.get(name) for name in ("columns",)),
                *(facts.get("seconds") for facts in (simplex, interior, mine)),
                times(mine.get("seconds"), min(known, default=None)),
                mine.get("limits"),
                mine.get("peak"),
                aim,
            ]
        )
    return table([*HEAD, "limits", "peak MB", "aim MB"], rows)


def main() -> None:
    """Print the table, or one measurement as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=5, metavar=("SIDE", "COMMODITIES", "DEMANDS", "STUDY", "WAY"))
    parser.add_argument("--columns", type=int, default=100_000, help="leave out grids of more columns, about")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(*given.one)))
        return
    sizes = [
        (side, commodities, demands)
        for side, commodities, demands in product(SIDES, COMMODITIES, DEMANDS)
        if 4 * side * (side - 1) * commodities * demands <= given.columns
    ]
    print(network_table(sizes))


if __name__ == "__main__":
    main()
