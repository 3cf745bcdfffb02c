"""What cannot be carried, said in the planner's words, and that what is said to be needed is enough and no less."""

import re

import pytest

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import InfeasibleError
from corridor.model.horizon import Horizon
from corridor.optimize.answer.infeasible import spans
from corridor.optimize.answer.solve import STUDIES
from corridor.optimize.answer.year import Year
from tests.asked import solve as answer_of
from tests.cases import case_of

EVERY = [study for study in STUDIES if study != "expected"]  # nothing has to be carried where shippers choose


def narrow() -> Case:
    """90 kt that never cross and 30 that went by land have to go over a line of 80 kt, on which others have 20."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": "resource_id, name, capacity, background\n line, The line, 80000, 20000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                rail, a, p, unlimited, 0
                on, p, f, unlimited, 0
                sea, p, f, unlimited, 1""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year, elsewhere_t_per_year, unmet_usd_per_t
                stays, a, p, never, 90000, 0,
                chooses, a, f, may, 40000, 30000, 50
                crosses, a, f, must, 10000, 0, 50""",
        }
    )


def reason(case: Case, study: str) -> str:
    with pytest.raises(InfeasibleError) as raised:
        answer_of(case, study)
    return str(raised.value)


def test_what_falls_short_and_what_would_have_to_give() -> None:
    """60 kt are left of the line for 90 + 30: of both only half gets through. The demand that stays passes no more than
    60 by itself. The line would have to give 60 kt, which are all of what is left of it once more.
    """
    said = reason(narrow(), "capability").splitlines()
    assert said[0] == "not everything that must be carried can be:"
    short = [re.fullmatch(r"  demand (\w+): ([\d,]+) of ([\d,]+) t of cargo get from a to \w", line) for line in said]
    found = {each[1]: (number(each[2]), number(each[3])) for each in short if each}
    assert set(found) <= {"stays", "chooses"}
    assert sum(asked - passes for passes, asked in found.values()) == pytest.approx(60e3)
    assert "  what is full: The line" in said
    assert "  no more than 60,000 of 90,000 t of cargo to p fit over rail, even alone" in said
    assert said[-2:] == ["  for all of it to be carried:", "    lines would have to give: The line by 60,000 t"]


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("study", ["cost_shipper", "cost_resource"])
def test_cost_studies_name_only_what_must_be_carried(study: str) -> None:
    """The other two may be left behind at a price, so only the one that stays is short, by 30 kt."""
    said = reason(narrow(), study)
    assert "demand stays: 60,000 of 90,000 t of cargo get from a to p" in said
    assert "no more than 60,000 of 90,000 t of cargo to p fit over rail, even alone" in said
    assert "chooses" not in said
    assert "crosses" not in said
    assert said.endswith("lines would have to give: The line by 30,000 t")


@pytest.mark.parametrize("study", EVERY)
def test_exactly_that_much_is_enough(study: str) -> None:
    """What is said to be needed makes it feasible; a hundredth less does not."""
    found = re.search(r"The line by ([\d,]+) t", reason(narrow(), study))
    assert found
    needed = number(found[1])
    enough = narrow().with_([f"resource.line.capacity={80000 + needed!r}"])
    assert answer_of(enough, study).certificate.passed
    assert "would have to give" in reason(narrow().with_([f"resource.line.capacity={80000 + 0.99 * needed!r}"]), study)


def test_a_quay_and_a_fleet_that_are_both_too_small() -> None:
    """150 kt over a quay of 100 kt and by one ship of 100 voyages each way and 1 000 t: half more of both."""
    case = case_of(
        {
            "resource": """
                resource_id, name, kind, capacity, unit
                berths, The berths, quay, 100000, t
                ferries, Ferries, ship, 1, ships""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ferry, ferries, 8760, 16.8, 7",
            "size": "size_id, carrier_id, dimension, amount\n hold, ferry, deadweight_t, 1000",
            "loading": "loading_id, dimension, item_id, loaded\n bulk, deadweight_t, cargo, 1",
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                strait, a, b, 0, 20, 0, ferry
                sea, a, c, 0, 20, 1,""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, berths, strait, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                island, a, b, never, 150000
                crosses, a, c, must, 10000""",
        }
    )
    said = reason(case, "capability")
    assert "demand island: 100,000 of 150,000 t of cargo get from a to b" in said
    assert "no more than 100,000 of 150,000 t of cargo to b fit over strait, even alone" in said
    assert "quays and berths would have to give: The berths by 50,000 t" in said
    assert "ships would have to give: Ferries by 0.5 ships" in said
    raised = case.with_(["resource.berths.capacity=150000", "resource.ferries.capacity=1.5"])
    assert answer_of(raised, "capability").certificate.passed


