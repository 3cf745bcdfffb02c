"""The page of carbon: the emissions of an answer, beside rival routes and at a price; the goods' own carbon, apart."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import Words, marked, numeral, say
from corridor.model.limit_facts import limit_names
from corridor.model.result.carbon import Carbon
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Note, Paragraph, Table, amounts, lead
from corridor.reports.charts.bars import GAIN, Step, bars_block
from corridor.reports.countries import country_name
from corridor.reports.numbers import whole
from corridor.reports.say.columns import Field, Get, number, table, tonnes, words
from corridor.reports.say.words import capital, listed, percent, unit_word

BOUNDARY = marked(
    "Well to wheel, for tonnes of cargo on links, by the factor of each mode, which holds the mean empty running of "
    "its trade; without handling at quays, and without the building of ships and tracks."
)
NOTABLE = 0.005
"""Share of tonne-kilometres or carbon: below it a mode without a factor is not named, and a country is not drawn."""
VERDICTS = Words({"corridor": "Corridor", "rival": "Rival", "neither": "Neither"})
"""Routes that cost less at any price of carbon."""


def page(result: Carbon, *, short: bool = False) -> list[Block]:
    """Totals in words, then by mode, country, market and ship, rival routes, prices, and the goods' own carbon.

    The short page has markets and rival routes.
    """
    if not result.delivered_t:
        return [Paragraph((say("Nothing is delivered, so nothing is emitted."),))]
    blocks: list[Block] = [lead(carbon_sentences(result))]
    if not result.known:
        return blocks
    if short:
        return [*blocks, *_markets(result), *_rivals(result, short=True)]
    blocks.append(Note(say(BOUNDARY)))
    blocks += bars_block(_steps(result), _most_carbon(result), say("thousand t CO2e a year"))
    for part in (_modes, _countries, _markets, _ships, _rivals, _prices, _route_prices, _goods):
        blocks += part(result)
    return blocks


def carbon_sentences(result: Carbon) -> list[str]:
    """The carbon of an answer in words."""
    if not result.known and not result.tkm:
        return [
            say(
                "The emissions of moving {delivered_t} t are unknown: no link that carries them has a"
                " length. Give length_km in link.csv.",
                delivered_t=whole(result.delivered_t),
            )
        ]
    if not result.known:
        return [
            say(
                "The emissions of moving {delivered_t} t are unknown: no mode that carries them has an"
                " emission factor. Give g_co2e_per_tkm in mode.csv.",
                delivered_t=whole(result.delivered_t),
            )
        ]
    per_gate = (
        ""
        if math.isnan(result.kg_per_gate_t)
        else say(", {kg_per_gate_t:,.0f} kg per gate tonne", kg_per_gate_t=result.kg_per_gate_t)
    )
    sentences = [
        say(
            "Moving {delivered_t} t emits {t_co2e} t CO2e a year: {kg_per_t:,.0f} kg per tonne"
            " delivered{per_gate}, {g_per_tkm:.1f} g per tonne and kilometre.",
            delivered_t=whole(result.delivered_t),
            t_co2e=whole(result.t_co2e),
            kg_per_t=result.kg_per_t,
            per_gate=per_gate,
            g_per_tkm=result.g_per_tkm,
        )
    ]
    silent = {name: share for name, share in result.without_factor.items() if share >= NOTABLE}
    if silent:
        named = say(" and ").join(
            say("{name} ({share} of the tonne-kilometres)", name=name, share=percent(share))
            for name, share in silent.items()
        )
        sentences.append(say("Without an emission factor, and so counted as nothing: {named}.", named=named))
    low, high = result.range_t_co2e
    if low < high:
        sentences.append(
            say(
                "With every factor at the end of its range it would be {low} or {high} t.",
                low=whole(low),
                high=whole(high),
            )
        )
    if len(result.segments):
        most = result.segments.iloc[0]
        sentences.append(
            say(
                "{name}: {t} of the tonnes, {share} of the carbon, the most of all markets.",
                name=capital(most["name"]),
                t=percent(most["t"] / result.delivered_t),
                share=percent(most["share"]),
            )
        )
    if result.carbon_usd_per_t:
        sentences.append(
            say(
                "At {carbon_usd_per_t:,.0f} USD per t CO2e that is {carbon_usd:,.1f} million USD a year,"
                " {carbon_usd2:,.2f} USD per tonne.",
                carbon_usd_per_t=result.carbon_usd_per_t,
                carbon_usd=result.carbon_usd / 1e6,
                carbon_usd2=result.carbon_usd / result.delivered_t,
            )
        )
    return sentences


def _most_carbon(result: Carbon) -> str:
    """The country with the most carbon, and its share, as the title of the figure."""
    most = max(rows(result.countries), key=lambda row: row.share, default=None)
    return (
        say("No country emits")
        if most is None
        else say("{country}: {share} of the CO2e", country=_country(most.country), share=percent(most.share))
    )


def _share(share: float) -> str:
    return "–" if math.isnan(share) else say("{share:.1f}\u00a0%", share=100 * share)


def _country(code: str) -> str:
    return capital(country_name(code))


def _steps(result: Carbon) -> list[Step]:
    return [
        Step(
            _country(row.country),
            0.0,
            1e3 * row.t_co2e,
            GAIN,
            say("{t_co2e:,.0f} ({share})", t_co2e=row.t_co2e / 1000.0, share=percent(row.share)),
        )
        for row in rows(result.countries)
        if row.share >= NOTABLE
    ]


def _emissions(grams: Get, *, transport: bool = True) -> tuple[Field | None, ...]:
    """Columns of a table of emissions: the transport, its grams, its tonnes, their share."""
    return (
        number(say("Transport"), lambda row: numeral(row.tkm / 1e6, ",.0f"), say("million t km"))
        if transport
        else None,
        number(say("g per t km"), grams),
        tonnes(say("t CO2e"), "t_co2e", ""),
        number(say("Share"), lambda row: _share(row.share)),
    )


def _modes(result: Carbon) -> list[Block]:
    emitting = [row for row in rows(result.modes) if row.t_co2e]
    units = ", ".join(
        say("{name} {kg_per_unit_km:.2f}", name=row.name.lower(), kg_per_unit_km=row.kg_per_unit_km)
        for row in rows(result.units)
    )
    note = [Note(say("Kg of a loaded unit and kilometre: {units}.", units=units))] if units else []
    columns = _emissions(lambda row: numeral(row.g_per_tkm, "g"))
    return [table(emitting, words(say("Mode"), "name", wide=2), *columns, caption=say("By mode"), paper=True), *note]


def _countries(result: Carbon) -> list[Block]:
    name = words(say("Country"), lambda row: _country(row.country), wide=2)
    columns = _emissions(lambda row: _grams(row.t_co2e, row.tkm))
    note = say("Of a land link half goes to the country of each end; ships are no country's.")
    return [table(rows(result.countries), name, *columns, caption=say("By country")), Note(note)]


def _markets(result: Carbon) -> list[Block]:
    return [
        table(
            rows(result.segments),
            words(say("Market"), "name", wide=2),
            tonnes(say("Delivered"), "t"),
            number(say("kg per t"), lambda row: numeral(row.kg_per_t, ",.0f")),
            *_emissions(lambda row: numeral(row.g_per_tkm, ".1f"), transport=False),
            caption=say("By market"),
        )
    ]


def _ships(result: Carbon) -> list[Block]:
    """Ships by carrier and item: the factor's grams beside those of the voyages."""
    if not len(result.ships):
        return []
    shown = table(
        rows(result.ships),
        words(say("Ship"), "name", wide=2),
        words(say("With"), lambda row: row.item_name.lower(), wide=2),
        number(say("By factor"), lambda row: _grams(row.counted_t_co2e, row.tkm), say("g per t km")),
        number(say("Burns"), lambda row: _grams(row.t_co2e, row.tkm), say("g per t km")),
        tonnes(say("By factor"), "counted_t_co2e", say("t CO2e")),
        tonnes(say("Burns"), "t_co2e", say("t CO2e")),
        last=(say("All of these"), "", "", "", *map(whole, result.ships[["counted_t_co2e", "t_co2e"]].sum())),
        caption=say("Ships a second way: by the fuel that they burn"),
    )
    note = say(
        "The fuel of all voyages, those with empties too, shared by the deck, TEU or tonnes that"
        " cargo takes: a check, not added."
    )
    return [shown, Note(note)]


