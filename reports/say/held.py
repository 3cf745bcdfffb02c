"""Rows of the validation as they are shown: digits, units and ranges that suit each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.language import Words, marked, numeral, said, say
from corridor.model.result.frame import rows
from corridor.reports.say.words import capital, scenario_name

NO_REASON = marked("The case gives no reason.")
BASE_CASE = marked("base year")
STUDIES = Words(
    {
        "handled": "used",
        "concurrent": "fits if all grow alike",
        "capability": "fits if each grows to its limit",
        "free": "free mix",
        "expected": "comes",
    }
)
VERDICTS = Words({"pass": "pass", "fail": "fail"})
MILLION_FROM, MILLION = 1e5, 1e-6
IN_MILLIONS = Words(
    {
        "t": "Mt",
        "t/year": "Mt/year",
        "t a year": "Mt a year",
        "gate t": "gate Mt",
        "gate t/year": "gate Mt/year",
        "gate t a year": "gate Mt a year",
    }
)


@dataclass(frozen=True)
class Held:
    """A row of the validation as it is shown."""

    name: str
    answer: str
    unit: str
    published: str
    fair: str
    modelled: str
    difference: str
    verdict: str

    @property
    def judged(self) -> str:
        """The verdict in the current language."""
        return str(VERDICTS.get(self.verdict, self.verdict))


def held(frame: pd.DataFrame) -> list[Held]:
    """The rows of the validation, each with digits and a unit that suit it."""
    return [_held(row) for row in rows(frame)]


def _held(row: Any) -> Held:
    unit, scale = _scaled(row)
    digits = 2 if scale == MILLION else _digits(abs(row.modelled) * scale)

    def modelled() -> str:
        return numeral(row.modelled * scale + 0.0, f",.{digits}f")

    def stated(value: float) -> str:
        return "–" if math.isnan(value) else numeral(value * scale + 0.0, ",.10g")

    # A number that fails may not be rounded to the edge that it misses.
    while (
        row.verdict == "fail"
        and digits < 6
        and round(row.modelled * scale, digits)
        in (
            round(row.low * scale, 9),
            round(row.high * scale, 9),
        )
    ):
        digits += 1
    cells = (stated(row.published), _fair(row, stated), modelled())
    difference = difference_said(row.difference)
    if row.unit == "yes = 1":
        unit, difference = "", "–"
        published, fair, found = ({"1": say("yes"), "0": say("no")}.get(each, each) for each in cells)
        cells = (published, fair, found)
    asked = scenario_name(row.scenario) if row.scenario else say(BASE_CASE)
    answer = f"{asked}: {STUDIES[str(row.study)]}"
    return Held(capital(str(row.name)), answer, unit, *cells, difference, str(row.verdict))


def difference_said(share: float) -> str:
    """A difference in per cent, with its sign."""
    whole = 0 if math.isnan(share) else round(100 * share)
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return "–" if math.isnan(share) else f"{sign}{abs(whole)}\u00a0%"


def _scaled(row: Any) -> tuple[str, float]:
    """The unit in which a test is shown, and what its numbers are multiplied by."""
    unit = str(row.unit)
    known = [abs(each) for each in (row.published, row.low, row.high, row.modelled) if math.isfinite(each)]
    if unit in IN_MILLIONS and max(known, default=0.0) >= MILLION_FROM:
        return IN_MILLIONS[unit], MILLION
    if unit.split(" ")[0] == "share":
        whole, share = str(said(unit)), say("share")
        if not whole.startswith(share):
            whole, share = unit, "share"
        return f"%{whole.removeprefix(share)}", 100.0
    return str(said(unit)), 1.0


def _digits(size: float) -> int:
    """Digits after the point that a number of this size deserves."""
    return 0 if size >= 100 or size == round(size) else 1 if size >= 10 else 2


def _fair(row: Any, stated: Callable[[float], str]) -> str:
    if not math.isfinite(row.low):
        return say("at most {high}", high=stated(row.high)) if math.isfinite(row.high) else "–"
    if not math.isfinite(row.high):
        return say("at least {low}", low=stated(row.low))
    return (
        stated(row.low) if row.low == row.high else say("{low} to {high}", low=stated(row.low), high=stated(row.high))
    )
