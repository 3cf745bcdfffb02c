"""Throughput against one capacity, and cost against volume: every breakpoint between two ends, at one floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.facts import fact
from corridor.model.faults import InfeasibleError, nearest, quoted
from corridor.model.horizon import Floats
from corridor.model.language import numeral, said, say
from corridor.model.limit_facts import limit_names
from corridor.model.program import Label, Program
from corridor.model.result.frontier import CostFrontier, Frontier
from corridor.model.units import amount
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.infeasible import reasons
from corridor.optimize.answer.limit import SHARE
from corridor.optimize.answer.limits import RAISES
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import values_of
from corridor.optimize.answer.year import Question, Year, priced
from corridor.optimize.period.layout import CHOICE, KILO, MEASURES
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.program.solver import Solver
from corridor.optimize.studies.coming import Coming
from corridor.optimize.studies.designs import unit_of
from corridor.optimize.studies.frontier_comes import Curve
from corridor.optimize.studies.frontier_words import Check, fault, not_straight, number_of, range_of, stated_in
from corridor.optimize.studies.parametric import Along, Piece
from corridor.optimize.studies.sweep import proved

COSTS = ("resource", "shipper")
NO_GROWTH = 1e-6
"""Absolute tolerance of the common growth at the end of the range: below it the growth is zero."""
FLOORED = ("handled", "capability")
"""Measures below whose floor no market falls."""


def frontier(
    setting: Setting,
    address: str,
    low: float | None = None,
    high: float | None = None,
    *,
    measure: str = "capability",
    check: Check | None = None,
) -> Frontier:
    """The measure as one capacity goes from ``low`` to ``high``, with every breakpoint.

    Without ends it goes from half to twice the number of the case. The lower end is raised until the base year fits, or
    as much of it as fits in the case: H and T keep the floor of other studies.

    ``address`` is a cell of right-hand sides alone, or the id of a resource, segment or link for its capacity. Such
    cells are capacities, backgrounds, ceilings, the nameplate, factors on resources, tonnes of a demand without
    growth. H and T keep to one floor, the smallest common growth of both ends, or 1. Where a part of the range cannot
    be carried it is left out, and said so. ``check`` finds the faults of the case with some cells set.

    With the measure ``expected`` the cargo that comes is the answer, and ``address`` any number of the case: a tariff,
    hours, a subsidy. Its curve bends: pieces are made finer until the middle of each is close to it (``apart_t``).

    Raises CaseError, InfeasibleError where nothing of the range can be carried, CertificateError.
    """
    if measure == CHOICE:
        return _of_comes(setting, address, low, high, check)
    if measure not in MEASURES:
        raise fault(
            "C070",
            "--of",
            say(
                "{measure} is no measure; {nearest}",
                measure=quoted(measure),
                nearest=nearest(measure, (*MEASURES, CHOICE)),
            ),
        )
    case = setting.case
    cell = number_of(case, address)
    fits = low is None
    low, high = range_of(case, cell, low, high, check)
    year = setting.at(case.at({cell: high})).open()
    if not year.layout.base:
        raise fault("C076", ".".join(cell), say("nothing grows in this case: no demand crosses in the base year"))
    values, direction = _line(year, case, cell, low, high)
    origin = high
    growth = _along(year, Question("growth"), origin, values, direction)
    begins = ends = ""
    if any(growth.solve(end).status == "infeasible" for end in (low, high)):
        low, high, begins, ends = _carried(year, growth, cell, low, high)
    if fits and measure in FLOORED:
        low, begins = _fitting(case, growth, cell, low, high, begins)
    common = [year.sound(growth.solve(end)).value for end in (low, high)]
    # The common growth is concave in the number: over a range it is least at an end.
    floor = share(min(common))
    if floor < NO_GROWTH:
        floor = 0.0
    question = year.question(measure, floor)
    along = growth if measure == "concurrent" else _along(year, question, origin, values, direction)
    for end in (low, high):
        year.sound(along.solve(end))
    found = along.pieces(low, high)
    tonnes = KILO * (math.fsum(year.layout.base.values()) if question.goal == "growth" else 1.0)
    frame = _pieces(found, tonnes, [_limits(year, along, question, each) for each in found])
    return _frontier(
        case,
        cell,
        measure,
        frame,
        floor=floor if measure in FLOORED else None,
        points=_points(found, tonnes),
        begins=begins,
        ends=ends,
        solves=along.solves + (growth.solves if along is not growth else 0),
        residual=proved("a point", (along.residual, growth.residual)),
    )


def _of_comes(setting: Setting, address: str, low: float | None, high: float | None, check: Check | None) -> Frontier:
    """The cargo that comes as one number goes from ``low`` to ``high``, as straight pieces between equilibria."""
    case = setting.case
    cell = number_of(case, address, any_number=True)
    low, high = range_of(case, cell, low, high, check)
    curve = Curve(Coming(setting), case, cell)
    ends, apart = curve.points(low, high)
    return _frontier(
        case,
        cell,
        CHOICE,
        curve.pieces(ends),
        floor=None,
        points=pd.DataFrame({"at": [point.at for point in ends], "t": [point.t for point in ends]}),
        begins="",
        ends="",
        solves=len(curve.known),
        residual=curve.residual,
        apart_t=apart,
    )


def _frontier(case: Case, cell: Cell, measure: str, pieces: pd.DataFrame, **found: Any) -> Frontier:
    """The frontier of a measure over a number of the case, its pieces priced in the planner's step of that number."""
    name, step, step_unit = _named(case, cell)
    return Frontier(
        case=case,
        measure=measure,
        address=".".join(cell),
        name=name,
        unit=unit_of(case, cell),
        stated=stated_in(case, cell),
        step=step,
        step_unit=step_unit,
        pieces=pieces.assign(per_step=pieces["slope"] * step)[PIECES],
        names=limit_names(case),
        **found,
    )


