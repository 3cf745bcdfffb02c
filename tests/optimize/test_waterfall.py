"""From the nameplate down to what is handled: bars derived by hand, shares against every order of the kinds."""

import math
from collections.abc import Callable, Iterable
from functools import cache
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.kinds import NEUTRAL, kinds_of
from corridor.model.result.waterfall import Waterfall
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.waterfall import Switchboard, subsets
from tests.asked import setting, waterfall
from tests.cases import Tables, answered, boxes, case_of, choice, ferry, idle, oil_and_boxes, series
from tests.random_cases import gated_tables

Value = Callable[[frozenset[str]], float]
KINDS = [kind.kind_id for kind in NEUTRAL]
ALL = frozenset(KINDS)


@cache
def tankers() -> Case:
    """Oil over a quay of 1500 kt by four tankers, 400 kt in the base year, 2000 kt on paper.

    A move takes 20 + 16.8 + 7 = 43.8 h, so a tanker makes 100 voyages each way of 8 760 h; of its 2 000 t the draught
    leaves 1 500, of its time the weather 0.9: 4 x 100 x 1 500 x 0.9 = 540 kt. The border is a thousand times too wide.
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 2000000",
            "resource": """
                resource_id, kind, capacity, unit, gate_t_per_unit
                berths, quay, 1500000, t, 1
                tankers, ship, 4, ships,
                border, border, 400000000, t,""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n tanker, tankers, 8760, 16.8, 7",
            "size": "size_id, carrier_id, dimension, amount\n hold, tanker, deadweight_t, 2000",
            "loading": "loading_id, dimension, item_id, loaded\n bulk, deadweight_t, cargo, 1",
            "factor": """
                factor_id, resource_id, size_id, kind, value
                storms, tankers, , weather, 0.9
                shallows, , hold, draught, 0.75""",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                rail, field, port, 1, 10, 0,
                sea, port, far, 0, 20, 1, tanker""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, berths, sea, tonne, 1
                two, border, rail, tonne, 1""",
            "segment": "segment_id\n oil",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                all, field, far, oil, must, 400000""",
        }
    )


def of_tankers(kinds: frozenset[str]) -> float:
    """What goes with these kinds of limit, by arithmetic."""
    ships = 4 * 100 * 2000 * (0.75 if "draught" in kinds else 1) * (0.9 if "weather" in kinds else 1)
    return min(
        2e6,
        1.5e6 if "quay" in kinds else math.inf,
        ships if "ship" in kinds else math.inf,
        400e3 if "demand" in kinds else math.inf,
    )


@cache
def found(made: Callable[[], Case]) -> Waterfall:
    return waterfall(made())


def column(frame: pd.DataFrame, name: str) -> dict[str, float]:
    """The values of a column that are not zero, by kind."""
    return {kind: value for kind, value in zip(frame["kind"], frame[name], strict=True) if abs(value) > 1e-3}


def test_bars_by_hand_in_physical_order() -> None:
    falls = found(tankers)
    assert list(falls.bars["kind"]) == list(KINDS)
    assert list(KINDS)[:5] == ["quay", "ship", "draught", "practical_use", "weather"]
    assert list(KINDS)[5:] == ["line", "pool", "border", "contract", "demand"]
    bars = {"quay": 500e3, "ship": 700e3, "draught": 200e3, "weather": 60e3, "demand": 140e3}
    assert column(falls.bars, "bar_t") == pytest.approx(bars)
    left = [1500e3, 800e3, 600e3, 600e3, *[540e3] * 5, 400e3]
    assert list(falls.bars["after_t"]) == pytest.approx(left)
    assert [falls.nameplate_t, falls.handled_t] == pytest.approx([2000e3, 400e3])
    assert [falls.capability_t, falls.floor] == pytest.approx([540e3, 1])
    assert falls.capability_step == "contract"  # no ceiling binds: T is the step before demand
    assert falls.terminals_t == pytest.approx(1500e3)


def test_first_in_and_last_in_by_hand() -> None:
    """Alone, draught and weather have no ships to act on; and what is left of demand hides all others from above."""
    falls = found(tankers)
    assert column(falls.bars, "first_in_t") == pytest.approx({"quay": 500e3, "ship": 1200e3, "demand": 1600e3})
    assert column(falls.bars, "last_in_t") == pytest.approx({"demand": 140e3})


def mean_over_orders(value: Value, kinds: Iterable[str]) -> dict[str, float]:
    """What each kind takes where it comes, as the mean over all orders of these kinds."""
    total = dict.fromkeys(kinds, 0.0)
    orders = list(permutations(total))
    for order in orders:
        for place, kind in enumerate(order):
            total[kind] += value(frozenset(order[:place])) - value(frozenset(order[: place + 1]))
    return {kind: taken / len(orders) for kind, taken in total.items()}


