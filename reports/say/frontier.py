"""The page of a frontier: a measure against one capacity, piece by piece, and the worth of one step at the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corridor.model.result.frame import rows
from corridor.model.result.frontier import FLAT, Frontier
from corridor.reports.blocks import Block, Column, Note, Table, amounts, figure, lead
from corridor.reports.charts.frontier import frontier_figure
from corridor.reports.numbers import number
from corridor.reports.say.words import MEASURES, READER, capital, inside, millions


def page(result: Frontier, *, short: bool = False) -> list[Block]:
    """The measure over the range, its pieces with the limits that hold on each, and the proof."""
    sentences = frontier_sentences(result)
    title = f"{measure_name(result)} by {inside(result.case, result.name)}"
    caption = f"Each dot is a breakpoint; the words at a piece are the gain of {_step(result)} more."
    notes = [f"Limits all along: {named(result.always, result.names)}."] if result.always else []
    if result.floor is not None:
        times = "" if result.floor == 1 else f"{result.floor:.4g} times "
        notes.append(f"No market falls below {times}its base year, all along.")
    notes.append(proved(result.solves, result.residual))
    picture = figure(frontier_figure, result, title=title, caption=caption, alt=" ".join(sentences))
    return [lead(sentences), picture, _pieces(result), Note(" ".join(notes))]


def measure_name(result: Frontier) -> str:
    """The measure of a frontier in a reader's words, with its floor where that is not one."""
    return MEASURES[result.measure][0] + result.measure_name.removeprefix(result.measure)


def frontier_sentences(result: Frontier) -> list[str]:
    """Both ends, the worth of a step at the case's own number, and the end of every gain."""
    first, last = (result.points.iloc[place] for place in (0, -1))
    name = inside(result.case, result.name)
    ways = f"in {len(result.pieces)} straight pieces" if len(result.pieces) > 1 else "in one straight line"
    sentences = [
        f"{measure_name(result)}: from {millions(first['t'])} to {millions(last['t'])} Mt with {name} from "
        f"{number(first['at'])} to {number(last['at'])} {result.unit}, {ways}."
    ]
    if result.here is not None:
        here, less, more = (result.here[name] for name in ("t", "less_t", "more_t"))
        worth = [
            f"{words} {_per(t)} t a year"
            for words, t in ((f"{_step(result)} less costs", less), ("one more brings", more))
            if abs(t) > FLAT * result.step
        ]
        margin = f"at the margin {', '.join(worth)}" if worth else "a little more changes nothing"
        sentences.append(f"The case has {number(result.stated)} ({millions(here)} Mt); {margin}.")
    if result.flat_from is not None:
        sentences.append(f"Beyond {number(result.flat_from)} more of it changes nothing.")
    return [*sentences, *(f"{capital(end)}." for end in (result.begins, result.ends) if end)]


def _step(result: Frontier) -> str:
    """One step in words: ``1 %``, ``one ship``."""
    return result.step_unit if result.step_unit[:1].isdigit() else f"one {result.step_unit}"


def _per(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _pieces(result: Frontier) -> Table:
    columns = (
        *amounts("", "From", "To"),
        *amounts("Mt", "Fits from", "Fits to"),
        *amounts("t a year", f"{capital(_step(result))} more brings"),
        Column("Limits besides", wide=3),
        Column("No longer", wide=2),
    )
    body = []
    for row in rows(result.pieces):
        ends = (number(row[0]), number(row[1]), millions(row.from_t, 3), millions(row.to_t, 3))
        fresh = [limit for limit in row.comes if limit not in result.always]
        slope = "nothing" if abs(row.slope) <= FLAT else _per(row.per_step)
        body.append((*ends, slope, named(fresh, result.names), named(row.goes, result.names)))
    of = READER[result.measure]
    return Table(columns, tuple(body), caption=f"Piece by piece: {result.name}, {result.unit}, and how much {of}")


def named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Limits or markets by name."""
    return "; ".join(names.get(each, each) for each in ids)


def proved(solves: int, residual: float, where: str = "between breakpoints") -> str:
    """The sentence on the proof of a chain of linear programs."""
    return f"Exact {where}; {solves} linear programs, each proved (worst residual {residual:.0e})."