PIECES = ["from", "to", "from_t", "to_t", "slope", "per_step", "limits", "comes", "goes"]


def _line(year: Year, case: Case, cell: Cell, low: float, high: float) -> tuple[Floats, Floats]:
    """The givens at ``high`` and what they rise by for one unit of the number; raises CaseError where it bends.

    Two values inside the range say so: at its ends a link may be closed.
    """
    values, matrix = year.program.values, year.program.matrix
    found = []
    for x in (low + 0.5 * (high - low), low + 0.25 * (high - low)):
        try:
            year.renumber(case.at({cell: x}))
        except NeedsRebuild:
            raise not_straight(cell) from None
        if abs(year.program.matrix - matrix).nnz:
            raise not_straight(cell)
        found.append((x, year.program.values))
    year.renumber(case.at({cell: high}))
    (middle, half), (quarter, there) = found
    fixed = np.isinf(values) & (values == half)
    with np.errstate(invalid="ignore"):
        direction = np.where(fixed, 0.0, (values - half) / (high - middle))
        straight = np.where(fixed, values, values + (quarter - high) * direction)
    if not np.allclose(straight, there, rtol=1e-9, atol=1e-9):
        raise not_straight(cell)
    return values, direction


def _along(year: Year, question: Question, origin: float, values: Floats, direction: Floats) -> Along:
    """The question along the line; what the question itself gives does not move."""
    program = year.program
    values, direction = values.copy(), direction.copy()
    for label, value in question.given.items():
        at = program.givens.every(label)
        values[at], direction[at] = value, 0.0
    goal, maximise = question.goal, question.maximise
    return Along(program, year.solver, goal, maximise, origin, values, direction, question.without)


def _carried(year: Year, growth: Along, cell: Cell, low: float, high: float) -> tuple[float, float, str, str]:
    """The part of the range in which what must be carried can be, and why it is shorter at either end."""
    part = growth.reach(low, high)
    if part is None or part[0] >= part[1]:
        raise InfeasibleError(reasons(year))
    said = [
        str(fact(f"frontier.{side}", amount=amount_of(end))) if end != asked else ""
        for side, end, asked in zip(("below", "above"), part, (low, high), strict=True)
    ]
    return *part, said[0], said[1]


