"""On a terminal: what the cargo of an answer emits, beside its rivals and at a price; the goods' own carbon, apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from corridor.model.result.carbon import SEA, Carbon
from corridor.model.result.frame import rows
from corridor.reports.countries import country_name
from corridor.reports.say.words import capital, listed
from corridor.reports.terminal_tables import Lines, print_rows, t

BOUNDARY = (
    "Well to wheel, for tonnes of cargo on links, by the factor of each mode, which holds the mean empty running of "
    "its trade; without handling at quays, and without the building of ships and tracks."
)


NOTABLE = 0.005
"""Share of the tonne-kilometres above which a mode without a factor is named; quays are a few metres long."""


def carbon_sentences(found: Carbon) -> list[str]:
    """The carbon of an answer in words."""
    if not found.known:
        return [
            f"The emissions of moving {t(found.delivered_t)} t are unknown: no mode that carries them has an emission "
            "factor. Give g_co2e_per_tkm in mode.csv."
        ]
    per_gate = "" if math.isnan(found.kg_per_gate_t) else f", {found.kg_per_gate_t:,.0f} kg per gate tonne"
    said = [
        f"Moving {t(found.delivered_t)} t emits {t(found.t_co2e)} t CO2e a year: {found.kg_per_t:,.0f} kg per tonne "
        f"delivered{per_gate}, {found.g_per_tkm:.1f} g per tonne and kilometre."
    ]
    silent = {name: share for name, share in found.without_factor.items() if share >= NOTABLE}
    if silent:
        named = " and ".join(f"{name} ({share:.0%} of the tonne-kilometres)" for name, share in silent.items())
        said.append(f"Without an emission factor, and so counted as nothing: {named}.")
    low, high = found.range_t_co2e
    if low < high:
        said.append(f"With every factor at the end of its range it would be {t(low)} or {t(high)} t.")
    if len(found.segments):
        most = found.segments.iloc[0]
        said.append(
            f"{capital(most['name'])}: {most['t'] / found.delivered_t:.0%} of the tonnes, {most['share']:.0%} of the "
            "carbon, the most of all markets."
        )
    if found.carbon_usd_per_t:
        said.append(
            f"At {found.carbon_usd_per_t:,.0f} USD per t CO2e that is {found.carbon_usd / 1e6:,.1f} million USD a "
            f"year, {found.carbon_usd / found.delivered_t:,.2f} USD per tonne."
        )
    return said


def print_carbon(found: Carbon) -> None:
    """Totals in words, then the tables."""
    if not found.delivered_t:
        print("Nothing is delivered, so nothing is emitted.")
        return
    if not found.known:
        print("\n".join(carbon_sentences(found)))
        return
    print("\n".join([*carbon_sentences(found), BOUNDARY]))
    print()
    for lines in carbon_tables(found):
        print_rows(*lines)


def carbon_tables(found: Carbon) -> Iterator[Lines]:
    """Every table that has something to say."""
    for part in (_by_mode, _by_country, _by_market, _voyages, _rivals, _prices, _goods):
        yield from part(found)


def _by_mode(found: Carbon) -> Iterator[Lines]:
    body = [
        (row.name, f"{row.tkm / 1e6:,.0f}", f"{row.g_per_tkm:g}", t(row.t_co2e), f"{row.share:.1%}")
        for row in rows(found.modes)
        if row.t_co2e
    ]
    units = ", ".join(f"{row.name.lower()} {row.kg_per_unit_km:.2f}" for row in rows(found.units))
    note = f"Kg of a loaded unit and kilometre: {units}." if units else ""
    yield Lines("By mode", ("mode", "million t km", "g per t km", "t CO2e", "share"), body, (1, 2, 3, 4), note)


def _by_country(found: Carbon) -> Iterator[Lines]:
    body = [
        (
            capital("at sea" if row.country == SEA else country_name(row.country)),
            f"{row.tkm / 1e6:,.0f}",
            _grams(row.t_co2e, row.tkm),
            t(row.t_co2e),
            f"{row.share:.1%}",
        )
        for row in rows(found.countries)
    ]
    note = "Of a land link half goes to the country of each end; ships are no country's."
    yield Lines("By country", ("country", "million t km", "g per t km", "t CO2e", "share"), body, (1, 2, 3, 4), note)


def _by_market(found: Carbon) -> Iterator[Lines]:
    body = [
        (row.name, t(row.t), f"{row.kg_per_t:,.0f}", f"{row.g_per_tkm:.1f}", t(row.t_co2e), f"{row.share:.1%}")
        for row in rows(found.segments)
    ]
    head = ("market", "delivered t", "kg per t", "g per t km", "t CO2e", "share")
    yield Lines("By market", head, body, (1, 2, 3, 4, 5))


def _voyages(found: Carbon) -> Iterator[Lines]:
    """Ships by carrier and item: what the factor counts beside what the voyages burn."""
    if not len(found.voyages):
        return
    frame = found.voyages.assign(counted=found.voyages["tkm"] * found.voyages["factor_g_per_tkm"] / 1e6)
    sums = frame.groupby(["name", "item_name"], sort=False)[["tkm", "t_co2e", "counted"]].sum().reset_index()
    body = [
        (
            row.name,
            row.item_name.lower(),
            *(_grams(each, row.tkm) for each in (row.counted, row.t_co2e)),
            t(row.counted),
            t(row.t_co2e),
        )
        for row in rows(sums)
    ]
    body.append(("all of these", "", "", "", t(sums["counted"].sum()), t(sums["t_co2e"].sum())))
    head = ("ship", "with", "factor g", "burns g", "by factor t", "burns t")
    note = (
        "g per t km, and t CO2e. What ships burn on their voyages, with what is empty, laid on the deck, TEU or tonnes "
        "that cargo takes: a check, not added."
    )
    yield Lines("Ships a second way: by what they burn", head, body, (2, 3, 4, 5), note)


def _grams(t_co2e: float, tkm: float) -> str:
    return f"{1e6 * t_co2e / tkm:.3g}" if tkm else "–"


def _rivals(found: Carbon) -> Iterator[Lines]:
    """Each trade's way on the corridor, and its rivals under it."""
    if not len(found.rivals):
        return
    body = [
        (
            _route(row),
            _or_dash(row.km, ",.0f"),
            _or_dash(row.kg_per_t, ",.0f"),
            _or_dash(row.kg_per_unit, ",.0f"),
            _or_dash(row.days, ".1f" if row.route == "corridor" else ".0f"),
            _or_dash(row.days - row.waiting_days, ".1f"),
            _or_dash(row.usd_per_unit, ",.0f"),
            row.verdict or ("" if row.route == "corridor" else "not known"),
        )
        for row in rows(found.rivals)
    ]
    unit = _unit(found)
    note = "USD is freight. The last column counts freight and time, at any price on carbon or above or below one. "
    note += "Days hold the waiting for ships; the column beside them is without it."
    ships = [f"{row.name} by {row.at_sea.replace(' ', ', ')}" for row in rows(found.rivals) if row.at_sea]
    if ships:
        note += f" Most of it goes by these ships: {'; '.join(ships)}."
    if "cheapest" in set(found.rivals["way"]):
        note += " * No cargo of this answer goes there: the cheapest way."
    if "closed" in set(found.rivals["way"]):
        note += " ** The corridor has no open way."
    head = ("trade", "km", "kg per t", f"kg per {unit}", "days", "without waiting", f"USD per {unit}", "costs less")
    yield Lines("Beside rival routes", head, body, (1, 2, 3, 4, 5, 6), note)


