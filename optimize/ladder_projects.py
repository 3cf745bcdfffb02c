"""Projects beside the rungs of the ladder: cost, worth alone, payers and freight."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd

from corridor.model.answer import Answer
from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.optimize.layout import KILO
from corridor.optimize.period import Label
from corridor.optimize.studies import YearModel

COLUMNS = ["project", "cost_usd", "adds_t", "usd_per_t", "pays", "gains"]


def with_projects(year: YearModel, rungs: pd.DataFrame, answer: Answer | None) -> pd.DataFrame:
    """The ladder with the best project of each rung beside it, priced alone.

    A project belongs to a rung if it adds to one of its resources, or to an alternative of one. ``adds_t`` is the gain
    of all markets growing together with that project built and nothing else, ``usd_per_t`` its cost for each tonne
    of that, NaN where it adds nothing alone. Of several the one of least ``usd_per_t`` counts, then the cheapest.
    ``gains`` says by country the extra freight, at the freight per tonne of the answer's flows. Rungs that no project
    of the case lifts are left empty; without projects no answer is needed.
    """
    freight = _freight(year.case, answer) if answer is not None else []
    offers = {row.resource_id: _offers(year, row.resource_id) for row in year.case.rows("project") if row.resource_id}
    found: dict[int, tuple[object, ...]] = {}
    for number, rung in rungs.groupby("rung"):
        instead = _remedies(rung)
        best = min((offer for resource in instead for offer in offers.get(resource, ())), default=None)
        if best is not None:
            per_t, cost, name, gain, pays = best
            gains = ", ".join(f"{country} {usd * gain / 1e6:,.1f}" for country, usd in freight)
            gains = f"million USD freight a year: {gains}" if gain else ""
            per_t = per_t if math.isfinite(per_t) else math.nan
            found[int(str(number))] = (name, cost, gain, per_t, pays, gains)
    nothing = ("", math.nan, math.nan, math.nan, "", "")
    extra = pd.DataFrame([found.get(number, nothing) for number in rungs["rung"]], columns=COLUMNS, index=rungs.index)
    return rungs.join(extra)


def _offers(year: YearModel, resource: str) -> list[tuple[float, float, str, float, str]]:
    """The projects of a resource: USD a tonne (infinite for nothing), cost, name, tonnes gained alone and payer."""
    total = math.fsum(year.layout.base.values()) * KILO
    label: Label = ("available", resource)
    known = label in year.program.given_at
    base = year.solver.solve("growth", maximise=True)
    made = []
    for project in year.case.rows("project"):
        if project.resource_id != resource:
            continue
        gain = 0.0
        if known and base.status == "optimal":
            added = project.adds * year.case.derating()[resource] * year.period.scales[resource]
            after = year.solver.solve("growth", maximise=True, given={label: year.program.amount(label) + added})
            gain = (after.value - base.value) * total
        gain = gain if gain > 1 else 0.0
        per_t = project.cost_usd / gain if gain else math.inf
        made.append((per_t, float(project.cost_usd), project.name, gain, project.pays or ""))
    return made


def _remedies(rung: pd.DataFrame) -> set[str]:
    """Resources of which more would lift a rung: its own, and the alternatives of them."""
    others = {other for cell in rung["alternatives"] for other in str(cell).split()}
    return {str(each) for each in rung["resource"]} | others


def _freight(case: Case, answer: Answer, most: int = 4) -> list[tuple[str, float]]:
    """Freight by country of the place where a link begins, USD per gate tonne of the answer, the largest first.

    Tariffs only: what shippers' time and carbon cost is nobody's income.
    """
    country = {row.node_id: row.country or "sea" for row in case.rows("node")}
    arc_of, flow = {arc.arc_id: arc for arc in arcs(case)}, answer.flow
    paid: dict[str, float] = defaultdict(float)
    for arc, commodity, t in zip(flow["arc"], flow["commodity"], flow["t"], strict=True):
        paid[country[arc_of[arc].start]] += t * arc_of[arc].tariff[commodity]
    gate_t = max(1.0, float(answer.delivered["gate_t"].sum()))
    largest = sorted(paid.items(), key=lambda each: (-each[1], each[0]))[:most]
    return [(name, usd / gate_t) for name, usd in largest if usd > 0]