def _fitting(case: Case, growth: Along, cell: Cell, low: float, high: float, begins: str) -> tuple[float, str]:
    """From where on the base year fits, or as much of it as fits in the case as it is; and why, if that is later."""
    stated = min(max(stated_in(case, cell), low), high)
    here = growth.solve(stated)
    if here.status != "optimal":
        return low, begins
    wanted = share(here.value)
    for piece in growth.pieces(low, stated) if low < stated else ():
        if piece.line.at(piece.high) >= wanted * (1 - 1e-12):
            start = piece.low
            if piece.line.at(start) < wanted:
                start += (wanted - piece.line.at(start)) / piece.line.slope
            if start <= low:
                return low, begins
            at = amount_of(start)
            return start, (
                say("below {at} the base year no longer fits; --from takes it further, at a lower floor", at=at)
                if wanted == 1
                else say(
                    "below {at} {wanted:.4g} times the base year no longer fits; --from takes it further,"
                    " at a lower floor",
                    at=at,
                    wanted=wanted,
                )
            )
    return low, begins


def amount_of(value: float) -> str:
    """A number as an end of a frontier is shown: grouped where it is large, else with what digits it needs.

    >>> amount_of(10.25), amount_of(105000.0), amount_of(8.850241545893715)
    ('10.25', '105,000', '8.8502')
    """
    return numeral(value, ",.0f") if abs(value) >= 10_000 else numeral(value, ".5g")


def _named(case: Case, cell: Cell) -> tuple[str, float, str]:
    """Name of a number, and the planner's unit of it: its size, and what it is called."""
    table, row, column = cell
    found = case.row(table, row)
    name = str(getattr(found, "name", None) or row.replace("_", " "))
    if table == "resource" and column in ("capacity", "background"):
        name = name if column == "capacity" else say("{name}, used by others", name=name)
        if found.step:
            return name, float(found.step), str(found.step_unit or amount(found.step, found.unit))
    elif table in ("segment", "gate"):
        name = say("ceiling of {name}", name=name) if table == "segment" else say("nameplate of {name}", name=name)
    elif table != "link" or column != "capacity_t_per_year":
        name += f", {said(column.replace('_', ' '))}"
    return name, 1.0, unit_of(case, cell).removesuffix(" a year") or "1"


def _limits(year: Year, along: Along, question: Question, piece: Piece) -> tuple[str, ...]:
    """The limits in the middle of a piece: a step more of it changes the answer; the greatest effect first."""
    x = (piece.low + piece.high) / 2
    here = along.solve(x)
    standing = along.values + (x - along.origin) * along.direction
    effects: dict[str, float] = {}
    for label in priced(year, here):
        if label in question.given or label not in along.program.given_at:
            continue
        there = float(standing[along.program.givens.every(label)].sum())
        limit = year.limits.of(label)
        step = limit.to_given(limit.step) if limit.stated or there <= 0 else SHARE * there
        after = along.solve(x, {label: step})
        change = abs(after.value - here.value) if after.status == "optimal" else math.inf
        if change > RAISES * max(1.0, abs(here.value)):
            effects[limit.limit_id] = change
    return tuple(sorted(effects, key=lambda key: (-effects[key], key)))


def _points(found: Sequence[Piece], tonnes: float) -> pd.DataFrame:
    at = [found[0].low, *(each.high for each in found)]
    lines = [found[0].line, *(each.line for each in found)]
    return pd.DataFrame({"at": at, "t": [tonnes * line.at(x) for x, line in zip(at, lines, strict=True)]})


