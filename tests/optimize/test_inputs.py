"""The uncertain numbers: their triangles, what moves together, what follows by formula, and what is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import triang

from corridor.model.case import Case
from corridor.optimize.studies.uncertain import Input, Inputs, inputs
from tests.cases import Row, case_of, proven

EVIDENCE = (
    "evidence_id, table, row, column, low, high, confidence, basis, note, formula, driver_id, contrary, source_id"
)


def uncertain(evidence: str, extra: Mapping[str, str] | None = None) -> Case:
    """Ferries, trucks and a line; rows of evidence as: cell, low, high, then formula, driver and contrary if any."""
    rows: list[Row] = []
    for number, line in enumerate(filter(None, map(str.strip, evidence.splitlines()))):
        cell, low, high, *rest = (part.strip() for part in line.split(","))
        table, row, column = cell.split(".")
        formula, driver, contrary = (*rest, "", "", "")[:3]
        basis: Row = (
            {"basis": "derived", "source_id": "f01", "formula": formula}
            if formula
            else {"basis": "assumed", "note": "a test's"}
        )
        place: Row = {"evidence_id": f"e{number}", "table": table, "row": row, "column": column, "confidence": "low"}
        rows.append({**place, "low": low, "high": high, "driver_id": driver, "contrary": contrary, **basis})
    return case_of(
        proven(
            {
                "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
                "unit": "unit_id\n teu",
                "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, way, teu, 10",
                "resource": """
                    resource_id, kind, capacity, unit, background
                    ferries, ship, 8, ships, 3
                    others, ship, 4, ships, 1
                    line, line, 500000, t, 0
                    spare, line, unlimited, t, 0""",
                "carrier": "carrier_id, resource_id, hours_per_year, port_h\n ferry, ferries, 8000, 12",
                "size": "size_id, carrier_id, dimension, amount\n slots, ferry, teu, 200",
                "loading": "loading_id, dimension, item_id, loaded, empty\n one, teu, teu, 1, 1",
                "factor": """
                    factor_id, resource_id, size_id, kind, value
                    storms, ferries, , weather, 0.75
                    shallow, , slots, draught, 0.8""",
                "link": """
                    link_id, from_node_id, to_node_id, directed, length_km, time_h, gate, carrier_id
                    rail, a, p, 0, 500, 20, 0,
                    sea, p, f, 0, 400, 24, 1, ferry""",
                "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
                "segment": "segment_id, ceiling_t_per_year\n all, 200000",
                "demand": """
                    demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                    one, a, f, all, must, 60000""",
                "driver": "driver_id, name, who\n weather, Storms, The port\n count, Counts, The ministry",
                "source": """
                    source_id, item, value, title, url, confidence
                    f01, Share of others, 0.5, Paper, https://a.b, high""",
                "evidence": [*rows, *([] if "f01" in evidence else [CITES])],
                **(extra or {}),
            }
        )
    )


CITES: Row = {
    "evidence_id": "cites",
    "table": "case",
    "row": "test",
    "column": "base_year",
    "low": 2025,
    "high": 2025,
    "confidence": "low",
    "basis": "known",
    "source_id": "f01",
}


def one(low: float, top: float, high: float, *, contrary: bool = False) -> Input:
    return Input(("resource", "line", "capacity"), low, top, high, "d", contrary, "sourced")


def drawn(known: Inputs, quantiles: Mapping[str, float]) -> dict[str, float]:
    """Every number of the drawn case that is not as stated, by address."""
    case, found = known.drawn(quantiles), {}
    for table, frame in case.tables.items():
        for column in frame.select_dtypes("float"):
            now, before = frame[column].to_numpy(), known.case[table][column].to_numpy()
            for row, new, old in zip(frame.index, now.tolist(), before.tolist(), strict=True):
                if new != old and not (math.isnan(new) and math.isnan(old)):
                    found[f"{table}.{row}.{column}"] = new
    return found


def cells(known: Inputs) -> set[str]:
    return {".".join(each.cell) for each in known.ranged}


