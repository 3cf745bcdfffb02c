"""Money of an answer by hand, and the same totals wherever they are asked for."""

from __future__ import annotations

import math
from functools import cache

import pytest
from hypothesis import given, settings

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.graph import arcs
from corridor.model.money import bill, paid
from corridor.model.result.frame import rows
from corridor.optimize.answer.journeys import hours
from corridor.optimize.studies.validate import Names
from corridor.reports.blocks import Table, leaves
from corridor.reports.say.report import document
from corridor.reports.say.revenue import demand_blocks, page, revenue_sentences
from tests.asked import carbon, compare, explain, revenue, setting, solve
from tests.cases import Row, Tables, answered, case_of
from tests.random_cases import gated_tables


def written(sea: str = "8") -> dict[str, str]:
    """Two links: 500 km of rail at 10 USD, 450 km of sea at 8 USD; the line takes 0.6 of the 2 Mt asked.

    The rail's 20 h are those of a slow line, at half of the usual 50 km/h. The ship adds 12 h of port and 6 h of
    waiting to its 24 h. A day of the cargo costs 2 USD a tonne, a tonne left behind 1000.
    """
    return {
        "gate": "gate_id, nameplate_t_per_year\n port, 1000000",
        "node": "node_id, country\n a, KZ\n b, KZ\n c, AZ",
        "mode": "mode_id, at_sea, speed_km_h\n rail, 0, 50\n sea, 1,",
        "commodity": "commodity_id, time_usd_per_t_day\n grain, 2",
        "resource": "resource_id, kind, capacity, unit\n line, line, 600000, t\n ships, ship, 1000, ships",
        "operator": "operator_id, name, country\n line, Line, AZ",
        "carrier": "carrier_id, resource_id, port_h, wait_h, operator\n ship, ships, 12, 6, Line",
        "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 5000",
        "loading": "loading_id, dimension, item_id, loaded\n grain, deadweight_t, grain, 1",
        "link": f"""
            link_id, from_node_id, to_node_id, directed, mode_id, length_km, time_h, gate, carrier_id, \
tariff_usd_per_t, operator
            rail, a, b, 0, rail, 500, 20, 0, , 10, Railways
            sea, b, c, 0, sea, 450, 24, 1, ship, {sea},""",
        "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
        "demand": """
            demand_id, commodity_id, origin_id, destination_id, gate, t_per_year, unmet_usd_per_t
            out, grain, a, c, must, 2000000, 1000""",
    }


@cache
def two_links() -> Case:
    """The two links of :func:`written`."""
    return case_of(written())


def by(frame: object, key: str, value: str) -> dict[str, float]:
    """One column of a table by another."""
    return {str(getattr(row, key)): float(getattr(row, value)) for row in rows(frame)}  # type: ignore[arg-type]


def test_two_links_by_hand() -> None:
    """0.6 Mt pay 10 to the railway and 8 to the ship; 62 h at 2 USD a day; 1.4 Mt at 1000 USD are apart."""
    case = two_links()
    answer = solve(case, "cost_shipper")
    found = revenue(case, answer)
    assert found.freight_usd == pytest.approx(10.8e6)
    assert found.usd_per_t == pytest.approx(18)
    assert by(found.operators, "operator", "usd") == pytest.approx({"Railways": 6e6, "Line": 4.8e6})
    assert by(found.countries, "country", "usd") == pytest.approx({"KZ": 6e6, "AZ": 4.8e6})
    items = {"freight": 10.8e6, "time": 0.6e6 * 2 * 62 / 24, "penalty": 1_400e6}
    assert by(found.bill, "item", "usd") == pytest.approx(items)
    assert paid(answer.cost, "cost_shipper") == pytest.approx(13.9e6)
    assert paid(answer.cost, "cost_shipper", apart=True) == pytest.approx(1_400e6)
    assert answer.value == pytest.approx(1_413.9e6)
    assert (found.delivered_t, found.unmet_t) == pytest.approx((0.6e6, 1.4e6))
    (market, everything) = rows(found.days)
    assert market[2:] == pytest.approx(everything[2:])
    assert (market.moving_d * 24, market.standing_d * 24, market.waiting_d * 24) == pytest.approx((44, 12, 6))
    assert (market.days * 24, market.without_waiting_d * 24) == pytest.approx((62, 56))


