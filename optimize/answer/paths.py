"""Flows taken apart into the ways that cargo takes: who uses a link (select-link), and how a demand goes."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import AFTER, BEFORE, Place, arcs

SMALLEST_T = 0.5


def paths(case: Case, flow: pd.DataFrame, delivered: pd.DataFrame) -> pd.DataFrame:
    """Flow and deliveries of an answer as ways: demand, commodity, t, ways (arc ids in order, as a tuple).

    Each commodity to each destination is taken apart by following the widest arc on from each origin, which is exact:
    the ways of all demands add up to the flow of every arc, but for cargo that goes round in a circle. Where several
    demands share flow the split among them is one of several that fit.
    """
    ends = {arc.arc_id: (arc.start, arc.end, arc.gate) for arc in arcs(case)}
    rows: list[tuple[str, str, float, tuple[str, ...]]] = []
    keys = ["commodity", "destination", "crosses"]
    flows = dict(iter(flow.groupby(keys)))
    for key, members in delivered.sort_values("part", kind="stable").groupby(keys):
        out: dict[Place, dict[tuple[str, Place], float]] = defaultdict(dict)
        group = flows.get(key)
        if group is None:
            continue
        for arc, layer, t in zip(group["arc"], group["layer"], group["t"], strict=True):
            start, end, gate = ends[arc]
            out[start, layer][arc, (end, AFTER if gate else layer)] = t
        destination, crosses = str(key[1]), str(key[2])
        goals = {(destination, AFTER)} if crosses == "must" else {(destination, BEFORE), (destination, AFTER)}
        if crosses == "never":
            goals = {(destination, BEFORE)}
        for demand, origin, amount in zip(members["demand"], members["origin"], members["t"], strict=True):
            rest = float(amount)
            while rest > SMALLEST_T:
                way = _widest(out, (str(origin), BEFORE), goals)
                if way is None:
                    break
                sent = min(rest, *(out[place][step] for place, step in way))
                for place, step in way:
                    out[place][step] -= sent
                rows.append((str(demand), str(key[0]), sent, tuple(step[0] for _, step in way)))
                rest -= sent
    return pd.DataFrame(rows, columns=["demand", "commodity", "t", "ways"])


def _widest(
    out: dict[Place, dict[tuple[str, Place], float]], origin: Place, goals: set[Place]
) -> list[tuple[Place, tuple[str, Place]]] | None:
    """The way from origin to a goal whose narrowest arc is widest, or None where no flow is left."""
    width: dict[Place, float] = {origin: float("inf")}
    came: dict[Place, tuple[Place, tuple[str, Place]]] = {}
    waiting, done = {origin}, set[Place]()
    while waiting:
        place = max(waiting, key=lambda each: (width[each], each))
        waiting.remove(place)
        done.add(place)
        if place in goals:
            way = []
            while place != origin:
                way.append(came[place])
                place = came[place][0]
            return way[::-1]
        for step, t in out[place].items():
            reach = min(width[place], t)
            if reach > SMALLEST_T / 10 and step[1] not in done and reach > width.get(step[1], 0.0):
                width[step[1]], came[step[1]] = reach, (place, step)
                waiting.add(step[1])
    return None
