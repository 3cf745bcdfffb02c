"""On a terminal: what it would be worth to know a year's closures in advance."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.model.result.foresight import Foresight
from corridor.model.result.frame import rows
from corridor.reports.say.words import capital
from corridor.reports.terminal_tables import Lines, print_rows, t

NOTHING_T = 0.5
"""Tonnes below which two years are alike."""


def foresight_sentences(found: Foresight) -> list[str]:
    """What was found, in words."""
    share = found.worth_t / found.foresight_t if found.foresight_t else 0.0
    unknown = f"{found.closures} closures" if found.closures != 1 else "one closure"
    said = [
        f"With {unknown} known in advance the year carries {t(found.foresight_t)} t; met {_step(found)}, "
        f"{t(found.rolling_t)} t."
    ]
    if not found.closures:
        said.append("Every closure of this case is known in advance, so a forecast has nothing to tell.")
    elif abs(found.worth_t) < NOTHING_T and _coarse(found):
        said.append(
            "By periods of a month or more a forecast is worth nothing by construction: what one expects of a month is "
            "its mean, and a period sees no more than that. Ask by weeks or days."
        )
    elif found.worth_t < NOTHING_T:
        said.append("A forecast is worth nothing here: what a closure stops is made up for later, whoever knew of it.")
    else:
        said.append(f"A forecast would be worth {t(found.worth_t)} t, {100 * share:.2g} per cent of the year.")
    waits = found.periods["waiting_foresight_t"].max(), found.periods["waiting_rolling_t"].max()
    held = found.periods["held_up_rolling_t"].max()
    said.append(f"At worst {t(waits[0])} t wait at their origins with foresight, {t(waits[1])} t without.")
    if held > NOTHING_T:
        said.append(f"Without foresight up to {t(held)} t are stopped on the way, where there is no store for them.")
    said.append(
        f"The plan is {t(found.plan_t)} t a year, of which {t(found.due_t)} t can arrive before an open year ends."
    )
    return said


def print_foresight(found: Foresight) -> None:
    """The sentences, and both years by market and by period."""
    print(" ".join(foresight_sentences(found)))
    print()
    for lines in foresight_tables(found):
        print_rows(*lines)
    proof = found.certificate.worst
    kept = found.rolling_residual
    print(f"Foresight is proved best to {proof:.0e}; the rolled year keeps to what was there to {kept:.0e}.")


def foresight_tables(found: Foresight) -> Iterator[Lines]:
    """Both years by market, and by the periods in which they differ."""
    head = ("market", "plan, t", "with foresight, t", "rolling, t", "worth, t", "waits at worst", "rolling", "given up")
    body = [
        (
            row.name,
            t(row.plan_t),
            t(row.foresight_t),
            t(row.rolling_t),
            t(row.worth_t),
            t(row.waiting_foresight_t),
            t(row.waiting_rolling_t),
            t(row.given_up_rolling_t),
        )
        for row in rows(found.segments)
    ]
    yield Lines("By market", head, body, range(1, 8))
    differ = found.periods[
        (found.periods["foresight_t"] - found.periods["rolling_t"]).abs().gt(NOTHING_T)
        | (found.periods["waiting_foresight_t"] - found.periods["waiting_rolling_t"]).abs().gt(NOTHING_T)
        | found.periods["held_up_rolling_t"].gt(NOTHING_T)
    ]
    if len(differ):
        columns = ("period", "with foresight, t", "rolling, t", "waits", "rolling, waits", "rolling, held up")
        lines = [
            (
                row.label,
                t(row.foresight_t),
                t(row.rolling_t),
                t(row.waiting_foresight_t),
                t(row.waiting_rolling_t),
                t(row.held_up_rolling_t),
            )
            for row in rows(differ)
        ]
        yield Lines(f"{_span(found)} in which they differ", columns, lines, range(1, 6))


def _step(found: Foresight) -> str:
    name = found.horizon.name
    each = {"year": "at once", "day": "day by day"}.get(name, f"{name} by {name}")
    if name.isdigit():
        each = "period by period"
    if found.step > 1:
        each = f"{found.step} periods at a time"
    ahead = {0: "", 1: ", knowing one period ahead"}.get(found.ahead, f", knowing {found.ahead} periods ahead")
    return each + ahead


def _span(found: Foresight) -> str:
    return "Periods" if found.horizon.name.isdigit() else capital(f"{found.horizon.name}s")


def _coarse(found: Foresight) -> bool:
    return found.horizon.count <= 12
