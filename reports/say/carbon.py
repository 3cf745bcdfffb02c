"""The page of carbon: the emissions of an answer, beside rival routes and at a price; the goods' own carbon, apart."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.limit_facts import limit_names
from corridor.model.result.carbon import Carbon
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Note, Paragraph, Table, amounts, lead
from corridor.reports.charts.bars import GAIN, Step, bars_block
from corridor.reports.countries import country_name
from corridor.reports.numbers import whole
from corridor.reports.say.columns import Field, Get, number, table, tonnes, words
from corridor.reports.say.words import capital, listed, percent, unit_word

BOUNDARY = (
    "Well to wheel, for tonnes of cargo on links, by the factor of each mode, which holds the mean empty running of "
    "its trade; without handling at quays, and without the building of ships and tracks."
)
NOTABLE = 0.005
"""Share of tonne-kilometres or carbon: below it a mode without a factor is not named, and a country is not drawn."""


def page(result: Carbon, *, short: bool = False) -> list[Block]:
    """Totals in words, then by mode, country, market and ship, rival routes, prices, and the goods' own carbon.

    The short page has markets and rival routes.
    """
    if not result.delivered_t:
        return [Paragraph(("Nothing is delivered, so nothing is emitted.",))]
    blocks: list[Block] = [lead(carbon_sentences(result))]
    if not result.known:
        return blocks
    if short:
        return [*blocks, *_markets(result), *_rivals(result, short=True)]
    blocks.append(Note(BOUNDARY))
    blocks += bars_block(_steps(result), _most_carbon(result), "thousand t CO2e a year")
    for part in (_modes, _countries, _markets, _ships, _rivals, _prices, _route_prices, _goods):
        blocks += part(result)
    return blocks


def carbon_sentences(result: Carbon) -> list[str]:
    """The carbon of an answer in words."""
    if not result.known and not result.tkm:
        return [
            f"The emissions of moving {whole(result.delivered_t)} t are unknown: no link that carries them has a "
            "length. Give length_km in link.csv."
        ]
    if not result.known:
        return [
            f"The emissions of moving {whole(result.delivered_t)} t are unknown: no mode that carries them has an "
            "emission factor. Give g_co2e_per_tkm in mode.csv."
        ]
    per_gate = "" if math.isnan(result.kg_per_gate_t) else f", {result.kg_per_gate_t:,.0f} kg per gate tonne"
    sentences = [
        f"Moving {whole(result.delivered_t)} t emits {whole(result.t_co2e)} t CO2e a year: {result.kg_per_t:,.0f} kg "
        f"per tonne delivered{per_gate}, {result.g_per_tkm:.1f} g per tonne and kilometre."
    ]
    silent = {name: share for name, share in result.without_factor.items() if share >= NOTABLE}
    if silent:
        named = " and ".join(f"{name} ({percent(share)} of the tonne-kilometres)" for name, share in silent.items())
        sentences.append(f"Without an emission factor, and so counted as nothing: {named}.")
    low, high = result.range_t_co2e
    if low < high:
        sentences.append(f"With every factor at the end of its range it would be {whole(low)} or {whole(high)} t.")
    if len(result.segments):
        most = result.segments.iloc[0]
        sentences.append(
            f"{capital(most['name'])}: {percent(most['t'] / result.delivered_t)} of the tonnes, "
            f"{percent(most['share'])} of the carbon, the most of all markets."
        )
    if result.carbon_usd_per_t:
        sentences.append(
            f"At {result.carbon_usd_per_t:,.0f} USD per t CO2e that is {result.carbon_usd / 1e6:,.1f} million USD a "
            f"year, {result.carbon_usd / result.delivered_t:,.2f} USD per tonne."
        )
    return sentences


def _most_carbon(result: Carbon) -> str:
    """The country with the most carbon, and its share, as the title of the figure."""
    most = max(rows(result.countries), key=lambda row: row.share, default=None)
    return "No country emits" if most is None else f"{_country(most.country)}: {percent(most.share)} of the CO2e"


def _share(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f}\u00a0%"


def _country(code: str) -> str:
    return capital(country_name(code))


def _steps(result: Carbon) -> list[Step]:
    return [
        Step(_country(row.country), 0.0, 1e3 * row.t_co2e, GAIN, f"{row.t_co2e / 1e3:,.0f} ({percent(row.share)})")
        for row in rows(result.countries)
        if row.share >= NOTABLE
    ]


def _emissions(grams: Get, *, transport: bool = True) -> tuple[Field | None, ...]:
    """Columns of a table of emissions: the transport, its grams, its tonnes, their share."""
    return (
        number("Transport", lambda row: f"{row.tkm / 1e6:,.0f}", "million t km") if transport else None,
        number("g per t km", grams),
        tonnes("t CO2e", "t_co2e", ""),
        number("Share", lambda row: _share(row.share)),
    )


def _modes(result: Carbon) -> list[Block]:
    emitting = [row for row in rows(result.modes) if row.t_co2e]
    units = ", ".join(f"{row.name.lower()} {row.kg_per_unit_km:.2f}" for row in rows(result.units))
    note = [Note(f"Kg of a loaded unit and kilometre: {units}.")] if units else []
    columns = _emissions(lambda row: f"{row.g_per_tkm:g}")
    return [table(emitting, words("Mode", "name", wide=2), *columns, caption="By mode"), *note]


def _countries(result: Carbon) -> list[Block]:
    name = words("Country", lambda row: _country(row.country), wide=2)
    columns = _emissions(lambda row: _grams(row.t_co2e, row.tkm))
    note = "Of a land link half goes to the country of each end; ships are no country's."
    return [table(rows(result.countries), name, *columns, caption="By country"), Note(note)]


def _markets(result: Carbon) -> list[Block]:
    return [
        table(
            rows(result.segments),
            words("Market", "name", wide=2),
            tonnes("Delivered", "t"),
            number("kg per t", lambda row: f"{row.kg_per_t:,.0f}"),
            *_emissions(lambda row: f"{row.g_per_tkm:.1f}", transport=False),
            caption="By market",
        )
    ]


def _ships(result: Carbon) -> list[Block]:
    """Ships by carrier and item: the factor's grams beside those of the voyages."""
    if not len(result.ships):
        return []
    shown = table(
        rows(result.ships),
        words("Ship", "name", wide=2),
        words("With", lambda row: row.item_name.lower(), wide=2),
        number("By factor", lambda row: _grams(row.counted_t_co2e, row.tkm), "g per t km"),
        number("Burns", lambda row: _grams(row.t_co2e, row.tkm), "g per t km"),
        tonnes("By factor", "counted_t_co2e", "t CO2e"),
        tonnes("Burns", "t_co2e", "t CO2e"),
        last=("All of these", "", "", "", *map(whole, result.ships[["counted_t_co2e", "t_co2e"]].sum())),
        caption="Ships a second way: by the fuel that they burn",
    )
    note = (
        "The fuel of all voyages, those with empties too, shared by the deck, TEU or tonnes that cargo takes: a check, "
        "not added."
    )
    return [shown, Note(note)]


