"""What one planner's unit more, or less, of each resource does to C and T."""

from __future__ import annotations

import math

import pandas as pd

from corridor.optimize.layout import KILO
from corridor.optimize.limits import RAISES
from corridor.optimize.period import Label
from corridor.optimize.studies import Question, YearModel
from corridor.optimize.tables import resource_facts


def prices(year: YearModel) -> pd.DataFrame:
    """Finite steps up and down, one row a resource (or ceiling) and measure that a step changes.

    Columns: measure (concurrent or capability), resource, name, kind, unit, available, step (in what is available),
    step_unit, up_t (gained by a step more), down_t (lost by a step less, or by all of it where there is less than a
    step; everything, where a step less leaves too little for what never crosses). Where the two differ the price is a
    range. A resource without a row changes nothing. All runs hold the same floor, the smallest common growth among
    those that have one, or 1; it stands in ``frame.attrs["floor"]``.
    """
    if not year.layout.base:
        return pd.DataFrame(columns=COLUMNS)
    program, facts, left = year.program, resource_facts(year.case), year.case.derating()
    common = year.concurrent()
    total = math.fsum(year.layout.base.values()) * KILO
    steps: dict[Label, tuple[float, float]] = {}
    for label in program.givens:
        name, key = label
        there = program.amount(label)
        if name not in ("available", "ceiling") or not 0 < there < math.inf:
            continue
        scale = year.period.scales[key] if name == "available" else 1 / KILO
        planned = facts[key][3]
        steps[label] = (planned * left[key] * scale if planned else 0.01 * there, scale)

    def value(goal: str, given: dict[Label, float]) -> float:
        found = year.solver.solve(goal, maximise=True, given=given)
        return found.value if found.status == "optimal" else math.nan

    def around(label: Label) -> tuple[dict[Label, float], dict[Label, float]]:
        there, step = program.amount(label), steps[label][0]
        return {label: there + step}, {label: max(0.0, there - step)}

    together = {label: tuple(value("growth", given) for given in around(label)) for label in steps}
    floor = min(1.0, common.value, *(down for _, down in together.values() if not math.isnan(down)))
    most = year.ask(Question("level", given=year.floors(floor))).value * KILO
    floors = year.floors(floor)
    apart = {label: tuple(value("level", {**floors, **given}) for given in around(label)) for label in steps}
    rows = []
    for measure, base, scaled, values in (
        ("concurrent", common.value * total, total, together),
        ("capability", most, KILO, apart),
    ):
        for label, found in values.items():
            up, down = (0.0 if math.isnan(each) else each * scaled for each in found)
            if max(up - base, base - down) > RAISES * max(1.0, base):
                (step, scale), key = steps[label], str(label[1])
                title, kind, unit, _, step_unit = facts[key]
                there = program.amount(label) / scale
                gain, loss = max(0.0, up - base), max(0.0, base - down)
                rows.append((measure, key, title, kind, unit, there, step / scale, step_unit, gain, loss))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = frame.sort_values(
        ["measure", "up_t", "down_t", "resource"], ascending=[False, False, False, True], ignore_index=True
    )
    frame.attrs["floor"] = floor
    return frame


COLUMNS = ["measure", "resource", "name", "kind", "unit", "available", "step", "step_unit", "up_t", "down_t"]