def test_shares_are_the_mean_over_all_orders() -> None:
    expected = mean_over_orders(of_tankers, ["quay", "ship", "draught", "weather", "demand"])
    assert column(found(tankers).bars, "shapley_t") == pytest.approx(expected)


KINDS_OF: list[tuple[Callable[[], Case], set[str]]] = [
    (boxes, {"line", "ship", "demand"}),
    (oil_and_boxes, {"quay", "line", "demand"}),
    (choice, {"line", "demand"}),
    (ferry, {"ship", "demand"}),
    (tankers, {"quay", "ship", "draught", "weather", "demand"}),
]
"""Cases, and the kinds that take something off each."""


@pytest.mark.parametrize(("made", "kinds"), KINDS_OF)
def test_sums_to_the_tonne(made: Callable[[], Case], kinds: set[str]) -> None:
    case, falls = made(), found(made)
    assert case.gate is not None
    fallen = case.gate.nameplate_t_per_year - answered(case, "handled").value
    assert falls.nameplate_t == pytest.approx(case.gate.nameplate_t_per_year, abs=0.5)
    assert falls.handled_t == pytest.approx(answered(case, "handled").value, abs=0.5)
    assert falls.bars["bar_t"].sum() == pytest.approx(fallen, abs=0.5)
    assert falls.bars["shapley_t"].sum() == pytest.approx(fallen, abs=0.5)
    assert (falls.bars[["bar_t", "first_in_t", "last_in_t", "shapley_t"]] >= -1e-3).all(axis=None)
    assert set(column(falls.bars, "first_in_t")) <= kinds
    assert falls.bars["after_t"].iloc[-1] == falls.handled_t


@pytest.mark.parametrize(("made", "kinds"), KINDS_OF)
def test_a_slack_kind_takes_nothing(made: Callable[[], Case], kinds: set[str]) -> None:
    """Kinds of which the case has no row, and the border of the tankers that is a thousand times too wide."""
    falls = found(made)
    slack = falls.bars[~falls.bars["kind"].isin(kinds)]
    assert len(slack) == len(kinds_of(made())) - len(kinds)
    assert (slack[["bar_t", "first_in_t", "last_in_t", "shapley_t"]].abs() < 1e-3).all(axis=None)


def test_without_the_slack_kind_nothing_changes() -> None:
    without = waterfall(tankers().with_(["resource.border.capacity=unlimited"]))
    columns = ["after_t", "bar_t", "first_in_t", "last_in_t", "shapley_t"]
    assert without.bars[columns].to_numpy() == pytest.approx(found(tankers).bars[columns].to_numpy(), abs=1e-3)


def rebuilt(case: Case, kinds: frozenset[str]) -> Case:
    """The case with the kinds that are off set to no limit, row by row and factor by factor, by changes."""
    changes = [f"resource.{r.resource_id}.capacity=unlimited" for r in case.rows("resource") if r.kind not in kinds]
    changes += [f"factor.{row.factor_id}.value=1" for row in case.rows("factor") if row.kind not in kinds]
    changes += [
        f"link.{row.link_id}.capacity_t_per_year=unlimited"
        for row in case.rows("link")
        if row.kind not in kinds and row.capacity_t_per_year > 0
    ]
    base = Year(case, "capability").layout.base
    for row in case.rows("segment"):
        if row.segment_id in base:
            ceiling = repr(base[row.segment_id] * 1000) if "demand" in kinds else "unlimited"
            changes.append(f"segment.{row.segment_id}.ceiling_t_per_year={ceiling}")
    return case.with_(changes)


@pytest.mark.parametrize(("made", "kinds"), KINDS_OF)
def test_switches_are_those_of_a_case_built_anew(made: Callable[[], Case], kinds: set[str]) -> None:
    case = made()
    board = Switchboard(setting(case))
    for some in subsets(sorted(kinds)):
        fresh = Year(rebuilt(case, some), "capability")
        assert board.tonnes(some) == pytest.approx(fresh.capability(board.floor).value * 1000, abs=0.5), some


@pytest.mark.parametrize("made", [tankers, choice])
def test_what_is_inferred_is_what_would_be_solved(made: Callable[[], Case]) -> None:
    pruned, whole = Switchboard(setting(made())), Switchboard(setting(made()))
    pruned.all_between(frozenset(), ALL)
    assert set(pruned.known) == set(subsets(list(KINDS)))
    for kinds, value in pruned.known.items():
        assert whole.tonnes(kinds) == pytest.approx(value, abs=0.01), kinds


