"""The account of an expansion: orders, payments, tonnes by year, and what countries earn and pay."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.expansion import Frame
from corridor.optimize.studies.expand_plan import MILLION, Plan, Terms, parts, residual, spread
from corridor.optimize.studies.expand_trials import Trials
from corridor.optimize.studies.expand_worth import Chosen, Worth

Flows = dict[tuple[int, int], tuple[Chosen, Chosen]]
"""Choices of shippers by year and path: with the plan, and with nothing built."""
TARGETS = ["year", "amount", "unit"]
BUDGETS = ["payer", "year", "usd", "spent_usd"]
COUNTRIES = ["country", "margin_usd", "paid_usd", "npv_usd"]


def placed(terms: Terms, orders: Floats) -> list[tuple[int, int, int, str, float]]:
    """Orders as project, year from 0, a path on which they hold, its name (empty before it is known), and times."""
    found = []
    projects, years, paths = orders.shape
    since = years if terms.known is None else terms.known - terms.years[0]
    for p in range(projects):
        for y in range(years):
            for s in range(paths) if y >= since else (0,):
                if orders[p, y, s]:
                    found.append((p, y, s, terms.paths[s] if y >= since else "", float(orders[p, y, s])))
    return found


def orders_table(case: Case, terms: Terms, orders: Floats) -> pd.DataFrame:
    """The table ``orders`` of :class:`corridor.model.result.expansion.Expansion`, by year."""
    projects, body = case.rows("project"), []
    for p, y, _, path, times in placed(terms, orders):
        row, year = projects[p], terms.years[y]
        opens = year + int(row.build_years or 0)
        retires = math.nan if row.life_years is None else float(opens + int(row.life_years))
        if retires > terms.years[-1]:
            retires = math.nan
        body.append((row.project_id, row.name, path, year, opens, retires, times, times * float(row.cost_usd)))
    body.sort(key=lambda line: (line[3], line[0], line[2]))
    names = ["project", "name", "path", "year", "opens", "retires", "times", "cost_usd"]
    return pd.DataFrame(body, columns=names)


def payments_table(case: Case, terms: Terms, orders: Floats) -> pd.DataFrame:
    """The table ``payments``, by project, payer, path and year."""
    projects = case.rows("project")
    sums: dict[tuple[str, str, str, str, int], float] = defaultdict(float)
    for p, y, _, path, times in placed(terms, orders):
        row = projects[p]
        for part in parts(case, terms, row, terms.years[y]):
            for at, share in spread(case, row, y):
                key = (row.project_id, part.payer, part.kind, path, terms.years[0] + at)
                sums[key] += times * share * part.share * float(row.cost_usd)
    names = ["project", "payer", "kind", "path", "year", "usd"]
    return pd.DataFrame([(*key, usd) for key, usd in sums.items()], columns=names)


def targets_table(terms: Terms) -> pd.DataFrame:
    """The table ``targets``, by year."""
    unit = "TEU" if terms.boxes else "t"
    return pd.DataFrame([(year, amount, unit) for year, amount in sorted(terms.targets.items())], columns=TARGETS)


def budgets_table(terms: Terms, frame: Frame, orders: Floats) -> pd.DataFrame:
    """The table ``budgets``: each beside what the plan spends of it on the path that spends most."""
    body = []
    for (payer, year), usd in terms.budgets.items():
        at = None if year is None else year - terms.years[0]
        spent = np.zeros(frame.shape[2])
        for each in frame.payments:
            if payer in (None, each.payer) and at in (None, each.year):
                spent += each.usd * orders[each.project, each.order]
        body.append((payer or "", math.nan if year is None else float(year), usd, float(spent.max()) * MILLION))
    return pd.DataFrame(body, columns=BUDGETS)


def years_table(
    worth: Worth, terms: Terms, frame: Frame, plan: Plan, counted: Mapping[str, float], boxes: Mapping[str, float]
) -> tuple[pd.DataFrame, Flows]:
    """The table ``years``, and what shippers choose on their own; ``boxes``: TEU per tonne by demand."""
    body, flows = [], Flows()
    none = np.zeros(len(worth.names))
    for s, path in enumerate(terms.paths):
        for y, year in enumerate(terms.years):
            growth, built = frame.growth[y, s], plan.open[:, y, s]
            point = worth.at(built, growth)
            bare = worth.chosen(none, growth)
            own = worth.chosen(built, growth) if built.any() else bare
            flows[y, s] = own, bare
            wanted = worth.wanted(growth)
            sums = [
                math.fsum(counted.get(part, 0.0) * kt for part, kt in each.items()) * KILO
                for each in (wanted, point.comes, own.comes, bare.comes)
            ]
            teu = [
                math.fsum(counted.get(part, 0.0) * boxes[part] * kt for part, kt in each.items()) * KILO
                if boxes
                else math.nan
                for each in (wanted, point.comes)
            ]
            missed, teu_missed = (max(pair[0] - pair[1], 0.0) for pair in (sums, teu))
            body.append((path, year, sums[0], sums[1], missed, sums[2], sums[3], teu[1], teu_missed))
    names = ["path", "year", "wanted_t", "served_t", "unserved_t", "comes_t", "none_t", "served_teu", "unserved_teu"]
    return pd.DataFrame(body, columns=names), flows


def countries(worth: Worth, terms: Terms, frame: Frame, plan: Plan, flows: Flows) -> pd.DataFrame:
    """The table ``countries``, the greatest gain first."""
    paths = len(terms.paths)
    earned: dict[str, float] = defaultdict(float)
    for (y, _), (own, bare) in flows.items():
        for country in own.margins.keys() | bare.margins.keys():
            gain = own.margins.get(country, 0.0) - bare.margins.get(country, 0.0)
            earned[country] += terms.factor(y) * gain * KILO / paths
    paid: dict[str, float] = defaultdict(float)
    years = len(terms.years)
    for p, y, _, path, times in placed(terms, plan.orders):
        row, chance = worth.rows[p], 1.0 if path == "" else 1.0 / paths
        due = math.fsum(share * terms.factor(at) for at, share in spread(worth.case, row, y))
        due -= residual(row, y, years) * terms.factor(years)
        for part in parts(worth.case, terms, row, terms.years[y]):
            if part.kind != "grant":
                paid[part.bears] += chance * times * part.share * float(row.cost_usd) * due
    names = [name for name in {*earned, *paid} if max(abs(earned[name]), abs(paid[name])) >= 1.0]
    names.sort(key=lambda name: (paid[name] - earned[name], name))
    body = [(name, earned[name], paid[name], earned[name] - paid[name]) for name in names]
    return pd.DataFrame(body, columns=COUNTRIES)


def order_table(case: Case, terms: Terms, orders: Floats, found: Trials) -> pd.DataFrame:
    """The table ``order``: first orders of the plan, and how often trials have them, within a year on their path."""
    body, count = [], len(found.possible)
    for p, row in enumerate(case.rows("project")):
        pairs = [(_first(each.orders[p][:, None]), _first(orders[p, :, [each.path]].T)) for each in found.possible]
        there = sum(not math.isnan(theirs) for theirs, _ in pairs)
        mine = _first(orders[p])
        if count and (there or not math.isnan(mine)):
            same = sum(abs(one - own) <= 1.0 or (math.isnan(one) and math.isnan(own)) for one, own in pairs)
            body.append((row.project_id, row.name, terms.years[0] + mine, there / count, same / count))
    frame = pd.DataFrame(body, columns=["project", "name", "year", "trials", "same"])
    return frame.sort_values(["year", "trials"], ascending=[True, False], kind="stable", ignore_index=True)


def _first(orders: Floats) -> float:
    """Year of the first order, mean of the paths that have one; NaN for none."""
    years = [float(np.argmax(orders[:, s] > 0)) for s in range(orders.shape[1]) if orders[:, s].any()]
    return float(np.mean(years)) if years else math.nan
