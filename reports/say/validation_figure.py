"""The figure of the validation: agrees, differs and why, not a test."""

from __future__ import annotations

import math
import re
from typing import Any

from corridor.model.language import Words, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, figure
from corridor.reports.charts.checks import Check, Checks, checks_figure
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.held import NO_REASON, Held, held

JUDGED = Words({"pass": "Agrees", "fail": "Differs, and why"})
APART = ("forecast",)
"""Roles that nothing judges and that are drawn; figures that fed the model are in the numbers alone."""
ENOUGH = 45
"""Letters that make a reason."""
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def validation_figure(listing: Listing) -> list[Block]:
    """A row a test, with its numbers; nothing for a case without tests."""
    lines, groups = _lines(listing), checks_of(listing)
    if not any(group.rows for group in groups[: len(JUDGED)]):
        return []
    passed, failed = (len(group.rows) for group in groups[:2])
    title = say("{passed} of {passed2} tests agree with what was published", passed=passed, passed2=passed + failed)
    fed = sum(row.role == "input" for row, _ in lines)
    limit = say("Where nothing was published but a limit, the limit is 100\u00a0%.")
    entered = (
        say(" {fed} published figures fed the model and prove nothing; they are in the numbers.", fed=fed)
        if fed
        else ""
    )
    misses = "; ".join(
        say("{name} {model}, published {published}", name=check.name, model=check.model, published=check.published)
        for check in groups[1].rows[:3]
    )
    sources = dict.fromkeys(source for row, _ in lines if row.verdict in JUDGED for source in str(row.sources).split())
    return [
        figure(
            checks_figure,
            [group for group in groups if group.rows],
            title=title,
            caption=f"{limit}{entered}",
            alt=f"{title}. {(say('Outside: {misses}.', misses=misses) if misses else '')}".strip(),
            name="validation",
            subtitle=say("The model as a share of what was published, by test"),
            numbers=table(
                [line for _, line in lines],
                words(say("Published"), "name", wide=3),
                words(say("Answer"), "answer", wide=2),
                number(say("Published"), "published"),
                number(say("Fair range"), "fair"),
                number(say("Model"), "modelled"),
                words(say("Unit"), "unit", wide=1),
                words(say("Verdict"), "judged"),
            ),
            sources=tuple(sources),
        )
    ]


def checks_of(listing: Listing) -> list[Checks]:
    """The rows that agree, those that differ, and the forecasts."""
    lines = _lines(listing)
    return [
        *(
            Checks(title, tuple(_check(row, line) for row, line in lines if row.verdict == verdict))
            for verdict, title in JUDGED.items()
        ),
        Checks(say("Not a test: forecasts"), tuple(_check(row, line) for row, line in lines if row.role in APART)),
    ]


def _lines(listing: Listing) -> list[tuple[Any, Held]]:
    return list(zip(rows(listing.frame), held(listing.frame), strict=True)) if len(listing.frame) else []


def _reason(note: str) -> str:
    """The first sentences of a reason, as many as say something."""
    said = ""
    for sentence in SENTENCE.split(note):
        said = f"{said} {sentence}".strip()
        if len(said) >= ENOUGH:
            break
    return said


def _check(row: Any, line: Held) -> Check:
    """A row at multiples of what was published, else of the end of its fair range."""
    known = [each for each in (row.published, row.low, row.high) if math.isfinite(each) and each]
    reference = known[0] if known else math.nan
    miss = row.verdict == "fail"
    why = _reason(say(str(row.note)) if row.note else say(NO_REASON)) if miss else ""
    return Check(
        line.name,
        row.modelled / reference,
        row.published / reference,
        row.low / reference,
        row.high / reference,
        line.modelled,
        line.fair if line.published == "–" else line.published,
        line.unit,
        miss,
        why,
    )
