"""Findings to report on: the bundled case with its real ladder and markets, and small tables made by hand."""

from __future__ import annotations

from functools import cache

import pandas as pd

import corridor
from corridor.model.result.findings import Findings
from corridor.model.result.listing import Listing
from corridor.model.result.waterfall import Waterfall


@cache
def solved() -> tuple[corridor.Case, corridor.Answer]:
    case = corridor.load()
    return case, corridor.solve(case)


def falls(nameplate_t: float, handled_t: float, capability_t: float, terminals_t: float | None) -> Waterfall:
    """A waterfall of three kinds in bars of unround size; each kind's share is a third of the loss."""
    total = nameplate_t - handled_t
    quay, ship = 1_234_567.875, nameplate_t - 1_234_567.875 - capability_t
    after = (nameplate_t - quay, capability_t, handled_t)
    bars = pd.DataFrame(
        {
            "kind": ["quay", "ship", "demand"],
            "name": ["quays and berths", "ships", "what markets asked for"],
            "after_t": after,
            "bar_t": (quay, ship, capability_t - handled_t),
            "first_in_t": (quay, ship, total),
            "last_in_t": (0.0, -0.0, capability_t - handled_t),
            "shapley_t": [total / 3] * 3,
        }
    )
    return Waterfall(solved()[0], nameplate_t, handled_t, 1.0, terminals_t, capability_t, "ship", bars)


@cache
def findings() -> Findings:
    case, answer = solved()
    assert answer.gate is not None
    return Findings(
        case,
        answer,
        ladder=corridor.ladder(case),
        waterfall=falls(
            answer.gate.nameplate_t,
            answer.measures_t["handled"],
            answer.measures_t["capability"],
            answer.terminals_t,
        ),
        markets=corridor.markets(case),
        prices=Listing(case, "prices", pd.DataFrame(
            [
                ("capability", "rail_ferries", "Rail ferries", "ship", "ships", 5.1, 0.8, "ferry", 5e5 + 1, 5e5 + 1),
                ("capability", "box", "box berths", "quay", "TEU a year", 1e5, 1e3, "1 %", 11_666.0, 12_666.0),
                ("concurrent", "rail_ferries", "Rail ferries", "ship", "ships", 5.1, 0.8, "ferry", 0.0, 1_337_840.0),
            ],
            columns=[
                "measure", "resource", "name", "kind", "unit", "available", "step", "step_unit", "up_t", "down_t",
            ],
        )),
        cut=Listing(case, "cut", pd.DataFrame(
            [("grain", "Grain", "forward", 2.22e6, 5.5e6, "kuryk_alat_ferry", "kuryk_alat_ferry")],
            columns=["commodity", "name", "direction", "lp_t", "cut_t", "nearest", "farthest"],
        )),
    )  # fmt: skip
