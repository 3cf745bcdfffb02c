"""The figure of levers: the best of each group, by the cargo that it brings."""

from __future__ import annotations

from typing import Any

from corridor.model.language import numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.levers import GROUPS, Levers
from corridor.reports.blocks import Block, figure
from corridor.reports.charts.changes import Line, Part, changes_figure
from corridor.reports.numbers import rounded
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import capital

KILO = 1e3
SHOWN_T = 100.0
"""Tonnes: lower limit of a change that is drawn with a figure."""


def levers_figure(result: Levers) -> list[Block]:
    """The best lever of each group; all that bring cargo in the numbers; nothing where none does."""
    listed = rows(result.table)
    alone = [row for row in listed if row.group != "together"]
    if not any(abs(row.comes_t) >= SHOWN_T for row in alone):
        return []
    best = [max((row for row in alone if row.group == group), key=_worth) for group in _groups(alone)]
    best.sort(key=lambda row: -row.comes_t)
    together = [row for row in listed if row.group == "together"]
    first = best[0]
    title = say(
        "{name}, {step}: {comes_t} kt come", name=capital(first.name), step=first.step, comes_t=_said(first.comes_t)
    )
    others = "; ".join(f"{GROUPS[row.group].lower()} {_said(row.comes_t)}" for row in best[1:3])
    brings = sorted((row for row in alone if abs(row.comes_t) >= SHOWN_T), key=lambda row: -row.comes_t)
    base = result.base["comes_t"]
    return [
        figure(
            changes_figure,
            (Part("", tuple(_line(row) for row in [*best, *together])),),
            [say("kt come"), say("Mt fit")],
            say("kt a year"),
            [""],
            title=title,
            caption=say("Today {base} Mt come. The best lever of each group, one step of it.", base=rounded(base)),
            alt=say("{title} a year more. The best of other groups: {others}.", title=title, others=others),
            name="levers",
            subtitle=say("Cargo that comes more, kt a year, {base_year}", base_year=result.base_year),
            numbers=table(
                [*brings, *together],
                words(say("Lever"), lambda row: capital(row.name), wide=4),
                words(say("Step"), "step", wide=2),
                number(say("Comes"), lambda row: _said(row.comes_t), "kt"),
                number(say("Fits"), lambda row: _fits(row), say("Mt")),
            ),
        )
    ]


def _groups(listed: list[Any]) -> list[str]:
    return list(dict.fromkeys(row.group for row in listed))


def _worth(row: Any) -> tuple[float, float]:
    """The order of levers of one group: by the cargo that comes, then by the cargo that fits."""
    return round(row.comes_t), 0.0 if row.fits_t != row.fits_t else row.fits_t


def _line(row: Any) -> Line:
    if row.group == "together":
        return Line(row.name, row.comes_t / KILO, words=(_said(row.comes_t), _fits(row)))
    under = ", ".join(part for part in (capital(row.name), row.step) if part)
    return Line(GROUPS[row.group], row.comes_t / KILO, under=under, words=(_said(row.comes_t), _fits(row)))


def _said(tonnes: float) -> str:
    """A change in kt with its sign."""
    if abs(tonnes) < SHOWN_T:
        return "0"
    digits = 0 if abs(tonnes) >= 1e5 else 1
    return numeral(tonnes / KILO, f"+,.{digits}f").replace("-", "−")


def _fits(row: Any) -> str:
    if row.fits_t != row.fits_t or abs(row.fits_t) < 5e3:
        return "" if row.fits_t != row.fits_t else "0"
    return numeral(row.fits_t / 1e6, "+,.2f").replace("-", "−")
