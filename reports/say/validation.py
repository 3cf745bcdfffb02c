"""The model beside what was published: tests that it passes or fails, figures that fed it, and forecasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import capital, listed, scenario_name

NOTHING = "The case has no validation.csv: there is nothing to hold the model against."
CHANGES = "Changes that were observed, beside the change of the cargo that comes; no number of the case rests on them"
NO_REASON = "The case gives no reason."
BASE_CASE = "base year"
STUDIES = {
    "handled": "used",
    "concurrent": "fits if all grow alike",
    "capability": "fits if each grows to its limit",
    "free": "free mix",
    "expected": "comes",
}
MILLION_FROM = 1e5
IN_MILLIONS = {
    "t": "Mt",
    "t/year": "Mt/year",
    "t a year": "Mt a year",
    "gate t": "gate Mt",
    "gate t/year": "gate Mt/year",
    "gate t a year": "gate Mt a year",
}


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """Tests and observed changes, then figures that fed the model, then forecasts, each in a table with its reasons.

    The short page has tests and changes alone, without reasons.
    """
    frame = listing.frame
    if not len(frame):
        return [Paragraph((NOTHING,))]
    return [
        Heading("Held against what happened"),
        Paragraph((Strong(verdicts_said(frame)), *(f" {each}" for each in _besides(frame)))),
        *_tests(_of(frame, "test"), "Test", "Tests", short=short),
        *_tests(_of(frame, "shift"), "Change", CHANGES, short=short),
        *([Note(strays)] if short and (strays := strays_said(frame)) else []),
        *(() if short else _inferences(_of(frame, "inference"))),
        *(() if short else _inputs(_of(frame, "input"))),
        *(() if short else _forecasts(_of(frame, "forecast"))),
    ]


def verdicts_said(frame: pd.DataFrame) -> str:
    """The number of tests passed and failed, in one sentence."""
    passed, failed = (int((frame["verdict"] == verdict).sum()) for verdict in ("pass", "fail"))
    return f"{passed} {'passes' if passed == 1 else 'pass'}, {failed} {'fails' if failed == 1 else 'fail'}."


def failures(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The tests that fail, each with its note."""
    return [(capital(str(row.name)), str(row.note or "") or NO_REASON) for row in rows(_verdict(frame, "fail"))]


def strays_said(frame: pd.DataFrame) -> str:
    """The inputs outside their fair range, in one sentence; empty where there is none."""
    out = [
        f"{capital(str(row.name))} ({_difference(row.difference)})"
        for row in rows(_of(frame, "input"))
        if row.modelled < row.low or row.modelled > row.high
    ]
    if not out:
        return ""
    return (
        f"{'This input lies outside its' if len(out) == 1 else 'These inputs lie outside their'} range: {listed(out)}."
    )


