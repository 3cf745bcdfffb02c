"""The page of money: the operators' revenue by country, the shippers' bill, cost and days by leg."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from corridor.model.language import Words, numeral, say
from corridor.model.money import ITEMS
from corridor.model.operators import UNKNOWN
from corridor.model.result.frame import rows
from corridor.model.result.revenue import Revenue
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Table, amounts, lead
from corridor.reports.countries import country_name
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.earned import earned_blocks
from corridor.reports.say.words import capital, dollars, listed, mt_or_t, operator_said, percent

MOST_OPERATORS, MOST_LEGS = 10, 5
"""Operators, and legs without a tariff, in the short form."""


def page(result: Revenue, *, short: bool = False) -> list[Block]:
    """The page; ``short`` leaves out the smaller operators and most legs without a tariff."""
    if result.demand:
        return demand_blocks(result, result.demand)
    if not result.delivered_t:
        return [Paragraph((say("Nothing is delivered, so nobody earns."),))]
    return [
        lead(revenue_sentences(result)),
        *_countries(result),
        *(earned_blocks(result.case, result.states) or _operators(result, short)),
        *_bill(result),
        *_untariffed(result, short),
        *days_blocks(result.days),
    ]


def report_blocks(result: Revenue) -> list[Block]:
    """The section of a report."""
    return [Heading(say("Who earns, and how long it takes")), *page(result)]


def revenue_sentences(result: Revenue) -> list[str]:
    """Revenue, its first countries, and the limits of what is known."""
    sentences = [
        say(
            "Operators earn {freight_usd} of freight a year for {delivered_t}, {usd_per_t:,.1f} USD a tonne.",
            freight_usd=dollars(result.freight_usd),
            delivered_t=mt_or_t(result.delivered_t),
            usd_per_t=result.usd_per_t,
        )
    ]
    known = result.countries[result.countries["country"] != UNKNOWN]
    first = [f"{country_name(row.country)} {dollars(row.usd)}" for row in rows(known.head(3)) if row.usd > 0]
    if first and result.freight_usd:
        sentences.append(say("The most goes to {first}.", first=listed(first)))
    if result.untariffed_share:
        share = percent(result.untariffed_share)
        sentences.append(
            say("No tariff is known for {share} of the tonne kilometres; they count as nothing.", share=share)
        )
    return sentences


def _countries(result: Revenue) -> list[Block]:
    if not result.freight_usd:
        return []
    shown = table(
        rows(result.countries[result.countries["most_usd"] > 0]),
        words(say("Country of the operator"), lambda row: capital(country_name(row.country)), wide=2),
        number(say("Revenue"), lambda row: _millions(row.usd), say("million USD")),
        number(say("Share"), lambda row: percent(row.usd / result.freight_usd)),
        number(say("At least"), lambda row: _millions(row.alone_usd)),
        number(say("At most"), lambda row: _millions(row.most_usd)),
        last=(say("All"), _millions(result.freight_usd), percent(1.0), "", ""),
        caption=say("Revenue by country, a year"),
    )
    note = say(
        "Tariff times tonnes. A ship's revenue is its operator's, not the shores'. Legs that"
        " several run together are shared in equal parts, an assumption: at least without these"
        " legs, at most with the whole of them. Where no operator is known, a leg on land counts"
        " for the countries of its two ends."
    )
    return [shown, Note(note)]


def _operators(result: Revenue, short: bool) -> list[Block]:
    earning = [row for row in rows(result.operators) if row.usd > 0]
    if not earning:
        return []
    shown = earning[:MOST_OPERATORS] if short else earning
    body = [
        (
            operator_said(result.case, row.operator),
            _together(row.country.split()),
            _millions(row.usd),
            percent(row.share),
        )
        for row in shown
    ]
    rest = earning[len(shown) :]
    if rest:
        usd = math.fsum(row.usd for row in rest)
        body.append((say("{count} others", count=len(rest)), "", _millions(usd), percent(usd / result.freight_usd)))
    columns = (
        Column(say("Operator"), wide=2),
        Column(say("Country"), wide=1),
        Column(say("Revenue"), say("million USD"), right=True),
        Column(say("Share"), right=True),
    )
    return [Table(columns, tuple(body), caption=say("Revenue by operator, a year"))]


def _together(codes: Sequence[str]) -> str:
    """Countries of an operator; of several the unknown ones are others."""
    names = [country_name(code) for code in codes if code != UNKNOWN or len(codes) == 1]
    return capital(listed([*names, *([say("others")] if len(names) < len(codes) else [])]))


def _bill(result: Revenue) -> list[Block]:
    """The shippers' bill for cargo carried here; outside freight and penalties below, in no sum."""
    here = [row for row in rows(result.bill) if row.here]
    apart = [row for row in rows(result.bill) if not row.here]
    if not here and not apart:
        return []
    body = [(capital(ITEMS[row.item]), _millions(row.usd), _per_t(row.usd, result.delivered_t)) for row in here]
    body.append((say("Shippers pay in all"), _millions(result.bill_usd), _per_t(result.bill_usd, result.delivered_t)))
    place = len(body) - 1
    tonnes = {"outside": result.outside_t, "penalty": result.unmet_t}
    body += [
        (
            say("Apart: {items}, {tonnes}", items=ITEMS[row.item], tonnes=mt_or_t(tonnes[row.item])),
            _millions(row.usd),
            _per_t(row.usd, tonnes[row.item]),
        )
        for row in apart
    ]
    columns = (Column("", wide=2), *amounts("", say("Million USD a year"), say("USD a tonne")))
    return [Table(columns, tuple(body), caption=say("The shippers' bill"), strong=(place,))]


