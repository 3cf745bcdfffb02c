"""The cargo that comes against one number: straight pieces between equilibria, as close to the curve as is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.evidence import number
from corridor.optimize.answer.choice import Equilibrium, equilibrium
from corridor.optimize.answer.limit import ROWS
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.coming import Coming, in_place, proved_t

CLOSE = 0.005
"""Share of the range of what comes: lower limit of the distance to a straight piece that calls for a finer one."""
EVEN = 1e-5
"""Share of what comes by which equilibria differ as they settle: a smaller change counts as none."""
FIRST = 4
"""Pieces from which the search begins: a curve may be even at its ends and bent between."""
RENT = 1e-4
"""USD per t of all that comes: rents of a limit below it are those of ties."""
DEEPEST = 4
"""Upper limit: halvings of a piece."""


@dataclass(frozen=True)
class Point:
    """An equilibrium at one value of the number: tonnes a year that come, and ids of the full limits with a rent."""

    at: float
    t: float
    full: tuple[str, ...]


class Curve:
    """The cargo that comes at values of one number of a case, each solved once; raises as the equilibria do."""

    def __init__(self, coming: Coming, case: Case, cell: Cell) -> None:
        self.coming, self.case, self.cell = coming, case, cell
        self.known: dict[float, Point] = {}
        self.residual = 0.0

    def at(self, value: float) -> Point:
        """The equilibrium at a value."""
        if value not in self.known:
            coming = self.coming
            year = in_place(coming.setting, coming.year, self.case.at({self.cell: value}))
            state = equilibrium(year, coming.base)
            self.residual = max(self.residual, state.residual)
            self.known[value] = Point(value, proved_t(year, state), _full(year, state))
        return self.known[value]

    def points(self, low: float, high: float) -> tuple[list[Point], float]:
        """Ends of straight pieces from ``low`` to ``high``, and the greatest distance of a middle from its piece.

        The number as the case has it is one of the ends.
        """
        begin = {low + (high - low) * k / FIRST for k in range(FIRST + 1)}
        stated = number(self.case, self.cell)
        begin |= {stated} if stated is not None and low < stated < high else set()
        first = [self.at(value) for value in sorted(begin)]
        seen = [point.t for point in first]
        close, apart, ends = max(EVEN * max(seen), CLOSE * (max(seen) - min(seen))), 0.0, [first[0]]
        pieces = [(one, other, DEEPEST) for one, other in pairwise(first)][::-1]
        while pieces:
            one, other, left = pieces.pop()
            middle = self.at((one.at + other.at) / 2)
            distance = abs(middle.t - (one.t + other.t) / 2)
            if distance > close and left:
                pieces += [(middle, other, left - 1), (one, middle, left - 1)]
                continue
            apart = max(apart, distance)
            flat = len(ends) > 1 and max(abs(ends[-2].t - t) for t in (one.t, other.t)) <= EVEN * other.t
            ends[-1:] = [other] if flat and ends[-1].at != stated else [ends[-1], other]
        return ends, apart

    def pieces(self, ends: Sequence[Point]) -> pd.DataFrame:
        """The pieces between ends as a frontier has them; the limits are those in the middle of each."""
        limits = [self.at((one.at + other.at) / 2).full for one, other in pairwise(ends)]
        before = [(), *limits[:-1]]
        frame = pd.DataFrame(
            {
                "from": [point.at for point in ends[:-1]],
                "to": [point.at for point in ends[1:]],
                "from_t": [point.t for point in ends[:-1]],
                "to_t": [point.t for point in ends[1:]],
            }
        )
        gained = (frame["to_t"] - frame["from_t"]).where(lambda t: t.abs() > EVEN * frame["to_t"], 0.0)
        return frame.assign(
            slope=gained / (frame["to"] - frame["from"]),
            limits=pd.Series(limits, dtype=object),
            comes=pd.Series([_without(now, was) for was, now in zip(before, limits, strict=True)], dtype=object),
            goes=pd.Series([_without(was, now) for was, now in zip(before, limits, strict=True)], dtype=object),
        )


def _without(ids: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in ids if each not in others)


def _full(year: Year, state: Equilibrium) -> tuple[str, ...]:
    """Ids of the limits with a rent, in the order of the program."""
    program, prices = year.program, state.solution.prices
    _, upper = program.bounds(program.given(state.given))
    least = RENT * math.fsum(state.comes.values())
    full = []
    for label in year.limits.priced(prices):
        at = program.rows.every((ROWS[str(label[0])], label[1]))
        if float(np.abs(prices[at] @ upper[at])) > least:
            full.append(year.limits.id_of(label))
    return tuple(dict.fromkeys(full))