def _grams(t_co2e: float, tkm: float) -> str:
    return numeral(1e6 * t_co2e / tkm, ".3g") if tkm else "–"


def _rivals(result: Carbon, *, short: bool = False) -> list[Block]:
    """Each trade's way on the corridor, and its rivals under it; the ships that it waits for on the long page."""
    if not len(result.rivals):
        return []
    unit = _unit(result)
    shown = table(
        rows(result.rivals),
        words(say("Trade"), _route, wide=3),
        number(say("km"), lambda row: _number(row.km, 0)),
        number(say("kg CO2e"), lambda row: _number(row.kg_per_t, 0), say("per t"), weight=0.5),
        number(say("kg CO2e"), lambda row: _number(row.kg_per_unit, 0), say("per {unit}", unit=unit)),
        number(say("Days"), lambda row: _number(row.days, 1 if row.route == "corridor" else 0)),
        number(say("Without waiting"), lambda row: _number(row.days - row.waiting_days, 1), weight=0.5),
        number(say("Freight"), lambda row: _number(row.usd_per_unit, 0), say("USD per {unit}", unit=unit)),
        words(say("Costs less"), _verdict, wide=1),
        caption=say("Beside rival routes"),
        paper=True,
    )
    notes = [
        say(
            "The last column counts freight and time, at any price on carbon or above or below one."
            " Days hold the waiting for ships; the column beside them is without it."
        )
    ]
    names = limit_names(result.case)
    ways = [(row.name, row.at_sea.split()) for row in rows(result.rivals) if row.at_sea and not short]
    ships = [
        say("{trade} by {names}", trade=trade, names=listed([names.get(link, link) for link in links]))
        for trade, links in ways
    ]
    if ships:
        notes.append(say("Most of it goes by these ships: {ships}.", ships="; ".join(ships)))
    kinds = set(result.rivals["way"])
    notes += [say("* No cargo of this answer goes there: the cheapest way.")] if "cheapest" in kinds else []
    notes += [say("** The corridor has no open way.")] if "closed" in kinds else []
    return [shown, Note(" ".join(notes))]


