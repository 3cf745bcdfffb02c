"""Expansion: which project is ordered in which year, with whose money, and what it brings on each path of growth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd

from corridor.model.boxes import boxes_per_t
from corridor.model.faults import CertificateError, InfeasibleError
from corridor.model.result.expansion import Expansion
from corridor.model.scope import ALL as WHOLE
from corridor.optimize.answer.expected import calibrated
from corridor.optimize.answer.setting import Setting
from corridor.optimize.program.expansion import Frame
from corridor.optimize.proof.ledger import adds_of, breaches
from corridor.optimize.studies.expand_account import (
    budgets_table,
    countries,
    order_table,
    orders_table,
    payments_table,
    targets_table,
    years_table,
)
from corridor.optimize.studies.expand_plan import GAP, Plan, Search, Terms, alone, frame_of
from corridor.optimize.studies.expand_reach import unreached
from corridor.optimize.studies.expand_terms import terms_of
from corridor.optimize.studies.expand_trials import trials
from corridor.optimize.studies.expand_turns import turns
from corridor.optimize.studies.expand_worth import TONNES, Worth

STATES = ("one_plan", "adapts", "known")
"""States of what is known of the path: never, from a year on, from the first year."""


def expand(
    setting: Setting,
    *,
    first: int | None = None,
    last: int | None = None,
    goal: str = "npv",
    whom: str = "all",
    target: Iterable[str] | None = (),
    budget: Iterable[str] | None = (),
    grant: Iterable[str] | None = (),
    paths: str = "low,middle,high",
    known: int | None = None,
    discount: float = 0.05,
    draws: int = 0,
    seed: int = 1,
    gap: float = GAP,
    progress: Callable[[int, int], None] | None = None,
) -> Expansion:
    """Orders of projects from the year ``first`` (that after the base year) to ``last`` (ten years).

    * ``goal``: ``npv`` of ``whom`` (all, shippers or a country), ``tonnes`` of the scope, or ``target`` at least cost;
    * ``target``: ``10e6@2028`` or ``300kTEU@2030``; ``budget``: ``payer@year=usd``, either may be left out;
    * ``grant``: ``project=share@year``;
    * ``paths`` of growth, each as likely; ``known``: year from which the path is known (that after three years);
    * ``discount``: rate a year; ``draws``: trials of the band's numbers; ``gap``: relative, where the search ends.

    Raises CaseError, InfeasibleError for a target that cannot be reached, TimeLimitError; CertificateError.
    """
    began = perf_counter()
    terms = terms_of(setting, first, last, goal, whom, target or (), budget or (), grant or (), paths, known, discount)
    case, scope = setting.case, setting.scope
    members = None if scope is None else set(scope.members)
    counted = {row.demand_id: float(members is None or row.demand_id in members) for row in case.rows("demand")}
    free = replace(setting, scope=None)
    markets = [row.market_id for row in case.rows("market") if row.kind != "fixed"]
    boxes = boxes_per_t(case)
    weighed = {name: share * boxes[name] for name, share in counted.items()} if terms.boxes else counted
    worth = Worth(free, calibrated(free), markets, terms.yardstick, weighed)
    search, frame = Search(worth), frame_of(worth, terms)
    steps = len(terms.paths) + 3
    plans: dict[str, Plan] = {}

    def step(name: str, its: Frame) -> Plan:
        plans[name] = search.best(its, terms.goal, gap=gap, deadline=setting.deadline)
        if plans[name].status != "optimal":
            raise InfeasibleError(unreached(worth, frame, terms, weighed))
        if progress:
            progress(len(plans), steps)
        return plans[name]

    adapts = step("adapts", frame)
    step("one_plan", replace(frame, known=len(terms.years)))
    alones = [step(path, alone(frame, s)) for s, path in enumerate(terms.paths)]
    orders = orders_table(case, terms, adapts.orders)
    ledger = _ledger(worth, terms, adapts, frame)
    wrong = breaches(case, ledger, orders)
    if len(wrong):
        raise CertificateError(f"the ledger does not hold: {wrong.iloc[0].to_dict()}")
    turned = turns(search, frame, terms, adapts) if terms.goal == "npv" else turns_of_none()
    years, chosen = years_table(worth, terms, frame, adapts, counted, boxes)
    earned = countries(worth, terms, frame, adapts, chosen)
    points = worth.solves
    tried = trials(search, terms, frame, alones, draws, seed)  # the last: the years take other numbers
    unit = "kt" if terms.goal == "tonnes" else "million USD"
    answer = Expansion(
        case=setting.given,
        goal=terms.goal,
        whom=terms.whom,
        unit=unit,
        first=terms.years[0],
        last=terms.years[-1],
        paths=terms.paths,
        known=terms.known,
        discount=terms.discount,
        value=adapts.value,
        bound=adapts.bound,
        gap=adapts.gap,
        orders=orders,
        payments=payments_table(case, terms, adapts.orders),
        targets=targets_table(terms),
        budgets=budgets_table(terms, frame, adapts.orders),
        years=years,
        ledger=ledger,
        countries=earned,
        states=_states(plans, alones),
        regret=_regret(frame, terms, plans, alones),
        turns=turned,
        order=order_table(case, terms, adapts.orders, tried),
        draws=draws,
        possible=len(tried.possible),
        found=tried.found,
        apart_t=float((years["served_t"] - years["comes_t"]).abs().max()),
        scope=WHOLE if scope is None else scope.scope_id,
        solver={
            "name": "HiGHS",
            "seconds": round(perf_counter() - began, 3),
            "points": points,
            "cuts": len(search.cuts),
            "searches": sum(plan.passes for plan in plans.values()),
        },
    )
    if progress:
        progress(steps, steps)
    return answer


def turns_of_none() -> pd.DataFrame:
    """The table ``turns`` of a goal that weighs no money."""
    return pd.DataFrame([], columns=["project", "name", "ordered", "gain", "cost", "grant", "share", "year"])


def _states(plans: Mapping[str, Plan], alones: list[Plan]) -> pd.DataFrame:
    """The table ``states``; paths known from the first year are each as likely."""
    body = [(state, plans[state].value, plans[state].bound) for state in STATES[:2]]
    mean = [math.fsum(getattr(plan, name) for plan in alones) / len(alones) for name in ("value", "bound")]
    return pd.DataFrame([*body, (STATES[2], *mean)], columns=["state", "value", "bound"])


def _regret(frame: Frame, terms: Terms, plans: Mapping[str, Plan], alones: list[Plan]) -> pd.DataFrame:
    """The table ``regret``: each plan on each path beside the best plan of that path."""
    sign = -1.0 if terms.goal == "target" else 1.0
    body = []
    for s, path in enumerate(terms.paths):
        own = {state: _on(frame, plans[state], s, terms.goal) for state in ("adapts", "one_plan")}
        best = alones[s].value
        apart = {state: max(0.0, sign * (best - value)) for state, value in own.items()}
        body.append((path, best, own["adapts"], own["one_plan"], apart["adapts"], apart["one_plan"]))
    names = ["path", "best", "adapts", "one_plan", "adapts_regret", "one_plan_regret"]
    return pd.DataFrame(body, columns=names)


def _on(frame: Frame, plan: Plan, path: int, goal: str) -> float:
    """The value of a plan on one path, as if that were the only one."""
    spent = 0.0 if goal == TONNES else float(frame.spent(plan.orders)[path])
    if goal == "target":
        return spent
    weight = frame.weight[:, path] * frame.shape[2]
    return float(weight @ (plan.worth[:, path] - frame.base[:, path])) - spent


def _ledger(worth: Worth, terms: Terms, plan: Plan, frame: Frame) -> pd.DataFrame:
    """The table ``ledger``: every resource with a capacity, year by year on each path."""
    case = worth.case
    adds = [adds_of(case, name) for name in worth.names]
    body = []
    for row in case.rows("resource"):
        resource = row.resource_id
        if not math.isfinite(row.capacity):
            continue
        per = np.array([each.get(resource, 0.0) for each in adds])
        for s, path in enumerate(terms.paths):
            before = float(row.capacity)
            for y, year in enumerate(terms.years):
                built, retired = 0.0, 0.0
                for p, each in enumerate(per):
                    for order in range(len(terms.years)) if each else ():
                        opens, times = order + frame.lead[p], float(plan.orders[p, order, s])
                        built += each * times * (opens == y)
                        retired += each * times * bool(frame.life[p] and opens + frame.life[p] == y)
                closing = float(row.capacity) + float(per @ plan.open[:, y, s])
                body.append((resource, row.name, row.unit, path, year, before, built, retired, closing))
                before = closing
    names = ["resource", "name", "unit", "path", "year", "opening", "built", "retired", "closing"]
    return pd.DataFrame(body, columns=names)
