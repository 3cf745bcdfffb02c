"""The most of each market alone, the others at their floor, and the limits that stop it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.language import say
from corridor.model.limit_ids import gate_limit
from corridor.model.program import Label
from corridor.model.result.listing import Listing
from corridor.optimize.answer.lifting import lifting
from corridor.optimize.answer.limit import lift
from corridor.optimize.answer.limits import RAISES, rule_name, rule_prices
from corridor.optimize.answer.measures import share_of
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO, segment_of
from corridor.optimize.period.planner.words import row_id
from corridor.optimize.program.highs import Solution


def markets(setting: Setting) -> Listing:
    """The most of each market alone, the others at their floor: one row a segment.

    Columns: segment, name, base_t, floor_t, t, times, ceiling_t, resources, stops. ``t`` is the most that the segment
    reaches while no other falls below its floor; ``resources`` are the ids of the limits that stop it: a set whose
    joint lifting helps, without a needless one. ``stops`` is the same in words, with alternatives. A segment
    without tonnes in the base year is listed and takes no part. ``facts``: scope, floor (share of the base year).
    Raises CaseError, InfeasibleError.
    """
    year = setting.open()
    case = year.case
    floor = share_of(year)
    names = {row.segment_id: row.name for row in case.rows("segment")}
    ceilings = {row.segment_id: row.ceiling_t_per_year for row in case.rows("segment")}
    rows = []
    for segment in listed(case):
        ceiling = ceilings.get(segment, math.inf)
        base = year.layout.base.get(segment, 0.0)
        if not base and year.layout.scope is not None:
            continue  # it is no market of the scope
        name = names.get(segment, segment)
        if not base:
            rows.append((segment, name, 0.0, 0.0, 0.0, math.nan, ceiling, "", "nothing in the base year"))
            continue
        t, ids, stops = alone(year, segment, floor)
        tail = (ceiling, " ".join(ids), stops)
        rows.append((segment, name, base * KILO, floor * base * KILO, t, t / base / KILO, *tail))
    columns = ["segment", "name", "base_t", "floor_t", "t", "times", "ceiling_t", "resources", "stops"]
    facts = {"scope": setting.scope_id, "floor": floor}
    return Listing(setting.given, "markets", pd.DataFrame(rows, columns=columns), facts)


def alone(year: Year, segment: str, floor: float) -> tuple[float, list[str], str]:
    """The most t that a segment reaches, the others at their floor; the ids of what stops it, and that in words."""
    case, program, facts = year.case, year.program, year.limits.facts
    nameplate = case.gate.nameplate_t_per_year / KILO if case.gate is not None else math.inf
    base = year.layout.base[segment]
    goal = np.zeros(len(program.columns))
    goal[program.columns.every(("level", segment))] = 1.0

    def reached(labels: Iterable[Label]) -> Solution:
        return year.solver.solve(goal, maximise=True, given={**year.floors(floor), **lift(labels)})

    most = reached([])
    found = lifting(year, most, reached) if most.status == "optimal" else None
    others = floor * (math.fsum(year.layout.base.values()) - base)
    if found is not None:
        ids = [year.limits.id_of(label) for label in found.labels]
        stops = say(" together with ").join(year.limits.of(label).name for label in found.labels)
        if found.others:
            others_named = ", ".join(year.limits.of(label).name for label in found.others)
            stops += say("; or instead {others}", others=others_named)
    elif most.status == "unbounded":
        ids, stops = [], say("nothing limits it")
    elif case.gate is not None and most.value + others >= nameplate * (1 - RAISES):
        ids = [gate_limit(case) or ""]
        stops = facts[ids[0]].name
    else:
        ids = []
        rules = [rule_name(row_id(label)) for label in rule_prices(year, most)] if most.status == "optimal" else []
        stops = "; ".join(rules) or say("the floors of the others")
    return most.value * KILO, ids, stops


def listed(case: Case) -> list[str]:
    """Every segment, and every demand that is a segment of its own and counts, with tonnes in the base year or not."""
    counted = ("must", "may") if case.gate is not None else ("must", "may", "never")
    alone = [segment_of(case, row.demand_id) for row in case.rows("demand") if row.gate in counted]
    return list(dict.fromkeys([*(row.segment_id for row in case.rows("segment")), *alone]))
