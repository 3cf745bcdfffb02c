"""A synthetic corridor as a case, of any size: a grid of places between west and east, with a sea in the middle.

``python -m benchmarks.synthetic`` says how large the settings are. The same setting always gives the same case.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from corridor.model.case import Case
from corridor.model.days import MONTHS
from tests.cases import Row, Tables, case_of

STUDY = "cost_resource"
"""What is asked of the case: everything that is offered, at least cost, with a price for what is not carried."""


@dataclass(frozen=True)
class Setting:
    """How large a corridor is: places one behind another, ways side by side, commodities, and the seed."""

    stages: int
    lanes: int
    commodities: int
    seed: int = 7


TINY = Setting(stages=4, lanes=2, commodities=3)
SMALL = Setting(stages=10, lanes=6, commodities=10)
"""60 places, 150 links, 10 commodities."""
LARGE = Setting(stages=15, lanes=8, commodities=15)
SETTINGS = {"tiny": TINY, "small": SMALL, "large": LARGE}


def corridor_of(setting: Setting) -> Case:
    """The case of a setting, read and checked as a planner's is."""
    return case_of(tables_of_setting(setting))


def tables_of_setting(setting: Setting) -> Tables:
    """The tables of the case: links with their own capacities and shared ones, fleets, stores, seasons, closures.

    Cargo of half the commodities goes east and of half goes west; three demands in four are bound to time, and what is
    not carried costs more than any way through the corridor.
    """
    rng = Random(setting.seed)
    names = [f"cargo_{number}" for number in range(setting.commodities)]
    sea = setting.stages // 2
    links = _links(setting, rng, names, sea)
    lines = [f"line_{lane}" for lane in range(setting.lanes)]
    fleets = [f"fleet_{lane}" for lane in range(setting.lanes)]
    demands = _demands(setting, rng, names)
    tonnes = sum(float(str(each["t_per_year"])) for each in demands)
    share = tonnes / setting.lanes
    # A line runs along its lane, on either side of the sea; a tonne takes of it on every second link.
    along = [stage for stage in range(1, setting.stages - 1, 2) if stage != sea]
    resources: list[Row] = [
        {"resource_id": name, "kind": "line", "capacity": round(share * len(along) * rng.uniform(0.8, 1.5))}
        for name in lines
    ]
    resources += [
        {"resource_id": name, "kind": "ship", "capacity": rng.randint(2, 4), "unit": "ships", "step": 1}
        for name in fleets
    ]
    crossings = [each for each in links if each.get("carrier_id")]
    quays: list[Row] = [
        {"resource_id": f"quay_{each['link_id']}", "kind": "quay", "capacity": rng.randrange(250, 450), "unit": "calls"}
        for each in crossings
    ]
    uses: list[Row] = [
        {"resource_id": f"quay_{each['link_id']}", "link_id": each["link_id"], "activity": "move", "amount": 1}
        for each in crossings
    ]
    uses += [
        {"resource_id": f"line_{lane}", "link_id": f"way_{stage}_{lane}", "activity": "tonne", "amount": 1}
        for lane in range(setting.lanes)
        for stage in along
    ]
    return {
        "case": [{"case_id": "synthetic", "base_year": 2025}],
        "node": [{"node_id": _place(stage, lane)} for stage in range(setting.stages) for lane in range(setting.lanes)],
        "commodity": [{"commodity_id": name} for name in names],
        "mode": [{"mode_id": "rail", "cost_usd_per_tkm": 0.03}, {"mode_id": "sea", "cost_usd_per_tkm": 0.01}],
        "resource": [*resources, *quays],
        "carrier": [
            {
                "carrier_id": f"ship_{lane}",
                "resource_id": fleets[lane],
                "port_h": 18,
                "wait_h": rng.choice([6, 12, 24]),
                "cost_usd_per_h": 400,
            }
            for lane in range(setting.lanes)
        ],
        "size": [
            {
                "size_id": f"hold_{lane}",
                "carrier_id": f"ship_{lane}",
                "dimension": "deadweight_t",
                "amount": rng.choice([4000, 5000, 7000]),
            }
            for lane in range(setting.lanes)
        ],
        "loading": [
            {"loading_id": f"weight_{name}", "dimension": "deadweight_t", "item_id": name, "loaded": 1}
            for name in names
        ],
        "link": links,
        "use": [{"use_id": f"use_{number}", **each} for number, each in enumerate(uses)],
        "store": [
            {
                "store_id": f"store_{stage}_{lane}",
                "node_id": _place(stage, lane),
                "capacity_t": round(share / 40),
                "usd_per_t_day": 0.05,
            }
            for stage in (sea, sea + 1)
            for lane in range(0, setting.lanes, 2)
        ],
        "demand": demands,
        "calendar": _calendars(setting, rng, lines, demands),
        "closure": [
            {
                "closure_id": f"storm_{lane}",
                "table": "link",
                "row": f"way_{sea}_{lane}",
                "from_day": "01-10",
                "to_day": f"01-{12 + lane % 12}",
            }
            for lane in range(0, setting.lanes, 2)
        ],
    }


