"""H, C, T and U of a year at one floor: the only place that derives a floor from the common growth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property

from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.highs import Solution

Floors = dict[str, float]
"""Floor by segment, in gate kt a year."""


def share_of(year: Year) -> float:
    """The share of the base year that fits, all segments alike; 1 where nothing grows."""
    return share(year.concurrent().value) if year.layout.base else 1.0


def smallest(floors: Iterable[Mapping[str, float]]) -> Floors:
    """The smallest of several floors by segment; 0 for a segment that one of them does not have."""
    listed = list(floors)
    everything = dict.fromkeys(segment for floor in listed for segment in floor)
    return {segment: min(floor.get(segment, 0.0) for floor in listed) for segment in everything}


class Measures:
    """The measures of a year at one floor, each solved when it is first read; tonnes by :meth:`t`.

    ``floor`` is kt by segment, a share of the base year, or None for the floor of the year itself: its base year, or
    the common growth of it where that is less.
    """

    def __init__(self, year: Year, floor: Mapping[str, float] | float | None = None) -> None:
        self.year = year
        self._floor = floor
        self._solved: dict[str, Solution] = {}

    @classmethod
    def of(cls, year: Year, floor: Mapping[str, float] | float | None = None) -> Measures:
        """The measures of a year at a floor."""
        return cls(year, floor)

    @property
    def base(self) -> float:
        """Gate kt of the base year of all segments."""
        return math.fsum(self.year.layout.base.values())

    @property
    def common(self) -> Solution:
        """The solution of the largest common growth."""
        return self.solution("concurrent")

    @property
    def growth(self) -> float:
        """The largest common multiple of the base year; 0 where nothing grows."""
        return self.common.value if self.year.layout.base else 0.0

    @cached_property
    def floor(self) -> Mapping[str, float] | float:
        """The floor: a share of the base year, or kt by segment."""
        return share(self.growth) if self._floor is None else self._floor

    @property
    def floors(self) -> Floors:
        """The floor in kt by segment."""
        base, floor = self.year.layout.base, self.floor
        if isinstance(floor, Mapping):
            return {segment: floor.get(segment, 0.0) for segment in base}
        return {segment: floor * kt for segment, kt in base.items()}

    def question(self, measure: str) -> Question:
        """The question of a measure at the floor."""
        return self.year.question(measure, self.floor if measure in ("handled", "capability") else 0.0)

    def solution(self, measure: str) -> Solution:
        """The solution of a measure; raises InfeasibleError, CaseError."""
        if measure not in self._solved:
            self._solved[measure] = self.year.ask(self.question(measure))
        return self._solved[measure]

    @property
    def handled_t(self) -> float:
        """Tonnes handled: the base year without a solve, where all of it fits and no planner's rule bears on it."""
        return self.base * KILO if self.growth >= 1 and not self.year.rules else self.t("handled")

    def t(self, measure: str) -> float:
        """Tonnes a year of a measure, in the unit of the year; 0 where nothing grows."""
        if not self.year.layout.base:
            return 0.0
        return self.solution(measure).value * KILO * (self.base if measure == "concurrent" else 1.0)
