"""Frontiers: breakpoints known by hand, and matched by models built anew on both sides of each."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import LinearConstraint, milp

import corridor
from corridor.data.checks import checked
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.frontier import Frontier
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.studies.parametric import Piece, Tangent, pieces
from corridor.optimize.studies.pareto import envelope_vertices, objectives
from tests.asked import cost_frontier, frontier, pareto, prices
from tests.cases import SUITE, Tables, case_of, choice, ferry, oil_and_boxes, series
from tests.optimize.frontiers import three_ways, two_on_a_line
from tests.random_cases import gated_tables

LINE = "resource.line.capacity"


def corners(found: Frontier) -> list[tuple[float, float]]:
    return list(zip(found.points["at"], found.points["t"], strict=True))


def fresh(case: Case, address: str, value: float, measure: str, floor: float | None) -> float:
    """The measure by a model built anew at a value of the number."""
    year = Year(case.with_([f"{address}={value!r}"]), "capability")
    if measure == "concurrent":
        return year.concurrent().value * math.fsum(year.layout.base.values()) * KILO
    return year.ask(year.question(measure, floor or 0.0)).value * KILO


def matched(case: Case, found: Frontier) -> None:
    """Fresh solves at each breakpoint, and a little to both sides of it, lie on the frontier."""
    ends = found.points["at"].tolist()
    near = 0.02 * min(b - a for a, b in pairwise(ends))
    for end in ends:
        for x in (end - near, end, end + near):
            if ends[0] <= x <= ends[-1] and x > 0:
                anew = fresh(case, found.address, x, found.measure, found.floor)
                assert found.at(x) == pytest.approx(anew, rel=1e-7, abs=1e-3)


def test_three_pieces_by_hand() -> None:
    case = two_on_a_line()
    found = frontier(case, LINE, 30_000, 200_000)
    assert found.floor == 1
    assert corners(found) == [
        pytest.approx(each) for each in [(30e3, 20e3), (70e3, 60e3), (130e3, 90e3), (200e3, 90e3)]
    ]
    assert found.pieces["slope"].tolist() == pytest.approx([1, 0.5, 0])
    assert found.pieces["per_step"].tolist() == pytest.approx([1000, 500, 0])
    assert (found.step_unit, found.stated, found.unit) == ("path", 70_000, "t")
    assert [set(each) for each in found.pieces["limits"]] == [
        {"line"},
        {"line", "coal_quay"},
        {"coal_quay", "box_quay"},
    ]
    assert found.pieces["comes"].tolist()[1:] == [("coal_quay",), ("box_quay",)]
    assert found.pieces["goes"].tolist()[1:] == [(), ("line",)]
    matched(case, found)


def test_below_the_base_year_all_keep_the_smallest_floor() -> None:
    """At 15 kt of line half of the base year fits; so coal grows from 5 kt to 50 kt before boxes grow from 5 kt."""
    case = two_on_a_line()
    found = frontier(case, LINE, 15_000, 150_000)
    assert found.floor == pytest.approx(0.5)
    assert corners(found) == [
        pytest.approx(each) for each in [(15e3, 10e3), (60e3, 55e3), (130e3, 90e3), (150e3, 90e3)]
    ]
    matched(case, found)


def test_by_itself_it_begins_where_the_base_year_fits() -> None:
    found = frontier(two_on_a_line(40_000), LINE)
    assert found.points["at"].tolist() == pytest.approx([30e3, 70e3, 80e3])
    assert found.floor == pytest.approx(1)
    assert found.begins.startswith("below 30,000 the base year no longer fits")


def test_growth_by_hand() -> None:
    """Coal and boxes grow alike: 30 kt of line a time, until boxes fill their quay at four times."""
    case = two_on_a_line()
    found = frontier(case, "line", 30_000, 200_000, measure="concurrent")
    assert corners(found) == [pytest.approx(each) for each in [(30e3, 20e3), (120e3, 80e3), (200e3, 80e3)]]
    assert found.pieces["limits"].tolist() == [("line",), ("box_quay",)]
    assert found.floor is None
    matched(case, found)


def test_slopes_are_prices_on_each_side() -> None:
    """At 70 kt of line there is a corner: a path more brings 500 t, a path less costs 1000 t."""
    case = two_on_a_line()
    found = frontier(case, LINE, 30_000, 200_000)
    left, right = found.slopes(70_000)
    price = prices(case).frame.query("measure == 'capability' and resource == 'line'").iloc[0]
    assert price["up_t"] == pytest.approx(right * price["step"])
    assert price["down_t"] == pytest.approx(left * price["step"])
    assert (left, right) == pytest.approx((1, 0.5))


@pytest.mark.parametrize("measure", ["capability", "concurrent", "handled", "free"])
@pytest.mark.parametrize(
    ("make", "address"),
    [
        (two_on_a_line, "resource.coal_quay.capacity"),
        (oil_and_boxes, "resource.oil_quay.capacity"),
        (oil_and_boxes, "link.from_field_b.capacity_t_per_year"),
        (oil_and_boxes, "gate.gate.nameplate_t_per_year"),
        (choice, "resource.line.capacity"),
        (choice, "segment.bound.ceiling_t_per_year"),
        (ferry, "resource.ferries.capacity"),
        (series, "link.two.capacity_t_per_year"),
    ],
)
def test_breakpoints_are_matched_by_models_built_anew(make: Callable[[], Case], address: str, measure: str) -> None:
    case = make()
    found = frontier(case, address, measure=measure)
    assert found.residual < 1e-9
    slopes = found.pieces["slope"].tolist()
    assert all(a >= b * (1 - 1e-9) - 1e-9 for a, b in pairwise(slopes))
    assert min(slopes) >= -1e-9
    matched(case, found)


def test_background_takes_what_capacity_gives() -> None:
    found = frontier(choice(), "resource.line.background", 50_000, 200_000)
    assert max(found.pieces["slope"]) <= 1e-9
    assert min(found.pieces["slope"]) < -0.1
    matched(choice(), found)


def test_what_never_crosses_takes_of_the_line() -> None:
    """10 kt of local coal take 10 kt of the line; at 40 kt of it less than the base year fits."""
    case = two_on_a_line(70_000, 10_000)
    found = frontier(case, "demand.local.t_per_year", 10_000, 50_000)
    assert found.floor == pytest.approx(20 / 30)
    matched(case, found)


def test_what_cannot_be_carried_is_left_out() -> None:
    """20 kt of local coal come first: with less line nothing is carried."""
    case = two_on_a_line(70_000, 20_000)
    found = frontier(case, LINE, 10_000, 100_000)
    assert found.points["at"].iloc[0] == pytest.approx(20_000, rel=1e-5)
    assert found.begins == "not all that never crosses can be carried below 20,000"
    local = frontier(case, "demand.local.t_per_year", 10_000, 90_000)
    assert local.points["at"].iloc[-1] == pytest.approx(70_000, rel=1e-5)
    assert local.ends == "not all that never crosses can be carried above 70,000"
    matched(case, frontier(case, "demand.local.t_per_year", 10_000, 60_000))
    with pytest.raises(InfeasibleError, match="not everything that must be carried can be"):
        frontier(case, LINE, 1_000, 10_000)


def test_a_link_from_nothing_on() -> None:
    found = frontier(series(), "link.two.capacity_t_per_year", 0, 400_000)
    assert corners(found) == [pytest.approx(each) for each in [(0, 0), (250e3, 250e3), (400e3, 250e3)]]


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("resource.lime.capacity", "C022", "lime is no row of resource; did you mean line?"),
        ("lime", "C022", "it is no resource, segment or link of this case; did you mean line?"),
        ("use.box_line.amount", "C145", "corridor sweep --over use.box_line.amount=x0.8,x1,x1.2"),
        ("demand.coal.t_per_year", "C145", "it changes coefficients or costs"),
        ("mode.bulk.cost_usd_per_tkm", "C145", "it changes coefficients or costs"),
        ("link.rail.mode_id", "C145", "mode_id holds no number"),
        ("resource.line", "C020", "is not of the form table.row.column"),
        ("link.rail.capacity_t_per_year", "C146", "it has no limit in this case"),
    ],
)
def test_mistakes(address: str, code: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        frontier(two_on_a_line(), address)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert words in str(caught.value)


@pytest.mark.parametrize(("low", "high"), [(5.0, 5.0), (9.0, 2.0), (-1.0, 5.0), (1.0, math.inf), (math.nan, 2.0)])
def test_ends_that_are_none(low: float, high: float) -> None:
    with pytest.raises(CaseError, match=r"C146 resource\.line\.capacity: from .* to .* is no range"):
        frontier(two_on_a_line(), LINE, low, high)


def test_a_measure_that_is_none() -> None:
    with pytest.raises(CaseError, match="did you mean capability"):
        frontier(two_on_a_line(), LINE, measure="capabilities")


@settings(max_examples=6, deadline=None)
@given(tables=gated_tables(fixed=False))
def test_random_corridors(tables: Tables) -> None:
    """Concave, and on it what models built anew say at points that it was not asked at."""
    case = case_of(tables)
    address = "gate." + str(case.gate.gate_id if case.gate else "") + ".nameplate_t_per_year"
    found = frontier(case, address)
    ends = found.points["at"].tolist()
    for x in np.linspace(ends[0], ends[-1], 5).tolist():
        assert found.at(x) == pytest.approx(fresh(case, address, x, "capability", found.floor), rel=1e-6, abs=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["rail_ferries", "beineu_mangystau_line", "factor.rail_ferries_weather.value"])
def test_the_bundled_case(address: str) -> None:
    case = checked(read(bundled()))
    for measure in ("capability", "concurrent"):
        matched(case, frontier(case, address, measure=measure))


@pytest.mark.slow
def test_prices_of_the_bundled_case_are_its_slopes() -> None:
    """A finite step up or down goes along the frontier."""
    case = checked(read(bundled()))
    listing = prices(case)
    table = listing.frame
    for resource in ("rail_ferries", "tankers_12", "ro_ro_ships"):
        found = frontier(case, resource)
        stated = found.stated
        price = table.query("measure == 'capability' and resource == @resource").iloc[0]
        here = found.at(stated)
        assert price["up_t"] == pytest.approx(found.at(stated + found.step) - here, abs=1)
        if stated - found.step >= found.points["at"].iloc[0] and listing.facts["floor"] == 1:
            assert price["down_t"] == pytest.approx(here - found.at(stated - found.step), abs=1)


def test_tangents_find_every_corner() -> None:
    """Of the lower envelope of lines; at a corner any slope between the two may be told."""
    slopes = [(0.0, 5.0), (2.0, 3.0), (7.0, 1.0), (20.0, 0.0), (50.0, -2.0)]

    def touch(x: float) -> Tangent:
        value = min(c + s * x for c, s in slopes)
        meeting = [s for c, s in slopes if abs(c + s * x - value) < 1e-9]
        return Tangent(x, value, (min(meeting) + max(meeting)) / 2)

    found = pieces(touch, 0.0, 20.0)
    assert [each.low for each in found] == pytest.approx([0, 1, 2.5, 13, 15])
    assert [each.high for each in found] == pytest.approx([1, 2.5, 13, 15, 20])
    assert [each.line.slope for each in found] == pytest.approx([5, 3, 1, 0, -2])


def test_one_piece() -> None:
    assert pieces(lambda x: Tangent(x, 2 * x, 2.0), 0, 4) == [Piece(0, 4, Tangent(0, 0, 2.0))]


def test_cost_by_hand() -> None:
    """Of 100 kt of line coal takes 50 kt at 1 USD a tonne, then boxes 2 x 25 kt at 5 USD."""
    found = cost_frontier(two_on_a_line(100_000))
    assert found.points["t"].tolist() == pytest.approx([20e3, 60e3, 75e3])
    assert found.points["usd"].tolist() == pytest.approx([60e3, 100e3, 175e3])
    assert found.pieces["usd_per_t"].tolist() == pytest.approx([1, 5])
    assert found.pieces["grows"].tolist() == [("coal",), ("boxes",)]
    assert found.slopes(60e3) == pytest.approx((1, 5))
    shipper = cost_frontier(two_on_a_line(100_000), "shipper")
    assert shipper.pieces["usd_per_t"].tolist() == pytest.approx([3, 4])


@pytest.mark.parametrize(
    ("name", "cost"),
    [("boxes", "resource"), ("ferry", "resource"), ("oil_and_boxes", "shipper"), ("choice", "shipper")],
)
def test_cost_by_another_formulation(name: str, cost: str) -> None:
    """The program written down once more with the volume as a row, for scipy: the same least cost at any volume."""
    case = SUITE[name]()
    found = cost_frontier(case, cost)
    year = Year(case, "capability")
    lower, upper = year.program.bounds(year.program.given(year.floors(found.floor)))
    rows = LinearConstraint(year.program.matrix, lower, upper)
    ends = found.points["t"].tolist()
    for t in np.linspace(ends[0], ends[-1], 6).tolist()[:-1]:
        level = LinearConstraint(year.goal("level")[None, :], t / KILO, np.inf)
        anew = milp(year.goal(f"cost_{cost}"), constraints=[rows, level])
        assert found.at(t) == pytest.approx(float(anew.fun or 0) * KILO, rel=1e-6, abs=1)
    assert all(a <= b * (1 + 1e-9) + 1e-9 for a, b in pairwise(found.pieces["usd_per_t"]))


def test_cost_of_nothing_more() -> None:
    with pytest.raises(CaseError, match="did you mean resource"):
        cost_frontier(series(), "resources")
    with pytest.raises(CaseError, match="this case has no tariffs, so every volume costs nothing"):
        cost_frontier(series(), "shipper")
    with pytest.raises(CaseError, match="nothing grows in this case"):
        cost_frontier(SUITE["idle"]())


def test_pareto_by_hand() -> None:
    """60 kt may go clean; the corners send the rest, or all, by the cheap or the fast way, and none by mule."""
    found = pareto(three_ways())
    table = found.points[["cost_usd", "co2e_t", "tonne_days"]].to_numpy().tolist()
    assert table == [
        pytest.approx(each)
        for each in [
            (100e3, 500, 1e6),
            (160e3, 260, 700e3),
            (240e3, 180, 340e3),
            (300e3, 300, 100e3),
        ]
    ]
    assert found.complete
    assert not (found.moves["link"] == "mule").any()
    assert found.t == 100_000


@pytest.mark.parametrize("clean", [0.0, 60e3, 100e3])
def test_pareto_against_epsilon_constraints_and_weights(clean: float) -> None:
    """No corner can be bettered in cost without loss in the others; no weights find better than a corner."""
    case = three_ways(clean)
    found, year = pareto(case), Year(case, "cost_resource")
    goals, (lower, upper) = objectives(year), year.program.bounds(year.program.values)
    rows = LinearConstraint(year.program.matrix, lower, upper)
    table = found.points[["cost_usd", "co2e_t", "tonne_days"]].to_numpy() / KILO
    for cost, *others in table:
        held = LinearConstraint(goals[1:], -np.inf, np.array(others) + 1e-9)
        assert milp(goals[0], constraints=[rows, held]).fun == pytest.approx(cost, rel=1e-6)
    for weights in np.random.default_rng(1).dirichlet(np.ones(3), 30):
        scaled = weights / table.max(axis=0)
        assert (table @ scaled).min() == pytest.approx(milp(scaled @ goals, constraints=[rows]).fun, rel=1e-6)


@pytest.mark.slow
def test_pareto_of_the_bundled_case() -> None:
    """Weights find nothing better than the corners but for what is not told apart; no corner beats another."""
    case = checked(read(bundled()))
    found, year = pareto(case), Year(case, "cost_resource")
    goals, (lower, upper) = objectives(year), year.program.bounds(year.program.values)
    program = year.program
    table = found.points[["cost_usd", "co2e_t", "tonne_days"]].to_numpy() / KILO
    low, span = table.min(axis=0), np.ptp(table, axis=0)
    for one in table:
        assert not any((other <= one + 1e-9 * span).all() and (other < one - 1e-6 * span).any() for other in table)
    rows = LinearConstraint(program.matrix, lower, upper)
    for weights in np.random.default_rng(2).dirichlet(np.ones(3), 6):
        least = float(milp((weights / span) @ goals, constraints=[rows]).fun or 0) - float(weights @ (low / span))
        assert ((table - low) / span @ weights).min() == pytest.approx(least, abs=2e-3)


def test_pareto_is_not_complete_with_few_points() -> None:
    found = pareto(three_ways(), points=2)
    assert (len(found.points), found.complete) == (2, False)
    with pytest.raises(CaseError, match="0 points are none"):
        pareto(three_ways(), points=0)


def test_pareto_needs_all_to_be_carried() -> None:
    """A demand with a rival outside is carried all the same, and where it cannot be it is said."""
    tables: dict[str, str] = {
        "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n way, a, b, 50000",
        "demand": "demand_id, origin_id, destination_id, t_per_year, outside_usd_per_t\n all, a, b, 100000, 1",
    }
    with pytest.raises(InfeasibleError, match="some of it goes outside"):
        pareto(case_of(tables))


def test_vertices_of_an_envelope() -> None:
    """Two planes that meet in the middle of the triangle of weights."""
    found = envelope_vertices(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]]))
    assert sorted(map(tuple, np.round(found, 9).tolist())) == [
        (0.0, 0.0, 1.0),
        (0.0, 1.0, 0.0),
        (0.5, 0.0, 0.5),
        (0.5, 0.5, 0.0),
        (1.0, 0.0, 0.0),
    ]


def test_as_json_and_as_a_table_in_a_notebook() -> None:
    case = two_on_a_line(100_000)
    for found in (corridor.frontier(case, "line"), corridor.cost_frontier(case), corridor.pareto(case)):
        body = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert (body["schema"], body["status"]) == (1, "optimal")
        assert found._repr_html_().count("<tr>") >= 2
        assert len(found.to_csv().splitlines()) >= 2


def test_outside_a_frontier_there_is_no_value() -> None:
    found = frontier(two_on_a_line(), LINE, 30_000, 200_000)
    with pytest.raises(ValueError, match="lies outside the frontier"):
        found.at(29_000)
    left, right = found.slopes(200_000)
    assert (left, math.isnan(right)) == (0, True)
