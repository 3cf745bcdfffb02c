"""Days and dollars of the main ways: strips leg by leg, and both against the distance."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import marked, numeral, say
from corridor.model.result.carbon import Carbon
from corridor.model.result.revenue import Revenue
from corridor.model.result.ways import Way, main_ways
from corridor.reports.blocks import Block, Table, figure
from corridor.reports.charts.distance import distance_figure
from corridor.reports.charts.strips import short, strips_figure
from corridor.reports.say.cited import cited
from corridor.reports.say.columns import number, table, words

RIVALS = marked(", with its rivals above it")


def ways_figures(revenue: Revenue, carbon: Carbon | None = None) -> list[Block]:
    """Both figures, each with its numbers; nothing where nothing is carried."""
    ways = main_ways(revenue, carbon)
    if not ways or not any(way.days for way in ways):
        return []
    first = max(ways, key=lambda way: way.still_d / way.days if way.days else 0.0)
    last = max(ways, key=lambda way: way.km)
    year = revenue.base_year
    still = say(
        "{name}: {still_d} of {days} days stand still",
        name=first.name,
        still_d=_days(first.still_d),
        days=_days(first.days),
    )
    told = "; ".join(
        say("{name} {days:.1f} days, {usd:,.0f} USD", name=way.name, days=way.days, usd=way.usd) for way in ways
    )
    rivals = "".join(say("; {name} {days:.1f} days", name=route.name, days=route.days) for route in last.rivals[:1])
    stop = max(last.legs, key=lambda leg: leg.standing_d + leg.waiting_d)
    most = say(
        "{standing_d:.1f} of {days} days at {end}",
        standing_d=stop.standing_d + stop.waiting_d,
        days=_days(last.days),
        end=short(stop.end),
    )
    rival_ids = [row.rival_id for row in revenue.case.rows("rival") if row.trade_id]
    sources = cited(revenue.case, "rival", rival_ids, "days", "usd_per_t")
    return [
        figure(
            strips_figure,
            ways,
            title=still,
            caption=say("The widest way of each{rivals}.", rivals=say(RIVALS) * any(way.rivals for way in ways)),
            alt=f"{still}. {told}{rivals}.",
            name="ways",
            subtitle=say("Days and USD by leg, {year}", year=year),
            numbers=_totals(ways),
            sources=sources,
        ),
        figure(
            distance_figure,
            ways,
            title=f"{last.name}: {most}",
            caption=say(
                "Cumulative days and dollars of the same ways against their length; upright where cargo stands."
            ),
            alt=say(
                "{name}: {most}; {days:.1f} days, {usd:,.0f} USD, {km:,.0f} km.",
                name=last.name,
                most=most,
                days=last.days,
                usd=last.usd,
                km=last.km,
            ),
            name="distance",
            subtitle=say("Days and USD from the start, by km, {year}", year=year),
            numbers=_legs(last),
        ),
    ]


def _days(days: float) -> str:
    return numeral(days, ".0f") if days >= 5 else numeral(days, ".1f")


def _totals(ways: tuple[Way, ...]) -> Table:
    lines: list[tuple[str, Any]] = [(way.name, each) for way in ways for each in (way, *way.rivals)]
    return table(
        lines,
        words(say("Way"), lambda row: row[0], wide=2),
        words(say("Route"), lambda row: say("corridor") if isinstance(row[1], Way) else row[1].name, wide=2),
        number(say("Length"), lambda row: numeral(row[1].km, ",.0f"), "km"),
        number(say("Days"), lambda row: numeral(row[1].days, ".1f")),
        number(
            say("Standing or waiting"),
            lambda row: numeral(row[1].still_d, ".1f") if isinstance(row[1], Way) else "",
            "days",
        ),
        number(say("Tariff"), lambda row: "–" if math.isnan(row[1].usd) else numeral(row[1].usd, ",.0f"), "USD"),
    )


def _legs(way: Way) -> Table:
    return table(
        list(way.legs),
        words(say("Leg"), lambda leg: f"{leg.start} – {leg.end}", wide=4),
        number(say("Length"), lambda leg: numeral(leg.km, ",.0f"), "km"),
        number(say("Moving"), lambda leg: numeral(leg.moving_d, ".1f"), "days"),
        number(say("Standing"), lambda leg: numeral(leg.standing_d, ".1f"), "days"),
        number(say("Waiting"), lambda leg: numeral(leg.waiting_d, ".1f"), "days"),
        number(say("Tariff"), lambda leg: "–" if math.isnan(leg.usd) else numeral(leg.usd, ",.0f"), "USD"),
        caption=say("{name}, by leg", name=way.name),
    )
