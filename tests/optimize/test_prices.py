"""What one planner's unit more or less brings: every figure against cases built anew on both sides."""

import math
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

import corridor as api
from corridor.model.case import Case
from corridor.model.limit_ids import BACK
from corridor.model.result.listing import Listing
from corridor.optimize.answer.year import Year
from corridor.optimize.period.offers import available
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.prices import page
from tests.asked import prices
from tests.cases import boxes, case_of, choice, ferry, idle, oil_and_boxes, series
from tests.optimize.test_ladder import in_a_row, two_fleets, with_project
from tests.optimize.test_waterfall import tankers

MADE: dict[str, Callable[[], Case]] = {
    made.__name__: made for made in (boxes, oil_and_boxes, ferry, series, choice, two_fleets, tankers, with_project)
}


def limits(case: Case) -> list[str]:
    """Ids of what could have a price and one cell to change: not of links both ways, of which a price is of one."""
    both = {end for row in case.rows("link") if not row.directed for end in (row.link_id, row.link_id + BACK)}
    own = [key for key, there in available(case).items() if 0 < there < math.inf and key not in both]
    return own + [row.segment_id for row in case.rows("segment") if row.ceiling_t_per_year < math.inf]


def stepped(case: Case, name: str) -> tuple[Case, Case]:
    """The case with one planner's unit more of a limit, and with one less or none of it; 1 % where no unit is named.

    One per cent is of what is there after factors and background; a step of capacity brings what factors leave of it.
    """
    columns = {
        "resource": "capacity",
        "link": "capacity_t_per_year",
        "gate": "nameplate_t_per_year",
        "segment": "ceiling_t_per_year",
        "pool": "number",
    }
    table = next(each for each in columns if name in case[each].index)
    column = columns[table]
    row = case.row(table, name)
    there, left = float(getattr(row, column)), 1.0
    step, taken = 0.01 * there, 0.0
    if table == "resource":
        left, taken = case.derating()[name], row.background
        step = row.step or 0.01 * available(case)[name] / left
    if table == "pool":
        left, taken, step = row.available, row.background, 1.0
    less = max(taken / left, there - step)
    more = case.with_([f"{table}.{name}.{column}={there + step!r}"])
    return more, case.with_([f"{table}.{name}.{column}={less!r}"])


def measured(case: Case, floor: float) -> dict[str, float]:
    year = Year(case, "capability")
    together = year.concurrent().value * sum(year.layout.base.values()) * 1000
    return {"concurrent": together, "capability": year.capability(floor).value * 1000}


@cache
def listed(name: str) -> tuple[Case, pd.DataFrame, dict[str, float]]:
    case = MADE[name]() if name in MADE else api.load(year=int(name))
    listing = prices(case)
    return case, listing.frame, {"floor": listing.facts["floor"]} | measured(case, listing.facts["floor"])


def assert_as_built_anew(case: Case, frame: pd.DataFrame, now: dict[str, float], name: str) -> None:
    """Both steps of a limit are what fresh cases give; where it has no line, neither changes anything."""
    floor, before_t = now["floor"], {measure: t for measure, t in now.items() if measure != "floor"}
    cut_off = measured(stepped(case, name)[1], 0)["concurrent"] < 1e-3
    more = measured(stepped(case, name)[0], floor)
    less = measured(stepped(case, name)[1], 0 if cut_off else floor)
    free = measured(case, 0 if cut_off else floor)
    for measure, before in before_t.items():
        row = frame[(frame["measure"] == measure) & (frame["resource"] == name)]
        up, down = (float(row["up_t"].iloc[0]), float(row["down_t"].iloc[0])) if len(row) else (0.0, 0.0)
        slack = 2e-6 * max(1.0, before)
        assert more[measure] - before == pytest.approx(up, abs=slack), (measure, "up")
        assert free[measure] - less[measure] == pytest.approx(down, abs=slack), (measure, "down")


ROWS = [(name, key) for name, made in MADE.items() for key in limits(made())]


@pytest.mark.parametrize(("name", "key"), ROWS)
def test_steps_are_those_of_cases_built_anew(name: str, key: str) -> None:
    assert_as_built_anew(*listed(name), key)


def test_every_line_is_of_a_limit() -> None:
    """So that the test above has seen every line."""
    for name in MADE:
        case, frame, _ = listed(name)
        assert set(frame["resource"]) <= set(limits(case))


@pytest.mark.slow
def test_every_step_of_the_bundled_case() -> None:
    """Every line is what cases built anew give. Less of all other limits changes nothing, so neither does more.

    The value of a linear program is concave in its limits: more of one brings at most what less of it costs.
    """
    case, frame, now = listed("2025")
    told = set(frame["resource"])
    for key in sorted(told):
        assert_as_built_anew(case, frame, now, key)
    quiet = [key for key in limits(case) if key not in told]
    assert quiet
    assert_less_changes_nothing(case, quiet, now)


