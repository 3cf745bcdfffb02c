"""The page of an outlook on many runs: how many, how long and how large."""

from __future__ import annotations

from corridor.model.language import plural, say
from corridor.model.result.outlook import Outlook
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.numbers import whole


def page(outlook: Outlook, *, short: bool = False) -> list[Block]:
    """The number of runs and their time, and what was measured of a few of them."""
    left = outlook.runs - outlook.kept
    first = plural(
        "{count} run is left: about {seconds} s.",
        "{count} runs are left: about {seconds} s.",
        left,
        count=whole(left),
        seconds=_seconds(outlook.seconds),
    )
    rows = (
        (say("Runs"), whole(outlook.runs)),
        (say("Kept already"), whole(outlook.kept)),
        (say("Seconds of a run, in one process"), _seconds(outlook.run_s)),
        (say("Processes"), whole(outlook.processes)),
        (say("Letters of a row kept"), whole(outlook.row_bytes)),
    )
    note = plural(
        "Measured by {n} run; what comes before the first run and after the last is not in it.",
        "Measured by {n} runs; what comes before the first run and after the last is not in it.",
        outlook.tried,
    )
    return [
        Heading(say("Runs before they are made")),
        Paragraph((Strong(first),)),
        Table((Column(say("Of the runs"), wide=3), Column(say("Value"), right=True)), rows),
        Note(note),
    ]


def _seconds(seconds: float) -> str:
    return say("{seconds:,.2f}", seconds=seconds) if seconds < 10 else whole(seconds)
