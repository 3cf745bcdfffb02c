"""Trades: the cargo of a demand, the owners of its widest way, and its own curve; what tariffs and splits are about."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.market import market_of
from corridor.model.result.frame import rows
from corridor.model.scope import Scope
from corridor.optimize.answer.choice import markets_of
from corridor.optimize.answer.expected import calibrated, expected
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.willingness import Logit
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.studies.legs import Part, costs_of, sellers

LIMITLESS = "C047"
"""Code of a question that nothing limits."""


@dataclass(frozen=True)
class Trade:
    """The cargo of one demand and the owners of its widest way.

    * ``owners``: their tariffs and costs; ``rest``: those of legs that no owner of the case sells
    * ``curve``: its inverse demand; ``room_t``: tonnes a year for which there is room beside the other cargo
    * ``leg_costs``: operating cost of each arc of the way, USD per t
    """

    demand: str
    market: str
    commodity: str
    way: tuple[str, ...]
    owners: tuple[Part, ...]
    rest: Part
    curve: Logit
    room_t: float
    leg_costs: Mapping[str, float] = field(default_factory=dict)

    def even(self, usd: float) -> float:
        """Sum of the owners' prices at which the way has a generalised cost of ``usd``, USD per t."""
        return self.tariff + usd - self.curve.cost

    @property
    def tariff(self) -> float:
        """Sum of the owners' tariffs, USD per t."""
        return math.fsum(owner.tariff for owner in self.owners)

    @property
    def costs(self) -> list[float]:
        """Cost of each owner, USD per t."""
        return [owner.cost for owner in self.owners]

    def quantity(self, price: float) -> float:
        """Tonnes that come where the owners' tariffs add up to ``price``."""
        return self.curve.taken(self.curve.cost + price - self.tariff) * KILO


def trades_of(
    setting: Setting, names: Iterable[str] = (), progress: Callable[[int, int], None] | None = None
) -> list[Trade]:
    """The demands of markets that answer to price, with cargo in the base year; raises CaseError for unknown names."""
    case, wanted = setting.case, list(names)
    if faults := faults_of_names(case, wanted):
        raise CaseError(faults, "the question")
    base = calibrated(setting)
    answer = expected(setting, base=base, most=0)
    year = setting.open(CHOICE)
    curves, costs = markets_of(year, base), costs_of(case, answer)
    ways = paths(case, answer.flow, answer.delivered).sort_values("t", ascending=False, kind="stable")
    widest = {str(row.demand): row for row in reversed(rows(ways))}
    of_demand = {part.part_id: part.demand_id for part in year.layout.parts}
    market = market_of(case)
    made = []
    chosen = [
        (part, demand)
        for part, demand in of_demand.items()
        if isinstance(curves.get(part), Logit)
        and demand in widest
        and (not wanted or market[demand].market_id in wanted)
    ]
    for done, (part, demand) in enumerate(chosen, 1):
        way, curve = widest[demand], curves[part]
        assert isinstance(curve, Logit)
        owners, rest = sellers(case, way.commodity, way.ways, costs)
        if owners:
            room = _room(setting, demand)
            spent = {arc: costs[arc, way.commodity] for arc in way.ways}
            of, sold_by = market[demand].market_id, tuple(owners)
            made.append(Trade(demand, of, way.commodity, way.ways, sold_by, rest, curve, room, spent))
        if progress is not None:
            progress(done, len(chosen))
    return made


def faults_of_names(case: Case, names: Iterable[str]) -> list[Fault]:
    """Faults of names that are no market of the case."""
    known = [str(row.market_id) for row in case.rows("market")]
    if not known:
        return [Fault("C022", name, say("is no market: the case has none; leave the name out")) for name in names]
    wrong = {name: nearest(name, known) for name in names if name not in known}
    return [
        Fault("C022", name, say("is no market of the case; {nearest}", nearest=near)) for name, near in wrong.items()
    ]


def _room(setting: Setting, demand: str) -> float:
    """Tonnes of a demand for which there is room, the other cargo held at the base year; infinite without a limit."""
    alone = Scope(demand, demand, frozenset([demand]), net=True)
    try:
        answer = solve(replace(setting, scope=alone), "capability", most=0)
    except CaseError as error:
        if {fault.code for fault in error.faults} == {LIMITLESS}:
            return math.inf
        raise
    of_it = answer.delivered[answer.delivered["demand"] == demand]
    return float(of_it["t"].sum())
