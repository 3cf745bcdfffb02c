"""The page of levers by group: the cargo that each brings, the room that it adds, and the reasons of the zeros."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from corridor.model.language import marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.levers import GROUPS, KINDS, Levers
from corridor.reports.blocks import Bar, Block, Heading, Note, Paragraph, Strong, Table
from corridor.reports.countries import country_name
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.levers_figure import levers_figure
from corridor.reports.say.words import capital, listed, mt

BEST = marked("The best lever of each group")
SHOWN_T = 1.0
"""Tonnes: lower limit of a change that the page names."""
NAMED = 4
"""Number of levers that the short page names for one reason."""


def page(result: Levers, *, short: bool = False) -> list[Block]:
    """The best lever of each group; on the long page every group with its zeros by reason, and freight by country."""
    frame = result.table
    if not len(frame):
        return [Paragraph((say("The case has no lever: no tariff, no demand, no scheduled link, no project."),))]
    ranked = sorted(rows(frame), key=_rank)
    together = [row for row in ranked if row.group == "together"]
    groups = {name: [row for row in ranked if row.group == name] for name in GROUPS if name != "together"}
    groups = dict(sorted(((name, its) for name, its in groups.items() if its), key=lambda pair: _rank(pair[1][0])))
    blocks: list[Block] = [
        _opening(result, [row for row in ranked if row.group != "together" and not row.why], together)
    ]
    blocks += levers_figure(result)
    best = [its[0] for its in groups.values() if _moves(its[0])]
    if best:
        blocks += [Heading(say(BEST)), _table(result, [*best, *together], best=True), Note(say(NOTE))]
    for name, its in groups.items():
        shown = [row for row in its if _moves(row)]
        blocks += [_table(result, shown, caption=GROUPS[name])] if shown and not short else []
    blocks += _zeros([row for its in groups.values() for row in its if not _moves(row)], result, short)
    return [*blocks, *_loose(result)] if short else [*blocks, *_countries(result), *_loose(result)]


def _rank(row: Any) -> tuple[float, float]:
    """Levers that bring most cargo first, then those that make most room."""
    return (-(0.0 if row.why else row.comes_t), -(0.0 if math.isnan(row.fits_t) else row.fits_t))


def _moves(row: Any) -> bool:
    """True for a lever that brings or takes cargo or room."""
    return bool(abs(row.comes_t) >= SHOWN_T or abs(row.fits_t) >= SHOWN_T)


NOTE = marked(
    "Each lever alone, against the case without it. EU: net tonnes from and to the European Union. Freight: "
    "tariffs of all operators, less subsidies. Days: mean on the way of shippers who choose, in the mix of the base "
    "year. CO2e: on the corridor; the carbon that rival routes save is not taken off. A departure more shortens the "
    "wait; the ship or train for it is not bought here."
)


def _opening(result: Levers, bring: list[Any], together: list[Any]) -> Paragraph:
    base = result.base
    text = say(
        "Without any lever {comes_t} come and {fits_t} fit.",
        comes_t=mt(base["comes_t"], 2),
        fits_t=mt(base["fits_t"], 2),
    )
    if not bring:
        return Paragraph((Strong(say("No lever of the case brings cargo.")), f" {text}"))
    best = bring[0]
    said = say(
        "{name}, {step}, brings the most: {comes_t} kt a year.",
        name=capital(best.name),
        step=best.step,
        comes_t=_signed(best.comes_t / 1000.0),
    )
    after = "".join(
        say(
            " All of them together: {comes_t} kt come, {fits_t} kt fit.",
            comes_t=_signed(row.comes_t / 1000.0),
            fits_t=_signed(row.fits_t / 1000.0),
        )
        for row in together
    )
    return Paragraph((Strong(said), f" {text}{after}"))


def _table(result: Levers, shown: list[Any], *, best: bool = False, caption: str = "") -> Table:
    """Levers beside one another; the ``best`` of the groups with the group of each, for paper, too."""
    base, most = result.base, max(abs(row.comes_t) for row in shown) or 1.0
    boxes, union = not math.isnan(base["teu"]), base["eu_t"] > 0 or any(row.eu_t for row in shown)
    return table(
        shown,
        words(say("Group"), lambda row: GROUPS[row.group], wide=4) if best else None,
        words(say("Lever"), lambda row: capital(row.name), wide=5),
        words(say("Step"), "step", wide=3),
        number(say("Comes"), lambda row: _signed(row.comes_t / 1e3), "kt", main=True),
        number(say("Boxes"), lambda row: _signed(row.teu, 0), "TEU") if boxes else None,
        number(say("EU"), lambda row: _signed(row.eu_t / 1e3), "kt") if union else None,
        number(say("Fits"), lambda row: _signed(row.fits_t / 1e3, 0), "kt"),
        number(say("Freight"), lambda row: _signed(row.freight_usd / 1e6, 2), say("m USD")),
        number(say("Days"), lambda row: _signed(row.days, 2)),
        number(say("CO2e"), lambda row: _signed(row.t_co2e / 1e3), "kt"),
        strong=tuple(at for at, row in enumerate(shown) if row.kind == "together"),
        bars=tuple(None if row.kind == "together" else Bar(abs(row.comes_t) / most) for row in shown),
        bar_title=say("Comes"),
        caption=caption,
        paper=best,
    )


def _zeros(rest: list[Any], result: Levers, short: bool) -> list[Block]:
    """Levers that change neither, by reason, and the kinds that the case has none of."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for row in rest:
        by_reason[row.why].append(capital(row.name))
    made: list[Block] = []
    for why, names in by_reason.items():
        shown = names[:NAMED] if short else names
        more = [say("{count} more", count=len(names) - len(shown))] if len(names) > len(shown) else []
        made.append(Paragraph((f"{capital(why)}: {'; '.join([*shown, *more])}.",)))  # names have commas
    made += [Note(say("{kinds}: none, for {why}.", kinds=KINDS[kind], why=why)) for kind, why in result.absent.items()]
    return [Heading(say("Worth nothing today, and why")), *made] if made else []


