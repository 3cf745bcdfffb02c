"""A program as flat numbers and a frame that holds their places, for a page that solves it again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from corridor.model.horizon import DAY, Floats
from corridor.model.limit_ids import gate_limit
from corridor.model.result.certificate import CHOICE_USD
from corridor.optimize.answer import choice, willingness
from corridor.optimize.answer.choice import Base, costs, markets_of, scheduled, services_of
from corridor.optimize.answer.lifting import JOINED
from corridor.optimize.answer.limit import PRICED, Limit
from corridor.optimize.answer.limits import RAISES
from corridor.optimize.answer.willingness import Logit, Market, Stepped
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.offers import ceilings
from corridor.optimize.period.rules.choice import STEPS
from corridor.optimize.program.solver import FACE

CONSTANTS: Mapping[str, float] = {
    "KILO": KILO,
    "PRICED": PRICED,
    "RAISES": RAISES,
    "JOINED": JOINED,
    "CHOICE_USD": CHOICE_USD,
    "FACE": FACE,
    "STEPS": STEPS,
    "AGREES": choice.AGREES,
    "ROUNDS": choice.ROUNDS,
    "HELD": choice.HELD,
    "NARROWER": choice.NARROWER,
    "WIDER": choice.WIDER,
    "DAMPED": choice.DAMPED,
    "GREATEST": choice.GREATEST,
    "LEAST_DEPARTURES": choice.LEAST_DEPARTURES,
    "SETTLED": choice.SETTLED,
    "EDGE": willingness.EDGE,
    "NOTHING": willingness.NOTHING,
    "FINE": willingness.FINE,
    "COARSE": willingness.COARSE,
    "REACH": willingness.REACH,
    "TINY": willingness.TINY,
    "INERTIA": willingness.INERTIA,
}
"""Constants of the measures and of the choice, by the names that the page uses, too."""


class Frame:
    """All of a program that levers leave as it is: places of coefficients, names, and sections of the numbers."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self.record == other.record

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Compact:
    """A program: its ``frame``, and its ``numbers`` in the sections that the frame names."""

    frame: Frame
    numbers: Floats

    def with_(self, sections: Mapping[str, Floats]) -> Floats:
        """The numbers with some sections replaced."""
        made = self.numbers.copy()
        for name, numbers in sections.items():
            begin, end = self.frame.record["sections"][name]
            made[begin:end] = numbers
        return made


def _compact(year: Year, sections: Mapping[str, Floats], more: Mapping[str, Any]) -> Compact:
    program, matrix, givens = year.program, year.program.matrix, year.program.given_matrix
    whole = {"matrix": matrix.data, "rhs": program.rhs, "given": givens.data, "values": program.values, **sections}
    ends = np.cumsum([len(each) for each in whole.values()]).tolist()
    record = {
        "rows": matrix.shape[0],
        "columns": matrix.shape[1],
        "starts": matrix.indptr.tolist(),
        "indices": matrix.indices.tolist(),
        "given_starts": givens.indptr.tolist(),
        "given_indices": givens.indices.tolist(),
        "sense": program.sense.tolist(),
        "sections": {name: [end - len(whole[name]), end] for name, end in zip(whole, ends, strict=True)},
        **more,
    }
    return Compact(Frame(record), np.concatenate(list(whole.values())).astype(float))


