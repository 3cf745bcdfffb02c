"""What the report says of the limits: prices, ladder, waterfall and the cut of the graph."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.answer import Findings, Waterfall, rows
from corridor.model.case import Case
from corridor.model.graph import arcs, distinct
from corridor.model.kinds import KINDED, kinds_of
from corridor.model.units import amount
from corridor.reports.document import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table
from corridor.reports.figures import NOBODY_HAS, ladder_figure, waterfall_figure
from corridor.reports.words import capital, limit_name, listed, millions, mt

KIND = {"ship": "ships", "demand": "market", "gate": "nameplate"}
"""Kinds whose word in a column is not their id."""
FACTORS = {"draught", "practical_use", "weather"}
MOST_LINKS, PHONE = 3, 320


def name_of_kind(kind: str) -> str:
    return KIND.get(kind, kind.replace("_", " "))


def kinds_said(case: Case) -> str:
    """A sentence on the sorts of limit whose names say more than their ids."""
    used = {row.kind for table in KINDED for row in case.rows(table)}
    told = [
        f"{name_of_kind(kind.kind_id)}, {kind.name}"
        for kind in kinds_of(case).values()
        if kind.kind_id in used and kind.name.rstrip("s") != name_of_kind(kind.kind_id)
    ]
    return "Sort: " + "; ".join([*told, "market, the ceiling of a market"]) + "."


def prices(frame: pd.DataFrame) -> list[Block]:
    """What one step of each resource does to C and to T; where a step more and a step less differ, a range."""
    cells = {(row.measure, row.resource): _range(row.up_t, row.down_t) for row in rows(frame)}
    order = frame.sort_values("measure", kind="stable").drop_duplicates("resource")  # those of T come first
    table = Table(
        (
            Column("Limit", wide=3),
            Column("Sort"),
            Column("Available", right=True),
            Column("Unit"),
            Column("Step"),
            Column("All markets together", "t a year", right=True),
            Column("Each to its own limit", "t a year", right=True),
        ),
        tuple(
            (
                capital(str(row.name)),
                name_of_kind(row.kind),
                amount(row.available),
                str(row.unit),
                row.step_unit if str(row.step_unit)[:1].isdigit() else f"1 {row.step_unit}",
                cells.get(("concurrent", row.resource), "0"),
                cells.get(("capability", row.resource), "0"),
            )
            for row in rows(order)
        ),
        caption="What one step of each limit is worth in throughput",
    )
    note = (
        "Each figure is the difference between solved models, not a slope. Where two stand, one is what a step more"
        " brings and the other what a step less takes away (or all of it, where there is less than a step). A ship"
        " counts after weather and practical use. What is not listed changes neither figure by"
        " a step."
    )
    return [table, Note(note)]


def _range(up: float, down: float) -> str:
    """One figure, or two where they differ by more than a thousandth."""
    low, high = sorted((max(0.0, up), max(0.0, down)))
    if high - low <= max(1.0, 1e-3 * high):
        return amount(round(up))
    return f"{amount(round(low))} to {amount(round(high))}"


def ladder(findings: Findings) -> list[Block]:
    """The order of the limits as figure and table."""
    frame, answer = findings.ladder, findings.answer
    if frame is None or not len(frame):
        return []
    first_t, last_t = float(frame["t"].iloc[0]), float(frame["t"].iloc[-1])
    total = math.fsum(gain for gain in frame["gain"] if math.isfinite(gain))
    rungs = int(frame["rung"].nunique()) - (1 if float(frame["gain"].iloc[-1]) == 0 else 0)
    end = ("the " if frame["kind"].iloc[-1] == "gate" else "") + str(frame["name"].iloc[-1])
    parts: list[str | Strong] = [
        "All markets grow together until a limit stops them. That limit is lifted without limit, and the next one"
        " shows itself. ",
        Strong(f"From {mt(first_t)} there are {rungs} rungs up to {mt(last_t)}"),
        f", where what stops it is {end}." if rungs < frame["rung"].nunique() else ".",
    ]
    blocks: list[Block] = [Heading("In which order the limits come"), Paragraph(tuple(parts))]
    named = answer.terminals_t
    if named and bool(frame["beyond"].any()):
        unnamed = max(0.0, last_t - max(named, first_t))
        beyond = frame[frame["beyond"]]["rung"].nunique()
        words = f"The terminals that can be named add up to {mt(named)}. {beyond} of the rungs lie beyond that sum:"
        blocks.append(
            Paragraph((f"{words} they are ", Strong(NOBODY_HAS), f", {mt(unnamed)} of the way to {mt(last_t)}."))
        )
    title = f"One limit lifted after the other, from {mt(first_t)} to {mt(last_t)}"
    alt = f"Bar chart of the ladder. {title}. The table below has the same numbers."
    caption = f"Blue: what lifting each limit brings. Together {mt(total)}."
    if bool(frame["beyond"].any()):
        caption += f" Grey: {NOBODY_HAS}."
    blocks.append(
        Figure(
            draw=lambda width: ladder_figure(frame, named, width=width, title=title, description=alt),
            title=title,
            caption=caption,
            alt=alt,
            narrowest=PHONE,
        )
    )
    blocks.append(_rungs(findings, frame))
    return blocks


def _rungs(findings: Findings, frame: pd.DataFrame) -> Table:
    lines: list[tuple[str, ...]] = []
    before = None
    for row in rows(frame):
        head = row.rung != before
        before = row.rung
        instead = zip(str(row.alternatives).split(), row.alternatives_t, strict=True)
        others = listed([f"{capital(limit_name(findings.answer, each))} (+{millions(t)})" for each, t in instead], "or")
        lines.append(
            (
                str(row.rung) if head else "with",
                capital(str(row.name)) + (f" ({NOBODY_HAS})" if row.beyond else ""),
                name_of_kind(row.kind),
                amount(row.available, str(row.unit)),
                millions(row.t) if head else "",
                ("" if row.gain == 0 else f"+{millions(row.gain)}" if math.isfinite(row.gain) else "no limit")
                if head
                else "",
                amount(row.next_slack) if not math.isnan(row.next_slack) else "",
                others,
            )
        )
    return Table(
        (
            Column("Rung", right=True),
            Column("Limit", wide=5),
            Column("Sort"),
            Column("Available", right=True),
            Column("Stops at", "Mt", right=True),
            Column("Lifting it", "Mt", right=True),
            Column("Next has free", right=True),
            Column("Or instead", wide=4),
        ),
        tuple(lines),
        caption="The rungs in order",
        strong=(len(lines) - 1,) if frame["kind"].iloc[-1] == "gate" else (),
    )


def _said(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def waterfall(findings: Findings) -> list[Block]:
    """From the nameplate to what is handled, as figure and table, and what no terminal explains."""
    found = findings.waterfall
    if found is None:
        return []
    title = f"From the nameplate of {mt(found.nameplate_t)} to the {mt(found.handled_t)} handled"
    alt = f"Bar chart. {title}, by kind of limit. The table below has the same numbers."
    kinds = set(found.bars["kind"])
    note = (
        "Alone: what this kind takes of the nameplate if no other limit is there. Without it: what its absence brings"
        " if all others stay. Share: its mean loss over all orders (Shapley); the shares add up to the same total as"
        " the bars."
    )
    if kinds & FACTORS:
        note += (
            " Draught, practical use and weather act through ships and quays, so alone they may take nothing. A kind"
            " with no bar is hidden behind the bars above it; its share shows what it takes on average."
        )
    return [
        Heading("From the nameplate to what is handled"),
        Paragraph(tuple(_unexplained(findings.case, found))),
        Figure(
            draw=lambda width: waterfall_figure(found, width=width, title=title, description=alt),
            title=title,
            caption=_where_t_stands(found),
            alt=alt,
            narrowest=PHONE,
        ),
        bars_table(found),
        Note(note),
    ]


def _unexplained(case: Case, found: Waterfall) -> list[str | Strong]:
    """How much of the nameplate, and of the lowest figure given for it, no named terminal explains."""
    nameplate = mt(found.nameplate_t, 0)
    if not found.terminals_t:
        return [
            f"The bars lead from the nameplate of {nameplate} to what is handled, one kind of limit after the other."
        ]
    gap = found.nameplate_t - found.terminals_t
    if gap <= 0:
        return [f"The terminals that can be named add up to {mt(found.terminals_t)}, all of the {nameplate}."]
    parts: list[str | Strong] = [
        f"The terminals that can be named add up to {mt(found.terminals_t)}. ",
        Strong(f"Of the {nameplate} of the nameplate, {mt(gap)} is explained by no named terminal."),
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


def _where_t_stands(found: Waterfall) -> str:
    if found.capability_step is None:
        where = f"Capability, {mt(found.capability_t)}, is marked by a line: a ceiling of a market binds there, so no"
        return f"{where} bar ends at it."
    return f"Capability, {mt(found.capability_t)}, is where the limits end; what lies below is what markets asked for."


def bars_table(found: Waterfall) -> Table:
    """The bars of the waterfall as a table."""
    lines: list[tuple[str, ...]] = [("Nameplate", "", millions(found.nameplate_t), "", "", "")]
    strong = [0]
    for row in rows(found.bars):
        cells = (row.bar_t, row.after_t, row.first_in_t, row.last_in_t, row.shapley_t)
        lines.append((capital(str(row.name)), *(millions(cell) for cell in cells)))
        if row.kind == found.capability_step:
            strong.append(len(lines))
            lines.append(("Capability", "", millions(found.capability_t), "", "", ""))
    strong.append(len(lines))
    bars, shares = math.fsum(found.bars["bar_t"]), math.fsum(found.bars["shapley_t"])
    lines.append(("Handled, and sums", millions(bars), millions(found.handled_t), "", "", millions(shares)))
    return Table(
        (
            Column("Kind of limit", wide=3),
            Column("Takes", "Mt", right=True),
            Column("Leaves", "Mt", right=True),
            Column("Alone", "Mt", right=True),
            Column("Without it", "Mt", right=True),
            Column("Share", "Mt", right=True),
        ),
        tuple(lines),
        caption="What each kind of limit takes",
        strong=tuple(strong),
    )


def cut(findings: Findings) -> list[Block]:
    """The minimum cut of the graph beside the program's answer."""
    frame = findings.cut
    if frame is None or not len(frame):
        return []
    names = _link_names(findings.case)
    ends = [(str(row.nearest), str(row.farthest)) for row in rows(frame)]
    columns = [
        Column("Commodity", wide=1.4),
        Column("Direction"),
        Column("Model", "Mt", right=True),
        Column("Upper bound", "Mt", right=True),
        Column("Narrowest place", wide=4),
    ]
    places = [[_links(near, names)] for near, _ in ends]
    if any(near != far for near, far in ends):
        columns[-1:] = [
            Column("Narrowest place nearest to the origins", wide=2.4),
            Column("and nearest to the destinations", wide=2.4),
        ]
        places = [
            [_links(near, names), "the same" if near == far and near else _links(far, names)] for near, far in ends
        ]
    table = Table(
        tuple(columns),
        tuple(
            (str(row.name), str(row.direction), millions(row.lp_t), millions(row.cut_t), *place)
            for row, place in zip(rows(frame), places, strict=True)
        ),
        caption="The most of each commodity alone: this model, and the upper bound of the graph",
        small=True,
    )
    words = (
        "The graph alone, without fleets that are shared, without empties and with one commodity at a time, lets more"
        " pass than the model. Its narrowest place (minimum cut) is an upper bound, not an answer: the distance"
        " between the two is what shared ships, berths and wagons cost."
    )
    return [Heading("What the graph alone would let pass"), Paragraph((words,)), table]


def _link_names(case: Case) -> dict[str, str]:
    nodes = {row.node_id: row.name for row in case.rows("node")}
    return distinct(
        {arc.arc_id: f"{nodes[arc.start]} – {nodes[arc.end]} ({arc.mode_id.replace('_', ' ')})" for arc in arcs(case)}
    )


def _links(cell: object, names: dict[str, str]) -> str:
    ids = [each.strip() for each in _said(cell).split(",") if each.strip()]
    if not ids:
        return "none"
    shown = [names.get(each, each) for each in ids[:MOST_LINKS]]
    return "; ".join(shown) + (f"; and {len(ids) - MOST_LINKS} more" if len(ids) > MOST_LINKS else "")
