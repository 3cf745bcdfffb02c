"""Small cases for tests, written as the tables that a planner would write, and read as a planner's are.

:func:`case_of` is the builder; the functions below it are the hand-made cases of :data:`SUITE`, of which several tests
ask different things.
"""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from textwrap import dedent

from corridor.data.checks import checked
from corridor.data.read import read
from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.result.answer import Answer
from corridor.model.schema import schemas
from tests.asked import solve

Row = dict[str, object]
Tables = dict[str, list[Row]]


def rows_of(text: str) -> list[Row]:
    """Rows of a table written as CSV text, indented as it may be."""
    reader = csv.DictReader(io.StringIO(dedent(text).strip()), skipinitialspace=True)
    return [{name.strip(): cell.strip() for name, cell in row.items()} for row in reader]


def tables_of(written: Mapping[str, str | Sequence[Mapping[str, object]]]) -> Tables:
    """Tables as rows, with what every case needs and no test cares about filled in.

    Names are the ids; places are the ends of the links; there is one mode called ``way`` and one commodity called
    ``cargo`` unless others are given; the base year is 2025.
    """
    tables: Tables = {
        name: rows_of(table) if isinstance(table, str) else [dict(row) for row in table]
        for name, table in written.items()
    }
    tables.setdefault("case", [{"case_id": "test", "base_year": 2025}])
    tables.setdefault("mode", [{"mode_id": "way"}])
    tables.setdefault("commodity", [{"commodity_id": "cargo"}])
    tables.setdefault("link", [])
    ends = [link[end] for link in tables["link"] for end in ("from_node_id", "to_node_id")]
    tables.setdefault("node", [{"node_id": node} for node in dict.fromkeys(ends)])
    for link in tables["link"]:
        link.setdefault("mode_id", "way")
    for demand in tables.get("demand", []):
        demand.setdefault("commodity_id", "cargo")
    for resource in tables.get("resource", []):
        resource.setdefault("kind", "line")
        resource.setdefault("unit", "t")
    for calendar in tables.get("calendar", []):
        calendar.setdefault("kind", "season")
        for month in MONTHS:
            calendar.setdefault(month, 1)
    for closure in tables.get("closure", []):
        closure.setdefault("kind", "weather")
    for name, rows in tables.items():
        schema = schemas()[name]
        if schema.field("name") is not None:
            for row in rows:
                row.setdefault("name", row[schema.id_column])
    return tables


def case_of(written: Mapping[str, str | Sequence[Mapping[str, object]]]) -> Case:
    """The case of these tables, written as CSV, read and checked; raises CaseError with every fault."""
    with tempfile.TemporaryDirectory() as folder:
        return checked(read(written_to(Path(folder), written)))


def written_to(folder: Path, written: Mapping[str, str | Sequence[Mapping[str, object]]]) -> Path:
    """The folder, with these tables in it as CSV."""
    for name, rows in tables_of(written).items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if not rows:
            continue
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return folder


def proven(written: Mapping[str, str | Sequence[Mapping[str, object]]]) -> Tables:
    """The same tables, every column of numbers of which ``evidence`` has no row assumed there, without a range."""
    tables = tables_of(written)
    rows = tables.setdefault("evidence", [])
    said = {(row["table"], row["column"]) for row in rows if row["row"] == "*" and not row.get("scenario")}
    stars: list[Row] = [
        {"table": name, "row": "*", "column": each.name, "confidence": "low", "basis": "assumed", "note": "a test's"}
        for name in tables
        for each in schemas()[name].fields
        if each.type in ("number", "integer")
        and name not in ("evidence", "source", "driver", "validation", "kind")
        and any(row.get(each.name) not in (None, "") for row in tables[name])
        and (name, each.name) not in said
    ]
    rows += [{"evidence_id": f"star_{number}", **star} for number, star in enumerate(stars)]
    return tables


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return "unlimited" if math.isinf(value) else repr(value)
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def tables_of_case(case: Case) -> Tables:
    """A case back as rows, to write it another way."""

    def cell(value: object) -> object:
        return " ".join(value) if isinstance(value, tuple) else value

    return {
        name: [{column: cell(value) for column, value in row._asdict().items()} for row in case.rows(name)]
        for name in schemas()
        if case.rows(name)
    }


@lru_cache(maxsize=64)
def answered(case: Case, study: str = "capability") -> Answer:
    """The answer, which proves itself; the same one for the same case, so nobody may change its tables."""
    answer = solve(case, study)
    assert answer.certificate.passed, answer.certificate
    return answer


