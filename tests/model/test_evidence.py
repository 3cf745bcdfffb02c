"""Evidence of cells: which row speaks of which cell in which scenario, where a number comes from, what a figure is for.

One hand-made case: two ferries, half of whose time is taken by others (derived), and a line (known).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from corridor.data.checks import faults_of
from corridor.data.scenario import Scenario
from corridor.model.case import Case
from corridor.model.change.changes import Set
from corridor.model.evidence import evidence_of, figure, number, provenance, said_besides, stands_for
from corridor.model.faults import CaseError
from corridor.model.formula import FormulaError
from tests.cases import case_of, proven

SCENARIO = Scenario(
    "base_2022",
    "",
    (
        Set("demand", "all", "t_per_year", "40000"),
        Set("resource", "line", "capacity", "280000"),
        Set("case", "test", "base_year", "2022"),
    ),
)


@cache
def base() -> Case:
    return case_of(
        proven(
            {
                "link": """
                    link_id, from_node_id, to_node_id, length_km, time_h
                    rail, a, b, 500, 20
                    road, a, b, 400, 8""",
                "resource": """
                    resource_id, kind, capacity, background, unit
                    ferries, ship, 8, 3, ships
                    line, line, 300000, 0, t
                    spare, line, unlimited, 0, t""",
                "factor": "factor_id, resource_id, kind, value\n storms, ferries, weather, 0.75",
                "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
                "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 60000",
                "driver": "driver_id, name, who\n weather, What storms leave, The port",
                "source": """
                    source_id, item, value, title, url, confidence, aside, instead, why
                    f01, Share of others, 0.5, Paper, https://a.b/1, high, , ,
                    f02, Paths of the line, 300000, Paper, https://a.b/2, high, , ,
                    f03, Ferries in two parts, 6 + 2, Paper, https://a.b/3, medium, , ,
                    f04, Older paths, 250000, Old paper, https://a.b/4, low, superseded, f02, Older
                    f05, Oldest, 200000, Old paper, https://a.b/5, low, contradicted, f02 resource.line.capacity, No
                    f06, Weather elsewhere, 0.6, Paper, https://a.b/6, low, context, , Another sea""",
                "evidence": """
                    evidence_id, table, row, column, scenario, low, high, source_id, year, confidence, derivation, formula, basis, note, driver_id
                    e1, link, *, time_h, , , , , , low, , , assumed, Read from a map,
                    e2, link, rail, time_h, , 18, 30, f02, 2024, medium, , , known, ,
                    e3, resource, line, capacity, , 250000, 320000, f02, 2025, high, , , known, Counted,
                    e4, resource, line, capacity, base_2022, 240000, 290000, f02, 2022, low, , , known, ,
                    e5, resource, ferries, capacity, , 6, 9, f03, 2025, medium, , , known, ,
                    e6, resource, ferries, background, , 2, 4, f01, 2025, low, Half of what storms leave, f01 * resource.ferries.capacity * factor.storms.value, derived, ,
                    e7, factor, storms, value, , 0.6, 0.9, , , low, , , assumed, Nobody counts, weather
                    e8, demand, all, t_per_year, base_2022, 30000, 50000, f01, 2022, low, , , known, ,
                    e9, demand, all, t_per_year, , 50000, 70000, f01, 2025, low, , , known, ,
                    e10, demand, *, elsewhere_t_per_year, base_2022, , , , , low, , , assumed, Nothing else,
                    e11, resource, spare, capacity, , unlimited, unlimited, , , low, , , assumed, No limit known,""",  # noqa: E501
            }
        )
    )


@cache
def earlier() -> Case:
    return SCENARIO.apply(base())


def ids(case: Case) -> dict[str, str]:
    """Id of the row of evidence by address, but for the stars that every test's case has."""
    found = {".".join(cell): row.evidence_id for cell, row in evidence_of(case).items()}
    return {cell: row for cell, row in found.items() if not row.startswith("star_")}


