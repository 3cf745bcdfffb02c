"""A horizon by Kronecker products has the optimum of the same year written period by period, and its prices."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.horizon import Horizon
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.program.highs import Solution
from tests.cases import Row, Tables, case_of
from tests.optimize.by_period import Twin

HORIZONS: tuple[tuple[str, dict[str, bool]], ...] = (
    ("year", {"cyclic": False}),
    ("2", {"equal": True}),
    ("2", {"cyclic": False}),
    ("3", {"equal": True}),
    ("3", {"equal": True, "cyclic": False}),
    ("quarter", {}),
    ("quarter", {"cyclic": False}),
    ("quarter", {"equal": True}),
    ("month", {}),
    ("month", {"equal": True, "cyclic": False}),
)
STUDIES = ("capability", "concurrent", "cost_shipper", "cost_resource", "free", "handled")


def horizon_of(number: int) -> Horizon:
    name, how = HORIZONS[number % len(HORIZONS)]
    return Horizon.of(name, 2025, **how)


def year_of(seed: int) -> Case:
    """A random small corridor whose year has seasons, closures, stores, waiting, fleets, boxes and contracts.

    Two inland places, a quay, a port beyond the sea, a place in the west; a way by land around the sea.
    """
    rng = random.Random(seed)

    def some(share: float = 0.5) -> bool:
        return rng.random() < share

    def hours() -> float:
        return rng.choice([0, 20, 130, 700, 2500])

    def months(low: int = 0) -> Row:
        row: Row = {month: rng.choice([low, 1, 2, 3]) for month in MONTHS}
        return row | {rng.choice(MONTHS): 2}

    calendars: list[Row] = []

    def season(table: str, row: str, column: str, low: int = 0) -> None:
        name = f"{column}_of_{row}"
        shape: Row = {"table": table, "row": row, "column": column, "shape": int(some(0.7))}
        calendars.append({"calendar_id": name, **shape, **months(low)})

    tables: Tables = {
        "gate": [{"gate_id": "gate", "nameplate_t_per_year": rng.choice([300_000, 2_000_000])}],
        "commodity": [
            {"commodity_id": "oil", "gate_factor": 1.1, "time_usd_per_t_day": 0.2},
            {"commodity_id": "box", "time_usd_per_t_day": 0.6},
        ],
        "mode": [
            {"mode_id": "rail", "cost_usd_per_tkm": 0.03, "g_co2e_per_tkm": 20},
            {"mode_id": "sea", "cost_usd_per_tkm": 0.01, "g_co2e_per_tkm": 9},
        ],
        "unit": [{"unit_id": "teu", "cost_usd_per_km": 0.2}],
        "packing": [
            {"packing_id": f"{good}_{mode}", "commodity_id": good, "mode_id": mode, "unit_id": unit, "payload_t": load}
            for good, unit, load in (("oil", None, None), ("box", "teu", 12))
            for mode in ("rail", "sea")
        ],
        "carrier": [{"carrier_id": "ship", "resource_id": "fleet", "port_h": 15, "wait_h": 9, "cost_usd_per_h": 300}],
        "size": [
            {"size_id": "slots", "carrier_id": "ship", "dimension": "teu", "amount": 250},
            {"size_id": "hold", "carrier_id": "ship", "dimension": "deadweight_t", "amount": 3500},
        ],
        "factor": [{"factor_id": "shallow", "size_id": "hold", "kind": "draught", "value": 0.8}],
        "loading": [
            {"loading_id": "slot", "dimension": "teu", "item_id": "teu", "loaded": 1, "empty": 1},
            {"loading_id": "weight", "dimension": "deadweight_t", "item_id": "teu", "loaded": 14, "empty": 2},
            {"loading_id": "bulk", "dimension": "deadweight_t", "item_id": "oil", "loaded": 1},
        ],
    }
    links: list[Row] = []
    for name, start, end, mode in (
        ("east", "inland", "quay", "rail"),
        ("branch", "field", "quay", "rail"),
        ("sea", "quay", "port", "sea"),
        ("west", "port", "far", "rail"),
        ("land", "inland", "far", "rail"),
    ):
        link: Row = {"link_id": name, "from_node_id": start, "to_node_id": end, "mode_id": mode, "directed": 0}
        link |= {"length_km": rng.choice([200, 500]), "time_h": hours(), "tariff_usd_per_t": rng.choice([3, 8])}
        if mode == "sea":
            link |= {"gate": 1, "carrier_id": "ship", "time_h": rng.choice([20, 90, 400])}
        elif some(0.4):
            link["capacity_t_per_year"] = rng.choice([150_000, 400_000])
        links.append(link)
    tables["link"] = links
    tables["resource"] = [
        {"resource_id": "fleet", "kind": "ship", "capacity": rng.choice([2, 6]), "unit": "ships"},
        {"resource_id": "line", "capacity": rng.choice([200, 500]) * 1000, "background": rng.choice([0, 20_000])},
        {"resource_id": "quota", "kind": "contract", "capacity": 300_000, "per": rng.choice(["month", "year"])},
        {"resource_id": "calls", "kind": "quay", "capacity": rng.choice([150, 400]), "unit": "calls"},
        {"resource_id": "yard", "kind": "west", "capacity": rng.choice([9_000, 40_000]), "unit": "TEU"},
    ]
    tables["use"] = [
        {"use_id": "u1", "resource_id": "line", "link_id": "east", "activity": "tonne", "amount": 1},
        {"use_id": "u2", "resource_id": "line", "link_id": "west", "activity": "tonne", "item_id": "oil"}
        | {"amount": 2},
        {"use_id": "u3", "resource_id": "quota", "link_id": "west", "activity": "tonne", "amount": 1},
        {"use_id": "u4", "resource_id": "calls", "link_id": "sea", "activity": "move", "amount": 1},
        {"use_id": "u5", "resource_id": "yard", "link_id": "sea", "activity": "unit", "item_id": "teu", "amount": 1},
    ]
    tables["tariff"] = [{"tariff_id": "oil_west", "link_id": "west", "commodity_id": "oil", "usd_per_t": 11}]

    demands: list[Row] = []
    for number in range(rng.choice([1, 2, 3])):
        start, end = rng.choice([("inland", "far"), ("field", "far"), ("far", "inland"), ("field", "port")])
        crossing = "may" if {start, end} == {"inland", "far"} and some() else "must"
        demand: Row = {"demand_id": f"d{number}", "commodity_id": rng.choice(["oil", "box"])}
        demand |= {"origin_id": start, "destination_id": end, "segment_id": rng.choice(["one", "two", None])}
        demand |= {"gate": crossing, "t_per_year": rng.choice([5, 60, 150]) * 1000, "unmet_usd_per_t": 90}
        if some(0.6):
            demand["wait_d"] = rng.choice([0, 12, 80, 400])
        if some(0.4):
            demand |= {"late_d": min(float(str(demand.get("wait_d", 5))), 5), "late_usd_per_t_day": 0.7}
        demand["subsidy_usd_per_t"] = rng.choice([0, 2])
        demands.append(demand)
        if some(0.6):
            season("demand", f"d{number}", "t_per_year")
        if some(0.2):
            season("demand", f"d{number}", "unmet_usd_per_t", 1)
    if some(0.4):
        row: Row = {"demand_id": "stays", "commodity_id": "oil", "origin_id": "inland", "destination_id": "quay"}
        demands.append({**row, "gate": "never", "t_per_year": 8_000, "unmet_usd_per_t": 40})
    tables["demand"] = demands
    used = {str(row["segment_id"]) for row in demands if row.get("segment_id")}
    tables["segment"] = [{"segment_id": name} for name in sorted(used)]

    stores: list[Row] = []
    for name, node in (("tanks", "quay"), ("shed", "port")):
        if some(0.6):
            store: Row = {"store_id": name, "node_id": node, "capacity_t": rng.choice([4_000, 30_000, 90_000])}
            store |= {"dwell_d": rng.choice([0, 0, 10, 40, 130, 400]), "usd_per_t_day": rng.choice([0, 0.05])}
            store |= {"free_d": rng.choice([0, 15, 50]), "closing_usd_per_t": rng.choice([0, 4])}
            store |= {"opening_t": rng.choice([0, 0, 1500])}
            if some(0.3):
                store["commodities"] = rng.choice(["oil", "oil box"])
            stores.append(store)
    tables["store"] = stores
    for table, cell, column, low, share in (
        ("resource", "line", "capacity", 0, 0.5),
        ("resource", "line", "background", 0, 0.3),
        ("resource", "fleet", "capacity", 0, 0.3),
        ("resource", "quota", "capacity", 0, 0.3),
        ("size", "hold", "amount", 1, 0.4),
        ("carrier", "ship", "wait_h", 0, 0.4),
        ("link", "east", "tariff_usd_per_t", 0, 0.3),
        ("tariff", "oil_west", "usd_per_t", 0, 0.3),
    ):
        if some(share):
            season(table, cell, column, low)
    closures: list[Row] = []
    for name, table, cell in (("ice", "link", "sea"), ("works", "resource", "calls"), ("storm", "node", "port")):
        if some(0.3):
            days: Row = {"from_day": rng.choice(["11-20", "02-01"]), "to_day": rng.choice(["03-03", "12-24"])}
            left: Row = {"left": rng.choice([0, 0.4]), "shape": int(some(0.3))}
            closures.append({"closure_id": name, "table": table, "row": cell, **days, **left})
    return case_of({**tables, "calendar": calendars, "closure": closures})


def asked(year: Year, study: str) -> tuple[Question, Solution, float]:
    """The question of a study, its solution, and the floor that it keeps."""
    if study.startswith("cost"):
        question, floor = Question(study, maximise=False), 0.0
    else:
        floor = min(1.0, year.solver.solve("growth", maximise=True).value)
        question = year.question(study, floor)
    found = year.solver.solve(question.goal, maximise=question.maximise, given=question.given, without=question.without)
    return question, found, floor


def by_kronecker(year: Year, study: str) -> tuple[float | None, float]:
    question, found, floor = asked(year, study)
    if found.status != "optimal":
        return None, floor
    return found.value * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0), floor


@pytest.mark.parametrize("seed", range(24))
def test_a_horizon_has_the_optimum_of_its_twin(seed: int) -> None:
    """Every horizon, cyclic and open, and every study; the seeds differ in what the year has."""
    assert_like_its_twin(seed)


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(3, 12))
def test_more_horizons_have_the_optimum_of_their_twins(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        assert_like_its_twin(seed)


def assert_like_its_twin(seed: int) -> None:
    case, horizon, study = year_of(seed), horizon_of(seed), STUDIES[seed // 2 % len(STUDIES)]
    ours, floor = by_kronecker(Year(case, study, horizon), study)
    twin = Twin(case, study, horizon).optimum(floor)
    assert ours is not None
    assert twin == pytest.approx(ours, rel=1e-6, abs=1e-6), f"seed {seed}"


DATA = ("available", "room", "tonnes", "opening")


@pytest.mark.parametrize("seed", [3, 7, 14, 42, 57, 82])
def test_prices_lie_between_a_step_down_and_a_step_up(seed: int) -> None:
    """Of capacities, stores' room, demand and opening stocks in one period: the year with a little less and more.

    The best is concave in its data and the least cost convex, so that a step of any size bounds the price.
    """
    case, horizon, study = (
        year_of(seed),
        horizon_of(seed),
        ("capability", "cost_resource", "capability", "cost_shipper")[seed % 4],
    )
    year = Year(case, study, horizon)
    question, found, floor = asked(year, study)
    program = year.program
    prices = program.goals[question.goal][1] - program.given_matrix.T @ found.prices
    values = program.given(question.given)
    chosen = [
        at
        for at, (name, key) in enumerate(program.givens)
        if name in DATA and 0 < values[at] < np.inf and key != "gate" and abs(prices[at]) > 1e-7
    ]
    best = Twin(case, study, horizon).optimum(floor)
    assert best is not None
    assert best == pytest.approx(found.value, rel=1e-6)
    random.Random(seed).shuffle(chosen)
    for at in list({program.givens[at]: at for at in chosen}.values())[:4]:
        name, key = program.givens[at]
        scale = year.period.scales[str(key)] if name == "available" else 1.0
        step = 0.02 * values[at] / scale
        datum = (name, str(key), program.givens.time(at)[1])
        less, more = (Twin(case, study, horizon, {datum: each}).optimum(floor) for each in (-step, step))
        nothing = -np.inf if question.maximise else np.inf
        down, up = (
            (best - (nothing if less is None else less)) / step,
            ((nothing if more is None else more) - best) / step,
        )
        slack = 1e-5 * max(1.0, abs(best)) / step
        low, high = (up, down) if question.maximise else (down, up)
        assert low - slack <= prices[at] * scale <= high + slack, datum