def _grams(t_co2e: float, tkm: float) -> str:
    return f"{1e6 * t_co2e / tkm:.3g}" if tkm else "–"


def _rivals(result: Carbon, *, short: bool = False) -> list[Block]:
    """Each trade's way on the corridor, and its rivals under it; the ships that it waits for on the long page."""
    if not len(result.rivals):
        return []
    unit = _unit(result)
    shown = table(
        rows(result.rivals),
        words("Trade", _route, wide=3),
        number("km", lambda row: _number(row.km, 0)),
        number("kg CO2e", lambda row: _number(row.kg_per_t, 0), "per t", weight=0.5),
        number("kg CO2e", lambda row: _number(row.kg_per_unit, 0), f"per {unit}"),
        number("Days", lambda row: _number(row.days, 1 if row.route == "corridor" else 0)),
        number("Without waiting", lambda row: _number(row.days - row.waiting_days, 1), weight=0.5),
        number("Freight", lambda row: _number(row.usd_per_unit, 0), f"USD per {unit}"),
        words("Costs less", _verdict, wide=1),
        caption="Beside rival routes",
    )
    notes = [
        "The last column counts freight and time, at any price on carbon or above or below one. Days hold the waiting "
        "for ships; the column beside them is without it."
    ]
    names = limit_names(result.case)
    ways = [(row.name, row.at_sea.split()) for row in rows(result.rivals) if row.at_sea and not short]
    ships = [f"{trade} by {listed([names.get(link, link) for link in links])}" for trade, links in ways]
    if ships:
        notes.append(f"Most of it goes by these ships: {'; '.join(ships)}.")
    kinds = set(result.rivals["way"])
    notes += ["* No cargo of this answer goes there: the cheapest way."] if "cheapest" in kinds else []
    notes += ["** The corridor has no open way."] if "closed" in kinds else []
    return [shown, Note(" ".join(notes))]