BASE = {
    "link.rail.time_h": "e2",
    "link.road.time_h": "e1",
    "resource.line.capacity": "e3",
    "resource.ferries.capacity": "e5",
    "resource.ferries.background": "e6",
    "factor.storms.value": "e7",
    "demand.all.t_per_year": "e9",
    "resource.spare.capacity": "e11",
}


def test_rows_of_the_base_and_stars_below_rows_of_their_own() -> None:
    assert ids(base()) == BASE


def test_the_order_of_rows_does_not_matter() -> None:
    """A star after the row of a cell, or before it, gives way to it."""
    tables = dict(base().tables)
    tables["evidence"] = tables["evidence"].iloc[::-1]
    assert ids(Case(tables)) == BASE


def test_a_scenario_speaks_of_the_cells_that_it_sets_and_of_no_other() -> None:
    """``e10`` is of the scenario but its cell was not set, so nobody says anything of it."""
    assert ids(earlier()) == BASE | {"resource.line.capacity": "e4", "demand.all.t_per_year": "e8"}


def test_a_scenario_of_another_name_has_none_of_its_evidence() -> None:
    other = Scenario("base_2021", "", SCENARIO.changes).apply(base())
    gone = ("resource.line.capacity", "demand.all.t_per_year")
    assert ids(other) == {cell: row for cell, row in BASE.items() if cell not in gone}


def test_a_star_of_a_scenario_speaks_of_the_rows_that_were_set() -> None:
    changes = (*SCENARIO.changes, Set("demand", "all", "elsewhere_t_per_year", "0"))
    found = ids(Scenario("base_2022", "", changes).apply(base()))
    assert found["demand.all.elsewhere_t_per_year"] == "e10"


def test_a_cell_set_by_hand_has_no_evidence_and_the_others_keep_theirs() -> None:
    changed = base().with_(["resource.line.capacity=310000", "link.road.time_h=9"])
    gone = ("resource.line.capacity", "link.road.time_h")
    assert ids(changed) == {cell: row for cell, row in BASE.items() if cell not in gone}


def test_a_change_on_top_of_a_scenario_keeps_its_evidence() -> None:
    changed = earlier().with_(["link.road.time_h=9"])
    assert changed.scenario == "base_2022 with changes"
    expected = ids(earlier())
    del expected["link.road.time_h"]
    assert ids(changed) == expected


@pytest.mark.parametrize("capacity", ["240000", "265000", "unlimited"])
def test_what_is_set_on_top_of_a_scenario_has_no_evidence(capacity: str) -> None:
    """Set once more by hand it is taken as it is, within the scenario's range or outside."""
    changed = earlier().with_([f"resource.line.capacity={capacity}"])
    assert "resource.line.capacity" not in ids(changed)


def test_an_end_that_is_not_given_holds_everything() -> None:
    """``e10`` gives no range at all."""
    changes = (*SCENARIO.changes, Set("demand", "all", "elsewhere_t_per_year", "12345"))
    assert ids(Scenario("base_2022", "", changes).apply(base()))["demand.all.elsewhere_t_per_year"] == "e10"


@pytest.mark.parametrize(
    ("cell", "gives"),
    [
        (("resource", "ferries", "capacity"), 8.0),
        (("resource", "spare", "capacity"), float("inf")),
        (("resource", "ferries", "kind"), None),
        (("resource", "ferries", "step"), None),
        (("resource", "boats", "capacity"), None),
        (("resource", "ferries", "size"), None),
        (("vessel", "ferries", "capacity"), None),
    ],
)
def test_the_number_in_a_cell(cell: tuple[str, str, str], gives: float | None) -> None:
    assert number(base(), cell) == gives


def test_what_a_name_in_a_formula_stands_for() -> None:
    assert stands_for(base(), "f01") == 0.5
    assert stands_for(base(), "factor.storms.value") == 0.75
    assert stands_for(base().with_(["factor.storms.value=0.5"]), "factor.storms.value") == 0.5
    for name in ("f03", "f99", "resource.ferries.kind", "resource.boats.capacity"):
        with pytest.raises(FormulaError, match=name.replace(".", r"\.")):
            stands_for(base(), name)