@pytest.mark.parametrize(("low", "top", "high"), [(0, 1, 3), (10, 10, 20), (10, 20, 20), (-4, -1, 7), (1e5, 2e6, 3e6)])
def test_the_ends_and_the_top_of_a_triangle(low: float, top: float, high: float) -> None:
    straight, contrary = one(low, top, high), one(low, top, high, contrary=True)
    at_top = (top - low) / (high - low)
    for u, gives in ((0.0, low), (at_top, top), (1.0, high)):
        assert straight.at(u) == pytest.approx(gives, rel=1e-12, abs=1e-12)
        assert contrary.at(1 - u) == pytest.approx(gives, rel=1e-12, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_quantiles_are_those_of_scipy(low: float, span: float, top: float, at: list[float]) -> None:
    found = one(low, low + top * span, low + span)
    real = (found.value - found.low) / (found.high - found.low)  # after rounding
    expected = triang.ppf(at, min(1.0, real), loc=found.low, scale=found.high - found.low)
    got = [found.at(u) for u in at]
    # scipy adds low to scale times a root: near low it is off by more than low's own last bits
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-7 * span + 1e-9 * abs(low))
    assert all(found.low <= each <= found.high for each in got)


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_quantiles_rise_and_contrary_ones_fall(u: float, v: float, contrary: bool) -> None:
    found = one(2.0, 3.0, 7.0, contrary=contrary)
    low, high = sorted((u, v), reverse=contrary)
    assert found.at(low) <= found.at(high) + 1e-12


def test_a_number_drives_itself_or_shares_a_driver() -> None:
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            factor.storms.value, 0.6, 0.9, , weather
            carrier.ferry.port_h, 8, 20, , weather, 1
            resource.line.capacity, 400000, 600000"""
        )
    )
    assert known.drivers == ["weather", "resource.ferries.capacity", "resource.line.capacity"]
    assert {".".join(each.cell): (each.low, each.value, each.high, each.basis) for each in known.ranged} == {
        "resource.ferries.capacity": (6.0, 8.0, 9.0, "assumed"),
        "factor.storms.value": (0.6, 0.75, 0.9, "assumed"),
        "carrier.ferry.port_h": (8.0, 12.0, 20.0, "assumed"),
        "resource.line.capacity": (4e5, 5e5, 6e5, "assumed"),
    }
    assert drawn(known, {"weather": 1.0}) == pytest.approx({"factor.storms.value": 0.9, "carrier.ferry.port_h": 8.0})
    assert drawn(known, {"weather": 0.0}) == pytest.approx({"factor.storms.value": 0.6, "carrier.ferry.port_h": 20.0})
    assert drawn(known, {"resource.ferries.capacity": 1.0}) == pytest.approx({"resource.ferries.capacity": 9.0})
    assert drawn(known, {}) == {}


def test_the_case_that_is_drawn_from_stays_as_it_is() -> None:
    known = inputs(uncertain("resource.ferries.capacity, 6, 9"))
    known.drawn({"resource.ferries.capacity": 0.0})
    assert known.case.row("resource", "ferries").capacity == 8.0
    assert known.case["resource"].at["ferries", "capacity"] == 8.0
    assert known.drawn({"resource.ferries.capacity": 0.0}).row("resource", "ferries").capacity == 6.0


def test_a_formula_moves_a_number_in_proportion() -> None:
    """0.5 x 8 x 0.75 is 3 ferries taken by others; with 6 ferries in good weather, 0.5 x 6 x 0.9 = 2.7."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            factor.storms.value, 0.6, 0.9, , weather
            resource.ferries.background, 3, 3, f01 * resource.ferries.capacity * factor.storms.value"""
        )
    )
    [follows] = known.following
    assert follows.cell == ("resource", "ferries", "background")
    assert (follows.value, follows.gives) == (3.0, 3.0)
    assert drawn(known, {"resource.ferries.capacity": 0.0})["resource.ferries.background"] == pytest.approx(2.25)
    assert drawn(known, {"resource.ferries.capacity": 0.0, "weather": 1.0}) == pytest.approx(
        {"resource.ferries.capacity": 6.0, "factor.storms.value": 0.9, "resource.ferries.background": 2.7}
    )


def test_a_number_rounded_by_its_author_keeps_its_rounding_in_proportion() -> None:
    """Stated 3, while the formula gives 0.502 x 8 x 0.75 = 3.012: with 6 ferries it is 3 x 6 / 8 and not 2.259."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            resource.ferries.background, 3, 3, 0.502 * resource.ferries.capacity * factor.storms.value + 0 * f01"""
        )
    )
    assert drawn(known, {"resource.ferries.capacity": 0.0})["resource.ferries.background"] == pytest.approx(2.25)


