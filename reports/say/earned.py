"""Freight by country and operator at used, comes and fits: a figure, tables, and a sentence, the same in every page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import marked, numeral, say
from corridor.model.money import STATES, by_state
from corridor.model.operators import UNKNOWN
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.blocks import Bar, Block, Heading, Note, Table, figure
from corridor.reports.charts.axis import Group, Row, axis_figure
from corridor.reports.countries import country_name
from corridor.reports.say.columns import Field, number, table, words
from corridor.reports.say.words import READER, capital, listed, operator_said, percent, used_name

SORTS = {"handled": "used", "expected": "comes", "capability": "fits"}
"""States on the axis, each with the sort of its bar."""
DRAWN = 4
"""Countries of the figure."""
NAMED = 3
"""Countries that are named because they are not drawn."""
MOST = 6
"""Countries and operators of a short page."""
LEAST_USD = 50_000.0
"""USD a year below which a country or an operator has no row of its own."""
NOTE = marked(
    "Freight: tariff times tonnes, all cargo. Comes follows the ways that shippers choose; the others those of least "
    "operating cost among ways that carry as much."
)


def earned_blocks(case: Case, states: Mapping[str, pd.DataFrame], *, short: bool = False) -> list[Block]:
    """The table of countries, that of operators, and a note; nothing where nobody earns or one state is known."""
    if len(states) < 2 or not any(_whole(freight) for freight in states.values()):
        return []
    made: list[Block] = [earned_table(case, states, countries=True, most=MOST if short else None)]
    if not short:
        made.append(earned_table(case, states, countries=False))
    return [*made, Note(say(NOTE))]


def earned_section(answer: Answer, *, short: bool = False) -> list[Block]:
    """The blocks of an answer below a heading."""
    blocks = earned_blocks(answer.case, answer.states, short=short)
    return [*([] if short else [Heading(say("Who earns"))]), *blocks] if blocks else []


def earned_figure(answer: Answer) -> list[Block]:
    """Bars of the countries that earn most, at used, comes and fits; nothing for a cost or a case without tariffs."""
    states = {study: answer.states[study] for study in SORTS if study in answer.states}
    if len(states) < 2 or answer.horizon is not None or not any(_whole(each) for each in states.values()):
        return []
    frame = by_state(states, countries=True)
    known = frame[frame["country"] != UNKNOWN].head(DRAWN)
    groups = [
        Group(
            capital(country_name(row.country)),
            tuple(
                Row(sort, capital(_name(answer.case, study)), getattr(row, study), _millions(getattr(row, study)))
                for study, sort in SORTS.items()
                if study in states
            ),
        )
        for row in rows(known)
    ]
    if not groups:
        return []
    title, told = (
        earned_said(frame, states),
        "; ".join(f"{group.title}: " + ", ".join(f"{row.name} {row.text}" for row in group.rows) for group in groups),
    )
    others = [capital(country_name(row.country)) for row in rows(frame) if row.country not in set(known["country"])]
    if len(others) > NAMED + 1:
        others = [*others[:NAMED], say("{count} others", count=len(others) - NAMED)]
    more = say(" Not drawn: {others}.", others=listed(others)) if others else ""
    return [
        figure(
            axis_figure,
            groups,
            marked("million USD a year"),
            title=title,
            alt=say("{title}. Million USD a year. {told}.", title=title, told=told),
            caption=say("Freight: tariff times tonnes, by country of the operators.{more}", more=more),
            name="earns",
            subtitle=say("Million USD a year, {year}", year=answer.case.base_year),
            numbers=earned_table(answer.case, states, countries=True),
        )
    ]


def earned_said(frame: pd.DataFrame, states: Mapping[str, pd.DataFrame]) -> str:
    """The finding: the country that earns most, and its share of the freight of the cargo that comes."""
    most = frame[frame["country"] != UNKNOWN].iloc[0]
    study = "expected" if "expected" in states else next(iter(states))
    whole = _whole(states[study])
    country = capital(country_name(str(most["country"])))
    share = percent(most[study] / whole if whole else 0.0)
    if study == "expected":
        return say("{country} earns {share} of the freight of what comes", country=country, share=share)
    return say("{country} earns {share} of the freight", country=country, share=share)


def earned_table(case: Case, states: Mapping[str, pd.DataFrame], *, countries: bool, most: int | None = None) -> Table:
    """Million USD a year by country, or by operator, a column a state; the smaller ones are one row."""
    frame = by_state(states, countries=countries)
    kept = frame[frame[list(states)].max(axis=1) >= LEAST_USD]
    shown = kept if most is None else kept.head(most)
    rest = frame.iloc[len(shown) :]
    body: list[Any] = [row._asdict() for row in rows(shown)]
    if len(rest):
        names = "country" if countries else "operator"
        others = (
            say("{count} others", count=len(rest)) if len(rest) > 1 else _called(case, rows(rest)[0]._asdict(), names)
        )
        body.append({"named": others, **{study: math.fsum(rest[study]) for study in states}})
    sums = {study: _whole(freight) for study, freight in states.items()}
    scale = max(frame[list(states)].to_numpy().max(), 1e-9)
    first, last = next(iter(states)), list(states)[-1]
    head = say("Country of the operator") if countries else say("Operator")
    key = "country" if countries else "operator"
    fields: list[Field] = [words(head, lambda row: row.get("named") or _called(case, row, key), wide=2)]
    if not countries:
        fields.append(words(say("Country"), lambda row: "" if "named" in row else _countries(row), wide=1))
    fields += [number(capital(_name(case, study)), _cell(study)) for study in states]
    blank = ("",) if not countries else ()
    return table(
        body,
        *fields,
        last=(say("All"), *blank, *(_millions(usd) for usd in sums.values())),
        caption=say("Freight by country, million USD a year")
        if countries
        else say("Freight by operator, million USD a year"),
        bars=(*(Bar(row[last] / scale, mark=row[first] / scale) for row in body), None),
        bar_title=say("{first} (line) and {last} (bar)", first=capital(_name(case, first)), last=_name(case, last)),
    )


def _cell(study: str) -> Callable[[Any], str]:
    return lambda row: _millions(row[study])


def _name(case: Case, study: str) -> str:
    """A state in the reader's words."""
    if study == "handled":
        return used_name(case)
    return say("fits") if study == STATES[-1] else READER.get(study, say("this answer"))


def _called(case: Case, row: Mapping[str, Any], key: str) -> str:
    return capital(country_name(row["country"])) if key == "country" else operator_said(case, str(row["operator"]))


def _countries(row: Mapping[str, Any]) -> str:
    """Countries of an operator; of several the unknown ones are others."""
    codes = str(row["country"]).split()
    names = [country_name(code) for code in codes if code != UNKNOWN or len(codes) == 1]
    return capital(listed([*names, *([say("others")] if len(names) < len(codes) else [])]))


def _whole(freight: pd.DataFrame) -> float:
    return math.fsum(freight["usd"].tolist())


def _millions(usd: float) -> str:
    return numeral(usd / 1e6, ",.1f" if abs(usd) >= 5e4 or not usd else ",.3f")