@cache
def boxes() -> Case:
    """Boxes by rail and by feeder through a quay, 100 kt west, 50 kt east; the line takes 500 kt of both together."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n quay, 1000000",
            "commodity": "commodity_id\n box",
            "mode": "mode_id, cost_usd_per_tkm\n rail, 0.05\n sea, 0.01",
            "unit": "unit_id, cost_usd_per_km\n teu, 0.1",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t
                by_rail, box, rail, teu, 14
                by_sea, box, sea, teu, 14""",
            "resource": """
                resource_id, kind, capacity, unit, step, step_unit
                feeders, ship, 6, ships, 1, feeder
                line, line, 500000, t, ,""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n feeder, feeders, 8760, 24, 10",
            "size": "size_id, carrier_id, dimension, amount\n feeder_teu, feeder, teu, 225",
            "loading": "loading_id, dimension, item_id, loaded, empty\n one, teu, teu, 1, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, length_km, time_h, gate, carrier_id
                rail, a, b, 0, rail, 500, 20, 0,
                sea, b, c, 0, sea, 490, 22, 1, feeder""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "segment": "segment_id\n boxes",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
                west, box, a, c, boxes, must, 100000
                east, box, c, a, boxes, must, 50000""",
        }
    )


@cache
def oil_and_boxes() -> Case:
    """Four measures that all differ; see tests/optimize/test_measures.py, where they are derived."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
            "commodity": "commodity_id\n oil\n box",
            "resource": """
                resource_id, kind, capacity
                oil_quay, quay, 400000
                box_quay, quay, 100000""",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate, tariff_usd_per_t, commodities
                from_field_a, field_a, port, unlimited, 0, 10, oil
                from_field_b, field_b, port, 100000, 0, 12, oil
                from_plant, plant, port, unlimited, 0, 20, box
                oil_berth, port, far, unlimited, 1, 5, oil
                box_berth, port, far, unlimited, 1, 7, box""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                oil_over, oil_quay, oil_berth, tonne, 1
                box_over, box_quay, box_berth, tonne, 1""",
            "segment": "segment_id\n oil\n boxes",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
                oil_a, oil, field_a, far, oil, must, 60000
                oil_b, oil, field_b, far, oil, must, 40000
                box, box, plant, far, boxes, must, 50000""",
        }
    )


@cache
def ferry() -> Case:
    """Wagons of 14 m and trucks of 17 m share the deck of one ferry: 500 of either each way a year, 100 voyages.

    A move takes 20 + 16.8 + 7 = 43.8 h, so one ship makes 200 moves in 8 760 h.
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": "commodity_id\n by_wagon\n by_truck",
            "mode": "mode_id, cost_usd_per_tkm\n land, 0.02\n sea, 0.01",
            "unit": "unit_id\n wagon\n truck",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t
                wagon_land, by_wagon, land, wagon, 60
                wagon_sea, by_wagon, sea, wagon, 60
                truck_land, by_truck, land, truck, 20
                truck_sea, by_truck, sea, truck, 20""",
            "resource": "resource_id, kind, capacity, unit, step, step_unit\n ferries, ship, 1, ships, 1, ferry",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ferry, ferries, 8760, 16.8, 7",
            "size": "size_id, carrier_id, dimension, amount\n deck, ferry, deck_m, 504",
            "loading": """
                loading_id, dimension, item_id, loaded, empty
                wagon, deck_m, wagon, 14, 14
                truck, deck_m, truck, 17, 17""",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, length_km, time_h, gate, carrier_id
                land, inland, port, 0, land, 100, 5, 0,
                sea, port, far, 0, sea, 400, 20, 1, ferry""",
            "segment": "segment_id\n wagons\n trucks",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
                wagons_west, by_wagon, inland, far, wagons, must, 30000
                wagons_east, by_wagon, far, inland, wagons, must, 30000
                trucks_west, by_truck, inland, far, trucks, must, 10000
                trucks_east, by_truck, far, inland, trucks, must, 10000""",
        }
    )


@cache
def series() -> Case:
    """Three limits one behind another, 300, 200 and 250 kt, without a gate; 100 kt of demand."""
    return case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 300000
                two, b, c, 200000
                three, c, d, 250000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, d, 100000",
        }
    )


@cache
def choice() -> Case:
    """A demand that may cross, one that never does, one that must; all share a line with background traffic.

    The line has 500 kt of which 100 kt are taken by others; 40 kt never cross, 30 kt of the ``may`` demand went by
    land; so 330 kt are left for the 60 + 50 kt that crossed: three times as much.
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": "resource_id, capacity, background\n line, 500000, 100000",
            "link": """
                link_id, from_node_id, to_node_id, directed, gate, tariff_usd_per_t, kind
                rail, a, p, 0, 0, 4, line
                sea, p, f, 0, 1, 3, ship
                land, p, f, 0, 0, 9, west""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "segment": "segment_id, ceiling_t_per_year\n free, unlimited\n bound, 120000",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year, elsewhere_t_per_year
                chooses, a, f, free, may, 60000, 30000
                crosses, f, a, bound, must, 50000, 0
                stays, a, p, , never, 40000, 0""",
        }
    )


@cache
def idle() -> Case:
    """No tonnes at all, and a circle through the gate."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                out, a, b, 500000, 1
                back, b, a, 400000, 0""",
            "segment": "segment_id\n sleeping",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                none, a, b, sleeping, must, 0""",
        }
    )


SUITE: dict[str, Callable[[], Case]] = {
    made.__name__: made for made in (boxes, oil_and_boxes, ferry, series, choice, idle)
}
"""The hand-made cases that general tests run through."""