def test_two_demands_that_fit_alone_but_not_together() -> None:
    """No cut forbids either; 30 kt too much go over the line of 100."""
    case = case_of(
        {
            "commodity": "commodity_id\n grain\n oil",
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n rail, a, b, 100000",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, t_per_year
                bread, grain, a, b, 60000
                fuel, oil, a, b, 70000""",
        }
    )
    said = reason(case, "cost_shipper")
    assert "even alone" not in said
    assert "a–b (way) by 30,000 t" in said


@pytest.mark.parametrize("ask", [api.ladder, api.markets, api.prices, api.cut])
def test_every_finding_says_so(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(InfeasibleError, match="demand stays"):
        ask(narrow())


def test_waterfall_and_explain_say_so() -> None:
    with pytest.raises(InfeasibleError, match="would have to give: The line"):
        api.waterfall(narrow())
    with pytest.raises(InfeasibleError, match="would have to give: The line"):
        api.explain(narrow(), "line")


def test_a_feasible_case_gives_no_reason_to_ask() -> None:
    """The words are only asked for where the program has no answer; at 140 kt and more it has."""
    year = Year(narrow().with_(["resource.line.capacity=140000"]), "capability")
    assert year.concurrent().value == pytest.approx(0, abs=1e-9)


def wintry(**more: str) -> Case:
    """365 kt a year over a line of 730, 1 kt a day, that may wait a day; the line is closed in January and February.

    ``more`` tables are added.
    """
    tables = {
        "resource": "resource_id, name, capacity, unit\n line, The line, 730000, t a year",
        "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n rail, a, b, unlimited",
        "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
        "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n bread, a, b, 365000, 1",
        "closure": "closure_id, table, row, from_day, to_day\n winter, resource, line, 01-01, 02-28",
    }
    return case_of({**tables, **more})


def reason_by(case: Case, periods: str, *, cyclic: bool = True) -> list[str]:
    with pytest.raises(InfeasibleError) as raised:
        answer_of(case, "cost_shipper", Horizon.of(periods, 2025, cyclic=cyclic))
    return [line.strip() for line in str(raised.value).splitlines()]


def test_a_year_that_fits_but_for_two_months() -> None:
    """59 kt are offered while the line is closed. The last of them, offered on 28 February, may wait into March, and
    31 + 28 - 1 days' worth cannot; so much the line would have to give.
    """
    said = reason_by(wintry(), "month")
    assert "it fits over the year as a whole, but not in Jan to Feb" in said
    assert "it would fit if what is offered could wait longer: bread" in said
    assert "demand bread: 307,000 of 365,000 t of cargo get from a to b" in said
    assert "no resource is full" not in "\n".join(said)
    (gives,) = [line for line in said if line.startswith("lines would have to give")]
    found = re.fullmatch(r"lines would have to give: The line by ([\d,]+) t in Jan, ([\d,]+) t in Feb", gives)
    assert found
    assert number(found[1]) + number(found[2]) == pytest.approx(58e3)


def test_it_would_fit_if_it_may_wait() -> None:
    """As it says: at 59 days it does."""
    answer = answer_of(wintry().with_(["demand.bread.wait_d=59"]), "cost_shipper", Horizon.of("month", 2025))
    assert answer.certificate.passed
    waits = answer.tables["waiting"]["waiting_t"]
    assert waits.max() == pytest.approx(59e3)


def test_a_year_that_does_not_fit_at_all() -> None:
    """Half of the line is not enough over the year either, and waiting does not help."""
    said = reason_by(wintry().with_(["resource.line.capacity=300000"]), "month")
    assert "it does not fit over the year as a whole" in said
    assert not any(line.startswith("it would fit") for line in said)
    assert any("and no more in" in line for line in said), said


def test_a_fleet_gives_ships() -> None:
    """One ship of 1 000 t and 20 h each way carries 18.6 kt in a month of 31 days. 15.5 are offered in January, when
    ice leaves half of it: a third of a ship is short.
    """
    case = case_of(
        {
            "resource": "resource_id, name, kind, capacity, unit\n ferries, Ferries, ship, 1, ships",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ferry, ferries, 8760, 0, 0",
            "size": "size_id, carrier_id, dimension, amount\n hold, ferry, deadweight_t, 1000",
            "loading": "loading_id, dimension, item_id, loaded\n bulk, deadweight_t, cargo, 1",
            "link": "link_id, from_node_id, to_node_id, directed, time_h, carrier_id\n sea, a, b, 0, 20, ferry",
            "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n fish, a, b, 182500, 0",
            "closure": "closure_id, table, row, from_day, to_day, left\n ice, resource, ferries, 01-01, 01-31, 0.5",
        }
    )
    said = reason_by(case, "month")
    assert "it fits over the year as a whole, but not in Jan" in said
    (gives,) = [line for line in said if line.startswith("ships would have to give")]
    found = re.fullmatch(r"ships would have to give: Ferries by ([\d.]+) ships in Jan", gives)
    assert found
    needed = float(found[1])
    assert needed == pytest.approx(1 / 3, abs=0.05)
    enough = case.with_([f"closure.ice.left={0.5 + needed + 0.01!r}"])
    assert answer_of(enough, "cost_shipper", Horizon.of("month", 2025)).certificate.passed


def test_an_open_year_and_weeks() -> None:
    said = reason_by(wintry(), "week", cyclic=False)
    assert any(line.startswith("it fits over the year as a whole, but not in week 1 to week") for line in said), said
    assert any(re.search(r"The line by .* in week \d+ and no more in \d+ others", line) for line in said), said


def test_many_periods_are_told_in_short() -> None:
    labels = [str(n) for n in range(20)]
    assert spans(labels, [0, 1, 2, 7]) == "0 to 2, 7"
    assert spans(labels, range(0, 20, 2)) == "0, 2, 4, 6 and 6 more times"