def test_a_number_with_a_formula_moves_within_its_own_range_besides() -> None:
    """At its own low end 2 of 3, and in proportion to 6 of 8 ferries: 1.5."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            resource.ferries.background, 2, 4, f01 * resource.ferries.capacity * factor.storms.value, count"""
        )
    )
    assert known.drivers == ["resource.ferries.capacity", "count"] or known.drivers == [
        "count",
        "resource.ferries.capacity",
    ]
    found = drawn(known, {"resource.ferries.capacity": 0.0, "count": 0.0})
    assert found == pytest.approx({"resource.ferries.capacity": 6.0, "resource.ferries.background": 1.5})
    assert drawn(known, {"count": 0.0}) == pytest.approx({"resource.ferries.background": 2.0})


def test_a_chain_of_formulas_is_followed_in_order() -> None:
    """Others have half as many ferries; a quarter of these are taken: names stand before and after in the alphabet."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            resource.others.capacity, 4, 4, f01 * resource.ferries.capacity
            resource.others.background, 1, 1, resource.others.capacity / 4
            resource.ferries.background, 3, 3, 3 * resource.others.background"""
        )
    )
    assert [each.cell[1:] for each in known.following] == [
        ("others", "capacity"),
        ("others", "background"),
        ("ferries", "background"),
    ]
    assert drawn(known, {"resource.ferries.capacity": 0.0}) == pytest.approx(
        {
            "resource.ferries.capacity": 6.0,
            "resource.others.capacity": 3.0,
            "resource.others.background": 0.75,
            "resource.ferries.background": 2.25,
        }
    )


def test_a_chain_passes_through_the_range_of_its_middle() -> None:
    """The middle is drawn within its own range: what rests on it moves with that, although the beginning stays."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            resource.others.capacity, 2, 6, f01 * resource.ferries.capacity, count
            resource.others.background, 1, 1, resource.others.capacity / 4"""
        )
    )
    assert drawn(known, {"count": 0.0}) == pytest.approx(
        {"resource.others.capacity": 2.0, "resource.others.background": 0.5}
    )
    both = drawn(known, {"count": 0.0, "resource.ferries.capacity": 0.0})
    assert both["resource.others.capacity"] == pytest.approx(1.5)
    assert both["resource.others.background"] == pytest.approx(0.375)


def test_a_chain_passes_through_a_number_that_bears_on_no_measure() -> None:
    """A project's size is no input, but a capacity derived from it moves with what it was derived from."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            project.more.adds, 4, 4, f01 * resource.ferries.capacity
            resource.others.capacity, 4, 4, project.more.adds * 1""",
            {"project": "project_id, resource_id, adds, cost_usd\n more, ferries, 4, 1"},
        )
    )
    assert drawn(known, {"resource.ferries.capacity": 0.0})["resource.others.capacity"] == pytest.approx(3.0)