@settings(max_examples=3)
@given(gated_tables())
def test_random_cases_fall_to_the_tonne(tables: Tables) -> None:
    case = case_of(tables)
    falls = waterfall(case)
    fallen = tables["gate"][0]["nameplate_t_per_year"] - answered(case, "handled").value  # type: ignore[operator]
    assert falls.bars["bar_t"].sum() == pytest.approx(fallen, abs=0.5)
    assert falls.bars["shapley_t"].sum() == pytest.approx(fallen, abs=0.5)
    assert (falls.bars[["bar_t", "first_in_t", "last_in_t", "shapley_t"]] >= -0.01).all(axis=None)


def test_every_run_holds_the_floors_of_the_full_case() -> None:
    """A tonne of coal takes two of the line's 600 kt, a tonne of grain one: 200 and 400 kt would take 800, so all get
    three quarters, 150 and 300 kt, and this is all that fits with coal at its floor: without floors 500 kt would.

    Alone the line takes 2000 - 450; without it, though all of demand would fit, the floor is still 0.75: 600 kt.
    """
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 2000000",
            "commodity": "commodity_id\n coal\n grain",
            "resource": "resource_id, kind, capacity\n line, line, 600000",
            "link": "link_id, from_node_id, to_node_id, gate\n rail, a, b, 0\n sea, b, c, 1",
            "use": """
                use_id, resource_id, link_id, activity, item_id, amount
                one, line, rail, tonne, coal, 2
                two, line, rail, tonne, grain, 1""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
                coal, coal, a, c, must, 200000
                grain, grain, a, c, must, 400000""",
        }
    )
    falls = waterfall(case)
    assert falls.floor == pytest.approx(0.75)
    assert [falls.nameplate_t, falls.handled_t, falls.capability_t] == pytest.approx([2000e3, 450e3, 450e3])
    assert column(falls.bars, "bar_t") == pytest.approx({"line": 1550e3})
    assert column(falls.bars, "first_in_t") == pytest.approx({"line": 1550e3, "demand": 1400e3})
    assert column(falls.bars, "last_in_t") == pytest.approx({"line": 150e3})
    assert column(falls.bars, "shapley_t") == pytest.approx({"line": 850e3, "demand": 700e3})


def test_a_ceiling_that_binds_leaves_no_step_for_capability() -> None:
    """Without demand the line's 400 kt less 40 and 30 and 100 of others fill: 330 kt; the bound market's ceiling lies
    at 120 kt and does not bind as long as the other has none; with one of 150 kt both do: 270 kt.
    """
    assert found(choice).capability_step == "contract"
    bound = waterfall(choice().with_(["segment.free.ceiling_t_per_year=150000"]))
    assert bound.capability_step is None
    assert bound.capability_t == pytest.approx(270e3)
    assert bound.bars["after_t"].iloc[-2] == pytest.approx(330e3)


def test_a_capacity_of_zero_stays_closed() -> None:
    """A quay to be built, of kind west so that its switch is a late one: it takes nothing off, and lets nothing by."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
            "resource": "resource_id, kind, capacity\n old_quay, quay, 200000\n new_quay, west, 0",
            "link": "link_id, from_node_id, to_node_id, gate\n old, a, b, 1\n new, a, b, 1",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, old_quay, old, tonne, 1
                two, new_quay, new, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, b, must, 100000",
        }
    )
    falls = waterfall(case)
    assert column(falls.bars, "bar_t") == pytest.approx({"quay": 700e3, "demand": 100e3})
    assert column(falls.bars, "first_in_t") == pytest.approx({"quay": 700e3, "demand": 800e3})


@pytest.mark.parametrize(
    "case",
    [series(), boxes().with_(["gate.quay.nameplate_t_per_year=unlimited"]), idle()],
    ids=["no gate", "no nameplate", "no tonnes"],
)
def test_without_a_nameplate_or_tonnes_there_is_none(case: Case) -> None:
    with pytest.raises(CaseError, match=r"C071 .*a waterfall falls from a nameplate"):
        api.waterfall(case)


@pytest.mark.slow
def test_waterfall_of_the_bundled_case() -> None:
    case = api.load(year=2022)
    falls, answer = waterfall(case), answered(case)
    assert falls.nameplate_t == pytest.approx(27e6, abs=0.5)
    assert falls.handled_t == pytest.approx(answer.measures_t["handled"], abs=0.5)
    assert falls.capability_t == pytest.approx(answer.measures_t["capability"], abs=0.5)
    for name in ("bar_t", "shapley_t"):
        assert falls.bars[name].sum() == pytest.approx(27e6 - answer.measures_t["handled"], abs=0.5)
        assert (falls.bars[name] >= -0.01).all()