def _loose(result: Levers) -> list[Block]:
    """Levers of which departures and flow agree on no wait."""
    loose = [row.name for row in rows(result.table) if not row.settled]
    return (
        [
            Note(
                say(
                    "Departures and flow do not agree on one wait, so that these are near: {loose}.",
                    loose=listed(loose),
                )
            )
        ]
        if loose
        else []
    )


def _countries(result: Levers) -> list[Block]:
    """Freight by country of the levers that bring cargo."""
    gains: dict[str, list[Any]] = defaultdict(list)
    for row in rows(result.countries):
        gains[row.lever].append(row)
    shown = [row for row in rows(result.table) if _by_country(gains[row.lever])]
    if not shown:
        return []
    made = table(
        shown,
        words(say("Lever"), lambda row: f"{capital(row.name)}, {row.step}".rstrip(", "), wide=5),
        words(say("Freight by country, thousand USD a year"), lambda row: _by_country(gains[row.lever]), wide=7),
        small=True,
    )
    return [
        Heading(say("Who earns")),
        made,
        Note(say("Tariffs on legs that several countries run are shared in equal parts.")),
    ]


def _by_country(gains: list[Any]) -> str:
    ranked = sorted((row for row in gains if round(row.usd / 1e3)), key=lambda row: -abs(row.usd))
    return ", ".join(f"{country_name(row.country)} {_signed(row.usd / 1e3, 0)}" for row in ranked[:6])


def _signed(value: float, digits: int = 1) -> str:
    """A change with its sign; nothing where it is none at these digits.

    >>> _signed(1234.56), _signed(-0.04), _signed(math.nan)
    ('+1,234.6', '', '')
    """
    return "" if math.isnan(value) or not round(value, digits) else numeral(value, f"+,.{digits}f")