def _place(stage: int, lane: int) -> str:
    return f"n{stage}_{lane}"


def _links(setting: Setting, rng: Random, names: list[str], sea: int) -> list[Row]:
    """Both ways along each lane, one way to the next lane ahead, and now and then across."""
    found: list[Row] = []

    def link(name: str, start: str, end: str, row: Row) -> None:
        km = rng.randrange(150, 700, 10)
        found.append({"link_id": name, "from_node_id": start, "to_node_id": end, "length_km": km, **row})

    for stage in range(setting.stages - 1):
        crosses = stage == sea
        for lane in range(setting.lanes):
            here = {"directed": 0, "mode_id": "sea" if crosses else "rail", "time_h": rng.choice([10, 16, 22, 30])}
            own: Row = {"carrier_id": f"ship_{lane}"} if crosses else {"capacity_t_per_year": _limit(rng, setting)}
            link(f"way_{stage}_{lane}", _place(stage, lane), _place(stage + 1, lane), {**here, **own})
            if crosses or setting.lanes < 2:
                continue
            # Links beside the lanes carry some of the commodities, as they do in the world.
            some = sorted(rng.sample(names, max(2, len(names) // 2)))
            beside: Row = {"mode_id": "rail", "time_h": rng.choice([12, 20, 36]), "commodities": " ".join(some)}
            other = (lane + 1) % setting.lanes
            ends = [_place(stage, lane), _place(stage + 1, other)]
            if rng.random() < 0.5:
                ends.reverse()
            link(f"beside_{stage}_{lane}", ends[0], ends[1], {**beside, "capacity_t_per_year": _limit(rng, setting)})
            if lane + 1 < setting.lanes:
                both: Row = {"directed": 0, "mode_id": "rail", "time_h": 8}
                link(f"across_{stage}_{lane}", _place(stage, lane), _place(stage, lane + 1), both)
    return found


def _limit(rng: Random, setting: Setting) -> int:
    return round(rng.randrange(180, 780, 10) * 1000 * setting.commodities / setting.lanes)


def _demands(setting: Setting, rng: Random, names: list[str]) -> list[Row]:
    """Three demands a commodity, from one side to one place at the other; three in four are bound to time."""
    found: list[Row] = []
    for number, name in enumerate(names):
        start, end = (0, setting.stages - 1) if number % 2 else (setting.stages - 1, 0)
        there = _place(end, rng.randrange(setting.lanes))
        origins = sorted({rng.randrange(setting.lanes) for _ in range(3)})
        for lane in origins:
            row: Row = {
                "demand_id": f"demand_{number}_{lane}",
                "commodity_id": name,
                "origin_id": _place(start, lane),
                "destination_id": there,
                "t_per_year": rng.randrange(100, 400) * 1000,
                "unmet_usd_per_t": 400,
            }
            if len(found) % 4:
                row |= {"wait_d": 30, "late_d": 10, "late_usd_per_t_day": 0.5}
            found.append(row)
    return found


def _calendars(setting: Setting, rng: Random, lines: list[str], demands: list[Row]) -> list[Row]:
    """Seasons of every demand that is bound to time, and of every second line."""
    found: list[Row] = []

    def calendar(name: str, table: str, row: object, column: str, kind: str, swing: float) -> None:
        months = {month: round(1 + swing * rng.uniform(-1, 1), 3) for month in MONTHS}
        address: Row = {"table": table, "row": row, "column": column, "kind": kind}
        found.append({"calendar_id": name, **address, **months})

    for each in demands:
        if each.get("wait_d"):
            calendar(f"season_{each['demand_id']}", "demand", each["demand_id"], "t_per_year", "season", 0.8)
    for name in lines[::2]:
        calendar(f"works_{name}", "resource", name, "capacity", "works", 0.4)
    return found


def main() -> None:
    """Say how large the settings are."""
    for name, setting in SETTINGS.items():
        tables = tables_of_setting(setting)
        sizes = ", ".join(f"{len(tables[each])} {each}s" for each in ("node", "link", "resource", "demand"))
        print(f"{name}: {sizes}, {setting.commodities} commodities")


if __name__ == "__main__":
    main()
