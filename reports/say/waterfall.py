"""The page of the waterfall: from the claimed capacity to what was used, by kind of limit."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.waterfall import Waterfall
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.bars import SMALLEST_T, waterfall_figure, waterfall_steps
from corridor.reports.say.cited import cited
from corridor.reports.say.limits import floor_note
from corridor.reports.say.words import READER, capital, inside, listed, millions, mt, used_name

FACTORS = {"draught", "practical_use", "weather"}


def page(found: Waterfall, *, short: bool = False) -> list[Block]:
    """From the claimed capacity to the used tonnes, by kind of limit."""
    case = found.case
    return [
        Heading(waterfall_title(found)),
        Paragraph(tuple(_unexplained(case, found))),
        _figure(found),
        bars_table(found, used_name(case)),
        Note(_fits_where(found)),
        Note(_note(found)),
        Note(_exact(found)),
    ]


def _figure(found: Waterfall) -> Figure:
    """The bars, titled by the greatest loss; kinds that take nothing are in the caption."""
    case, nameplate = found.case, found.nameplate_t
    steps = waterfall_steps(found, used_name(case))
    losses = sorted((step for step in steps if not step.total), key=lambda step: step.t)
    first = (
        say(
            "{name}: {t} of the {nameplate} claimed",
            name=losses[0].name,
            t=millions(-losses[0].t, 1),
            nameplate=mt(nameplate, 0),
        )
        if losses
        else ""
    )
    title = first or waterfall_title(found)
    nothing = [inside(case, str(row.name)) for row in rows(found.bars) if row.bar_t <= SMALLEST_T]
    rest = (
        say("Nothing is lost to {nothing}: the limits before them bind first.", nothing=listed(nothing))
        if nothing
        else ""
    )
    told = "; ".join(f"{step.name} {step.text}" for step in losses[:3])
    return figure(
        waterfall_figure,
        found,
        used_name(case),
        title=title,
        caption=rest,
        alt=f"{title}. {told}; {mt(found.handled_t)} {used_name(case)}.",
        name="waterfall",
        subtitle=say("From claimed to {used_name}, Mt a year, by kind of limit", used_name=used_name(case)),
        numbers=bars_table(found, used_name(case)),
        sources=cited(case, "gate", [case.gate.gate_id] if case.gate is not None else [], "nameplate_t_per_year"),
    )


def waterfall_title(found: Waterfall) -> str:
    """From the claimed to the used tonnes."""
    claimed, handled = mt(found.nameplate_t, 0), mt(found.handled_t)
    if found.case.observed:
        return say("From the {claimed} claimed to the {used} used", claimed=claimed, used=handled)
    return say("From the {claimed} claimed to the {carried} carried", claimed=claimed, carried=handled)


def _note(found: Waterfall) -> str:
    note = say(
        "Alone: what this kind takes of the claimed capacity if no other limit is there. Without"
        " it: what its absence brings if all others stay. Mean loss: over all orders of the kinds"
        " (Shapley shares); its sum is that of the bars."
    )
    if set(found.bars["kind"]) & FACTORS:
        note += say(
            " Draught, practical use and weather act through ships and quays, so alone they may take"
            " nothing. A kind that takes nothing is hidden behind those above it; its mean loss shows"
            " what it takes on average."
        )
    return note + floor_note(found.floor)


def _exact(found: Waterfall) -> str:
    """The three levels of the waterfall to the tonne."""
    levels = say(
        "nameplate {nameplate_t:,.0f} t, fits {capability_t:,.0f} t, used {handled_t:,.0f} t",
        nameplate_t=found.nameplate_t,
        capability_t=found.capability_t,
        handled_t=found.handled_t,
    )
    return say("To the tonne: {levels} a year.", levels=levels)


def _unexplained(case: Case, found: Waterfall) -> list[str | Strong]:
    """The part of the claimed capacity, and of its lowest published figure, that no named terminal explains."""
    nameplate = mt(found.nameplate_t, 0)
    if not found.terminals_t:
        return [
            say(
                "The bars lead from the {nameplate} claimed to the end, one kind of limit after the other.",
                nameplate=nameplate,
            )
        ]
    gap = found.nameplate_t - found.terminals_t
    if gap <= 0:
        return [
            say(
                "The terminals that can be named add up to {terminals_t}, all of the {nameplate} claimed.",
                terminals_t=mt(found.terminals_t),
                nameplate=nameplate,
            )
        ]
    parts: list[str | Strong] = [
        say("The terminals that can be named add up to {terminals_t}. ", terminals_t=mt(found.terminals_t)),
        Strong(
            say(
                "Of the {nameplate} claimed, {gap} is explained by no named terminal.", nameplate=nameplate, gap=mt(gap)
            )
        ),
    ]
    lowest = lowest_nameplate(case)
    if lowest is not None and lowest < found.nameplate_t:
        less = lowest - found.terminals_t
        parts.append(
            say(
                " Of the {lowest} that is the lowest figure published for it, {rest} is not explained.",
                lowest=mt(lowest, 0),
                rest=mt(less),
            )
            if less > 0
            else say(
                " Of the {lowest} that is the lowest figure published for it, all is explained.", lowest=mt(lowest, 0)
            )
        )
    return parts


def lowest_nameplate(case: Case) -> float | None:
    """The low end of the gate's nameplate in the evidence of the case."""
    if case.gate is None or not len(case["evidence"]):
        return None
    for row in case.rows("evidence"):
        if (row.table, row.row, row.column) == ("gate", case.gate.gate_id, "nameplate_t_per_year"):
            low = row.low
            return float(low) if low is not None and math.isfinite(low) else None
    return None


def _fits_where(found: Waterfall) -> str:
    fits = f"{mt(found.capability_t)} {READER['capability']}"
    if found.capability_step is None:
        return say("{fits}: a ceiling of a market binds there, so no bar ends at it.", fits=fits)
    return say("{fits}: there the limits end. What lies below is what markets asked for.", fits=fits)


def bars_table(found: Waterfall, used: str | None = None) -> Table:
    """The bars of the waterfall as a table; ``used`` names its last row."""
    lines: list[tuple[str, ...]] = [(say("Claimed"), "", millions(found.nameplate_t), "", "", "")]
    strong = [0]
    for row in rows(found.bars):
        cells = (row.bar_t, row.after_t, row.first_in_t, row.last_in_t, row.shapley_t)
        lines.append((capital(str(row.name)), *(millions(cell) for cell in cells)))
        if row.kind == found.capability_step:
            strong.append(len(lines))
            lines.append((capital(READER["capability"]), "", millions(found.capability_t), "", "", ""))
    strong.append(len(lines))
    bars, shares = math.fsum(found.bars["bar_t"]), math.fsum(found.bars["shapley_t"])
    lines.append(
        (
            say("{used}, and sums", used=capital(used or say("used"))),
            millions(bars),
            millions(found.handled_t),
            "",
            "",
            millions(shares),
        )
    )
    return Table(
        (
            Column(say("Kind of limit"), wide=3),
            *amounts(say("Mt"), say("Takes"), say("Leaves"), say("Alone"), say("Without it"), say("Mean loss")),
        ),
        tuple(lines),
        caption=say("What each kind of limit takes"),
        strong=tuple(strong),
        paper=True,
    )