def _of(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    return frame[frame["role"] == role]


def _verdict(frame: pd.DataFrame, verdict: str) -> pd.DataFrame:
    return frame[frame["verdict"] == verdict]


def _besides(frame: pd.DataFrame) -> Iterator[str]:
    """One sentence for the inputs and one for the forecasts, where there are any."""
    fed, later = len(_of(frame, "input")), len(_of(frame, "forecast"))
    if fed:
        yield f"{fed} published {'figure' if fed == 1 else 'figures'} fed the model, so agreement there proves nothing."
    if later:
        yield f"{later} {'forecast is' if later == 1 else 'forecasts are'} compared and not judged."


def _tests(frame: pd.DataFrame, head: str, caption: str, *, short: bool = False) -> Iterator[Block]:
    """Rows that pass or fail, and on the long page the reasons of those that fail."""
    if not len(frame):
        return
    if short:
        yield _briefly(held(frame), head, caption)
        return
    yield _compared(held(frame), head, caption, verdict=True)
    reasons = failures(frame)
    if reasons:
        why = "Why it fails" if len(reasons) == 1 else "Why they fail"
        columns = (Column(head, wide=2), Column(why, wide=4))
        yield Table(columns, tuple(reasons), caption=f"The {head.lower()}s that fail", small=True)


def _inferences(frame: pd.DataFrame) -> Iterator[Block]:
    """Numbers that would explain what was observed; nothing judges them."""
    if not len(frame):
        return
    lines = tuple(
        (line.name, f"{line.modelled} {line.unit}".strip(), str(row.note or ""))
        for line, row in zip(held(frame), rows(frame), strict=True)
    )
    columns = (Column("Inference", wide=3), Column("Model", wide=1), Column("To be read with it", wide=4))
    yield Table(columns, lines, caption="What would explain these changes: inferences, no tests", small=True)


def _inputs(frame: pd.DataFrame) -> Iterator[Block]:
    if not len(frame):
        return
    yield _compared(held(frame), "Figure", "Figures that fed the model")
    strays = strays_said(frame)
    if strays:
        yield Note(strays)


def _forecasts(frame: pd.DataFrame) -> Iterator[Block]:
    if not len(frame):
        return
    lines = held(frame)
    yield _compared(lines, "Forecast", "Beside forecasts", fair=False)
    notes = tuple((line.name, str(row.note)) for line, row in zip(lines, rows(frame), strict=True) if row.note)
    if notes:
        yield Table((Column("Forecast", wide=2), Column("To be read with it", wide=4)), notes, small=True)


def _briefly(lines: list[Held], head: str, caption: str) -> Table:
    """One line a test where the page is wide enough: published, fair range, model and verdict."""
    return table(
        lines,
        words(head, lambda line: f"{line.name}, {line.unit}" if line.unit else line.name, wide=3),
        number("Published", "published", weight=0.5),
        number("Fair range", "fair"),
        number("Model", "modelled"),
        words("Verdict", "verdict"),
        caption=caption,
        strong=tuple(place for place, line in enumerate(lines) if line.verdict == "fail"),
        small=True,
    )


def _compared(lines: list[Held], head: str, caption: str, *, fair: bool = True, verdict: bool = False) -> Table:
    """The model beside published figures; tests that fail are strong."""
    return table(
        lines,
        words(head, "name", wide=3),
        words("Answer", "answer", wide=1.6),
        number("Published", "published"),
        number("Fair range", "fair") if fair else None,
        number("Model", "modelled"),
        words("Unit", "unit", wide=1),
        number("Difference", "difference"),
        words("Verdict", "verdict") if verdict else None,
        caption=caption,
        strong=tuple(place for place, line in enumerate(lines) if line.verdict == "fail"),
        small=True,
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


def held(frame: pd.DataFrame) -> list[Held]:
    """The rows of the validation, each with digits and a unit that suit it."""
    return [_held(row) for row in rows(frame)]


def _held(row: Any) -> Held:
    unit, scale = _scaled(row)
    digits = 2 if unit.startswith(("Mt", "gate Mt")) else _digits(abs(row.modelled) * scale)

    def modelled() -> str:
        return f"{row.modelled * scale + 0.0:,.{digits}f}"

    def stated(value: float) -> str:
        return "–" if math.isnan(value) else f"{value * scale + 0.0:,.10g}"

    # A number that fails may not be rounded to the edge that it misses.
    while (
        row.verdict == "fail"
        and digits < 6
        and float(modelled().replace(",", ""))
        in (
            round(row.low * scale, 9),
            round(row.high * scale, 9),
        )
    ):
        digits += 1
    cells = (stated(row.published), _fair(row, stated), modelled())
    difference = _difference(row.difference)
    if unit == "yes = 1":
        unit, difference = "", "–"
        published, fair, found = ({"1": "yes", "0": "no"}.get(each, each) for each in cells)
        cells = (published, fair, found)
    asked = scenario_name(row.scenario) if row.scenario else BASE_CASE
    answer = f"{asked}: {STUDIES[str(row.study)]}"
    return Held(capital(str(row.name)), answer, unit, *cells, difference, str(row.verdict))


def _difference(share: float) -> str:
    """A difference in per cent, with its sign."""
    whole = 0 if math.isnan(share) else round(100 * share)
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return "–" if math.isnan(share) else f"{sign}{abs(whole)}\u00a0%"


def _scaled(row: Any) -> tuple[str, float]:
    """The unit in which a test is shown, and what its numbers are multiplied by."""
    unit = str(row.unit)
    known = [abs(each) for each in (row.published, row.low, row.high, row.modelled) if math.isfinite(each)]
    if unit in IN_MILLIONS and max(known, default=0.0) >= MILLION_FROM:
        return IN_MILLIONS[unit], 1e-6
    if unit.split(" ")[0] == "share":
        return f"%{unit.removeprefix('share')}", 100.0
    return unit, 1.0


def _digits(size: float) -> int:
    """Digits after the point that a number of this size deserves."""
    return 0 if size >= 100 or size == round(size) else 1 if size >= 10 else 2


def _fair(row: Any, stated: Callable[[float], str]) -> str:
    if not math.isfinite(row.low):
        return f"at most {stated(row.high)}" if math.isfinite(row.high) else "–"
    if not math.isfinite(row.high):
        return f"at least {stated(row.low)}"
    return stated(row.low) if row.low == row.high else f"{stated(row.low)} to {stated(row.high)}"