def test_legs_by_hand() -> None:
    case = two_links()
    one, two = rows(revenue(case, solve(case, "cost_shipper")).legs)
    assert (one.operator, two.operator) == ("Railways", "Line")
    assert (one.usd_per_t, one.time_usd_per_t, one.cost_usd_per_t) == pytest.approx((10, 40 / 24, 10 + 40 / 24))
    assert (two.usd_per_t, two.time_usd_per_t, two.cost_usd_per_t) == pytest.approx((8, 84 / 24, 8 + 84 / 24))
    assert (one.moving_d * 24, one.standing_d * 24, one.waiting_d) == pytest.approx((20, 0, 0))
    assert (two.moving_d * 24, two.standing_d * 24, two.waiting_d * 24) == pytest.approx((24, 12, 6))


def test_hours_beyond_the_usual_speed_stand_at_a_border() -> None:
    """500 km at 50 km/h are 10 h of the 20; without a country of both ends nobody knows of a slow line."""
    for country in ("AZ", ""):
        case = two_links().with_([f"node.b.country={country}"])
        on = hours(case)["rail"]
        assert (on.moving, on.standing, on.waiting) == (10, 10, 0)
    assert hours(two_links())["rail"].standing == 0


def test_a_ship_earns_for_its_operator_not_for_the_shores() -> None:
    """Without a row of the table a ship's country is unknown; two who run it share, the second without a row."""
    found = {}
    for name in ("Line", "Nobody", "Line and Nobody", "Line, Line and Nobody"):
        case = two_links().with_([f"carrier.ship.operator={name}"])
        found[name] = by(revenue(case, solve(case, "cost_shipper")).countries, "country", "usd")
    assert found["Nobody"] == pytest.approx({"KZ": 6e6, "unknown": 4.8e6})
    assert found["Line and Nobody"] == pytest.approx({"KZ": 6e6, "AZ": 2.4e6, "unknown": 2.4e6})
    assert found["Line, Line and Nobody"] == pytest.approx({"KZ": 6e6, "AZ": 3.2e6, "unknown": 1.6e6})
    case = two_links().with_(["carrier.ship.operator=Line and Nobody"])
    shared = revenue(case, solve(case, "cost_shipper")).countries
    assert by(shared, "country", "alone_usd") == pytest.approx({"KZ": 6e6, "AZ": 0, "unknown": 0})
    assert by(shared, "country", "most_usd") == pytest.approx({"KZ": 6e6, "AZ": 4.8e6, "unknown": 4.8e6})


def test_land_without_an_operator_counts_for_both_ends() -> None:
    case = two_links().with_(["node.b.country=RU"])
    assert by(revenue(case, solve(case)).countries, "country", "usd") == pytest.approx(
        {"AZ": 4.8e6, "KZ": 3e6, "RU": 3e6}
    )


def test_a_leg_without_a_tariff_is_named_and_earns_nothing() -> None:
    """A tariff that is stated as nothing is known; one that is not stated is not."""
    free = case_of(written(sea="0"))
    assert not len(revenue(free, solve(free)).untariffed)
    case = case_of(written(sea=""))
    found = revenue(case, solve(case, "cost_shipper"))
    (leg,) = rows(found.untariffed)
    assert (leg.link, leg.operator, leg.t) == ("sea", "Line", pytest.approx(0.6e6))
    assert found.freight_usd == pytest.approx(6e6)
    assert found.legs["usd_per_t"].isna().tolist() == [False, True]
    assert "No tariff is known for 47\u00a0%" in " ".join(revenue_sentences(found))  # 450 of 950 km


def test_one_count_of_days() -> None:
    """Explain, carbon, the comparison and the validation name the same 62 h."""
    case = two_links()
    answer = solve(case)
    (way,) = rows(explain(case, answer, "out").tables["ways"])
    assert (way.days * 24, way.without_waiting_d * 24) == pytest.approx((62, 56))
    assert Names(setting(case), answer)("grain.a.c") == pytest.approx(62)
    beside = compare({"one": case, "other": case}).totals["one"]
    assert [beside["days", "d"] * 24, beside["days_without_waiting", "d"] * 24] == pytest.approx([62, 56])


def test_tariffs_that_change_through_the_year() -> None:
    """A tariff half as high again in every month earns that, in a year of one piece and by quarters."""
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    season = {"calendar_id": "dear", "table": "link", "row": "rail", "column": "tariff_usd_per_t", "shape": 0}
    case = case_of({**written(), "calendar": [{**season, **dict.fromkeys(months, 1.5)}]})
    for periods in ("year", "quarter"):
        found = api.revenue(case, api.solve(case, "cost_shipper", periods=periods))
        assert by(found.operators, "operator", "usd") == pytest.approx({"Railways": 9e6, "Line": 4.8e6}), periods


