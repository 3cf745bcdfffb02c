"""What one planner's unit more, or less, of each resource does to C and T."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.program import Label
from corridor.optimize.answer.limit import Limit
from corridor.optimize.answer.limits import RAISES
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import KILO


def prices(year: Year) -> pd.DataFrame:
    """Finite steps up and down, one row a resource (or ceiling) and measure that a step changes.

    Columns: measure (concurrent or capability), resource, name, kind, unit, available, step (in what is available),
    step_unit, up_t (gained by a step more), down_t (lost by a step less, or by all of it where there is less than a
    step; everything, where a step less leaves too little for what never crosses). Where the two differ the price is a
    range. A resource without a row changes nothing. All runs hold the same floor, the smallest common growth among
    those that have one, or 1; it stands in ``frame.attrs["floor"]``.
    """
    if not year.layout.base:
        return pd.DataFrame(columns=COLUMNS)
    common = year.concurrent()
    year.keep_vertex("growth")
    total = math.fsum(year.layout.base.values()) * KILO
    every = [year.limits.of(label) for label in year.limits.labels]
    steps = [limit for limit in every if limit.step and math.isfinite(limit.offers)]

    def value(goal: str, given: dict[Label, float]) -> float:
        found = year.solver.solve(goal, maximise=True, given=given)
        return found.value if found.status == "optimal" else math.nan

    def around(limit: Limit) -> tuple[dict[Label, float], dict[Label, float]]:
        return limit.given(limit.step), limit.given(-limit.step)

    together = [tuple(value("growth", given) for given in around(limit)) for limit in steps]
    floor = min(1.0, common.value, *(down for _, down in together if not math.isnan(down)))
    most = year.ask(Question("level", given=year.floors(floor))).value * KILO
    year.keep_vertex("level")
    floors = year.floors(floor)
    apart = [tuple(value("level", {**floors, **given}) for given in around(limit)) for limit in steps]
    rows = []
    for measure, base, scaled, values in (
        ("concurrent", common.value * total, total, together),
        ("capability", most, KILO, apart),
    ):
        for limit, found in zip(steps, values, strict=True):
            up, down = (0.0 if math.isnan(each) else each * scaled for each in found)
            if max(up - base, base - down) > RAISES * max(1.0, base):
                gain, loss = max(0.0, up - base), max(0.0, base - down)
                what = (limit.limit_id, limit.name, limit.kind, limit.unit, limit.offers, limit.step, limit.step_unit)
                rows.append((measure, *what, gain, loss))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = frame.sort_values(
        ["measure", "up_t", "down_t", "resource"], ascending=[False, False, False, True], ignore_index=True
    )
    frame.attrs["floor"] = floor
    return frame


COLUMNS = ["measure", "resource", "name", "kind", "unit", "available", "step", "step_unit", "up_t", "down_t"]