def fits_of(year: Year) -> Compact:
    """The program of the measures, with everything that the page needs to find the first limit and to list the others.

    Sections beside the arrays: goals ``growth``, ``level`` and ``tie``; ``base`` kt and ``own`` ceiling by segment;
    ``step`` of each limit, in the unit of its given, and what it ``offers``.
    """
    program, layout = year.program, year.layout
    segments = list(layout.base)
    own = ceilings(layout)
    limits = [year.limits.of(label) for label in year.limits.labels]
    listed = [
        {
            "id": limit.limit_id,
            "name": limit.name,
            "per": limit.step_unit,
            "given": program.given_at[limit.label],
            "row": program.row_at[limit.row],
        }
        for limit in limits
    ]
    gate = gate_limit(year.case) if year.case.gate is not None else None
    more = {
        "segments": segments,
        "floors": [program.given_at.get(("floor", name), -1) for name in segments],
        "ceilings": [program.given_at.get(("ceiling", name), -1) for name in segments],
        "limits": listed,
        "nameplate": next((at for at, limit in enumerate(limits) if limit.limit_id == gate), -1),
        "rules": bool(year.rules),
        "flows": _flows(year),
    }
    sections = {
        "growth": year.goal("growth"),
        "level": year.goal("level"),
        "tie": year.goal("tie_break"),
        "base": np.array([layout.base[name] for name in segments]),
        "own": np.array([own[name] for name in segments]),
        "step": _steps(limits),
    }
    return _compact(year, sections, more)


def _steps(limits: Iterable[Limit]) -> Floats:
    return np.array([limit.to_given(limit.step) for limit in limits])


def offers_of(year: Year) -> dict[str, Floats]:
    """The sections that capacities, backgrounds and ceilings alone move."""
    made = {"values": year.program.values}
    if year.layout.chooses:
        return made
    own = ceilings(year.layout)
    steps = _steps([year.limits.of(label) for label in year.limits.labels])
    return made | {"own": np.array([own[name] for name in year.layout.base]), "step": steps}


def _flows(year: Year) -> dict[str, list[int]]:
    """Columns of the flows by link."""
    by_link: dict[str, list[int]] = {}
    for arc, keys in year.layout.flows_on.items():
        columns = by_link.setdefault(year.layout.arcs[arc].link_id, [])
        columns += [year.program.column_at["flow", key] for key in keys]
    return {link: sorted(columns) for link, columns in by_link.items()}


def comes_of(year: Year, base: Base) -> Compact:
    """The program of the cargo that comes, with its markets and scheduled services.

    Sections beside the arrays: ``cost`` of the shippers with the tie-break, ``gate`` tonnes, ``markets`` (a logit
    market as base, potential, cost, theta, shift; steps as base, kt of each, USD of each), ``departures`` now and
    before, ``hourly`` cost of an hour by column of a service.
    """
    program, layout = year.program, year.layout
    markets, services = markets_of(year, base), services_of(year, base)
    parts: list[dict[str, Any]] = []
    numbers: list[float] = []
    for part, market in markets.items():
        kind, own = _numbers(market)
        parts.append(
            {
                "id": part,
                "kind": kind,
                "at": [len(numbers), len(numbers) + len(own)],
                "taken": program.column_at["taken", (part, 0)],
                "steps": STEPS,
                "served": program.column_at["served", part],
                "row": program.row_at["market_total", part],
                "step": program.given_at["step", (part, 0)],
            }
        )
        numbers += own
    flows = {
        arc: [(program.column_at["flow", key], layout.stream[key[1]].day / DAY) for key in layout.flows_on.get(arc, ())]
        for arc in services
    }
    more = {
        "parts": parts,
        "services": [{"columns": [at for at, _ in flows[arc]], "tonnes": base.tonnes[arc]} for arc in services],
        "kept": len(scheduled(year)),
    }
    sections = {
        "cost": costs(year),
        "gate": year.goal("gate"),
        "markets": np.array(numbers),
        "departures": np.array([each for pair in services.values() for each in pair], dtype=float),
        "hourly": np.array([usd for arc in services for _, usd in flows[arc]], dtype=float),
    }
    return _compact(year, sections, more)


def _numbers(market: Market) -> tuple[str, list[float]]:
    """The kind of a market and its numbers."""
    if isinstance(market, Logit):
        return "logit", [market.base, market.potential, market.cost, market.theta, market.shift]
    assert isinstance(market, Stepped)
    kt = [each if math.isfinite(each) else math.inf for each in market.kt]
    return "steps", [market.base, *kt, *market.usd]
