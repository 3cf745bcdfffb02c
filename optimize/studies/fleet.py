"""Vehicles by owner and type: moving, at terminals, ports and borders, idle and lacking, by amount of cargo."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.pools import parks
from corridor.model.result.answer import Answer
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.studies.fleet_account import PLACES, account, freed, groups, work
from corridor.optimize.studies.purchase import purchase
from corridor.optimize.studies.whole import seldom, whole

STATES = ("handled", "expected", "concurrent", "capability")
"""Amounts of cargo at which the account is taken, beside scenarios; ``expected`` where the case has markets."""
COLUMNS = (
    *("state", "owner", "country", "type", "at_sea", "fleet", "name", "there", "moving", *PLACES, "idle", "lacking"),
    *("worth_t", "hire_usd", "buy", "purchase_usd"),
)


def fleet(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    states: Iterable[str] = STATES,
    beside: bool = True,
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
) -> Listing:
    """Vehicles by owner and type at the cargo that is used, comes, fits, and is asked for by scenarios (``names``).

    One row a state and fleet; of ``states`` only some, and without ``beside`` neither shared parks nor whole numbers
    are computed. Columns:

    * state: one of ``STATES``, or a scenario: of it the vehicles that lack are the cheapest with which its cargo passes
    * owner, country, type; at_sea: true of ships; fleet (id of the limit, empty for units without a number), name
    * there: vehicles that work and are not in other traffic
    * moving, terminal, port, border, gauge: vehicles that are busy so in the mean of the year; idle or lacking: the
      rest. Parks of several owners that run on the same links are busy in proportion to their numbers
    * worth_t: tonnes of capability that one vehicle more is worth, of the state ``capability``
    * hire_usd: hire of the vehicles in use a year
    * buy: whole vehicles to be bought for those that lack, repair and weather included; purchase_usd: their price, NaN
      where the case has none

    ``facts``:

    * ``fits``, ``titles``: of scenarios, the share of their cargo that the other limits let pass, and their titles
    * ``hours``: place, fleet, name and the vehicles that one hour less there frees, at the cargo of the base year
    * ``work``: by fleet of carriers at the cargo of the base year: tkm a year, and in the dimension that is fullest
      the amount offered and carried a year
    * ``pooling``: tonnes of concurrent and capability with each owner's park for itself, and with all parks shared
    * ``bought``: by scenario the vehicles of parks to be bought and their price: each owner apart (buy, usd), and all
      parks shared (shared_buy, shared_usd)
    * ``whole``: the capability in whole voyages and weekly trains; ``seldom``: links with less than one run a week

    Raises CaseError, InfeasibleError.
    """
    known = notes() if names else {}
    unknown = [name for name in names if name not in known]
    if unknown:
        faults = [
            Fault("C060", name, say("is no scenario of this case; {nearest}", nearest=nearest(name, known)))
            for name in unknown
        ]
        raise CaseError(faults, "the question")
    body: list[dict[str, Any]] = []
    answers = dict(_answers(setting, {*states, "handled", "capability"}))
    most = answers["capability"]
    worth = dict(zip(most.limits["resource"], most.limits["price"], strict=True))
    for state, answer in answers.items():
        body += account(setting.case, state, answer, worth if state == "capability" else {})
    fits: dict[str, float] = {}
    bought: dict[str, dict[str, float]] = {}
    for name in names:
        asked = scenario(name)
        prices = {group.limit: group.price_usd for group in groups(asked.case).values() if group.limit}
        least = purchase(asked, prices)
        fits[name] = least.fits
        body += account(asked.case, name, solve(asked.at(least.case), "handled", most=0), {})
        bought[name] = _bought(asked, prices, least.number)
    facts = {
        "scope": setting.scope_id,
        "base_year": setting.case.base_year,
        "fits": fits,
        "titles": {name: known[name].title for name in fits},
        "hours": freed(setting.case, answers["handled"]),
        "work": work(setting.case, answers["handled"]),
        "pooling": _pooling(setting, most) if beside else {},
        "bought": {name: row for name, row in bought.items() if row},
        "whole": whole(setting, most) if beside else {},
        "seldom": list(seldom(setting.case, most)) if beside else [],
    }
    return Listing(setting.given, "fleet", pd.DataFrame(body, columns=list(COLUMNS)), facts)


def _answers(setting: Setting, states: Collection[str]) -> Iterator[tuple[str, Answer]]:
    for state in STATES:
        if state not in states:
            continue
        if state != "expected":
            yield state, solve(setting, state, most=None if state == "capability" else 0)
        elif setting.case.rows("market"):
            yield state, expected(setting)


def _shared(case: Case) -> list[str]:
    """The changes that make one park of all parks of a unit."""
    first: dict[str, str] = {}
    return [
        f"pool.{park.park_id}.with_pool_id={first[park.unit_id]}"
        for park in parks(case)
        if first.setdefault(park.unit_id, park.park_id) != park.park_id
    ]


def _pooling(setting: Setting, answer: Answer) -> dict[str, float]:
    """Tonnes that fit with each owner's park for itself and with all parks of a unit shared."""
    changes = _shared(setting.case)
    if not changes:
        return {}
    shared = solve(setting.at(setting.case.with_(changes)), "capability", most=0)
    return {
        "concurrent_t": answer.measures_t["concurrent"],
        "capability_t": answer.measures_t["capability"],
        "shared_concurrent_t": shared.measures_t["concurrent"],
        "shared_capability_t": shared.measures_t["capability"],
    }


def _bought(asked: Setting, prices: Mapping[str, float], apart: Mapping[str, float]) -> dict[str, float]:
    """Vehicles of parks to be bought, and their price, with each owner's park for itself and with all shared."""
    changes = _shared(asked.case)
    if not changes:
        return {}
    shared = purchase(asked.at(asked.case.with_(changes)), prices).number
    pooled = {park.limit_id for park in parks(asked.case)}
    found = {}
    for prefix, number in (("", apart), ("shared_", shared)):
        own = {limit: value for limit, value in number.items() if limit in pooled}
        found[f"{prefix}buy"] = math.fsum(own.values())
        found[f"{prefix}usd"] = math.fsum(value * prices[limit] for limit, value in own.items())
    return found
