"""A band and a table of tests made by hand, with numbers that are easy to find again."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from corridor.model.kinds import NEUTRAL
from corridor.model.result.band import Band
from tests.cases import series

NAN = math.nan
DRIVERS = [
    # driver, name, who, basis, numbers, then c and t in turn: share; low and high; narrows; together
    ("hours", "hours of ferries", "ASCO", "assumed", 2, .5, .25, 7.1e6, 9.3e6, 9.25e6, 12.75e6, 0.11, 0.31, 0.12, 0.32),
    ("berths", "Berths", "Aktau port", "sourced", 1, 0.20, 0.50, 8.2e6, 8.2e6, 10.1e6, 11.9e6, 0.21, 0.13, 0.33, 0.44),
    ("boxes", "Boxes", "", "partly assumed", 3, -0.01, 0.001, 8.2e6, 8.2e6, 10.9e6, 10.9e6, 0.0, 0.004, 0.34, 0.45),
    ("paper", "Paper", "KTZ", "sourced", 1, 0.0, 0.0, NAN, NAN, NAN, NAN, 0.0, 0.0, NAN, NAN),
]  # fmt: skip
COLUMNS = ["driver", "name", "who", "basis", "numbers", "c_share", "t_share"]
COLUMNS += ["c_low", "c_high", "t_low", "t_high", "c_narrows", "t_narrows", "c_together", "t_together"]
TESTS = [
    ("ports", "both ports", "input", "", "handled", "t", 7.5e6, 7e6, 8e6, 7_812_496.0, "input", "p80 f18", ""),
    ("old", "old count", "input", "base_2022", "handled", "t", 1_485_000.0, 1.34e6, 1.63e6, 2.52e6, "input", "v03", ""),
    ("route", "Route", "test", "", "capability", "t", 6e6, 4.8e6, 7.2e6, 5_253_622.0, "pass", "v07", "Fine."),
    ("queue", "Queue", "test", "", "handled", "share of ferry time", 0.8, 0.8, math.inf, 0.827, "pass", "f32", ""),
    ("first", "Ships first", "test", "", "capability", "yes = 1", 1.0, 1.0, 1.0, 0.0, "fail", "f32", "Berths stop it."),
    ("calls", "Calls", "test", "", "handled", "calls", 719.0, 647.0, 791.0, 791.0004, "fail", "g012", ""),
    ("days", "Days", "test", "", "handled", "days", NAN, -math.inf, 11.0, 9.343, "pass", "g013", ""),
    ("plan", "Plan", "forecast", "later", "concurrent", "t", 5e6, -math.inf, math.inf, 4e6, "forecast", "v08", "Mix."),
]


def band() -> Band:
    """Ten draws, eight of them possible; ships come first in six of the eight."""
    possible = [True] * 8 + [False] * 2
    sample = pd.DataFrame(
        {
            "growth": [1.1] * 8 + [0.8] * 2,
            "handled": [7.8e6] * 10,
            "concurrent": [7.5e6, 7.6e6, 7.7e6, 8.0e6, 8.1e6, 9.0e6, 9.1e6, 9.2e6, 5e6, 6e6],
            "capability": [9.5e6, 10e6, 10.5e6, 11e6, 11.5e6, 12e6, 12.5e6, 13e6, 9e6, 9.1e6],
            "first": [("ferries",)] * 6 + [("berths",)] * 2 + [("ferries",)] * 2,
            "possible": possible,
            "kind": ["ship"] * 6 + ["quay"] * 2 + ["ship"] * 2,
        }
    )
    quantiles = pd.DataFrame(
        [
            ("handled", "possible", 7.81e6, 7.11e6, 7.82e6, 8.46e6, 0.0),
            ("handled", "all", 7.81e6, 6.98e6, 7.73e6, 8.43e6, 0.0),
            ("concurrent", "possible", 8.20e6, 7.64e6, 8.57e6, 9.96e6, 0.375),
            ("concurrent", "all", 8.20e6, 4.84e6, 7.83e6, 9.66e6, 0.3),
            ("capability", "possible", 10.90e6, 9.27e6, 10.85e6, 13.39e6, 0.625),
            ("capability", "all", 10.90e6, 8.44e6, 10.18e6, 12.74e6, 0.5),
        ],
        columns=["measure", "of", "stated", "p5", "p50", "p95", "above"],
    )
    first = pd.DataFrame(
        [
            ("ferries", "rail ferries", "ship", 0.75, 0.80),
            ("berths", "Box berths", "quay", 0.25, 0.20),
            ("never", "Never", "west", 0.0, 0.0),
        ],
        columns=["resource", "name", "kind", "share", "share_all"],
    )
    return Band(
        case=series(),
        draws=10,
        seed=7,
        capacities_only=False,
        inputs=7,
        possible=8,
        sample=sample,
        quantiles=quantiles,
        first=first,
        drivers=pd.DataFrame(DRIVERS, columns=COLUMNS),
        r2={"concurrent": 0.52, "capability": 0.89},
        assumed={"concurrent": 0.32, "capability": 0.38},
        partly={"concurrent": 0.68, "capability": 0.86},
        phrases={kind.kind_id: kind.phrase for kind in NEUTRAL},
    )


def too_few() -> Band:
    """The same with too few draws to say what drives it."""
    whole = band()
    told = [name for name in whole.drivers.columns if name.startswith(("c_", "t_"))]
    nothing = dict.fromkeys(("concurrent", "capability"), NAN)
    return replace(whole, drivers=whole.drivers.assign(**dict.fromkeys(told, NAN)), r2=nothing, assumed=nothing)


def impossible() -> Band:
    """The same with no draw possible."""
    few = too_few()
    those = few.quantiles["of"] == "possible"
    return replace(
        few,
        possible=0,
        sample=few.sample.assign(possible=False),
        quantiles=few.quantiles.assign(**{each: few.quantiles[each].mask(those) for each in ("p5", "p50", "p95")}),
        first=few.first.assign(share=0.0),
    )


def certain() -> Band:
    """A case without ranges: every draw is the stated one."""
    few = too_few()
    stated = few.quantiles["stated"]
    return replace(
        few,
        inputs=0,
        draws=3,
        possible=3,
        sample=few.sample.head(3),
        quantiles=few.quantiles.assign(p5=stated, p50=stated, p95=stated),
        drivers=few.drivers.head(0),
    )


def validation() -> pd.DataFrame:
    """Rows of every sort: inputs, one of them astray, a share, a yes or no, one that fails by a hair, a forecast."""
    frame = pd.DataFrame(
        TESTS,
        columns=[
            "test", "name", "role", "scenario", "study", "unit", "published", "low", "high", "modelled", "verdict",
            "sources", "note",
        ],
    )  # fmt: skip
    return frame.assign(difference=frame["modelled"] / frame["published"] - 1, tolerance="10 per cent")
