"""The page of a frontier: a measure against one capacity, piece by piece, and the worth of one step at the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corridor.model.language import numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.frontier import FLAT, Frontier
from corridor.reports.blocks import Block, Column, Note, Table, amounts, figure, lead
from corridor.reports.charts.frontier import frontier_figure
from corridor.reports.numbers import number
from corridor.reports.say.words import MEASURES, READER, capital, inside, millions


def page(result: Frontier, *, short: bool = False) -> list[Block]:
    """The measure over the range, its pieces with the limits that hold on each, and the proof."""
    sentences = frontier_sentences(result)
    title = say(
        "{measure_name} by {inside}", measure_name=measure_name(result), inside=inside(result.case, result.name)
    )
    caption = (
        say("Each dot is a breakpoint; the words at a piece are the gain of {step} more.", step=_step(result))
        if result.apart_t is None
        else say("Each dot is an equilibrium; the words at a piece are the gain of {step} more.", step=_step(result))
    )
    notes = [say("Limits all along: {always}.", always=named(result.always, result.names))] if result.always else []
    if result.floor is not None:
        times = "" if result.floor == 1 else say("{floor:.4g} times ", floor=result.floor)
        notes.append(say("No market falls below {times}its base year, all along.", times=times))
    notes.append(proved(result.solves, result.residual) if result.apart_t is None else _close(result))
    picture = figure(frontier_figure, result, title=title, caption=caption, alt=" ".join(sentences))
    return [lead(sentences), picture, _pieces(result), Note(" ".join(notes))]


def _close(result: Frontier) -> str:
    """The sentence on the distance of straight pieces from the curve, and on the proof."""
    apart = result.apart_t or 0.0
    return say(
        "The curve bends: in the middle of a piece it is at most {apart} t a year away. {solves} equilibria, each"
        " proved; willingness and price differ by at most {residual:.0e} USD/t.",
        apart=numeral(apart, ",.0f" if apart >= 1 else ",.2f"),
        solves=result.solves,
        residual=result.residual,
    )


def measure_name(result: Frontier) -> str:
    """The measure of a frontier in a reader's words, with its floor where that is not one."""
    title: str = MEASURES[result.measure][0]
    if result.floor is None or result.measure_name == result.measure:
        return title
    return say("{title} at floor {floor:.3g}", title=title, floor=result.floor)


def frontier_sentences(result: Frontier) -> list[str]:
    """Both ends, the worth of a step at the case's own number, and the end of every gain."""
    first, last = (result.points.iloc[place] for place in (0, -1))
    name = inside(result.case, result.name)
    ways = (
        say("in {count} straight pieces", count=len(result.pieces))
        if len(result.pieces) > 1
        else say("in one straight line")
    )
    sentences = [
        say(
            "{measure_name}: from {t} to {t2} Mt with {name} from {at} to {at2} {unit}, {ways}.",
            measure_name=measure_name(result),
            t=millions(first["t"], _digits(result)),
            t2=millions(last["t"], _digits(result)),
            name=name,
            at=number(first["at"]),
            at2=number(last["at"]),
            unit=result.case.words(result.unit),
            ways=ways,
        )
    ]
    if result.here is not None:
        here, less, more = (result.here[name] for name in ("t", "less_t", "more_t"))
        worth = []
        if abs(less) > FLAT * result.step:
            less_costs = say("{step} less costs {t} t a year", step=_step(result), t=_per(less))
            less_brings = say("{step} less brings {t} t a year", step=_step(result), t=_per(-less))
            worth.append(less_costs if less > 0 else less_brings)
        if abs(more) > FLAT * result.step:
            more_brings = say("one more brings {t} t a year", t=_per(more))
            worth.append(more_brings if more > 0 else say("one more costs {t} t a year", t=_per(-more)))
        margin = say("at the margin {worth}", worth=", ".join(worth)) if worth else say("a little more changes nothing")
        sentences.append(
            say(
                "The case has {stated} ({here} Mt); {margin}.",
                stated=number(result.stated),
                here=millions(here, _digits(result)),
                margin=margin,
            )
        )
    if result.flat_from is not None:
        sentences.append(say("Beyond {flat_from} more of it changes nothing.", flat_from=number(result.flat_from)))
    return [*sentences, *(f"{capital(end)}." for end in (result.begins, result.ends) if end)]


def _digits(result: Frontier) -> int:
    """Digits of Mt: the cargo that comes changes by thousands of tonnes."""
    return 2 if result.apart_t is None else 3


def _step(result: Frontier) -> str:
    """One step in words: ``1 %``, ``one ship``."""
    unit = result.step_unit
    return unit if unit[:1].isdigit() else say("one {step_unit}", step_unit=result.case.words(unit))


def _per(value: float) -> str:
    return numeral(value, ",.0f") if abs(value) >= 100 else numeral(value, ",.2f")


def _pieces(result: Frontier) -> Table:
    columns = (
        *amounts("", say("From"), say("To")),
        *(
            amounts(say("Mt"), say("Fits from"), say("Fits to"))
            if result.apart_t is None
            else amounts(say("Mt"), say("Comes from"), say("Comes to"))
        ),
        *amounts(say("t a year"), say("{step} more brings", step=capital(_step(result)))),
        Column(say("Limits besides"), wide=3),
        Column(say("No longer"), wide=2),
    )
    body = []
    for row in rows(result.pieces):
        ends = (number(row[0]), number(row[1]), millions(row.from_t, 3), millions(row.to_t, 3))
        fresh = [limit for limit in row.comes if limit not in result.always]
        slope = say("nothing") if abs(row.slope) <= FLAT else _per(row.per_step)
        body.append((*ends, slope, named(fresh, result.names), named(row.goes, result.names)))
    of = READER[result.measure]
    return Table(
        columns,
        tuple(body),
        caption=say(
            "Piece by piece: {name}, {unit}, and how much {of}",
            name=result.name,
            unit=result.case.words(result.unit),
            of=of,
        ),
    )


def named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Limits or markets by name."""
    return "; ".join(names.get(each, each) for each in ids)


def proved(solves: int, residual: float, where: str = "") -> str:
    """The sentence on the proof of a chain of linear programs."""
    return say(
        "Exact {where}; {solves} linear programs, each proved (worst residual {residual:.0e}).",
        where=where or say("between breakpoints"),
        solves=solves,
        residual=residual,
    )
