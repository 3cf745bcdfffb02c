"""The uncertain numbers of a case: their ranges, what drives them, and one draw of them all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from corridor.model.case import Case, Cell
from corridor.model.evidence import evidence_of, number, stands_for
from corridor.model.formula import names, value
from corridor.model.schema import schemas

SHIPPERS = ("market", "market_step", "market_rival", "rival")
"""Tables of shippers who choose."""


@dataclass(frozen=True)
class Input:
    """A number with a range.

    ``driver`` names the random number that sets it; ``basis`` is sourced, partly assumed or assumed.
    """

    cell: Cell
    low: float
    value: float
    high: float
    driver: str
    contrary: bool
    basis: str

    def at(self, u: float) -> float:
        """The value at the quantile ``u`` (0 to 1) of a triangle from low to high with its top at the stated value.

        >>> Input(("a", "b", "c"), 0.0, 1.0, 3.0, "d", False, "sourced").at(1 / 3)
        1.0
        """
        u = 1 - u if self.contrary else u
        span = self.high - self.low
        if u * span <= self.value - self.low:
            found = self.low + math.sqrt(u * span * (self.value - self.low))
        else:
            found = self.high - math.sqrt((1 - u) * span * (self.high - self.value))
        return min(max(found, self.low), self.high)  # not past an end by a last bit


@dataclass(frozen=True)
class Following:
    """A number that moves with cells that its formula names: what the formula gives as the case stands, and them."""

    cell: Cell
    formula: str
    value: float
    gives: float
    named: Mapping[str, float]


@dataclass(frozen=True)
class Inputs:
    """The uncertain numbers of a case, and those that follow them by formula, in the order of evaluation."""

    case: Case
    ranged: tuple[Input, ...]
    following: tuple[Following, ...]
    capacities_only: bool

    @property
    def drivers(self) -> list[str]:
        """Drivers, in the order of their random numbers."""
        return list(dict.fromkeys(each.driver for each in self.ranged))

    def drawn(self, quantiles: Mapping[str, float]) -> Case:
        """The case with its uncertain numbers at these quantiles of their drivers; those left out stay as stated.

        A number whose formula names cells moves in proportion with them, and within its own range besides.
        """
        return self.case.at(self.values(quantiles))

    def values(self, quantiles: Mapping[str, float]) -> dict[Cell, float]:
        """The numbers of :meth:`drawn`, by cell."""
        values = {each.cell: each.at(quantiles[each.driver]) for each in self.ranged if each.driver in quantiles}
        moved = {".".join(cell): each for cell, each in values.items()}
        for each in self.following:
            gives = value(each.formula, lambda name, known=each.named: moved.get(name, known[name]))  # type: ignore[misc]
            if gives != each.gives:
                values[each.cell] = values.get(each.cell, each.value) * gives / each.gives
                moved[".".join(each.cell)] = values[each.cell]
        return values


def inputs(case: Case, *, capacities_only: bool = False, choosing: bool = False) -> Inputs:
    """The numbers of a case that bear on the measures and have a range, each with its driver.

    With ``choosing`` those by which shippers choose, too: tariffs, values of time, markets and their rivals. Numbers
    without a driver of their own name are driven by themselves. A limit that is not there has no range.
    """
    known = evidence_of(case)
    ranged: list[Input] = []
    for cell in sorted(known):
        row, stated = known[cell], number(case, cell)
        bears = _bears(case, cell, capacities_only) or (choosing and _chosen_by(case, cell))
        if not bears or stated is None or row.low is None or row.high is None:
            continue
        high = row.high if math.isfinite(row.high) else stated
        if not math.isfinite(stated) or row.low >= high:
            continue
        driver = row.driver_id or ".".join(cell)
        basis = "assumed" if row.basis == "assumed" else "partly assumed" if row.assumes else "sourced"
        ranged.append(Input(cell, row.low, stated, high, driver, row.contrary, basis))
    following = _following(case, known, {each.cell for each in ranged})
    if capacities_only:
        following = [each for each in following if _bears(case, each.cell, capacities_only)]
    return Inputs(case, tuple(ranged), tuple(following), capacities_only)


def _bears(case: Case, cell: Cell, capacities_only: bool) -> bool:
    """True for a cell that the measures can depend on; with ``capacities_only``, by right-hand sides alone."""
    column = schemas()[cell[0]].field(cell[2])
    parts = ("rhs",) if capacities_only else ("rhs", "coefficient")
    return column is not None and column.drawn and case.enters(cell) in parts


def _chosen_by(case: Case, cell: Cell) -> bool:
    """True for a number by which shippers choose between the corridor and its rivals."""
    column = schemas()[cell[0]].field(cell[2])
    if column is None or not column.drawn or column.ground == "spending":
        return False
    return cell[0] in SHIPPERS or column.ground == "choice" or case.enters(cell) == "cost"


def _following(case: Case, known: Mapping[Cell, Any], moving: set[Cell]) -> list[Following]:
    """Numbers whose formula names one that moves, each after those that it names."""
    formulas = {cell: row.formula for cell, row in known.items() if row.formula}
    named = {cell: [tuple(name.split(".")) for name in names(text) if "." in name] for cell, text in formulas.items()}
    graph: nx.DiGraph[Any] = nx.DiGraph((each, cell) for cell, cells in named.items() for each in cells)
    found = []
    moving = set(moving)
    for cell in nx.lexicographical_topological_sort(graph) if graph else ():
        stated = number(case, cell)
        if cell not in formulas or stated is None or not any(each in moving for each in named[cell]):
            continue
        at = {name: stands_for(case, name) for name in names(formulas[cell])}
        gives = value(formulas[cell], at.__getitem__)
        if gives:
            found.append(Following(cell, formulas[cell], stated, gives, at))
            moving.add(cell)
    return found
