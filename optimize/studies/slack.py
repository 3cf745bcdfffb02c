"""Unused capacity of each limit, by kind, as the cargo grows from the base year to its limits."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.kinds import kind_names, kinds_of
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve

GROWING = ("handled", "concurrent", "capability")


def slack(setting: Setting) -> Listing:
    """Unused capacity of each limit that something takes of, kind by kind, the fullest first.

    Columns: kind, kind_name, resource, name, unit, available, and unused shares of it: handled_left (base year),
    concurrent_left (all cargo grown alike), capability_left (each kind of cargo grown to its limit). ``facts``: scope.
    Limits without an end are left out. Raises CaseError, InfeasibleError.
    """
    case = setting.case
    uses = {measure: solve(setting, measure, most=0).use for measure in GROWING}
    shares = {measure: dict(zip(use["resource"], use["share"], strict=True)) for measure, use in uses.items()}
    order, names = list(kinds_of(case)), kind_names(case)
    body = []
    for row in rows(uses["handled"]):
        if not 0 < row.available < math.inf:
            continue
        left = [max(0.0, 1.0 - shares[measure][row.resource]) for measure in GROWING]
        if min(left) < 1.0:
            body.append(
                (row.kind, names.get(row.kind, row.kind), row.resource, row.name, row.unit, row.available, *left)
            )
    columns = ["kind", "kind_name", "resource", "name", "unit", "available", *(f"{name}_left" for name in GROWING)]
    frame = pd.DataFrame(body, columns=columns)
    places = frame["kind"].map({kind: place for place, kind in enumerate(order)})
    frame = frame.assign(place=places).sort_values(["place", "capability_left", "resource"], ignore_index=True)
    return Listing(setting.given, "slack", frame.drop(columns="place"), {"scope": setting.scope_id})