def assert_less_changes_nothing(case: Case, keys: list[str], now: dict[str, float]) -> None:
    """A step less of each limit alone leaves all measures; a step less of several at once shows it for each of them."""
    less = case.with_([change for key in keys for change in stepped(case, key)[1].changes[len(case.changes) :]])
    found = measured(less, now["floor"])
    same = all(found[name] == pytest.approx(now[name], abs=2e-6 * max(1.0, now[name])) for name in found)
    if same:
        return
    assert len(keys) > 1, keys
    half = len(keys) // 2
    assert_less_changes_nothing(case, keys[:half], now)
    assert_less_changes_nothing(case, keys[half:], now)


@pytest.mark.parametrize("name", MADE)
def test_floor_is_the_smallest_of_all_runs(name: str) -> None:
    case, _, now = listed(name)
    growths = [Year(other, "capability").concurrent().value for key in limits(case) for other in stepped(case, key)]
    assert now["floor"] == pytest.approx(min(1.0, *(each for each in growths if each > 1e-9)), abs=1e-9)


def two_for_coal() -> Case:
    """A line of 600 kt, a path of 100 kt: coal takes two of it, grain one. 200 + 350 kt are used in the base year."""
    return case_of(
        {
            "commodity": "commodity_id\n coal\n grain",
            "resource": "resource_id, capacity, step, step_unit\n line, 600000, 100000, path",
            "link": "link_id, from_node_id, to_node_id\n rail, a, b",
            "use": """
                use_id, resource_id, link_id, activity, item_id, amount
                one, line, rail, tonne, coal, 2
                two, line, rail, tonne, grain, 1""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, t_per_year
                coal, coal, a, b, 100000
                grain, grain, a, b, 350000""",
        }
    )


def test_a_step_that_takes_the_floor_down_with_it() -> None:
    """600 kt are 12/11 of the 550 in use, 500 kt 10/11: that is the floor of all runs.

    C: 450 kt x 12/11, and a path more or less is 450 x 2/11. T: coal at its floor, 90.9 kt, takes 181.8 of the line,
    grain the rest; a path is 100 kt of grain, more or less.
    """
    listing = prices(two_for_coal())
    frame = listing.frame
    assert listing.facts["floor"] == pytest.approx(10 / 11)
    assert list(frame["measure"]) == ["concurrent", "capability"]
    for row, brings in zip(frame.to_dict("records"), (450e3 * 2 / 11, 100e3), strict=True):
        assert (row["resource"], row["unit"], row["step_unit"]) == ("line", "t", "path")
        assert [row["available"], row["step"]] == pytest.approx([600e3, 100e3])
        assert [row["up_t"], row["down_t"]] == pytest.approx([brings, brings])


def test_where_limits_coincide_the_price_is_a_range(capsys: pytest.CaptureFixture[str]) -> None:
    """Two links of 200 kt one behind the other: 1 % more of one brings nothing, 1 % less of it takes 2 kt."""
    frame = prices(in_a_row(200, 200)).frame
    assert list(frame["resource"]) == ["l0", "l1"] * 2
    assert list(frame["up_t"]) == pytest.approx([0] * 4, abs=1e-6)
    assert list(frame["down_t"]) == pytest.approx([2000] * 4)
    print_blocks(page(Listing(in_a_row(200, 200), "prices", frame)))
    assert capsys.readouterr().out.count("0 to 2,000") == 4


def test_less_than_a_step_is_all_of_it() -> None:
    """One ferry and a step of one: without it nothing goes, which is no floor for the other runs."""
    _, frame, now = listed("ferry")
    assert now["floor"] == 1
    row = frame[frame["measure"] == "concurrent"].iloc[0]
    assert row["down_t"] == pytest.approx(now["concurrent"])
    assert row["up_t"] == pytest.approx(now["concurrent"])  # two ferries take twice as much


def test_what_nobody_uses_changes_nothing() -> None:
    case = case_of(
        {
            "resource": "resource_id, capacity\n line, 300000\n yard, 5000\n wide, 900000",
            "link": "link_id, from_node_id, to_node_id\n rail, a, b",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, line, rail, tonne, 1
                two, wide, rail, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    assert set(prices(case).frame["resource"]) == {"line"}
    assert api.prices(idle()).frame.empty


def test_a_step_less_that_leaves_too_little_for_what_never_crosses() -> None:
    """95 of the line's 100 kt never cross; with 90 kt there is no answer at all, so everything is lost, 5 kt, and this
    run has no growth that could be a floor for the others. A path more brings 10 kt.
    """
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": "resource_id, capacity, step, step_unit\n line, 100000, 10000, path",
            "link": "link_id, from_node_id, to_node_id, gate\n rail, a, b, 0\n sea, b, c, 1",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                goes, a, c, must, 1000
                stays, a, b, never, 95000""",
        }
    )
    listing = prices(case)
    frame = listing.frame
    assert listing.facts["floor"] == 1
    assert list(frame["measure"]) == ["concurrent", "capability"]
    assert list(frame["up_t"]) == pytest.approx([10e3, 10e3])
    assert list(frame["down_t"]) == pytest.approx([5e3, 5e3])
