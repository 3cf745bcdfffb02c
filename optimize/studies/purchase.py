"""The vehicles to buy for the cargo that a case asks for, at the least money; its other limits stay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corridor.model.case import Case, Cell
from corridor.model.faults import CertificateError
from corridor.model.graph import arcs
from corridor.model.pools import parks
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.offers import available
from corridor.optimize.program.solver import Solver
from corridor.optimize.proof.certificate import certify

PLENTY = 100.0
"""Multiple of the vehicles of today at which they are taken not to limit anything."""
SLACK = 1e-6
"""Relative room that rounding leaves the cargo, and the vehicles that are bought for it."""
MILLION = 1e6


@dataclass(frozen=True)
class Purchase:
    """The case with the vehicles bought, the share of its cargo that its other limits let pass, and the vehicles.

    ``number``: vehicles by limit, in parts, those in repair or other use included.
    """

    case: Case
    fits: float
    number: Mapping[str, float]


def cells(case: Case) -> dict[str, Cell]:
    """The cell with the number of vehicles, by limit: of the first pool of a park, and of the fleet of carriers."""
    found: dict[str, Cell] = {park.limit_id: ("pool", park.park_id, "number") for park in parks(case)}
    return found | {row.resource_id: ("resource", row.resource_id, "capacity") for row in case.rows("carrier")}


def at_work(case: Case) -> dict[str, float]:
    """Vehicles at work of one vehicle more, by limit: the rest is in repair, or held up by weather."""
    places, before = cells(case), available(case)
    after = available(case.at({cell: getattr(case.row(*cell[:2]), cell[2]) + 1.0 for cell in places.values()}))
    return {limit: after[limit] - before[limit] for limit in places if math.isfinite(before[limit])}


def fleets_at_sea(case: Case) -> frozenset[str]:
    """Limits of the fleets of carriers that go by sea."""
    modes = {row.mode_id for row in case.rows("mode") if row.at_sea}
    carriers = {arc.carrier_id for arc in arcs(case) if arc.mode_id in modes}
    return frozenset(row.resource_id for row in case.rows("carrier") if row.carrier_id in carriers)


def _priced(case: Case, prices: Mapping[str, float]) -> dict[str, float]:
    """A price in USD of each limit of vehicles: its own, or the dearest of its sort."""
    ships = fleets_at_sea(case)
    own = {limit: usd for limit, usd in prices.items() if usd > 0}
    dearest = {
        sort: max((usd for limit, usd in own.items() if (limit in ships) == sort), default=MILLION)
        for sort in (True, False)
    }
    return {limit: own.get(limit, dearest[limit in ships]) for limit in cells(case)}


def purchase(setting: Setting, prices: Mapping[str, float]) -> Purchase:
    """The cheapest vehicles with which all cargo passes that the other limits let pass; ``prices`` in USD by limit.

    A vehicle without a price costs as much as the dearest that has one, of those at sea or of those on land. Raises
    InfeasibleError, and CertificateError for an answer that is not feasible.
    """
    case, working = setting.case, at_work(setting.case)
    places = {limit: cell for limit, cell in cells(case).items() if working.get(limit)}
    numbers = {cell: float(getattr(case.row(*cell[:2]), cell[2])) for cell in places.values()}
    lifted = case.at({cell: PLENTY * max(1.0, number) for cell, number in numbers.items()})
    most = solve(setting.at(lifted), "handled", most=0)
    fits = min(1.0, most.growth or 0.0)
    year = setting.open("handled")
    question = year.question("handled", share(most.growth or 0.0))
    program = year.program
    limits = [limit for limit in places if ("resource_limit", limit) in program.row_at]
    count, start = len(program.columns), len(program.rows)
    tonnes = program.goal(question.goal)
    carrying = np.flatnonzero(tonnes)
    rates = np.array([-working[limit] * year.period.scales[limit] for limit in limits])
    own = np.array([program.row_at["resource_limit", limit] for limit in limits], dtype=np.int64)
    usd = _priced(case, prices)
    money = np.append(np.zeros(count), np.array([usd[limit] for limit in limits]) / MILLION)
    extended = program.extended(
        (
            np.append(rates, tonnes[carrying]),
            np.append(own, np.full(len(carrying), start)),
            np.append(count + np.arange(len(limits)), carrying),
        ),
        rows={("carried", "all"): (-1, (most.value or 0.0) / KILO * (1 - SLACK))},
        columns=[("bought", limit) for limit in limits],
        goals={"money": money},
    )
    solver = Solver(extended, deadline=year.solver.deadline)
    found = year.sound(solver.solve("money", maximise=False, given=question.given, without=question.without))
    bounds = extended.bounds(extended.given(question.given), question.without)
    proof = certify(extended, money, found.columns, found.prices, *bounds, maximise=False)
    if not proof.primal_residual <= proof.tolerance:
        raise CertificateError(proof)
    number = dict(zip(limits, found.columns[count:].tolist(), strict=True))
    number = {limit: value for limit, value in number.items() if value > SLACK}
    bought = case.at({places[limit]: numbers[places[limit]] + value * (1 + SLACK) for limit, value in number.items()})
    return Purchase(bought, fits, number)
