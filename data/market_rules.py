"""Rules on markets, their rival routes and their steps; one function a rule."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from corridor.data.view import Found, View
from corridor.model.language import marked, say
from corridor.model.market import crowded, steps_of

NEEDED = {
    "logit": {
        "potential_t_per_year": marked("the tonnes over all routes"),
        "theta_per_usd": marked("the sensitivity to a dollar"),
    }
}
"""Columns that a kind of market cannot do without, in words."""
UNREAD = {"steps": ("potential_t_per_year", "theta_per_usd"), "fixed": ("theta_per_usd",)}
"""Columns that a kind of market does not read."""


def columns(view: View) -> Iterator[Found]:
    """C200, C209: a market has the columns of its kind, and no others; C210: its rates of growth are in order."""
    for row in view.case.rows("market"):
        key = ("market", row.market_id)
        for column, words in NEEDED.get(row.kind, {}).items():
            if getattr(row, column) is None:
                message = say(
                    "the cell is empty, and a market of the kind {kind} needs {words}; give it",
                    kind=row.kind,
                    words=say(words),
                )
                yield Found("C200", *key, column, message, ("kind",))
        for column in UNREAD.get(row.kind, ()):
            value = getattr(row, column)
            if value is not None:
                message = say(
                    "{value:g} is not read for a market of the kind {kind}; empty the cell, or correct kind",
                    value=value,
                    kind=row.kind,
                )
                yield Found("C209", *key, column, message, ("kind",))
        rates = {name: getattr(row, name) for name in ("growth_low", "growth", "growth_high")}
        given = [(name, rate) for name, rate in rates.items() if rate is not None]
        for (lower, low), (upper, high) in pairwise(given):
            if low > high:
                message = say(
                    "{low:g} is above {upper}, which is {high:g}; exchange them", low=low, upper=upper, high=high
                )
                yield Found("C210", *key, lower, message, (upper,))


def demands(view: View) -> Iterator[Found]:
    """C201: a demand is in one market, once; C202: a market with rivals has no demand with a price outside.

    A price outside the case, or of cargo left behind, is another description of the same choice.
    """
    first: dict[str, str] = {}
    rows = {row.demand_id: row for row in view.case.rows("demand")}
    for row in view.case.rows("market"):
        key = ("market", row.market_id, "demands")
        for name in row.demands:
            earlier = first.setdefault(name, row.market_id)
            if earlier != row.market_id:
                message = say(
                    "{name} is in the market {earlier} already; keep it in one of them", name=name, earlier=earlier
                )
                yield Found("C201", *key, message)
            elif row.demands.count(name) > 1:
                message = say("{name} is named {name2} times; name it once", name=name, name2=row.demands.count(name))
                yield Found("C201", *key, message)
                break
            demand = rows.get(name)
            for column in ("outside_usd_per_t", "unmet_usd_per_t") if demand and row.kind != "fixed" else ():
                price = getattr(demand, column)
                if price is not None:
                    remedy = say("empty one of them, or make the market fixed")
                    message = say(
                        "{price:g} stands beside the choice of the market {market_id}; {remedy}",
                        price=price,
                        market_id=row.market_id,
                        remedy=remedy,
                    )
                    yield Found("C202", "demand", name, column, message)


def potentials(view: View) -> Iterator[Found]:
    """C203: a market's potential is above its tonnes of the base year; its steps are not below them.

    A change of the cargo alone is no fault: only the study of expected cargo reads the potential.
    """
    if view.doubtful.get("demand") or view.doubtful.get("case") or view.doubtful.get("market_step"):
        return
    for row, base, potential in crowded(view.case):
        if row.market_id in view.doubtful.get("market", ()) or math.isnan(potential) or _moved(view, row):
            continue
        there = say("the {base:.12g} t of the corridor", base=base)
        stated = say("{potential:.12g} t in {year}", potential=potential, year=int(view.case.base_year))
        if row.kind == "logit":
            message = say("{stated} over all routes leave nothing beside {there}; raise it", stated=stated, there=there)
            yield Found("C203", "market", row.market_id, "potential_t_per_year", message)
        elif steps_of(view.case, row.market_id):
            message = say("its steps add up to {stated}, less than {there}; add a step", stated=stated, there=there)
            yield Found("C203", "market", row.market_id, "market_id", message)


def _moved(view: View, row: Any) -> bool:
    """True if a change has moved the cargo of a market and left the market itself alone."""
    touched = view.case.touched
    own = any(cell[0] in ("market", "market_step") for cell in touched)
    return not own and any(("demand", name, "t_per_year") in touched for name in row.demands)


def rivals(view: View) -> Iterator[Found]:
    """C204: a logit market has rivals, others have none; C205: they have a price and days.

    C206: a rival route belongs to a trade or to a market.
    """
    case = view.case
    tied: dict[str, list[Any]] = defaultdict(list)
    for row in case.rows("market_rival"):
        tied[row.market_id].append(row)
    known = set(case["rival"].index)
    unsure = {row.market_id for row in case.rows("market_rival") if row.rival_id not in known} | (
        set(tied) - set(case["market"].index)
    )
    for row in case.rows("market"):
        if row.kind == "logit" and not tied[row.market_id] and not unsure:
            message = say(
                "{market_id} has no rival route to choose; add rows to market_rival.csv, or make it fixed",
                market_id=row.market_id,
            )
            yield Found("C204", "market", row.market_id, "kind", message)
        for tie in tied[row.market_id] if row.kind not in (None, "logit") else ():
            message = say(
                "{market_id} is of the kind {kind}, which has no rival routes; drop the row",
                market_id=row.market_id,
                kind=row.kind,
            )
            yield Found("C204", "market_rival", tie.market_rival_id, "market_id", message)
        yield from _tied(view, row, tied[row.market_id])
    needed = {tie.rival_id for ties in tied.values() for tie in ties}
    for route in case.rows("rival"):
        for column, words in (("days", say("days")), ("usd_per_t", say("price"))) if route.rival_id in needed else ():
            if getattr(route, column) is None:
                message = say(
                    "the cell is empty, and shippers choose by the {words} of {rival_id}; give it",
                    words=words,
                    rival_id=route.rival_id,
                )
                yield Found("C205", "rival", route.rival_id, column, message)
        if route.trade_id is None and route.rival_id not in needed and not unsure:
            message = say(
                "{rival_id} is a rival of no trade and of no market; name a trade, or tie it to a market",
                rival_id=route.rival_id,
            )
            yield Found("C206", "rival", route.rival_id, "trade_id", message)


def _tied(view: View, market: Any, ties: list[Any]) -> Iterator[Found]:
    """C201: the rivals of a market are named once; C211: their shares add up to one, or none has a share."""
    seen: set[str] = set()
    for tie in ties:
        if tie.rival_id in seen:
            message = say(
                "{rival_id} is a rival of {market_id} already; keep one of the rows",
                rival_id=tie.rival_id,
                market_id=market.market_id,
            )
            yield Found("C201", "market_rival", tie.market_rival_id, "rival_id", message)
        seen.add(tie.rival_id)
    shares = [tie.share for tie in ties]
    given = [share for share in shares if share is not None]
    if not given or any(tie.market_rival_id in view.doubtful.get("market_rival", ()) for tie in ties):
        return
    last = ties[-1].market_rival_id
    if len(given) < len(shares):
        empty = next(tie for tie in ties if tie.share is None)
        message = say(
            "the cell is empty, and other rivals of {market_id} have a share; give it, or empty all",
            market_id=market.market_id,
        )
        yield Found("C211", "market_rival", empty.market_rival_id, "share", message)
    elif not math.isclose(math.fsum(given), 1, rel_tol=0, abs_tol=1e-6):
        message = say(
            "the shares of the rivals of {market_id} add up to {given:g}, not to 1; correct them",
            market_id=market.market_id,
            given=math.fsum(given),
        )
        yield Found("C211", "market_rival", last, "share", message)


def steps(view: View) -> Iterator[Found]:
    """C207: a market of its kind has steps, others have none; C208: they fall; C212: all but the first have tonnes."""
    kinds = {row.market_id: row.kind for row in view.case.rows("market")}
    stepped = {row.market_id for row in view.case.rows("market_step")}
    for market, kind in kinds.items():
        listed = steps_of(view.case, market)
        if kind == "steps" and not listed and not stepped - set(kinds):
            message = say(
                "{market} has no steps, so its cargo pays nothing; add rows to market_step.csv", market=market
            )
            yield Found("C207", "market", market, "kind", message)
        if kind not in ("steps", None) and listed:
            message = say(
                "{market} is of the kind {kind}, which has no steps; drop the rows, or correct its kind",
                market=market,
                kind=kind,
            )
            yield Found("C207", "market_step", listed[0].market_step_id, "market_id", message)
        for step in listed[1:]:
            if step.t_per_year is None:
                message = say(
                    "the cell is empty, and only the first step may be the tonnes of the base year; give them"
                )
                yield Found("C212", "market_step", step.market_step_id, "t_per_year", message)
        prices = [
            (step.market_step_id, step.netback_usd_per_t) for step in listed if step.netback_usd_per_t is not None
        ]
        for (_, before), (step, after) in pairwise(prices):
            if after >= before:
                message = say(
                    "{after:g} USD a t is not below the {before:g} of the step before", after=after, before=before
                )
                remedy = say("order the steps from the greatest, or join them")
                yield Found("C208", "market_step", step, "netback_usd_per_t", f"{message}; {remedy}")