def _verdict(row: Any) -> str:
    return capital(row.verdict) or ("" if row.route == "corridor" else "Not known")


def _route(row: Any) -> str:
    if row.route != "corridor":
        return f"\u00a0\u00a0{row.route_name[:1].lower()}{row.route_name[1:]}"
    return f"{row.name}, corridor" + {"cheapest": " *", "closed": " **"}.get(row.way, "")


def _unit(result: Carbon) -> str:
    """The unit of the numbers beside rivals, where all have one."""
    units = set(result.rivals["unit"])
    return unit_word(str(units.pop())) if len(units) == 1 else "unit"


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def _prices(result: Carbon) -> list[Block]:
    return [
        table(
            rows(result.prices),
            number("Price", lambda row: f"{row.usd_per_t_co2e:,.0f}", "USD per t CO2e"),
            number("Cost", lambda row: f"{row.usd / 1e6:,.1f}", "million USD a year"),
            number("Cost", lambda row: _number(row.usd_per_t, 2), "USD per t of cargo"),
            number("Of freight", lambda row: _share(row.share_of_freight)),
            caption="A price on the carbon of transport",
        )
    ]


def _route_prices(result: Carbon) -> list[Block]:
    """Freight, time and carbon of the routes of each trade that has more than one with a price."""
    if not len(result.route_prices):
        return []
    wide: Any = result.route_prices.pivot(
        index=["trade", "route"], columns="usd_per_t_co2e", values="cost_usd_per_unit"
    )
    routes = wide.groupby(level="trade").size()
    body = tuple(
        (_route(row), *(f"{wide.at[(row.trade, row.route), price]:,.0f}" for price in wide.columns))
        for row in rows(result.rivals)
        if (row.trade, row.route) in wide.index and routes[row.trade] > 1
    )
    if not body:
        return []
    columns = (Column("Trade", wide=3), *amounts("", *(f"At {price:,.0f} USD" for price in wide.columns)))
    return [Table(columns, body, caption=f"The same by route: freight, time and carbon, USD per {_unit(result)}")]


def _goods(result: Carbon) -> list[Block]:
    """Goods of one origin together, all countries of the Union as one."""
    if not len(result.cbam):
        return []
    shown = table(
        rows(result.goods),
        words("Goods", "name", wide=2),
        words("Way", _way, wide=2),
        tonnes("Goods", "goods_t"),
        tonnes("Embedded", "embedded_t_co2e", "t CO2e"),
        tonnes("Charged", "charged_t_co2e", "t CO2e"),
        tonnes("USD a year", "usd", ""),
        tonnes("USD per t", "usd_per_t", ""),
        tonnes("In the end", "full_usd", "USD"),
        caption="Apart: the Union's charge at its border for making the goods (CBAM)",
    )
    note = (
        f"The importer in the Union pays, {result.cbam_usd / 1e6:,.1f} million USD a year at "
        f"{result.cbam_usd_per_t:,.0f} USD per t CO2e with {_share(result.cbam_free_share)} of the benchmark deducted; "
        "in the end nothing is. This is the carbon of making the goods, never added to that of their transport. The "
        "table cbam holds the share of such goods in a commodity."
    )
    return [shown, Note(note)]


def _way(row: Any) -> str:
    return f"{country_name(row.origin)} to {listed(sorted(map(country_name, row.destinations)))}"
