"""How far each market goes alone, the others at their floor, and what stops it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from corridor.optimize.ladder import closed, lifting
from corridor.optimize.layout import KILO
from corridor.optimize.limits import RAISES, priced, rule_name, rule_prices
from corridor.optimize.own_rules import row_id
from corridor.optimize.period import Label
from corridor.optimize.solver import Solution
from corridor.optimize.studies import YearModel
from corridor.optimize.tables import resource_facts


def markets(year: YearModel) -> pd.DataFrame:
    """One row a segment: segment, name, base_t, floor_t, t, times, ceiling_t, resources, stops.

    ``t`` is the most that the segment reaches while no other falls below its floor; ``resources`` are the ids of what
    stops it (a set whose joint lifting helps, none of which can be left out), ``stops`` the same in words, with
    alternatives. A segment without tonnes in the base year is listed and takes no part.
    """
    case, program, facts = year.case, year.program, resource_facts(year.case)
    common = year.concurrent().value if year.layout.base else 0.0
    floor, total = min(1.0, common), math.fsum(year.layout.base.values())
    nameplate = case.gate.nameplate_t_per_year / KILO if case.gate is not None else math.inf
    names = {row.segment_id: row.name for row in case.rows("segment")}
    ceilings = {row.segment_id: row.ceiling_t_per_year for row in case.rows("segment")}
    rows = []
    for segment in [*names, *(each for each in year.layout.base if each not in names)]:
        ceiling = ceilings.get(segment, math.inf)
        base = year.layout.base.get(segment, 0.0)
        if not base and year.layout.scope is not None:
            continue  # it is no market of the scope
        if not base:
            rows.append((segment, names[segment], 0.0, 0.0, 0.0, math.nan, ceiling, "", "nothing in the base year"))
            continue
        goal = np.zeros(len(program.columns))
        goal[program.column_at["level", segment]] = 1.0

        def alone(labels: Iterable[Label], goal: np.ndarray = goal) -> Solution:
            given = {**year.floors(floor), **dict.fromkeys(labels, math.inf)}
            return year.solver.solve(goal, maximise=True, given=given)

        most = alone([])
        found = lifting(year, most, alone) if most.status == "optimal" else None
        if found is not None:
            ids = [str(label[1]) for label in found.labels]
            stops = " together with ".join(facts[each][0] for each in ids)
            if found.others:
                stops += "; or instead " + ", ".join(facts[str(label[1])][0] for label in found.others)
        elif most.status == "unbounded":
            ids, stops = [], "nothing limits it"
        elif case.gate is not None and most.value + floor * (total - base) >= nameplate * (1 - RAISES):
            ids, stops = [case.gate.gate_id], facts[case.gate.gate_id][0]
        else:
            ids, shut = [], [facts[key][0] for _, key in priced(year, most) if key in closed(case)]
            rules = [rule_name(row_id(label)) for label in rule_prices(year, most)] if most.status == "optimal" else []
            what = [f"closed: {', '.join(shut)}"] * bool(shut) + rules
            stops = "; ".join(what) or "no resource: the floors of the others"
        t = most.value * KILO
        tail = (ceiling, " ".join(ids), stops)
        rows.append((segment, names.get(segment, segment), base * KILO, floor * base * KILO, t, t / base / KILO, *tail))
    columns = ["segment", "name", "base_t", "floor_t", "t", "times", "ceiling_t", "resources", "stops"]
    return pd.DataFrame(rows, columns=columns)