def test_a_formula_of_figures_alone_does_not_move() -> None:
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            resource.ferries.background, 3, 3, f01 * 6"""
        )
    )
    assert known.following == ()


@pytest.mark.parametrize(
    "evidence",
    [
        "resource.*.capacity, ,",  # a row of its own must have a range
        "resource.*.capacity, 3,",
        "resource.*.capacity, , 9",
        "resource.ferries.capacity, 8, 8",
        "resource.spare.capacity, 400000, unlimited",  # a limit that is not there has no range
        "link.rail.time_h, 10, 30",  # no carrier sails there: its hours bear on no measure
        "link.sea.length_km, 300, 500",
        "gate.gate.nameplate_t_per_year, 900000, 1100000",  # a definition
        "case.test.base_year, 2024, 2026",
    ],
)
def test_what_has_no_range_or_bears_on_nothing_is_left_out(evidence: str) -> None:
    known = inputs(uncertain(f"resource.line.capacity, 400000, 600000\n{evidence}"))
    assert cells(known) == {"resource.line.capacity"}


def test_a_range_without_an_upper_end_has_its_top_there() -> None:
    known = inputs(uncertain("resource.line.capacity, 400000, unlimited"))
    [only] = known.ranged
    assert (only.low, only.value, only.high) == (4e5, 5e5, 5e5)
    assert only.at(1.0) == 5e5


EVERY = """
    carrier.ferry.port_h, 8, 20
    demand.one.t_per_year, 50000, 70000
    factor.storms.value, 0.6, 0.9
    factor.shallow.value, 0.7, 0.9
    link.sea.time_h, 20, 30
    loading.one.loaded, 1, 1.2
    loading.one.empty, 0.8, 1
    packing.one.payload_t, 8, 14
    resource.ferries.capacity, 6, 9
    resource.ferries.background, 2, 4
    segment.all.ceiling_t_per_year, 100000, 300000
    size.slots.amount, 150, 250
    use.one.amount, 0.5, 2"""
CAPACITIES = {
    "factor.storms.value",
    "resource.ferries.capacity",
    "resource.ferries.background",
    "segment.all.ceiling_t_per_year",
}


def test_every_kind_of_number_is_drawn() -> None:
    known = inputs(uncertain(EVERY))
    written = {line.split(",")[0].strip() for line in EVERY.splitlines() if line.strip()}
    assert cells(known) == written
    assert set(drawn(known, dict.fromkeys(known.drivers, 0.37))) == written


def test_capacities_only_leaves_coefficients() -> None:
    """A factor on a size, too: it changes what a ship takes, which is a coefficient."""
    known = inputs(uncertain(EVERY), capacities_only=True)
    assert known.capacities_only
    assert cells(known) == CAPACITIES
    assert set(drawn(known, dict.fromkeys(known.drivers, 0.37))) == CAPACITIES


def test_capacities_only_leaves_coefficients_that_follow_a_capacity() -> None:
    """The solver takes right-hand sides alone then: a factor on a size must not say that it moved."""
    known = inputs(
        uncertain(
            """
            resource.ferries.capacity, 6, 9
            factor.shallow.value, 0.8, 0.8, f01 * 0.2 * resource.ferries.capacity"""
        ),
        capacities_only=True,
    )
    assert set(drawn(known, dict.fromkeys(known.drivers, 0.0))) == {"resource.ferries.capacity"}


def test_a_cell_set_without_evidence_is_fixed() -> None:
    """It is a what-if: neither its own range nor its formula moves it, but what names it follows the others."""
    case = uncertain(
        """
        resource.ferries.capacity, 6, 9
        factor.storms.value, 0.6, 0.9
        resource.ferries.background, 2, 4, f01 * resource.ferries.capacity * factor.storms.value"""
    )
    fixed = inputs(case.with_(["resource.ferries.capacity=10"]))
    assert cells(fixed) == {"factor.storms.value", "resource.ferries.background"}
    found = drawn(fixed, {"factor.storms.value": 0.0})
    assert found == pytest.approx({"factor.storms.value": 0.6, "resource.ferries.background": 3 * 0.6 / 0.75})
    taken = inputs(case.with_(["resource.ferries.background=1"]))
    assert taken.following == ()
    assert "resource.ferries.background" not in drawn(taken, dict.fromkeys(taken.drivers, 0.0))


@given(st.dictionaries(st.sampled_from(["weather", "count", "resource.line.capacity"]), st.floats(0, 1)))
def test_every_draw_lies_in_the_ranges(quantiles: dict[str, float]) -> None:
    found = drawn(RANGED, quantiles)
    for each in RANGED.ranged:
        moved = found.get(".".join(each.cell), each.value)
        assert each.low <= moved <= each.high
        if each.driver not in quantiles:
            assert moved == each.value


RANGED = inputs(
    uncertain(
        """
        resource.ferries.capacity, 6, 9, , count
        resource.others.capacity, 3, 5, , count
        factor.storms.value, 0.6, 0.9, , weather
        carrier.ferry.port_h, 8, 20, , weather, 1
        resource.line.capacity, 400000, 600000"""
    )
)


def test_a_triangle_that_has_no_width_is_a_point() -> None:
    assert one(3.0, 3.0, 3.0).at(0.3) == 3.0
    assert math.isfinite(one(3.0, 3.0, 3.0, contrary=True).at(1.0))
