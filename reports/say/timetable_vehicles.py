"""Locomotives, platforms and ships of a timetable: by service, and what they leave of each fleet."""

from __future__ import annotations

import math
from collections import defaultdict

from corridor.model.language import marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.reports.blocks import Block, Note
from corridor.reports.numbers import whole
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.timetable_read import millions

SMALL = 0.05
"""Vehicles below which a cell stays empty."""
HOLDS = marked(
    "Each cell: in whole departures, and after the stroke in the flows. Locomotives and platforms are means of the "
    "week by the hours and the dwell of the case, full trains in whole departures; ships are whole sets, whose flows "
    "wait for a berth, too. Moves of the flows are shared out by the boxes of each service."
)


def rounding(result: Timetable) -> list[Block]:
    """The cost of whole departures and sets beside the flows."""
    plan, flow = (float(result.services[name].sum()) for name in ("usd_per_year", "usd_flow"))
    if not flow:
        return []
    return [
        Note(
            say(
                "Whole departures and sets cost {more} million USD a year more than the flows, {share:.0f} % of "
                "{flow} million.",
                more=millions(plan - flow),
                share=100 * (plan - flow) / flow,
                flow=millions(flow),
            )
        )
    ]


def vehicle_blocks(result: Timetable) -> list[Block]:
    """Vehicles by service and by fleet, each in whole departures beside the flows."""
    if not len(result.vehicles):
        return []
    held: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for row in rows(result.vehicles):
        at = held[row.service][row.kind]
        at[0], at[1] = at[0] + row.plan, at[1] + row.flow
    listed = [row for row in rows(result.services) if row.service in held]

    def cell(service: str, kind: str) -> str:
        plan, flow = held[service].get(kind, (0.0, 0.0))
        return f"{_count(plan, kind)} / {_count(flow, kind)}" if max(plan, flow) >= SMALL else ""

    return [
        table(
            listed,
            words(say("Service"), "name", wide=3),
            number(say("Departures"), "departures", say("a week"), weight=0.6),
            number(say("Locomotives"), lambda row: cell(row.service, "locomotive")),
            number(say("Platforms"), lambda row: cell(row.service, "wagon")),
            number(say("Ships"), lambda row: cell(row.service, "ship")),
            caption=say("Vehicles of each service: whole departures / flows"),
        ),
        table(
            rows(result.fleets),
            words(say("Fleet"), "name", wide=3),
            number(say("There"), lambda row: _of(row.there)),
            number(say("Other cargo"), lambda row: _of(row.others), weight=0.8),
            number(say("Services, in the flows"), lambda row: _of(row.services), weight=0.7),
            number(say("Services, whole departures"), lambda row: _of(row.plan)),
            number(say("Left"), lambda row: _of(row.left)),
            caption=say("What the services take of each fleet"),
        ),
        Note(say(HOLDS)),
    ]


def _count(vehicles: float, kind: str) -> str:
    return whole(vehicles) if kind == "wagon" else numeral(vehicles, ".1f")


def _of(vehicles: float) -> str:
    """Vehicles of a fleet: whole ones from a hundred up."""
    if math.isnan(vehicles):
        return ""
    near = vehicles if abs(vehicles) >= SMALL else 0.0
    return whole(near) if near >= 100 else numeral(near, ".1f")