def _verdict(row: Any) -> str:
    if math.isfinite(row.break_even_usd_per_t):
        above = row.verdict.startswith("corridor above")
        price = row.break_even_usd_per_t
        return (
            say("Corridor above {price:,.0f} USD", price=price)
            if above
            else say("Corridor below {price:,.0f} USD", price=price)
        )
    return str(VERDICTS.get(row.verdict)) if row.verdict else "" if row.route == "corridor" else say("Not known")


def _route(row: Any) -> str:
    if row.route != "corridor":
        return f"\u00a0\u00a0{row.route_name[:1].lower()}{row.route_name[1:]}"
    return say("{name}, corridor", name=row.name) + {"cheapest": " *", "closed": " **"}.get(row.way, "")


def _unit(result: Carbon) -> str:
    """The unit of the numbers beside rivals, where all have one."""
    units = set(result.rivals["unit"])
    return unit_word(str(units.pop())) if len(units) == 1 else say("unit")


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else numeral(value, f",.{digits}f")


def _prices(result: Carbon) -> list[Block]:
    return [
        table(
            rows(result.prices),
            number(say("Price"), lambda row: numeral(row.usd_per_t_co2e, ",.0f"), say("USD per t CO2e")),
            number(say("Cost"), lambda row: numeral(row.usd / 1e6, ",.1f"), say("million USD a year")),
            number(say("Cost"), lambda row: _number(row.usd_per_t, 2), say("USD per t of cargo")),
            number(say("Of freight"), lambda row: _share(row.share_of_freight)),
            caption=say("A price on the carbon of transport"),
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
        (_route(row), *(numeral(wide.at[(row.trade, row.route), price], ",.0f") for price in wide.columns))
        for row in rows(result.rivals)
        if (row.trade, row.route) in wide.index and routes[row.trade] > 1
    )
    if not body:
        return []
    columns = (
        Column(say("Trade"), wide=3),
        *amounts("", *(say("At {price:,.0f} USD", price=price) for price in wide.columns)),
    )
    return [
        Table(
            columns,
            body,
            caption=say("The same by route: freight, time and carbon, USD per {unit}", unit=_unit(result)),
        )
    ]


def _goods(result: Carbon) -> list[Block]:
    """Goods of one origin together, all countries of the Union as one."""
    if not len(result.cbam):
        return []
    shown = table(
        rows(result.goods),
        words(say("Goods"), "name", wide=2),
        words(say("Way"), _way, wide=2),
        tonnes(say("Goods"), "goods_t"),
        tonnes(say("Embedded"), "embedded_t_co2e", say("t CO2e")),
        tonnes(say("Charged"), "charged_t_co2e", say("t CO2e")),
        tonnes(say("USD a year"), "usd", ""),
        tonnes(say("USD per t"), "usd_per_t", ""),
        tonnes(say("In the end"), "full_usd", say("USD")),
        caption=say("Apart: the Union's charge at its border for making the goods (CBAM)"),
    )
    note = say(
        "The importer in the Union pays, {cbam_usd:,.1f} million USD a year at"
        " {cbam_usd_per_t:,.0f} USD per t CO2e with {cbam_free_share} of the benchmark deducted;"
        " in the end nothing is. This is the carbon of making the goods, never added to that of"
        " their transport. The table cbam holds the share of such goods in a commodity.",
        cbam_usd=result.cbam_usd / 1e6,
        cbam_usd_per_t=result.cbam_usd_per_t,
        cbam_free_share=_share(result.cbam_free_share),
    )
    return [shown, Note(note)]


def _way(row: Any) -> str:
    return say(
        "{origin} to {country_name}",
        origin=country_name(row.origin),
        country_name=listed(sorted(map(country_name, row.destinations))),
    )
