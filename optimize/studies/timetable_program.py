"""The program of a timetable: evenly spaced runs, turns, sets, changes of cargo, and what trains and ships share."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corridor.model.case import Case
from corridor.model.language import Words, say
from corridor.model.services import BACK, FORTH, WEEK_H, Service, services, tracks, transfer_h
from corridor.optimize.program.periodic import Moment, Periodic
from corridor.optimize.studies.departures import Link, berths, fleets

SLIGHT = 1e-3
"""Weight of the cost that an aim leaves aside: it decides between timetables that the aim holds equal."""
UNIT = 1.0
"""USD an hour of a change that carries nothing: it joins a chain where cargo does not decide."""
RULES = ("windows", "headways", "singles", "berths", "fleets")
"""Rules that are left out, one by one, where no timetable keeps all of them."""


class Weights(NamedTuple):
    """Weights of the cost of waiting and of that of sets, and of waiting where departures are counted."""

    wait: float
    sets: float
    departures: float


@dataclass(frozen=True)
class Run:
    """One direction of a service in the program: moments at which it leaves and reaches each leg, its headway [h]."""

    service: Service
    direction: str
    apart: float
    leaves: tuple[Moment, ...]
    reaches: tuple[Moment, ...]


@dataclass(frozen=True)
class Plan:
    """A program of a timetable, with its runs, turns by service and place, and waits by change."""

    program: Periodic
    runs: Mapping[tuple[str, str], Run]
    turned: Mapping[tuple[str, str], Moment]
    waits: tuple[tuple[Link, Moment, float], ...]


def weights_of(aim: str, weight: float) -> Weights:
    """The weights of an aim; waiting counts ``weight`` times where both count."""
    wait, sets = {"both": (weight, 1.0), "wait": (1.0, SLIGHT), "sets": (SLIGHT, 1.0)}[aim]
    return Weights(wait, sets, weight if aim == "both" else 1.0)


def common(one: int, other: int) -> float:
    """Hours after which two evenly spaced services stand to one another as before.

    >>> common(3, 2), common(8, 8), common(6, 8)
    (28.0, 21.0, 7.0)
    """
    return WEEK_H / math.lcm(one, other)


def plan_of(
    case: Case,
    counts: Mapping[str, int],
    links: Sequence[Link],
    riding: Mapping[tuple[str, str, int], float],
    weights: Weights,
    without: str = "",
) -> Plan:
    """The program of a timetable with all rules but the one ``without``; ``riding`` is the USD an hour of each leg."""
    made = Periodic()
    wait_weight, set_weight = weights.wait, weights.sets
    runs = {
        (name, way): _run(
            made, case, services(case)[name], way, counts[name], riding, wait_weight, windows=without != "windows"
        )
        for name in counts
        for way in (FORTH, BACK)
    }
    turned = _turns(made, case, runs, without)
    _sets(made, case, counts, runs, turned, set_weight, limited=without != "fleets")
    waits = []
    for number, each in enumerate(links):
        one, other = runs[each.from_service, each.from_direction], runs[each.to_service, each.to_direction]
        step = common(counts[each.from_service], counts[each.to_service])
        least = each.between_h + transfer_h(case, other.service.legs[other.direction][each.first].start)
        hours = made.span(("wait", number), one.reaches[each.last], other.leaves[each.first], least, least + step, step)
        made.spend(hours.after(-least), wait_weight * max(each.usd_per_h, UNIT * (each.units == 0)))
        waits.append((each, hours, least))
    if without not in ("headways", "singles"):
        _share(made, case, runs, singles=True, headways=True)
    else:
        _share(made, case, runs, singles=without != "singles", headways=without != "headways")
    if without != "berths":
        _lie(made, case, runs, turned)
    return Plan(made, runs, turned, tuple(waits))


def _run(
    made: Periodic,
    case: Case,
    service: Service,
    way: str,
    count: int,
    riding: Mapping[tuple[str, str, int], float],
    weight: float,
    *,
    windows: bool,
) -> Run:
    """The moments of one direction: it stands for a hand-over or change of gauge, or where the next link has a window.

    Hours of a stand beyond its least are waiting of the cargo on the train.
    """
    apart, known = WEEK_H / count, tracks(case)
    key = (service.service_id, way)
    at = made.time(("start", key), 0.0, apart)
    leaves, reaches = [], []
    for leg, (arc, hours) in enumerate(zip(service.legs[way], service.hours[way], strict=True)):
        track = known.get(arc.link_id)
        window = track.window if windows and track is not None else None
        least, most = service.stands[way][leg] if leg else (0.0, 0.0)
        longer = max(most - least, window.every if window is not None and leg else 0.0)
        at = at.after(least)
        if longer:
            stand = made.time(("stand", (*key, leg)), 0.0, longer)
            made.spend(stand, weight * max(riding.get((*key, leg), 0.0), UNIT))
            at = at.plus(stand)
        if window is not None:
            made.span(("window", (*key, leg)), Moment(window.start), at, 0.0, window.length, window.every)
        leaves.append(at)
        at = at.after(hours)
        reaches.append(at)
    return Run(service, way, apart, tuple(leaves), tuple(reaches))


def _turns(
    made: Periodic, case: Case, runs: Mapping[tuple[str, str], Run], without: str
) -> dict[tuple[str, str], Moment]:
    """Hours between the arrival of a set and its next departure, by service and place."""
    found, own = {}, berths(case)
    for (name, way), run in runs.items():
        back = runs[name, BACK if way == FORTH else FORTH]
        place = run.service.ends(way)[1]
        least = run.service.turn(place)
        most = least + run.apart
        if (name, place) in own and without != "berths":
            _, share, gap = own[name, place]
            most = min(most, share * run.apart - gap)
        found[name, place] = made.span(("turn", (name, place)), run.reaches[-1], back.leaves[0], least, most, run.apart)
    return found


def _sets(
    made: Periodic,
    case: Case,
    counts: Mapping[str, int],
    runs: Mapping[tuple[str, str], Run],
    turned: Mapping[tuple[str, str], Moment],
    weight: float,
    *,
    limited: bool,
) -> None:
    """Sets of each service: the hours of a cycle over its headway; a fleet holds for all of its services together."""
    taken: dict[str, Moment] = defaultdict(lambda: Moment(0.0))
    for name in counts:
        service, apart = services(case)[name], runs[name, FORTH].apart
        cycle = Moment(0.0)
        for way in (FORTH, BACK):
            run = runs[name, way]
            cycle = cycle.plus(run.reaches[-1]).plus(run.leaves[0], -1.0).plus(turned[name, service.ends(way)[1]])
        made.spend(cycle, weight * max(service.usd_per_h, SLIGHT) * WEEK_H / apart)
        if service.fleet:
            taken[service.fleet] = taken[service.fleet].plus(cycle, 1.0 / apart)
    for fleet, number in fleets(case).items() if limited else ():
        made.bound(("fleet", fleet), taken[fleet], high=number + 1e-6)


def _share(made: Periodic, case: Case, runs: Mapping[tuple[str, str], Run], *, singles: bool, headways: bool) -> None:
    """Trains on one link: apart by its headway in a direction; on a single line never two ways at once."""
    for link, track in tracks(case).items():
        on_it = [
            (run, leg)
            for run in runs.values()
            for leg, arc in enumerate(run.service.legs[run.direction])
            if arc.link_id == link
        ]
        for number, (run, leg) in enumerate(on_it):
            start = run.service.legs[run.direction][leg].start
            for other, its in on_it[number + 1 :]:
                step = common(round(WEEK_H / run.apart), round(WEEK_H / other.apart))
                key = (link, run.service.service_id, run.direction, other.service.service_id, other.direction)
                if other.service.legs[other.direction][its].start == start:
                    if headways and track.headway:
                        gap = track.headway
                        made.span(("headway", key), run.leaves[leg], other.leaves[its], gap, step - gap, step)
                elif singles and track.single:
                    pair = (run.leaves[leg], run.reaches[leg]), (other.leaves[its], other.reaches[its])
                    made.apart(("single", key), *pair, track.headway, step)


def _lie(
    made: Periodic,
    case: Case,
    runs: Mapping[tuple[str, str], Run],
    turned: Mapping[tuple[str, str], Moment],
) -> None:
    """Ships of two services at the same berth lie there one after the other."""
    own = berths(case)
    calls = [(name, way, run.service.ends(way)[1], run) for (name, way), run in runs.items()]
    calls = [call for call in calls if (call[0], call[2]) in own]
    for number, (name, _, place, run) in enumerate(calls):
        for other, _, there, its in calls[number + 1 :]:
            first, _, gap = own[name, place]
            if place != there or name == other or own[other, place][0] != first:
                continue
            stay = (run.reaches[-1], run.reaches[-1].plus(turned[name, place]))
            beside = (its.reaches[-1], its.reaches[-1].plus(turned[other, place]))
            step = common(round(WEEK_H / run.apart), round(WEEK_H / its.apart))
            made.apart(("berth", (place, name, other)), stay, beside, gap, step)


REASONS = Words(
    {
        "windows": "a window in which trains may enter a link",
        "headways": "the least hours between two trains on a link",
        "singles": "a single line on which trains meet",
        "berths": "the berths of a port",
        "fleets": "the number of ships or trains",
    }
)


def why(
    case: Case,
    counts: Mapping[str, int],
    links: Sequence[Link],
    riding: Mapping[tuple[str, str, int], float],
    weights: Weights,
) -> str:
    """The rules of which each alone, left out, would let a timetable be made."""
    held = [
        rule
        for rule in RULES
        if plan_of(case, counts, links, riding, weights, rule).program.solve(nodes=1_000).status == "optimal"
    ]
    names = say(" or ").join(REASONS[rule] for rule in held) or say("several rules together")
    return say("no timetable of evenly spaced departures keeps every rule: {names} stands against it", names=names)