def _untariffed(result: Revenue, short: bool) -> list[Block]:
    if not len(result.untariffed):
        return []
    shown = rows(result.untariffed)[:MOST_LEGS] if short else rows(result.untariffed)
    body = tuple((row.name, operator_said(result.case, row.operator), mt_or_t(row.t)) for row in shown)
    columns = (
        Column(say("No tariff known"), wide=3),
        Column(say("Operator"), wide=1),
        Column(say("Tonnes a year"), right=True),
    )
    more = len(result.untariffed) - len(shown)
    note = say("Their cost is in nobody's revenue.") + (say(" {more} more are in --json.", more=more) if more else "")
    return [Table(columns, body), Note(note)]


def days_blocks(frame: pd.DataFrame) -> list[Block]:
    """Days of each market: moving, standing, waiting for ships; the one table of days."""
    if not len(frame):
        return []
    spans = {
        "moving_d": say("Moving"),
        "standing_d": say("Standing"),
        "waiting_d": say("Waiting"),
        "days": say("Days in all"),
    }
    shown = table(
        rows(frame),
        words(say("Market"), "name", wide=2),
        number(say("Carried"), lambda row: mt_or_t(row.t)),
        *(number(head, _days(name)) for name, head in {**spans, "without_waiting_d": say("Without waiting")}.items()),
        caption=say("Days on the way"),
        strong=(len(frame) - 1,),
        paper=True,
    )
    note = say(
        "Means over the tonnes, on links of the case. Standing: at borders, in yards, on quays"
        " and in a ship's port hours. Waiting: for a ship."
    )
    return [shown, Note(note)]


def _days(name: str) -> Callable[[Any], str]:
    """The text of a number of days in a row."""
    return lambda row: numeral(getattr(row, name), ",.1f")


def demand_blocks(result: Revenue, demand: str) -> list[Block]:
    """Cost of a tonne and days by leg of one demand, way by way."""
    its = result.legs[result.legs["demand"] == demand]
    if not len(its):
        return [Paragraph((say("Nothing of the demand {demand} is carried, so it has no legs.", demand=demand),))]
    blocks: list[Block] = []
    for way, part in its.groupby("way"):
        blocks += _way(result, part, of=int(its["way"].max()), number=int(str(way)))
    note = say(
        "A dash: no tariff is known, and it counts as nothing in the sum. Cost: tariff, time of"
        " the cargo and price of carbon. Days: moving, standing (border, yard, quay, port),"
        " waiting for a ship."
    )
    return [*blocks, Note(note)]


def _way(result: Revenue, part: pd.DataFrame, *, of: int, number: int) -> list[Block]:
    legs = rows(part.rename(columns={"from": "start", "to": "end"}))
    body = [
        (
            f"{row.start} – {row.end}",
            operator_said(result.case, row.operator),
            *_cells(getattr(row, name) for name in NUMBERS),
        )
        for row in legs
    ]
    body.append((say("All"), "", *_cells(math.fsum(part[name].dropna().tolist()) for name in NUMBERS)))
    columns = (
        Column(say("Leg"), wide=3),
        Column(say("Operator"), wide=1),
        *(Column(title, unit, right=True) for title, unit in NUMBERS.values()),
    )
    which = (
        say(", way {number} of {of} ({share} of it)", number=number, of=of, share=percent(legs[0].share))
        if of > 1
        else ""
    )
    return [Table(columns, tuple(body), caption=f"{legs[0].name}{which}", strong=(len(body) - 1,))]


NUMBERS = Words(
    {
        "km": ("km", ""),
        "usd_per_t": ("Tariff", "USD/t"),
        "time_usd_per_t": ("Time", "USD/t"),
        "cost_usd_per_t": ("Cost", "USD/t"),
        "moving_d": ("Moving", "days"),
        "standing_d": ("Standing", "days"),
        "waiting_d": ("Waiting", "days"),
    }
)
"""Columns of numbers of a leg, with their heads and units."""


def _cells(values: Iterable[float]) -> list[str]:
    km, *rest = values
    return [numeral(km, ",.0f"), *("–" if math.isnan(value) else numeral(value, ",.1f") for value in rest)]


def _millions(usd: float) -> str:
    return numeral(usd / 1e6, ",.1f") if abs(usd) >= 5e4 or not usd else numeral(usd / 1e6, ",.3f")


def _per_t(usd: float, t: float) -> str:
    return numeral(usd / t, ",.1f") if t > 0 else "–"
