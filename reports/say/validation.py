"""The model beside what was published: tests that it passes or fails, figures that fed it, and forecasts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from corridor.model.language import marked, plural, said, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.held import NO_REASON, Held, difference_said, held
from corridor.reports.say.validation_figure import validation_figure
from corridor.reports.say.words import capital, listed

NOTHING = marked("The case has no validation.csv: there is nothing to hold the model against.")
CHANGES = marked(
    "Changes that were observed, beside the change of the cargo that comes; no number of the case rests on them"
)


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """Tests and observed changes, then figures that fed the model, then forecasts, each in a table with its reasons.

    The short page has tests and changes alone, without reasons.
    """
    frame = listing.frame
    if not len(frame):
        return [Paragraph((say(NOTHING),))]
    return [
        Heading(say("Held against what happened")),
        Paragraph((Strong(verdicts_said(frame)), *(f" {each}" for each in _besides(frame)))),
        *validation_figure(listing),
        *_tests(_of(frame, "test"), say("Test"), say("Tests"), say("The tests that fail"), short=short),
        *_tests(_of(frame, "shift"), say("Change"), say(CHANGES), say("The changes that fail"), short=short),
        *([Note(strays)] if short and (strays := strays_said(frame)) else []),
        *(() if short else _inferences(_of(frame, "inference"))),
        *(() if short else _inputs(_of(frame, "input"))),
        *(() if short else _forecasts(_of(frame, "forecast"))),
    ]


def verdicts_said(frame: pd.DataFrame) -> str:
    """The number of tests passed and failed, in one sentence."""
    passed, failed = (int((frame["verdict"] == verdict).sum()) for verdict in ("pass", "fail"))
    return f"{plural('{n} passes', '{n} pass', passed)}, {plural('{n} fails', '{n} fail', failed)}."


def failures(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The tests that fail, each with its note."""
    return [(capital(str(row.name)), said(row.note) or say(NO_REASON)) for row in rows(_verdict(frame, "fail"))]


def strays_said(frame: pd.DataFrame) -> str:
    """The inputs outside their fair range, in one sentence; empty where there is none."""
    out = [
        f"{capital(str(row.name))} ({difference_said(row.difference)})"
        for row in rows(_of(frame, "input"))
        if row.modelled < row.low or row.modelled > row.high
    ]
    if not out:
        return ""
    if len(out) == 1:
        return say("This input lies outside its range: {out}.", out=out[0])
    return say("These inputs lie outside their range: {out}.", out=listed(out))


def _of(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    return frame[frame["role"] == role]


def _verdict(frame: pd.DataFrame, verdict: str) -> pd.DataFrame:
    return frame[frame["verdict"] == verdict]


def _besides(frame: pd.DataFrame) -> Iterator[str]:
    """One sentence for the inputs and one for the forecasts, where there are any."""
    fed, later = len(_of(frame, "input")), len(_of(frame, "forecast"))
    if fed:
        yield plural(
            "{n} published figure fed the model, so agreement there proves nothing.",
            "{n} published figures fed the model, so agreement there proves nothing.",
            fed,
        )
    if later:
        yield plural("{n} forecast is compared and not judged.", "{n} forecasts are compared and not judged.", later)


def _tests(frame: pd.DataFrame, head: str, caption: str, failing: str, *, short: bool = False) -> Iterator[Block]:
    """Rows that pass or fail, and on the long page the reasons of those that fail."""
    if not len(frame):
        return
    if short:
        yield _briefly(held(frame), head, caption)
        return
    yield _compared(held(frame), head, caption, verdict=True)
    reasons = failures(frame)
    if reasons:
        why = say("Why it fails") if len(reasons) == 1 else say("Why they fail")
        columns = (Column(head, wide=2), Column(why, wide=4))
        yield Table(columns, tuple(reasons), caption=failing, small=True, paper=True)


def _inferences(frame: pd.DataFrame) -> Iterator[Block]:
    """Numbers that would explain what was observed; nothing judges them."""
    if not len(frame):
        return
    lines = tuple(
        (line.name, f"{line.modelled} {line.unit}".strip(), said(row.note or ""))
        for line, row in zip(held(frame), rows(frame), strict=True)
    )
    columns = (
        Column(say("Inference"), wide=3),
        Column(say("Model"), wide=1),
        Column(say("To be read with it"), wide=4),
    )
    yield Table(columns, lines, caption=say("What would explain these changes: inferences, no tests"), small=True)


def _inputs(frame: pd.DataFrame) -> Iterator[Block]:
    if not len(frame):
        return
    yield _compared(held(frame), say("Figure"), say("Figures that fed the model"))
    strays = strays_said(frame)
    if strays:
        yield Note(strays)


def _forecasts(frame: pd.DataFrame) -> Iterator[Block]:
    if not len(frame):
        return
    lines = held(frame)
    yield _compared(lines, say("Forecast"), say("Beside forecasts"), fair=False)
    notes = tuple((line.name, said(row.note)) for line, row in zip(lines, rows(frame), strict=True) if row.note)
    if notes:
        yield Table((Column(say("Forecast"), wide=2), Column(say("To be read with it"), wide=4)), notes, small=True)


def _briefly(lines: list[Held], head: str, caption: str) -> Table:
    """One line a test where the page is wide enough: published, fair range, model and verdict."""
    return table(
        lines,
        words(head, lambda line: f"{line.name}, {line.unit}" if line.unit else line.name, wide=3),
        number(say("Published"), "published", weight=0.5),
        number(say("Fair range"), "fair"),
        number(say("Model"), "modelled"),
        words(say("Verdict"), "judged"),
        caption=caption,
        strong=tuple(place for place, line in enumerate(lines) if line.verdict == "fail"),
        small=True,
    )


def _compared(lines: list[Held], head: str, caption: str, *, fair: bool = True, verdict: bool = False) -> Table:
    """The model beside published figures; tests that fail are strong."""
    return table(
        lines,
        words(head, "name", wide=3),
        words(say("Answer"), "answer", wide=1.6),
        number(say("Published"), "published"),
        number(say("Fair range"), "fair") if fair else None,
        number(say("Model"), "modelled"),
        words(say("Unit"), "unit", wide=1),
        number(say("Difference"), "difference"),
        words(say("Verdict"), "judged") if verdict else None,
        caption=caption,
        strong=tuple(place for place, line in enumerate(lines) if line.verdict == "fail"),
        small=True,
        paper=verdict,
    )