def test_a_known_cell() -> None:
    found = provenance(base(), "resource.line.capacity")
    assert found.cell == ("resource", "line", "capacity")
    assert (found.value, found.basis) == (300_000.0, "known")
    assert (found.low, found.high) == (250_000.0, 320_000.0)
    assert (found.year, found.confidence, found.note, found.driver) == ("2025", "high", "Counted", "")
    assert (found.formula, found.gives, found.named) == ("", None, {})
    assert [row.source_id for row in found.sources] == ["f02"]
    # Set aside for the figure that it rests on, and for the cell itself; each once.
    assert sorted(row.source_id for row in found.besides) == ["f04", "f05"]
    assert [row.evidence_id for row in found.other] == ["e4"]


def test_a_derived_cell() -> None:
    found = provenance(base(), "resource.ferries.background")
    assert (found.value, found.basis) == (3.0, "derived")
    assert found.formula == "f01 * resource.ferries.capacity * factor.storms.value"
    assert found.named == {"f01": 0.5, "resource.ferries.capacity": 8.0, "factor.storms.value": 0.75}
    assert found.gives == 3.0
    assert found.derivation == "Half of what storms leave"
    assert [row.source_id for row in found.sources] == ["f01"]
    assert (found.besides, found.other) == ((), ())


def test_units_of_a_resource_are_its_own() -> None:
    """What the schema can only call "unit of the resource" is ships here and tonnes there; a text has none."""
    assert provenance(base(), "resource.ferries.capacity").unit.startswith("ships")
    assert provenance(base(), "resource.line.background").unit.startswith("t")
    assert provenance(base(), "resource.ferries.kind").unit == ""


def test_a_derived_cell_follows_what_a_change_sets() -> None:
    """The stated number stays; the formula says what it would be."""
    found = provenance(base().with_(["resource.ferries.capacity=6"]), "resource.ferries.background")
    assert (found.value, found.gives) == (3.0, 0.5 * 6 * 0.75)


def test_an_assumed_cell() -> None:
    found = provenance(base(), "factor.storms.value")
    assert (found.value, found.basis, found.note, found.driver) == (0.75, "assumed", "Nobody counts", "weather")
    assert (found.low, found.high, found.year, found.sources) == (0.6, 0.9, "", ())


def test_a_cell_that_a_star_speaks_of() -> None:
    found = provenance(base(), "link.road.time_h")
    assert (found.value, found.unit, found.basis, found.note) == (8.0, "h", "assumed", "Read from a map")
    assert (found.low, found.high) == (None, None)


def test_a_cell_set_by_hand() -> None:
    found = provenance(base().with_(["resource.line.capacity=123000"]), "resource.line.capacity")
    assert (found.value, found.basis) == (123_000.0, "set")
    assert (found.low, found.high, found.sources, found.confidence) == (None, None, (), "")
    # What was said of the cell besides is said still.
    assert [row.source_id for row in found.besides] == ["f05"]
    assert found.note == "resource.line.capacity=123000"


def test_a_cell_set_with_a_source() -> None:
    """It has the source that its change names, and needs no row of evidence where the scenario has some."""
    change = Set("resource", "ferries", "capacity", "6", source="f03 assumed", why="two are lost")
    case = base().with_([change], scenario="fewer")
    found = provenance(case, "resource.ferries.capacity")
    assert (found.basis, [row.source_id for row in found.sources]) == ("set", ["f03"])
    assert found.note == "fewer: resource.ferries.capacity=6; two are lost"
    told = base().with_([change], scenario="base_2022")
    assert not [fault for fault in faults_of(told) if fault.code == "C054"]
    without = base().with_(["resource.ferries.capacity=6"], scenario="base_2022")
    assert "C054" in [fault.code for fault in faults_of(without)]


