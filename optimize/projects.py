"""Projects that lift a rung: what they cost, what they bring, who pays and who gains."""

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
    """The ladder with the cheapest project of each rung beside it, per extra yearly tonne.

    A project lifts a rung if it adds to one of its resources, or to an alternative of one, which then stays as it is.
    ``adds_t`` is what the project brings where it stands: all rungs before it lifted, its capacity added, no more.
    ``gains`` says by country the extra freight, at the freight per tonne of the answer's flows. Rungs that no project
    of the case lifts are left empty; without projects no answer is needed.
    """
    left, total = year.case.derating(), math.fsum(year.layout.base.values()) * KILO
    freight = _freight(year.case, answer) if answer is not None else []
    found: dict[int, tuple[object, ...]] = {}
    lifted: list[Label] = []
    for number, rung in rungs.groupby("rung"):
        base = year.solver.solve("growth", maximise=True, given=dict.fromkeys(lifted, math.inf))
        offers = []
        instead = _remedies(rung)
        for project in year.case.rows("project"):
            if project.resource_id not in instead or base.status != "optimal":
                continue
            label = ("available", project.resource_id)
            scale = year.period.scales[project.resource_id]
            more = year.program.amount(label) + project.adds * left[project.resource_id] * scale
            others = [each for each in _labels(year, rung) if each[1] != instead[project.resource_id]]
            given = {**dict.fromkeys([*lifted, *others], math.inf), label: more}
            gain = (year.solver.solve("growth", maximise=True, given=given).value - base.value) * total
            if gain > 1:
                offers.append((project.cost_usd / gain, project.name, project.cost_usd, gain, project.pays or ""))
        if offers:
            per_t, name, cost, gain, pays = min(offers)
            gains = ", ".join(f"{country} {usd * gain / 1e6:,.1f}" for country, usd in freight)
            found[int(str(number))] = (name, cost, gain, per_t, pays, f"million USD freight a year: {gains}")
        lifted += _labels(year, rung)
    nothing = ("", math.nan, math.nan, math.nan, "", "")
    extra = pd.DataFrame([found.get(number, nothing) for number in rungs["rung"]], columns=COLUMNS, index=rungs.index)
    return rungs.join(extra)


def _remedies(rung: pd.DataFrame) -> dict[str, str]:
    """What would lift a rung, by id: its resources, and alternatives of them; and which resource each does for."""
    own = {str(each): str(each) for each in rung["resource"]}
    pairs = zip(rung["resource"], rung["alternatives"], strict=True)
    return {other: str(each) for each, others in pairs for other in str(others).split()} | own


def _labels(year: YearModel, rung: pd.DataFrame) -> list[Label]:
    """The givens that a rung lifts; the nameplate is none of them."""
    gate = year.case.gate.gate_id if year.case.gate is not None else ""
    every = [(name, key) for key in rung["resource"] for name in ("available", "ceiling") if key != gate]
    return [label for label in every if label in year.program.given_at]


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
