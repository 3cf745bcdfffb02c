"""Growth by hand: a share that holds until a resource is full, and the year in which it is."""

from __future__ import annotations

import math

import pytest

from corridor import growth
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.frame import rows
from corridor.reports.say.growth import page
from tests.optimize.test_levers import SHIPPERS, THETA, WAY
from tests.optimize.test_levers import corridor as written

RATES = {"growth_low": -0.1, "growth": 0.1, "growth_high": 0.3}


def corridor() -> Case:
    """A market of 400 t, 100 of them here in 2025, over a line of 150 t."""
    return written(link=[WAY], market=[SHIPPERS | RATES])


@pytest.mark.parametrize(("rate", "times"), [("low", 0.9), ("middle", 1.1), ("high", 1.3)])
def test_the_corridor_grows_with_its_market_until_it_is_full(rate: str, times: float) -> None:
    found = growth(corridor(), to=2030, rate=rate)
    assert found.fits_t == pytest.approx(150)
    for row in rows(found.years):
        assert row.comes_t == pytest.approx(min(150.0, 100 * times ** (row.year - 2025)), rel=1e-5)
    for row in rows(found.markets):
        assert row.potential_t == pytest.approx(400 * times ** (row.year - 2025))


def test_the_turn_is_the_first_year_without_room() -> None:
    """1.1 ** 4 = 1.46 fits into 1.5, 1.1 ** 5 = 1.61 does not; 1.3 ** 2 = 1.69 does not."""
    turns = {row.growth: row for row in rows(growth(corridor(), to=2030).turns)}
    assert math.isnan(turns["low"].year)
    assert (turns["middle"].year, turns["middle"].holds) == (2030, "line")
    assert turns["high"].year == 2027
    assert turns["middle"].unmet_t == pytest.approx(100 * 1.1**5 - 150, rel=1e-3)


def test_the_rent_is_the_willingness_of_the_last_place() -> None:
    """With 150 of 644 t here in the place of 161: ln of the odds' ratio, over theta."""
    found = growth(corridor(), to=2030, rate="middle").markets
    row = found[found["year"] == 2030].iloc[0]
    grown = 400 * 1.1**5
    rent = (math.log(1 / 3) - math.log(150 / (grown - 150))) / THETA
    assert row["rent_usd"] == pytest.approx(rent, abs=0.01)


def test_the_page_names_the_year_and_the_resource() -> None:
    said = str(page(growth(corridor(), to=2030)))
    assert "2027" in said
    assert "Line" in said
    assert "capacity waits for cargo in every market" in said
    assert "At middle growth 1 further market begins to wait in 2030, for: line." in said


def test_a_year_and_a_rate_that_are_none_are_refused_at_once() -> None:
    with pytest.raises(CaseError) as error:
        growth(corridor(), to=1900, rate="steep")
    assert [fault.place for fault in error.value.faults] == ["--to", "--growth"]
