"""Days and dollars of the main ways: strips leg by leg, and both against the distance."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.result.carbon import Carbon
from corridor.model.result.revenue import Revenue
from corridor.model.result.ways import Way, main_ways
from corridor.reports.blocks import Block, Table, figure
from corridor.reports.charts.distance import distance_figure
from corridor.reports.charts.strips import short, strips_figure
from corridor.reports.say.cited import cited
from corridor.reports.say.columns import number, table, words

RIVALS = ", with its rivals above it"


def ways_figures(revenue: Revenue, carbon: Carbon | None = None) -> list[Block]:
    """Both figures, each with its numbers; nothing where nothing is carried."""
    ways = main_ways(revenue, carbon)
    if not ways or not any(way.days for way in ways):
        return []
    first = max(ways, key=lambda way: way.still_d / way.days if way.days else 0.0)
    last = max(ways, key=lambda way: way.km)
    year = revenue.base_year
    still = f"{first.name}: {_days(first.still_d)} of {_days(first.days)} days stand still"
    told = "; ".join(f"{way.name} {way.days:.1f} days, {way.usd:,.0f} USD" for way in ways)
    rivals = "".join(f"; {route.name} {route.days:.1f} days" for route in last.rivals[:1])
    stop = max(last.legs, key=lambda leg: leg.standing_d + leg.waiting_d)
    most = f"{stop.standing_d + stop.waiting_d:.1f} of {_days(last.days)} days at {short(stop.end)}"
    rival_ids = [row.rival_id for row in revenue.case.rows("rival") if row.trade_id]
    sources = cited(revenue.case, "rival", rival_ids, "days", "usd_per_t")
    return [
        figure(
            strips_figure,
            ways,
            title=still,
            caption=f"The widest way of each{RIVALS * any(way.rivals for way in ways)}.",
            alt=f"{still}. {told}{rivals}.",
            name="ways",
            subtitle=f"Days and USD by leg, {year}",
            numbers=_totals(ways),
            sources=sources,
        ),
        figure(
            distance_figure,
            ways,
            title=f"{last.name}: {most}",
            caption="Cumulative days and dollars of the same ways against their length; upright where cargo stands.",
            alt=f"{last.name}: {most}; {last.days:.1f} days, {last.usd:,.0f} USD, {last.km:,.0f} km.",
            name="distance",
            subtitle=f"Days and USD from the start, by km, {year}",
            numbers=_legs(last),
        ),
    ]


def _days(days: float) -> str:
    return f"{days:.0f}" if days >= 5 else f"{days:.1f}"


def _totals(ways: tuple[Way, ...]) -> Table:
    lines: list[tuple[str, Any]] = [(way.name, each) for way in ways for each in (way, *way.rivals)]
    return table(
        lines,
        words("Way", lambda row: row[0], wide=2),
        words("Route", lambda row: "corridor" if isinstance(row[1], Way) else row[1].name, wide=2),
        number("Length", lambda row: f"{row[1].km:,.0f}", "km"),
        number("Days", lambda row: f"{row[1].days:.1f}"),
        number("Standing or waiting", lambda row: f"{row[1].still_d:.1f}" if isinstance(row[1], Way) else "", "days"),
        number("Tariff", lambda row: "–" if math.isnan(row[1].usd) else f"{row[1].usd:,.0f}", "USD"),
    )


def _legs(way: Way) -> Table:
    return table(
        list(way.legs),
        words("Leg", lambda leg: f"{leg.start} – {leg.end}", wide=4),
        number("Length", lambda leg: f"{leg.km:,.0f}", "km"),
        number("Moving", lambda leg: f"{leg.moving_d:.1f}", "days"),
        number("Standing", lambda leg: f"{leg.standing_d:.1f}", "days"),
        number("Waiting", lambda leg: f"{leg.waiting_d:.1f}", "days"),
        number("Tariff", lambda leg: "–" if math.isnan(leg.usd) else f"{leg.usd:,.0f}", "USD"),
        caption=f"{way.name}, by leg",
    )
