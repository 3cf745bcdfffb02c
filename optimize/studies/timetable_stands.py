"""Hand-overs at borders and changes of gauge in a timetable, and hours on links beside those of the case."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd

from corridor.model.case import Case
from corridor.model.services import services, tracks
from corridor.optimize.proof.timetable import by_trip

HANDOVERS = ["service", "direction", "place", "place_name", "what", "train", "least_h", "stand_h", "most_h"]
SMALLEST = 1e-6
"""Units a week on an arc that nothing rides on."""


def handovers(case: Case, trips: pd.DataFrame) -> pd.DataFrame:
    """Hand-overs and changes of gauge of each service: columns :data:`HANDOVERS`.

    ``stand_h`` is the mean over the trips. At an end of a service cargo changes: its hours are the least ones.
    """
    names, body = {row.node_id: row.name for row in case.rows("node")}, []
    stood = _stood(case, trips)
    for name, service in services(case).items():
        for way, legs in service.legs.items():
            for leg, arc in enumerate(legs):
                track = tracks(case).get(arc.link_id)
                if track is None or track.stand is None or (name, way, leg) not in stood:
                    continue
                stand, stop = track.stand, leg if track.stand.place == arc.start else leg + 1
                on_way = 0 < stop < len(legs)
                hours = (stood[name, way, stop], stand.most) if on_way else (stand.least, stand.least)
                body.append((name, way, stand.place, names[stand.place], stand.what, on_way, stand.least, *hours))
    return pd.DataFrame(body, columns=HANDOVERS)


def _stood(case: Case, trips: pd.DataFrame) -> dict[tuple[str, str, int], float]:
    """Mean hours of the trains before each leg of a service and direction."""
    hours: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for (name, way, _), legs in by_trip(trips).items():
        hours[name, way, 0].append(0.0)
        for before, after in pairwise(legs):
            hours[name, way, int(after.leg)].append(after.departs_h - before.arrives_h)
    return {key: math.fsum(each) / len(each) for key, each in hours.items()}


def by_arc(case: Case, trips: pd.DataFrame, units: Mapping[tuple[str, str, int], float]) -> dict[str, float]:
    """Hours on each arc of the timetable with its stands and windows, beyond those of the case.

    The mean over the services that run on it, by their units a week.
    """
    its: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, way, leg, arc, more in _more(case, trips):
        its[arc].append((units.get((name, way, leg), 0.0) or SMALLEST, more))
    return {
        arc: math.fsum(amount * more for amount, more in each) / math.fsum(amount for amount, _ in each)
        for arc, each in its.items()
    }


def _more(case: Case, trips: pd.DataFrame) -> Iterator[tuple[str, str, int, str, float]]:
    """Service, direction, leg, arc and the hours on it beyond those of the case, where a row of links gives some."""
    stood, known = _stood(case, trips), tracks(case)
    for name, service in services(case).items():
        for way, legs in service.legs.items():
            if (name, way, 0) not in stood:
                continue
            for leg, arc in enumerate(legs):
                track = known.get(arc.link_id)
                if track is None:
                    continue
                more = service.hours[way][leg] - arc.time_h
                if track.stand is not None:
                    stop = leg if track.stand.place == arc.start else leg + 1
                    more += stood[name, way, stop] if 0 < stop < len(legs) else track.stand.least
                if track.window is not None and leg and (track.stand is None or track.stand.place != arc.start):
                    more += max(0.0, stood[name, way, leg] - service.stands[way][leg][0])
                yield name, way, leg, arc.arc_id, more
