"""The graph's own bound: minimum cuts by networkx on the relaxed graph, beside what the linear program sends."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pandas as pd

from corridor.model.faults import InfeasibleError
from corridor.model.result.listing import Listing
from corridor.optimize.answer.graph_cut import minimum_cut
from corridor.optimize.answer.infeasible import reasons
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import KILO, Layout, Stream


def cut(setting: Setting) -> Listing:
    """Minimum cuts of the graph by commodity and direction through the gate, beside the tonnes of the program.

    Columns: commodity, name, direction (of the gate's links: forward or back), lp_t (the most that the linear program
    sends of it, no other market growing), cut_t (an upper bound on that: link capacities in tonnes, one commodity,
    one direction, no shared fleets, no empties), nearest and farthest (links of the cut nearest to the origins and
    to the destinations). Infinite where some way has no capacity at all. ``facts``: scope. Raises CaseError,
    InfeasibleError.
    """
    year = setting.open()
    case, plan = year.case, year.layout
    names = {row.commodity_id: row.name for row in case.rows("commodity")}
    groups: dict[tuple[str, str, str], list[Stream]] = defaultdict(list)
    for stream in plan.streams:
        if all(part.grows for part in stream.parts):
            groups[stream.commodity, stream.crosses, direction(plan, stream)].append(stream)
    rows = []
    for (commodity, crosses, way), streams in sorted(groups.items()):
        parts = [part for stream in streams for part in stream.parts]
        goal = np.zeros(len(year.program.columns))
        for part in parts:
            goal[year.program.columns.every(("served", part.part_id))] = 1.0
        most = year.solver.solve(goal, maximise=True, without="segment_share")
        if most.status == "infeasible":  # what never crosses has to be carried here, too
            raise InfeasibleError(reasons(year))
        value, nearest, farthest = minimum_cut(plan, commodity, crosses, parts)
        sent = most.value * KILO if most.status == "optimal" else math.inf
        rows.append((commodity, names[commodity], way, sent, value, ", ".join(nearest), ", ".join(farthest)))
    columns = ["commodity", "name", "direction", "lp_t", "cut_t", "nearest", "farthest"]
    return Listing(setting.given, "cut", pd.DataFrame(rows, columns=columns), {"scope": setting.scope_id})


def direction(plan: Layout, stream: Stream) -> str:
    """The direction in which a stream passes the gate's links: forward, back, or both; nothing without a gate."""
    ways = sorted({plan.arcs[arc].direction for arc, _ in stream.columns if plan.arcs[arc].gate})
    return " and ".join(ways)
