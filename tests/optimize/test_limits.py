"""What is reached first, and what one more of it brings: each price against a case built anew."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from corridor.model.case import Case
from corridor.model.result.answer import Rung
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import MEASURES
from corridor.optimize.period.offers import available
from tests.cases import SUITE, Tables, answered, boxes, case_of, choice, oil_and_boxes, series
from tests.random_cases import gated_tables


def rung(case: Case) -> Rung:
    found = answered(case, "concurrent").first
    assert found is not None
    return found


def in_a_row(*capacities: float) -> Case:
    """Links one behind another, in kt; 100 kt of demand."""
    links = [
        {"link_id": f"l{n}", "from_node_id": f"n{n}", "to_node_id": f"n{n + 1}", "capacity_t_per_year": 1e3 * most}
        for n, most in enumerate(capacities)
    ]
    end = f"n{len(capacities)}"
    demand: dict[str, object] = {"demand_id": "all", "origin_id": "n0", "destination_id": end, "t_per_year": 100e3}
    return case_of({"link": links, "demand": [demand]})


def test_smallest_of_a_series_is_first() -> None:
    found = rung(series())
    assert found.resources == ("two",)
    assert [found.growth, found.next_growth] == pytest.approx([2, 2.5])
    assert not found.alternatives


def test_limits_that_coincide_are_one_rung_of_both() -> None:
    """200 and 200, then 300: neither of the first two helps alone, both together reach 300."""
    found = rung(in_a_row(200, 300, 200))
    assert found.resources == ("l0", "l2")
    assert [found.growth, found.next_growth] == pytest.approx([2, 3])
    assert not found.alternatives


def test_what_coincides_but_is_not_needed_is_left_out() -> None:
    """Three in a row coincide at 200; a way round the third takes all, so only the first two stop it."""
    case = case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                l0, a, b, 200000
                l1, b, c, 200000
                l2, c, d, 200000
                round, c, d, 350000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, d, 100000",
        }
    )
    found = rung(case)
    assert found.resources == ("l0", "l1")
    assert found.next_growth == pytest.approx(5.5)


def test_four_that_coincide() -> None:
    assert rung(in_a_row(200, 200, 200, 200, 300)).resources == ("l0", "l1", "l2", "l3")


def test_substitutes_are_alternatives() -> None:
    """Two ways side by side of 120 and 80 kt, then one of 500: to lift either frees the market, the other would do too.

    That is when growth is limited by a sum, c1 + c2, so that any summand can give way; in a series, a minimum, lifting
    one of two that coincide gives nothing.
    """
    case = case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                north, a, b, 120000
                south, a, b, 80000
                then, b, c, 500000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )
    found = rung(case)
    assert found.resources == ("north",)  # of equal gains the first by id
    assert found.alternatives == pytest.approx({"south": 5.0})
    assert [found.growth, found.next_growth] == pytest.approx([2, 5])


def test_of_alternatives_the_greatest_gain_is_lifted() -> None:
    """Behind the north way lies a limit of 300 kt, behind the south way one of 400: south gains more."""
    case = case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                north, a, n, 100000
                south, a, s, 100000
                north_on, n, c, 300000
                south_on, s, c, 400000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )
    found = rung(case)
    assert found.resources == ("south",)
    assert [found.growth, found.next_growth] == pytest.approx([2, 5])
    assert found.alternatives == pytest.approx({"north": 4.0})


def test_a_capacity_of_zero_is_an_alternative_where_something_open_would_do() -> None:
    """The old way gives 200 kt and the quay 300: either way, old or still to be built, would lead there.

    The new way has no capacity and no step of its own, so about what a thousand tonnes take is one: 1 kt brings 1 kt.
    """
    case = case_of(
        {
            "resource": "resource_id, capacity\n project, 0\n quay, 300000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                old, a, b, 200000
                new, a, b, unlimited
                closed, a, b, 0
                on, b, c, unlimited""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, project, new, tonne, 1
                two, quay, on, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )
    found = rung(case)
    assert found.resources == ("old",)
    assert dict(found.alternatives) == {"project": pytest.approx(3)}
    assert found.next_growth == pytest.approx(3)
    limits = answered(case).limits.set_index("resource")
    assert limits["price"].to_dict() == pytest.approx({"old": 2000, "project": 1000})
    assert limits.at["project", "price_unit"] == "t/year per 1,000 t"


def test_the_only_way_is_still_to_be_built() -> None:
    case = case_of(
        {
            "resource": "resource_id, capacity\n project, 0",
            "link": "link_id, from_node_id, to_node_id\n new, a, b",
            "use": "use_id, resource_id, link_id, activity, amount\n one, project, new, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    answer = answered(case)
    assert (answer.value, answer.growth) == (0, 0)
    assert answer.first is not None
    assert answer.first.resources == ("project",)
    assert answer.first.next_growth == float("inf")
    assert not any(answer.measures_t.values())
    assert list(answer.limits["price"]) == pytest.approx([1000])


def test_ceiling_and_nameplate_are_rungs() -> None:
    found = rung(choice())
    assert (found.resources, found.names) == (("bound",), ("ceiling of bound",))
    assert found.next_growth == pytest.approx(3)  # then the line
    narrow = rung(boxes().with_(["gate.quay.nameplate_t_per_year=300000"]))
    assert narrow.resources == ("quay",)
    assert narrow.growth == narrow.next_growth == pytest.approx(2)  # the nameplate is the end: it is not lifted


def test_a_nameplate_that_coincides_with_a_limit_is_still_named() -> None:
    """Boxes fill their berth at 300 kt in all, which is the nameplate too: its price may stand on either."""
    found = rung(oil_and_boxes().with_(["gate.gate.nameplate_t_per_year=300000"]))
    assert found.resources == ("gate",)
    assert found.growth == pytest.approx(2)


Step = tuple[str, Case]


def stepped(case: Case) -> Iterator[Step]:
    """For every limit its id and the case with one planner's unit more of it, or 1 % where none is named."""
    offer, left = available(case), case.derating()
    for row in case.rows("resource"):
        step = row.step if row.step is not None else 0.01 * offer[row.resource_id] / left[row.resource_id]
        if 0 < offer[row.resource_id] < 1e15:
            yield row.resource_id, case.with_([f"resource.{row.resource_id}.capacity={row.capacity + step!r}"])
    columns = (("link", "capacity_t_per_year"), ("gate", "nameplate_t_per_year"), ("segment", "ceiling_t_per_year"))
    for table, column in columns:
        for row_id, value in case[table][column].items():
            if 0 < value < 1e15:
                yield str(row_id), case.with_([f"{table}.{row_id}.{column}={float(value) * 1.01!r}"])


