"""The pages of the limits: one step more of each, what its price is, how far each market goes, the graph's cut."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import arcs, distinct
from corridor.model.kinds import KINDED, kinds_of
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.scope import ALL, scope_of
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.say.words import capital, first_limit, limit_name, listed, millions, times

KIND = {"ship": "ships", "demand": "market", "gate": "claimed"}
"""Kinds whose word in a column is not their id."""
MOST_LINKS = 3
"""Links of a narrowest place that are named."""


def name_of_kind(kind: str) -> str:
    return KIND.get(kind, kind.replace("_", " "))


def kinds_said(case: Case) -> str:
    """A sentence on the kinds of limit whose names say more than their ids."""
    used = {row.kind for table in KINDED for row in case.rows(table)}
    told = [
        f"{name_of_kind(kind.kind_id)}, {kind.name}"
        for kind in kinds_of(case).values()
        if kind.kind_id in used and kind.name.rstrip("s") != name_of_kind(kind.kind_id)
    ]
    return "Where: " + "; ".join([*told, "market, the ceiling of a market"]) + "."


def of_scope(case: Case, scope: str) -> str:
    """The end of a title that says which cargo is measured; nothing where it is all."""
    if scope == ALL:
        return ""
    within = scope_of(case, scope)
    return f": {within.name}, {'tonnes of cargo' if within.net else 'gate tonnes'}, the other cargo as in the base year"


def first_limit_said(answer: Answer) -> Paragraph:
    """The first limit, its multiple of the base year, and the limits that could be lifted instead."""
    assert answer.first is not None
    parts: list[str | Strong] = ["If all cargo grows alike, the first limit is ", Strong(first_limit(answer))]
    parts.append(f", at {times(answer.first.growth)} times the base year.")
    others = [limit_name(answer, name) for name in answer.first.alternatives]
    if others:
        parts.append(f" Lifting one of these instead would do, too: {listed(others, 'or')}.")
    return Paragraph(tuple(parts))


def limits_table(answer: Answer) -> Table:
    """The limits of an answer, and the gain of one step more of each."""
    columns = (
        Column("Limit", wide=3),
        Column("Where"),
        Column("Used", right=True),
        Column("Of", right=True),
        Column("Unit", wide=1),
        Column("One more", wide=1),
        Column("Brings", right=True),
        Column("of", wide=2),
    )
    lines: list[tuple[str, ...]] = []
    for row in rows(answer.limits):
        unit, _, step = str(row.price_unit).partition(" per ")
        cells = (amount(row.used), amount(row.available), str(row.unit), step, amount(row.price), unit_words(unit))
        lines.append((capital(str(row.name)), name_of_kind(row.kind), *cells))
    if len({line[-1] for line in lines}) == 1:
        brings = Column("Brings", lines[0][-1], right=True)
        return Table((*columns[:-2], brings), tuple(line[:-1] for line in lines), caption=STOPPED)
    return Table(columns, tuple(lines), caption=STOPPED)


STOPPED = "What stops it, and what one step more of each limit brings"
AVAILABLE = (
    "Limits count after weather, draught and practical use, and less the traffic that is not modelled."
    " A ship that sails half of its time for this cargo counts as half."
)
"""The note on amounts of a resource."""


def unit_words(unit: str) -> str:
    """The unit of a measure in words.

    >>> unit_words("gate t/year"), unit_words("net t/year"), unit_words("USD/year")
    ('t a year', 't of cargo a year', 'USD a year')
    """
    return unit.replace("gate t", "t").replace("net t", "t of cargo").replace("/year", " a year")


def price_blocks(frame: pd.DataFrame, *, of: str = "") -> list[Block]:
    """What one step of each resource is worth, both measures side by side; a range where up and down differ."""
    if not len(frame):
        return [Paragraph(("One step more or less of any resource changes nothing.",))]
    cells = {(row.measure, row.resource): _range(row.up_t, row.down_t) for row in rows(frame)}
    order = frame.sort_values("measure", kind="stable").drop_duplicates("resource")  # those of T come first
    table = Table(
        (
            Column("Limit", wide=3),
            Column("Where"),
            Column("There is", right=True),
            Column("Unit", wide=1),
            Column("Step", wide=1),
            Column("If all grow alike", "t a year", right=True),
            Column("If each grows to its limit", "t a year", right=True),
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
        caption=f"What one step of each limit is worth{of}",
    )
    note = (
        "Each figure is the difference between two solved models. Of two figures, the smaller and the larger are what a"
        " step more brings and what a step less takes. Limits that are not listed change neither by a step."
    )
    floor = float(frame.attrs.get("floor", 1.0))
    if floor < 1 - 1e-9:
        note += f" In every run each market keeps {floor:.4g} of its base year."
    return [table, Note(f"{note} {AVAILABLE}")]


def _range(up: float, down: float) -> str:
    """One figure, or two where they differ by more than a thousandth."""
    low, high = sorted((max(0.0, up), max(0.0, down)))
    if high - low <= max(1.0, 1e-3 * high):
        return amount(round(up))
    return f"{amount(round(low))} to {amount(round(high))}"


def markets_table(frame: pd.DataFrame, *, of: str = "") -> list[Block]:
    """How far each market goes, the others as in the base year."""
    table = Table(
        (
            Column("Market", wide=3),
            Column("Base year", "Mt", right=True),
            Column("Alone", "Mt", right=True),
            Column("Times", right=True),
            Column("What stops it", wide=4),
        ),
        tuple(
            (
                str(row.name),
                millions(row.base_t),
                millions(row.t),
                "–" if math.isnan(row.times) else times(row.times),
                capital(str(row.stops)),
            )
            for row in rows(frame)
        ),
        caption=f"How far each market goes, the others as in the base year{of}",
    )
    note = "The figures do not add up: each market takes all that the others leave."
    return [table, Note(note)]


def cut_blocks(case: Case, frame: pd.DataFrame) -> list[Block]:
    """The minimum cut of the graph beside the program's answer."""
    if not len(frame):
        return []
    names = _link_names(case)
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
    ids = [each.strip() for each in str(cell or "").split(",") if each.strip()]
    if not ids:
        return "none"
    shown = [names.get(each, each) for each in ids[:MOST_LINKS]]
    return "; ".join(shown) + (f"; and {len(ids) - MOST_LINKS} more" if len(ids) > MOST_LINKS else "")