def _pieces(found: Sequence[Piece], tonnes: float, limits: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    before = [(), *limits[:-1]]
    return pd.DataFrame(
        {
            "from": [each.low for each in found],
            "to": [each.high for each in found],
            "from_t": [tonnes * each.line.at(each.low) for each in found],
            "to_t": [tonnes * each.line.at(each.high) for each in found],
            "slope": [tonnes * each.line.slope + 0.0 for each in found],
            "limits": limits,
            "comes": [tuple(each for each in now if each not in was) for was, now in zip(before, limits, strict=True)],
            "goes": [tuple(each for each in was if each not in now) for was, now in zip(before, limits, strict=True)],
        }
    )


VOLUME: Label = ("volume", None)


def cost_frontier(setting: Setting, cost: str = "resource") -> CostFrontier:
    """The least cost of carrying a volume of gate tonnes a year, piece by piece.

    ``cost`` is ``resource`` (operating cost, empties included) or ``shipper`` (tariffs, time, carbon). No market falls
    below its floor (the smaller of the base year and the common growth); the volume goes from the sum of the floors to
    the capability, whichever market grows for it. Raises CaseError, InfeasibleError, CertificateError.
    """
    if cost not in COSTS:
        raise fault(
            "C070", "--cost", say("{cost} is no cost; {nearest}", cost=quoted(cost), nearest=nearest(cost, COSTS))
        )
    case, year = setting.case, setting.open()
    base = year.layout.base
    if not base:
        raise fault("C076", "--cost", say("nothing grows in this case: no demand crosses in the base year"))
    if not np.any(year.goal(f"cost_{cost}")):
        column = {"resource": say("operating costs (mode, unit, carrier)"), "shipper": say("tariffs")}[cost]
        raise fault("C078", "--cost", say("this case has no {column}, so every volume costs nothing", column=column))
    measures = Measures.of(year)
    floor = share(measures.growth)
    low, high = floor * measures.base, measures.solution("capability").value
    high -= 1e-9 * max(1.0, high)  # at the very end a solver is not sure that it can
    if not low < high * (1 - 1e-9):
        raise fault("C079", "--cost", say("the capability is the base year itself, so no volume lies between them"))
    question = Question(f"cost_{cost}", maximise=False, given=year.floors(floor))
    program = _with_volume(year, high)
    direction = np.zeros(len(program.givens))
    direction[program.given_at[VOLUME]] = 1.0
    along = Along(program, Solver(program), question.goal, False, high, program.given(question.given), direction)
    found = along.pieces(low, high)
    proved("a point", [along.residual])
    names = limit_names(case) | {row.segment_id: row.name for row in case.rows("segment") if row.segment_id in base}
    ends = [(tonnes * KILO, each.line.at(tonnes) * KILO) for each in found for tonnes in (each.low, each.high)]
    frame = pd.DataFrame(
        {
            "from_t": [t for t, _ in ends[::2]],
            "to_t": [t for t, _ in ends[1::2]],
            "from_usd": [usd for _, usd in ends[::2]],
            "to_usd": [usd for _, usd in ends[1::2]],
            "usd_per_t": [each.line.slope for each in found],
            "grows": [_grows(along, each) for each in found],
            "limits": [_limits(year, along, question, each) for each in found],
        }
    )
    points = [ends[0], *ends[1::2]]
    return CostFrontier(
        case=case,
        cost=cost,
        floor=floor,
        points=pd.DataFrame(points, columns=["t", "usd"]),
        pieces=frame,
        names=names,
        solves=along.solves,
        residual=along.residual,
    )


def _with_volume(year: Year, volume: float) -> Program:
    program = year.program
    level, row = program.goals["level"][0], len(program.rows)
    counted = np.flatnonzero(level)
    return program.extended(
        (level[counted], np.full(len(counted), row), counted),
        rows={VOLUME: (-1, 0.0)},
        givens={VOLUME: volume},
        of_givens=(np.array([-1.0]), np.array([row]), np.array([len(program.givens)])),
    )


def _grows(along: Along, piece: Piece) -> tuple[str, ...]:
    """Markets that carry more towards the end of a piece than at its beginning, the greatest first."""
    span = piece.high - piece.low
    less, more = (
        values_of(along.program, along.solve(piece.low + share * span).columns)["level"] for share in (0.25, 0.75)
    )
    rises = {str(segment): more[segment] - less[segment] for segment in more}
    return tuple(sorted((s for s in rises if rises[s] > 0.005 * span), key=lambda s: (-rises[s], s)))