def test_a_cell_of_a_scenario() -> None:
    found = provenance(earlier(), "resource.line.capacity")
    assert (found.value, found.basis, found.low, found.high) == (280_000.0, "known", 240_000.0, 290_000.0)
    assert found.year == "2022"


def test_a_cell_of_which_nothing_is_said() -> None:
    """Nothing states it either: it is a default."""
    found = provenance(base(), "link.rail.capacity_t_per_year")
    assert (found.value, found.unit, found.basis, found.sources) == (float("inf"), "t/year", "none", ())


def test_blanks_round_an_address_do_not_matter() -> None:
    """They are taken off the address, so what is found must not depend on them."""
    changed = base().with_(["resource.line.capacity=123000"])
    for case in (base(), changed):
        plain, spaced = (
            provenance(case, address) for address in ("resource.line.capacity", " resource.line.capacity ")
        )
        assert spaced == plain


def test_a_formula_without_a_value_is_told_as_a_fault_of_the_case() -> None:
    """A what-if may take a number away, or make a formula divide by zero: the planner is told, without a trace."""
    tables = dict(base().tables)
    evidence = tables["evidence"].copy()
    evidence.loc["e6", "formula"] = "24 / resource.ferries.capacity"
    tables["evidence"] = evidence
    changed = Case(tables).with_(["resource.ferries.capacity=0"])
    try:
        found = provenance(changed, "resource.ferries.background")
    except CaseError:
        return
    assert (found.value, found.gives) == (3.0, None)


def test_provenance_as_plain_values() -> None:
    found = provenance(base(), "resource.ferries.background").to_dict()
    assert found["cell"] == "resource.ferries.background"
    assert found["named"] == {"f01": 0.5, "resource.ferries.capacity": 8.0, "factor.storms.value": 0.75}
    assert found["sources"][0]["item"] == "Share of others"
    assert json.loads(json.dumps(found, allow_nan=False))["gives"] == 3.0


def test_what_a_figure_is_used_for() -> None:
    """``e4`` and ``e3`` are of one cell, so it is named once."""
    found = figure(base(), "f02")
    assert found.row.item == "Paths of the line"
    assert found.cells == ("link.rail.time_h", "resource.line.capacity")
    assert found.tests == ()
    assert found.replaced == ("f04", "f05")
    assert figure(base(), "f01").cells == ("resource.ferries.background", "demand.all.t_per_year")
    assert figure(base(), "f04").cells == ()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["replaced"] == ["f04", "f05"]


def test_what_was_said_besides() -> None:
    assert said_besides(base()) == {"f02": ["f04", "f05"], "resource.line.capacity": ["f05"]}


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("resource.ferrys.capacity", "C022", "did you mean ferries?"),
        ("resources.ferries.capacity", "C021", "did you mean resource?"),
        ("resource.ferries.capacty", "C023", "did you mean capacity?"),
        ("resource.ferries.resource_id", "C024", "column"),
        ("resource.ferries", "C020", "table.row.column"),
        ("resource..capacity", "C020", "table.row.column"),
        ("a.b.c.d", "C020", "table.row.column"),
        ("", "C020", "table.row.column"),
    ],
)
def test_an_unknown_cell_is_told_with_the_nearest(address: str, code: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        provenance(base(), address)
    [fault] = caught.value.faults
    assert fault.code == code
    assert words in fault.message


@pytest.mark.parametrize(
    ("name", "words"), [("f1", "did you mean f01?"), ("f07", "did you mean f0"), ("", "known: f01")]
)
def test_an_unknown_figure_is_told_with_the_nearest(name: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        figure(base(), name)
    [fault] = caught.value.faults
    assert fault.code == "C022"
    assert words in fault.message


def test_a_case_without_evidence_has_none() -> None:
    bare = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, time_h\n rail, a, b, 20",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 60000",
        }
    )
    assert evidence_of(bare) == {}
    found: Any = provenance(bare, "link.rail.time_h")
    assert (found.value, found.basis, found.sources, found.besides) == (20.0, "none", (), ())
    with pytest.raises(CaseError, match="there is none yet"):
        figure(bare, "f01")
