"""The page of the waterfall: from the claimed capacity to what was used, by kind of limit."""

from __future__ import annotations

import math
from dataclasses import replace

from corridor.model.case import Case
from corridor.model.result.frame import rows
from corridor.model.result.waterfall import Waterfall
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.bars import waterfall_figure
from corridor.reports.say.limits import floor_note
from corridor.reports.say.words import READER, capital, millions, mt, used_name

FACTORS = {"draught", "practical_use", "weather"}


def page(found: Waterfall, *, short: bool = False) -> list[Block]:
    """From the claimed capacity to the used tonnes, by kind of limit."""
    case, title = found.case, waterfall_title(found)
    alt = f"Bar chart. {title}, by kind of limit. The table below has the same numbers."
    picture = replace(figure(waterfall_figure, found, used_name(case), title=title, alt=alt), title="")
    return [
        Heading(title),
        Paragraph(tuple(_unexplained(case, found))),
        picture,
        bars_table(found, used_name(case)),
        Note(_fits_where(found)),
        Note(_note(found)),
        Note(_exact(found)),
    ]


def waterfall_title(found: Waterfall) -> str:
    """From the claimed to the used tonnes."""
    used = "used" if found.case.observed else "carried"
    return f"From the {mt(found.nameplate_t, 0)} claimed to the {mt(found.handled_t)} {used}"


def _note(found: Waterfall) -> str:
    note = (
        "Alone: what this kind takes of the claimed capacity if no other limit is there. Without it: what its absence"
        " brings if all others stay. Mean loss: over all orders of the kinds (Shapley shares); its sum is that of the"
        " bars."
    )
    if set(found.bars["kind"]) & FACTORS:
        note += (
            " Draught, practical use and weather act through ships and quays, so alone they may take nothing. A kind"
            " that takes nothing is hidden behind those above it; its mean loss shows what it takes on average."
        )
    return note + floor_note(found.floor)


def _exact(found: Waterfall) -> str:
    """The three levels of the waterfall to the tonne."""
    levels = f"nameplate {found.nameplate_t:,.0f} t, fits {found.capability_t:,.0f} t, used {found.handled_t:,.0f} t"
    return f"To the tonne: {levels} a year."


def _unexplained(case: Case, found: Waterfall) -> list[str | Strong]:
    """The part of the claimed capacity, and of its lowest published figure, that no named terminal explains."""
    nameplate = mt(found.nameplate_t, 0)
    if not found.terminals_t:
        return [f"The bars lead from the {nameplate} claimed to the end, one kind of limit after the other."]
    gap = found.nameplate_t - found.terminals_t
    if gap <= 0:
        return [f"The terminals that can be named add up to {mt(found.terminals_t)}, all of the {nameplate} claimed."]
    parts: list[str | Strong] = [
        f"The terminals that can be named add up to {mt(found.terminals_t)}. ",
        Strong(f"Of the {nameplate} claimed, {mt(gap)} is explained by no named terminal."),
    ]
    lowest = lowest_nameplate(case)
    if lowest is not None and lowest < found.nameplate_t:
        less = lowest - found.terminals_t
        rest = f"{mt(less)} is not" if less > 0 else "all is"
        parts.append(f" Of the {mt(lowest, 0)} that is the lowest figure published for it, {rest} explained.")
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
        return f"{fits}: a ceiling of a market binds there, so no bar ends at it."
    return f"{fits}: there the limits end. What lies below is what markets asked for."


def bars_table(found: Waterfall, used: str = "used") -> Table:
    """The bars of the waterfall as a table; ``used`` names its last row."""
    lines: list[tuple[str, ...]] = [("Claimed", "", millions(found.nameplate_t), "", "", "")]
    strong = [0]
    for row in rows(found.bars):
        cells = (row.bar_t, row.after_t, row.first_in_t, row.last_in_t, row.shapley_t)
        lines.append((capital(str(row.name)), *(millions(cell) for cell in cells)))
        if row.kind == found.capability_step:
            strong.append(len(lines))
            lines.append((capital(READER["capability"]), "", millions(found.capability_t), "", "", ""))
    strong.append(len(lines))
    bars, shares = math.fsum(found.bars["bar_t"]), math.fsum(found.bars["shapley_t"])
    lines.append((f"{capital(used)}, and sums", millions(bars), millions(found.handled_t), "", "", millions(shares)))
    return Table(
        (Column("Kind of limit", wide=3), *amounts("Mt", "Takes", "Leaves", "Alone", "Without it", "Mean loss")),
        tuple(lines),
        caption="What each kind of limit takes",
        strong=tuple(strong),
    )
