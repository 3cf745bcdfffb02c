"""Projects beside the rungs of the ladder: cost, worth alone, payers and freight."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.change.changes import Build
from corridor.model.graph import arcs
from corridor.model.program import Label
from corridor.model.result.answer import Answer
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.studies.projects import can_be_built, resources_of

COLUMNS = ["project", "cost_usd", "adds_t", "usd_per_t", "pays", "gains"]


def with_projects(setting: Setting, year: Year, rungs: pd.DataFrame, answer: Answer | None) -> pd.DataFrame:
    """The ladder with the best project of each rung beside it, priced alone.

    A project belongs to a rung if it reaches one of its resources, or an alternative of one. ``adds_t`` is the gain
    of all markets growing together with that project alone. ``usd_per_t`` is its cost for each tonne of that, NaN where
    it adds nothing. Of several the one of least ``usd_per_t`` counts, then those of the rung's
    own resources, then the cheapest.
    ``gains`` says by country the extra freight, at the freight per tonne of the answer's flows. Rungs that no project
    of the case lifts are left empty; without projects no answer is needed.
    """
    freight = _freight(year.case, answer) if answer is not None else []
    offers = [(resources_of(year.case, row), _offer(setting, year, row)) for row in year.case.rows("project")]
    found: dict[int, tuple[object, ...]] = {}
    for number, rung in rungs.groupby("rung"):
        own = set(map(str, rung["resource"]))
        instead = own.union(*(str(cell).split() for cell in rung["alternatives"]))
        ranked = [
            (offer[0], not own.intersection(resources), *offer[1:])
            for resources, offer in offers
            if instead.intersection(resources)
        ]
        if ranked:
            per_t, _, cost, name, gain, pays = min(ranked)
            gains = ", ".join(f"{country} {usd * gain / 1e6:,.1f}" for country, usd in freight)
            gains = f"million USD freight a year: {gains}" if gain else ""
            per_t = per_t if math.isfinite(per_t) else math.nan
            found[int(str(number))] = (name, cost, gain, per_t, pays, gains)
    nothing = ("", math.nan, math.nan, math.nan, "", "")
    extra = pd.DataFrame([found.get(number, nothing) for number in rungs["rung"]], columns=COLUMNS, index=rungs.index)
    return rungs.join(extra)


def _offer(setting: Setting, year: Year, project: Any) -> tuple[float, float, str, float, str]:
    """USD a tonne of a project (infinite for nothing), its cost and name, tonnes gained alone, and payer."""
    total = math.fsum(year.layout.base.values()) * KILO
    base, after = year.solver.solve("growth", maximise=True), None
    label: Label = ("available", project.resource_id)
    if project.changes and can_be_built(year.case, project.project_id):
        built = setting.at(year.case.with_([Build(project.project_id)])).open()
        after = built.solver.solve("growth", maximise=True)
    elif label in year.program.given_at:
        added = project.adds * year.case.derating()[project.resource_id] * year.period.scales[project.resource_id]
        after = year.solver.solve("growth", maximise=True, given={label: year.program.amount(label) + added})
    gain = (after.value - base.value) * total if after is not None and base.status == after.status == "optimal" else 0.0
    gain = gain if gain > 1 else 0.0
    cost = float(project.cost_usd)
    return cost / gain if gain else math.inf, cost, project.name, gain, project.pays or ""


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
