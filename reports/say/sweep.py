"""The page of a sweep: the measures of many runs, their range, and the limits that come first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from corridor.model.language import Words, numeral, plural, said, say
from corridor.model.result.frame import rows
from corridor.model.result.frontier import PRICE, Sweep, Swept
from corridor.reports.blocks import Block, Column, Figure, Note, Paragraph, Table, amounts, figure, lead
from corridor.reports.charts.frontier import SWEPT, sweep_figure, sweep_line
from corridor.reports.numbers import number
from corridor.reports.say.words import MEASURES, SHORT, capital, inside, listed, millions

MOST, FEW = 200, 40
"""Runs that are listed, and those of the short form."""
NAMED = 3
"""Runs that a sentence numbers."""
MOST_LIMITS = 5
"""First limits that are counted by name."""


def page(result: Sweep, *, short: bool = False) -> list[Block]:
    """The runs, their range over the design, the first limits, and the reasons of runs without an answer."""
    blocks: list[Block] = [lead([sweep_sentence(result)])]
    if sweep_line(result) is not None:
        blocks.append(_figure(result))
    blocks += [_runs(result, FEW if short else MOST)]
    if len(result.answered) > 1:
        blocks += [_spread(result), _first_limits(result)]
    notes = [*sweep_remarks(result)]
    more = len(result.runs) - (FEW if short else MOST)
    if more > 0:
        notes.insert(
            0, say("{more:,} runs more are not listed; --json has them, and --out a file of all (runs.csv).", more=more)
        )
    if len(result.answered):
        notes.append(say("Certificates of all runs passed (worst residual {residual:.0e}).", residual=result.residual))
    return [*blocks, Note(" ".join(notes))]


def sweep_sentence(result: Sweep) -> str:
    """The design: its runs, its numbers, and the runs that have an answer."""
    runs = len(result.runs)
    drawn = (
        say(", {design} with seed {seed}", design=result.design, seed=result.seed)
        if result.seed is not None
        else say(", by {design}", design=said(result.design))
    )
    cells = [plural(" ({n} number)", " ({n} numbers)", swept.cells) if swept.cells > 1 else "" for swept in result.over]
    over = listed([f"{swept_name(result, swept)}{more}" for swept, more in zip(result.over, cells, strict=True)])
    kind = "" if result.design == "grid" else drawn
    return plural(
        "{n:,} run over {over}{kind}; {count:,} have an answer.",
        "{n:,} runs over {over}{kind}; {count:,} have an answer.",
        runs,
        over=over,
        kind=kind,
        count=len(result.answered),
    )


def swept_name(result: Sweep, swept: Swept) -> str:
    """A number that is swept, by the name of its row: ``capacity of rail ferries``."""
    cell, _, tests = swept.address.partition(" where ")
    table, _, rest = cell.partition(".")
    row, _, column = rest.rpartition(".")
    if tests or row in ("", "*"):
        return say("{column} of {row}", column=column_said(column), row=tests or say("every {table}", table=table))
    return say("{column} of {row}", column=column_said(column), row=inside(result.case, result.names.get(row, row)))


COLUMNS = Words(
    {
        "capacity": "capacity",
        "background": "background",
        "factor": "factor",
        "number": "number",
        "tariff_usd_per_t": "tariff usd per t",
        "usd_per_t": "usd per t",
        "time_h": "time h",
        "departures_per_week": "departures per week",
        "ceiling_t": "ceiling t",
        "base_t": "base t",
        "wait_h": "wait h",
        "port_h": "port h",
        "nameplate_t": "nameplate t",
    }
)
"""Columns that a planner sweeps, in words; any other is shown by its own."""


def column_said(column: str) -> str:
    """A column of the case in words."""
    return COLUMNS.get(column) or column.replace("_", " ")


def _value(swept: Swept, value: float) -> str:
    return ("x" if swept.relative else "") + number(value)


def _figure(result: Sweep) -> Figure:
    swept = result.over[0]
    title = say(
        "{measures} by {swept_name}",
        measures=say(" and ").join(MEASURES[name][0].lower() for name in SWEPT),
        swept_name=swept_name(result, swept),
    ).capitalize()
    unit = say("times the number of the case") if swept.relative else result.case.words(swept.unit)
    across = f"{swept_name(result, swept)}, {unit}"
    caption = say("Every run is a dot; the dashed line is the case as it is.")
    return figure(sweep_figure, result, across, title=title, caption=caption, alt=sweep_sentence(result))


def _runs(result: Sweep, most: int) -> Table:
    floor = _at_floor(result)
    shown = {name: head for name, head in SHORT.items() if f"{name}_t" in result.runs}
    columns = (
        *amounts("", say("Run")),
        *(
            Column(capital(swept_name(result, each)), "" if each.relative else result.case.words(each.unit), True)
            for each in result.over
        ),
        *amounts(say("times"), say("Base year fits")),
        *amounts(say("Mt"), *(f"{head}{floor * (name == 'capability')}" for name, head in shown.items())),
        *amounts(say("t a year"), *(_one_more(result, each) for each in result.prices)),
        Column(say("First limit"), wide=3),
    )
    body = []
    for row in result.runs.head(most).to_dict("records"):
        values = [_value(each, row[each.address]) for each in result.over]
        if row["status"] == "optimal":
            growth = "–" if math.isnan(row["growth"]) else numeral(row["growth"], ".3f")
            measures = [millions(row[f"{name}_t"]) for name in shown]
            measures += [number(row[f"{PRICE}{each}"]) for each in result.prices]
            tail = [growth, *measures, capital(_together(row["first"], result.names))]
        else:
            tail = [
                *["–"] * (1 + len(shown) + len(result.prices)),
                say("not possible") if row["status"] == "infeasible" else say("faulty"),
            ]
        body.append((str(row["run"]), *values, *tail))
    return Table(columns, tuple(body), caption=say("Runs"), small=len(body) > MOST_LIMITS)


def _one_more(result: Sweep, limit: str) -> str:
    """The head of a column of prices."""
    return say("One more of {name} brings", name=inside(result.case, result.names.get(limit, limit)))


def _at_floor(result: Sweep) -> str:
    """The floor behind the name of what fits if each grows to its limit; empty at a floor of one."""
    if result.capability_name == "capability":
        return ""
    if result.floor is not None:
        return say(" at floor {floor:.3g}", floor=result.floor)
    return say(" at a floor of {floor:,.2f} Mt", floor=sum(result.floors_t.values()) / 1e6)


def _together(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return " + ".join(names.get(each, each) for each in ids) or say("no resource")


def _spread(result: Sweep) -> Table:
    columns = (
        Column(say("Over all runs"), wide=2),
        *amounts(say("Mt"), say("Least"), say("Most")),
        Column(say("Least at"), wide=1.5),
        Column(say("Most at"), wide=1.5),
    )
    runs: dict[int, Mapping[Any, Any]] = {row["run"]: row for row in result.runs.to_dict("records")}
    body = []
    for row in rows(result.spread):
        floor = _at_floor(result) if row.measure == "capability" else ""
        places = [say("every run") if not run else _at(result, runs[run]) for run in (row.least_run, row.most_run)]
        body.append((f"{MEASURES[row.measure][0]}{floor}", millions(row.least_t), millions(row.most_t), *places))
    return Table(columns, tuple(body), caption=say("The range of each measure"))


def _at(result: Sweep, run: Mapping[Any, Any]) -> str:
    values = [f"{_value(swept, float(run[swept.address]))}" for swept in result.over]
    if len(values) == 1:
        return values[0]
    names = [swept_name(result, swept) for swept in result.over]
    return "; ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _first_limits(result: Sweep) -> Paragraph:
    counted = [
        say("{ids} in {count:,}", ids=_together(ids, result.names), count=count)
        for ids, count in result.first_limits[:MOST_LIMITS]
    ]
    return Paragraph(
        (say("First limits: {counted} of {count:,} runs.", counted="; ".join(counted), count=len(result.answered)),)
    )


def sweep_remarks(result: Sweep) -> list[str]:
    """The floor that runs hold, and the reasons of runs without an answer."""
    reasons = [
        say("No answer in {runs}: {reason}", runs=_numbers(runs), reason=reason)
        for reason, runs in result.unanswered.items()
    ]
    return [*_floor(result), *reasons]


def _floor(result: Sweep) -> list[str]:
    if result.own_floor:
        return [say("Used and fits of each run keep its own floor, so that they can fall where a capacity rises.")]
    if not result.floors_t:
        return []
    if result.floor is None:
        total = sum(result.floors_t.values())
        return [
            say(
                "Every run keeps the smallest floor of all runs, market by market: {total:,.0f} t together.",
                total=total,
            )
        ]
    return [
        say("Every run keeps one floor, the smallest of all runs: {floor:.4g} times the base year.", floor=result.floor)
    ]


def _numbers(runs: Sequence[int]) -> str:
    shown = ", ".join(map(str, runs[:NAMED]))
    if len(runs) == 1:
        return say("run {shown}", shown=shown)
    return say("runs {shown} ({count})", shown=shown + " …" * (len(runs) > NAMED), count=len(runs))