def assert_prices(case: Case, study: str) -> None:
    """Every listed price is the change that a case with the step brings; a limit not listed changes nothing."""
    answer = answered(case, study)
    price = dict(zip(answer.limits["resource"], answer.limits["price"], strict=True))
    both = {row.link_id for row in case.rows("link") if not row.directed}

    def value(other: Case) -> float:
        year = Year(other, study)
        if study == "concurrent":
            return year.concurrent().value * sum(year.layout.base.values()) * 1000
        if study == "free":
            return year.ask(Question("level", without="segment_share")).value * 1000
        if study == "cost_shipper":
            return -year.ask(Question(study, maximise=False)).value * 1000
        given = year.floors(answer.floor or 0.0)
        return (
            year.ask(Question("level", given={**given, **(year.at_base() if study == "handled" else {})})).value * 1000
        )

    before = value(case)
    seen = set()
    for name, other in stepped(case):
        arcs = {name, f"{name}_back"} & set(price) if name in both else {name} & set(price)
        seen |= arcs
        if study == "handled" and name in set(case["segment"].index):
            continue  # the study sets the ceilings
        change = value(other) - before
        slack = 2e-6 * max(1.0, abs(before))
        if name in both:  # a row of both directions steps both, a price is of one
            gains = [price[arc] for arc in arcs]
            assert max([0.0, *gains]) - slack <= change <= sum(gains) + slack
        else:
            assert change == pytest.approx(price.get(name, 0.0), abs=slack)
    assert seen == set(price)


@pytest.mark.parametrize("name", sorted(SUITE))
@pytest.mark.parametrize("study", [*MEASURES, "cost_shipper"])
def test_prices_are_those_of_a_case_built_anew(name: str, study: str) -> None:
    assert_prices(SUITE[name](), study)


@pytest.mark.slow
@settings(max_examples=6)
@given(gated_tables())
def test_prices_of_random_cases(tables: Tables) -> None:
    assert_prices(case_of(tables), "capability")