def _route(row: Any) -> str:
    if row.route != "corridor":
        return f"  {row.route_name[:1].lower()}{row.route_name[1:]}"
    return f"{row.name}, corridor" + {"cheapest": " *", "closed": " **"}.get(row.way, "")


def _unit(found: Carbon) -> str:
    """What the numbers beside rivals are of, where all are of one."""
    units = set(found.rivals["unit"])
    return str(units.pop()) if len(units) == 1 else "unit"


def _or_dash(value: float, form: str) -> str:
    return "–" if math.isnan(value) else format(value, form)


def _prices(found: Carbon) -> Iterator[Lines]:
    """What a price on transport's carbon does, on the corridor and to each route."""
    body = [
        (
            f"{row.usd_per_t_co2e:,.0f}",
            f"{row.usd / 1e6:,.1f}",
            _or_dash(row.usd_per_t, ",.2f"),
            _or_dash(row.share_of_freight, ".1%"),
        )
        for row in rows(found.prices)
    ]
    head = ("USD per t CO2e", "million USD a year", "USD per t of cargo", "of freight")
    yield Lines("A price on the carbon of transport", head, body, (0, 1, 2, 3))
    if not len(found.route_prices):
        return
    wide: Any = found.route_prices.pivot(index=["trade", "route"], columns="usd_per_t_co2e", values="cost_usd_per_unit")
    costs = [
        (_route(row), *(f"{wide.at[(row.trade, row.route), price]:,.0f}" for price in wide.columns))
        for row in rows(found.rivals)
        if (row.trade, row.route) in wide.index and _told(wide, row.trade)
    ]
    names = ("trade", *(f"at {price:,.0f} USD" for price in wide.columns))
    title = f"The same by route: freight, time and carbon, USD per {_unit(found)}"
    yield Lines(title, names, costs, tuple(range(1, 1 + len(wide.columns))))


def _told(wide: Any, trade: str) -> bool:
    """Whether a trade has more than one route with a price."""
    return int((wide.index.get_level_values(0) == trade).sum()) > 1


def _goods(found: Carbon) -> Iterator[Lines]:
    """Goods of one origin together, whichever country of the Union buys them."""
    if not len(found.cbam):
        return
    body = []
    for (_, made), of in found.cbam.groupby(["cbam", "origin"], sort=False):
        sums = of[["goods_t", "embedded_t_co2e", "charged_t_co2e", "usd", "full_usd"]].sum()
        to = listed(sorted(country_name(code) for code in set(of["destination"])))
        carbon = (t(sums["embedded_t_co2e"]), t(sums["charged_t_co2e"]))
        each = f"{of['usd_per_t'].iloc[0]:,.0f}"
        body.append(
            (
                of["name"].iloc[0],
                f"{country_name(str(made))} to {to}",
                t(sums["goods_t"]),
                *carbon,
                t(sums["usd"]),
                each,
                t(sums["full_usd"]),
            )
        )
    note = (
        f"The importer in the Union pays, {found.cbam_usd / 1e6:,.1f} million USD a year at "
        f"{found.cbam_usd_per_t:,.0f} USD per t CO2e with {found.cbam_free_share:.1%} of the benchmark deducted; in "
        "the end nothing is. This is the carbon of making the goods, never added to that of their transport. What "
        "share of a commodity such goods are is in the table cbam."
    )
    head = ("goods", "way", "t", "embedded", "charged", "USD a year", "USD per t", "in the end")
    title = "Apart: what the Union charges at its border for making the goods (CBAM), t CO2e and USD"
    yield Lines(title, head, body, (2, 3, 4, 5, 6, 7), note)
