"""Tariffs and splits on a chain of countries: prices, money that adds up, and a second way by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.listing import Described
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.split import split
from corridor.optimize.studies.tariffs import tariffs
from corridor.optimize.studies.trades import trades_of
from corridor.reports.blocks import Block, leaves
from corridor.reports.say.split import page as split_page
from corridor.reports.say.tariffs import page
from tests.cases import boxes, case_of


def chain(second: bool = False, room: str = "unlimited") -> Case:
    """Boxes from a by b and c to d: legs of KZ, AZ, GE at 30 USD/t, cost 10; with ``second`` AM beside GE."""
    rows = f"""
                link_id, from_node_id, to_node_id, mode_id, length_km, tariff_usd_per_t, operator, capacity_t_per_year
                one, a, b, rail, 100, 30, First, {room}
                two, b, c, rail, 100, 30, Second, unlimited
                three, c, d, rail, 100, 30, Third, unlimited"""
    return case_of(
        {
            "mode": "mode_id, cost_usd_per_tkm\n rail, 0.1",
            "operator": """
                operator_id, name, country
                first, First, KZ
                second, Second, AZ
                third, Third, GE
                fourth, Fourth, AM""",
            "link": rows + ("\n                other, c, d, rail, 100, 30, Fourth, unlimited" if second else ""),
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, d, 100000",
            "market": """
                market_id, kind, demands, potential_t_per_year, theta_per_usd, value_of_time_usd_per_t_day
                boxes, logit, all, 400000, 0.02, 0""",
            "rival": "rival_id, usd_per_t, days, spread_d\n sea, 80, 1, 0",
            "market_rival": "market_rival_id, market_id, rival_id, share\n one, boxes, sea, 1",
        }
    )


def test_money_adds_up_and_the_order_of_prices_is_that_of_economics() -> None:
    found = tariffs(Setting(chain()))
    rows = found.frame.set_index("state")
    assert rows["t"]["base"] == pytest.approx(100_000)
    assert rows["price_usd_per_t"]["cost"] < rows["price_usd_per_t"]["together"] < rows["price_usd_per_t"]["apart"]
    assert rows["t"]["cost"] > rows["t"]["together"] > rows["t"]["apart"]
    assert rows["margin_usd"]["together"] > max(rows["margin_usd"]["base"], rows["margin_usd"]["apart"])
    assert rows["margin_usd"]["cost"] == pytest.approx(0, abs=1)
    for state in rows.index:
        own = [each for each in found.facts["owners"] if each["state"] == state]
        assert math.fsum(each["margin_usd"] for each in own) == pytest.approx(rows["margin_usd"][state], abs=1)
    # The first-order condition of a logit: margin = 1 / (theta (1 - share)); of n sellers n of them.
    for state, sellers in (("together", 1), ("apart", 3)):
        share = rows["t"][state] / 400_000
        margin = rows["price_usd_per_t"][state] - 30
        assert margin == pytest.approx(sellers / (0.02 * (1 - share)), rel=2e-3)
    assert found.facts["ends"] == []


def test_a_full_leg_takes_a_rent_at_cost() -> None:
    found = tariffs(Setting(chain(room="150000"))).frame.set_index("state")
    assert found["t"]["cost"] == pytest.approx(150_000, rel=1e-6)
    assert found["rent_usd"]["cost"] > 1e6
    assert found["rent_usd"][["base", "apart", "together"]].tolist() == pytest.approx([0, 0, 0], abs=100)
    # 150 of 400 kt come at cost: what shippers would pay above it is the rent of each.
    worth = math.log(100 / 300) - math.log(150 / 250)
    assert found["rent_usd"]["cost"] == pytest.approx((60 + worth / 0.02) * 150_000, rel=1e-3)


def test_countries_owners_and_coalitions_are_groups_of_sellers() -> None:
    apart = tariffs(Setting(chain())).frame.set_index("state")["price_usd_per_t"]["apart"]
    both = tariffs(Setting(chain()), coalition=["KZ", "AZ"]).frame.set_index("state")["price_usd_per_t"]["apart"]
    whole = tariffs(Setting(chain()), coalition=["KZ", "AZ", "GE"]).frame.set_index("state")["price_usd_per_t"]
    assert whole["together"] == pytest.approx(whole["apart"], abs=1e-3)
    assert whole["apart"] < both < apart
    capped = tariffs(Setting(chain()), ceiling=1.0).frame.set_index("state")["price_usd_per_t"]
    assert capped["apart"] == pytest.approx(90, abs=1e-3)
    with pytest.raises(CaseError, match="no owner or country"):
        tariffs(Setting(chain()), coalition=["TR"])
    with pytest.raises(CaseError, match="no market"):
        tariffs(Setting(chain()), ["boxe"])


def test_a_second_way_takes_the_part_of_the_first() -> None:
    one, two = Setting(chain()), Setting(chain(second=True))
    known = {"armenia": Described("A way by Armenia", "")}
    found = split(one, opened=["armenia"], scenario=lambda name: two, notes=lambda: known)
    rows = found.frame.set_index(["state", "country"])["shapley_usd"]
    whole = found.facts["whole_usd"]["today"]
    assert [rows["today", country] / whole for country in ("KZ", "AZ", "GE")] == pytest.approx([1 / 3] * 3)
    after = [rows["armenia", country] / whole for country in ("KZ", "AZ", "GE", "AM")]
    assert after == pytest.approx([5 / 12, 5 / 12, 1 / 12, 1 / 12], rel=1e-6)
    kernel = found.frame.set_index(["state", "country"])["nucleolus_usd"]
    assert [kernel["armenia", c] / whole for c in ("KZ", "AZ", "GE", "AM")] == pytest.approx([0.5, 0.5, 0, 0], abs=1e-5)
    assert found.facts["lacking_usd"] == {"today": 0.0, "armenia": 0.0}


def test_the_cost_of_a_leg_is_its_kilometres() -> None:
    (trade,) = trades_of(Setting(chain()))
    assert [part.cost for part in trade.owners] == pytest.approx([10, 10, 10])
    assert [part.country for part in trade.owners] == ["KZ", "AZ", "GE"]
    assert trade.rest.tariff == 0.0


def told(page: Iterable[Block]) -> str:
    """The sentences and captions of a page."""
    return " ".join(str(getattr(block, name, "")) for block in leaves(page) for name in ("parts", "caption", "text"))


def test_owners_share_as_countries_do_where_each_has_one() -> None:
    one = Setting(chain())
    ways = ["close link.two"]
    by = {who: split(one, opened=ways, by=who, scenario=lambda name: one, notes=dict) for who in ("country", "owner")}
    for rule in ("alone_usd", "own_usd", "km_usd", "cost_usd", "shapley_usd", "nucleolus_usd", "core_most_usd"):
        assert by["owner"].frame[rule].tolist() == pytest.approx(by["country"].frame[rule].tolist(), nan_ok=True)
    assert by["owner"].frame["owner"].unique().tolist() == ["First", "Second", "Third"]
    shut = by["owner"].frame[by["owner"].frame["state"] == ways[0]]
    assert shut["shapley_usd"].tolist() == pytest.approx([0, 0, 0], abs=1)
    assert by["country"].facts["titles"] == {ways[0]: ways[0]}
    assert "Second" in told(split_page(by["owner"]))


def test_each_rule_of_a_split_gives_away_the_whole() -> None:
    two = Setting(chain(second=True))
    listing = split(two, scenario=lambda name: two, notes=dict)
    for rule in ("km_usd", "cost_usd", "shapley_usd", "nucleolus_usd"):
        assert listing.frame[rule].sum() == pytest.approx(listing.facts["whole_usd"]["today"], rel=1e-6)


def test_all_faults_of_a_question_come_at_once() -> None:
    with pytest.raises(CaseError) as error:
        tariffs(Setting(chain()), ["box"], subsidy=-5, ceiling=math.nan, coalition=["TR", ""], by="land")
    assert [fault.code for fault in error.value.faults] == ["C022"] * 4 + ["C193"] * 2
    with pytest.raises(CaseError) as error:
        split(Setting(chain()), ["box"], opened=["tri"], by="land", scenario=lambda name: Setting(chain()), notes=dict)
    assert [fault.code for fault in error.value.faults] == ["C022", "C022", "C060"]


def test_all_options_together_and_their_page() -> None:
    """A ceiling of a tenth of 30 USD is below the cost of 10: every owner carries at 3, at a loss."""
    listing = tariffs(Setting(chain()), subsidy=5, ceiling=0.1, coalition=["KZ", "Second"], by="country")
    frame = listing.frame.set_index("state")
    assert frame["price_usd_per_t"][["apart", "together"]].tolist() == pytest.approx([9, 9])
    assert frame["margin_usd"]["together"] == pytest.approx(-21 * frame["t"]["together"])
    words = told(page(listing))
    assert "A subsidy of 5 USD" in words
    assert "0.1 times its tariff" in words
    assert "these set one price: Kazakhstan and Second" in words


def test_starts_ends_rival_and_grounds_are_stated() -> None:
    """The way costs 90 USD and nothing else, the rival 80: even at 80; costs are not in any evidence."""
    listing = tariffs(Setting(chain()))
    starts = listing.facts["starts"]
    assert [(row["start"], row["from_usd_per_t"]) for row in starts] == [("today", 90), ("cost", 30), ("twice", 183)]
    assert [row["to_usd_per_t"] for row in starts] == pytest.approx([starts[0]["to_usd_per_t"]] * 3, abs=0.01)
    assert listing.frame["even_usd_per_t"].tolist() == pytest.approx([80] * 4)
    (rival,) = listing.facts["curve"]["rivals"]
    assert rival == {"name": rival["name"], "usd_per_t": pytest.approx(80)}
    legs = listing.facts["legs"]
    assert [(leg["cost_usd_per_t"], leg["cost_ground"], leg["tariff_ground"]) for leg in legs] == [
        (pytest.approx(10), "given", "given")
    ] * 3
    for point in listing.facts["curve"]["points"]:
        assert point["freight_usd"] == pytest.approx(point["usd_per_t"] * point["t"])
        assert point["margin_usd"] == pytest.approx(point["freight_usd"] - 30 * point["t"])
    words = told(page(listing))
    assert "Costs of the 3 legs are averages: 3 without source." in words
    assert "priced so: sea at 80" in words


def test_a_case_without_markets_or_owners_has_a_page() -> None:
    bare = boxes()
    listing = tariffs(Setting(bare))
    assert "The case has no market" in told(page(listing))
    nobody = chain().with_([f"link.{name}.operator=" for name in ("one", "two", "three")])
    assert "No owner of the case sells" in told(page(tariffs(Setting(nobody))))
    empty = split(Setting(nobody), scenario=lambda name: Setting(nobody), notes=dict)
    assert "No owner of the case sells" in told(split_page(empty))
    with pytest.raises(CaseError, match="the case has none"):
        tariffs(Setting(bare), ["boxes"])