def test_the_answer_of_another_case_is_refused() -> None:
    other = two_links().with_(["link.sea.tariff_usd_per_t=9"])
    with pytest.raises(CaseError, match="C150"):
        revenue(other, answered(two_links()))


def priced(tables: Tables) -> Tables:
    """A random corridor with countries, operators and tariffs, of which every third link has none."""
    places = dict.fromkeys(str(end) for row in tables["link"] for end in (row["from_node_id"], row["to_node_id"]))
    nodes: list[Row] = [{"node_id": name, "country": ("KZ", "AZ", None)[at % 3]} for at, name in enumerate(places)]
    links = [
        {
            **row,
            "tariff_usd_per_t": None if at % 3 == 2 else 2 + at,
            "operator": (None, "Rail", "Rail and Line", "Line and others")[at % 4],
        }
        for at, row in enumerate(tables["link"])
    ]
    commodities = [{**row, "time_usd_per_t_day": 3} for row in tables["commodity"]]
    operators: list[Row] = [{"operator_id": "rail", "name": "Rail", "country": "KZ"}]
    operators += [{"operator_id": "line", "name": "Line", "country": "AZ GE"}]
    return {**tables, "node": nodes, "link": links, "commodity": commodities, "operator": operators}


@pytest.mark.slow
@settings(max_examples=4)
@given(gated_tables())
def test_totals_agree(tables: Tables) -> None:
    """Tonnes, tonne kilometres and USD are the same in the tables, JSON, carbon, comparison, revenue and its page."""
    case = case_of(priced(tables))
    for study in ("capability", "cost_shipper", "cost_resource"):
        answer = solve(case, study)
        found, emitted, told = revenue(case, answer), carbon(case, answer), answer.to_dict()
        on = {arc.arc_id: arc for arc in arcs(case)}
        usd = math.fsum(row.t * on[row.arc].tariff[row.commodity] for row in rows(answer.flow))
        tkm = math.fsum(row.t * on[row.arc].length_km for row in rows(answer.flow))
        money_of = [
            found.freight_usd,
            emitted.freight_usd,
            told["revenue"]["usd"],
            bill(answer.cost).get("freight", 0.0),
            math.fsum(found.operators["usd"]),
            math.fsum(found.countries["usd"]),
            math.fsum(row["usd"] for row in told["revenue"]["countries"]),
            math.fsum(row["usd"] for row in told["revenue"]["operators"]),
            told["costs"]["cost_shipper"]["items"]["freight_usd"],
        ]
        assert money_of == pytest.approx([usd] * len(money_of), rel=1e-6, abs=1)
        assert [found.tkm, emitted.tkm, told["revenue"]["tkm"]] == pytest.approx([tkm] * 3, rel=1e-6, abs=1)
        t = answer.delivered["t"].sum()
        assert [found.delivered_t, emitted.delivered_t, told["delivered_t"]] == pytest.approx([t] * 3)
        assert (found.countries["alone_usd"] <= found.countries["usd"] + 1e-6).all()
        assert (found.countries["usd"] <= found.countries["most_usd"] + 1e-6).all()
        spent = math.fsum(row.t * hours(case)[row.arc].total for row in rows(answer.flow)) / 24
        assert bill(answer.cost).get("time", 0.0) == pytest.approx(3 * spent, rel=1e-6, abs=1)
        if len(found.days):  # ways leave out what is below half a tonne
            assert found.days["t"].iloc[-1] * found.days["days"].iloc[-1] == pytest.approx(spent, rel=1e-3, abs=100)
        if study.startswith("cost"):
            parts = paid(answer.cost, study), paid(answer.cost, study, apart=True)
            assert sum(parts) == pytest.approx(answer.value, rel=1e-6, abs=1)
        if usd:
            table = next(each for each in page(found, short=True) if isinstance(each, Table))
            assert float(table.rows[-1][1].replace(",", "")) == pytest.approx(usd / 1e6, abs=0.051)


def test_the_page_and_the_report_have_it() -> None:
    case = two_links()
    answer = api.solve(case, "cost_shipper")
    found = api.revenue(case, answer)
    captions = [each.caption for each in page(found, short=True) if isinstance(each, Table)]
    assert captions[:2] == ["Revenue by country, a year", "Revenue by operator, a year"]
    report = document(api.findings(case, answer))
    in_report = [each.caption for each in leaves((*report.blocks, *report.annex)) if isinstance(each, Table)]
    assert captions[0] in in_report
    (table,) = (each for each in demand_blocks(found, "out") if isinstance(each, Table))
    assert table.rows[-1] == ("All", "", "950", "18.0", "5.2", "23.2", "1.8", "0.5", "0.2")
