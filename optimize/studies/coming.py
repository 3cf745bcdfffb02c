"""The cargo that comes in case after case: markets calibrated once, or on a base year of each; numbers in place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from corridor.model.case import Case, Cell
from corridor.model.evidence import number
from corridor.model.faults import CaseError, CertificateError, InfeasibleError
from corridor.optimize.answer.choice import FINEST, Base, Equilibrium, at_base, base_of, base_year, equilibrium
from corridor.optimize.answer.expected import calibrated, came_t
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.proof.certificate import certify
from corridor.optimize.studies.uncertain import Inputs, inputs


def known_to_come(setting: Setting) -> bool:
    """True for a question whose cargo can be computed: markets, months at most, no closure that loses cargo."""
    coarse = setting.horizon is None or setting.horizon.count <= FINEST
    return bool(setting.case.rows("market")) and coarse and setting.closures is None


def coming(setting: Setting) -> Coming | None:
    """The equilibria of a setting; None where they cannot be computed, or the base year does not fit."""
    try:
        return Coming(setting) if known_to_come(setting) else None
    except (CaseError, InfeasibleError):
        return None


NO_RENT = 1e-9
"""Price of a limit, in the units of the program: below it there is no rent."""


class Coming:
    """The equilibria of cases that differ in numbers from that of a setting.

    Raises CaseError, InfeasibleError where the base year does not fit.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = replace(setting, watch=None)
        self.base = calibrated(self.setting)
        self.year = self.setting.open(CHOICE)
        self.last: tuple[Year, Equilibrium] | None = None

    def t(self, case: Case, *, givens_only: bool = False) -> float:
        """Tonnes a year that come in a case, in the unit of the setting; NaN where a market leaves no choice.

        ``givens_only`` as in :meth:`corridor.optimize.answer.year.Year.renumber`, of all cases that are asked.
        Raises InfeasibleError, TimeLimitError; CertificateError where the equilibrium does not prove itself.
        """
        year, self.last = in_place(self.setting, self.year, case, givens_only=givens_only), None
        try:
            state = equilibrium(year, self.base)
        except CaseError:
            return math.nan
        self.last = year, state
        return proved_t(year, state)

    def spare(self) -> frozenset[str]:
        """Resources without a rent in the case that was asked last: more of them leaves its equilibrium as it is."""
        if self.last is None:
            return frozenset()
        year, state = self.last
        rows = year.program.row_at
        return frozenset(
            str(key)
            for name, key in year.program.given_at
            if name == "available"
            and ("resource_limit", key) in rows
            and abs(float(state.solution.prices[rows["resource_limit", key]])) <= NO_RENT
        )


class Drawn:
    """The cargo that comes where the numbers of the base year itself are drawn: each draw has a base year of its own.

    The base year comes out at its own prices in every draw. Where the case is its own base year, one program does, and
    the numbers by which shippers choose change nothing. ``drivers`` are those that the tonnes that fit do not have.
    """

    def __init__(self, setting: Setting, known: Inputs) -> None:
        self.setting, self.known = replace(setting, watch=None), known
        self.origin = base_year(setting.case)
        self.year = self.setting.at(self.origin).open(CHOICE)
        self.now = None if self.origin is setting.case else self.setting.open(CHOICE)
        self.drivers: list[str] = []
        if self.now is not None and not known.capacities_only:
            self.known = inputs(setting.case, choosing=True)
            self.drivers = [driver for driver in self.known.drivers if driver not in set(known.drivers)]
        cells = [*(each.cell for each in self.known.ranged), *(each.cell for each in self.known.following)]
        self.alike = {cell for cell in cells if _stated(self.origin, cell) == _stated(setting.case, cell)}

    def t(self, quantiles: Mapping[str, float]) -> float:
        """Tonnes a year that come in a draw; NaN where its base year does not fit, or a market leaves no choice.

        A number that the case has changed since its base year stays in the base year as stated. Raises CertificateError
        where the equilibrium does not prove itself.
        """
        values = self.known.values(quantiles)
        try:
            year, base = self._before(values)
            state = at_base(year, base) if self.now is None else None
            if self.now is not None:
                year = in_place(self.setting, self.now, self.setting.case.at(values))
            return proved_t(year, state or equilibrium(year, base))
        except (CaseError, InfeasibleError):
            return math.nan

    def base(self, quantiles: Mapping[str, float]) -> tuple[Case, Base]:
        """The case of a draw, and the base year on which its markets are calibrated.

        Raises CaseError or InfeasibleError where that year does not fit.
        """
        values = self.known.values(quantiles)
        return self.setting.case.at(values), self._before(values)[1]

    def _before(self, values: Mapping[Cell, float]) -> tuple[Year, Base]:
        before = self.origin.at({cell: value for cell, value in values.items() if cell in self.alike})
        year = in_place(self.setting, self.year, before)
        return year, base_of(year)


def _stated(case: Case, cell: Cell) -> float | None:
    """The number of a cell; None where the case has no such row."""
    return number(case, cell) if cell[1] in case[cell[0]].index else None


def in_place(setting: Setting, year: Year, case: Case, *, givens_only: bool = False) -> Year:
    """The year with the numbers of a case, or one built anew where a number takes a row or a column with it."""
    try:
        year.renumber(case, givens_only=givens_only)
    except NeedsRebuild:
        return setting.at(case).open(year.study)
    return year


def proved_t(year: Year, state: Equilibrium) -> float:
    """Tonnes a year that come in an equilibrium, in the unit of the year; raises CertificateError."""
    program, solution = year.program, state.solution
    bounds = program.bounds(program.given(state.given))
    columns, prices = solution.columns, solution.prices
    certificate = certify(program, state.goal, columns, prices, *bounds, maximise=True, choice=state.residual)
    if not certificate.passed:
        raise CertificateError(f"an equilibrium does not prove itself: {certificate}")
    return came_t(year, state)
