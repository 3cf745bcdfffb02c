"""Hours that hold nine times of ten: chains of services with late trains and storms, and slack for them."""

from __future__ import annotations

from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.reports.blocks import Block, Note
from corridor.reports.numbers import whole
from corridor.reports.say.columns import number, table, words

SHOWN = 5
"""Chains on a short page."""
DAY_H = 24.0
KINDS = Words({"plain": "Without slack", "slack": "With hours for late cargo at each change"})
DRAWN = marked(
    "Each journey is drawn. Half of the trains on a link are on time; the others are late so that one in twenty is late"
    " by the spread of the link (an assumed distribution). Ships of a fleet that storms close sail when the storm is "
    "over. Cargo takes the next departure that it reaches. Trains leave on time, and there is room."
)


def promise_words(result: Timetable) -> list[str]:
    """The promise beside the hours of the timetable, and slack beside none."""
    kinds = {row.kind: row for row in rows(result.promised)}
    if not kinds:
        return []
    own = kinds["slack" if result.slack and "slack" in kinds else "plain"]
    found = [
        say(
            "Chains are timed at {timed:.1f} days; {promise:.1f} days hold {share:.0f} times of 100, as trains are late"
            " and storms close the sea.",
            timed=own.timed_h / DAY_H,
            promise=own.promise_h / DAY_H,
            share=100 * result.promise,
        )
    ]
    if "slack" in kinds and not result.slack:
        plain, slack = kinds["plain"], kinds["slack"]
        found.append(
            say(
                "With hours for late cargo at each change (--slack) {timed:.1f} days are timed and {promise:.1f} hold.",
                timed=slack.timed_h / DAY_H,
                promise=slack.promise_h / DAY_H,
            )
        )
        if slack.promise_h > plain.promise_h:
            found.append(say("Slack does not pay here."))
    return found


def promise_blocks(result: Timetable, short: bool) -> list[Block]:
    """Chains with the hours that hold, and the timetable with and without slack."""
    listed = rows(result.promises)
    if not listed:
        return []
    shown = listed[:SHOWN] if short else listed
    names = {row.service: row.name for row in rows(result.services)}
    titles = {"promise": say("{share:.0f} of 100 within", share=100 * result.promise)}
    blocks: list[Block] = [
        table(
            shown,
            words(say("From"), "from_name", wide=2),
            words(say("To"), "to_name", wide=2),
            None
            if short
            else words(say("Services"), lambda row: ", ".join(names[one] for one in row.services), wide=4),
            number(say("Cargo"), lambda row: whole(row.units), say("a week"), weight=0.6),
            number(say("Timed"), lambda row: _days(row.timed_h), say("days")),
            number(say("Half within"), lambda row: _days(row.p50_h), say("days")),
            number(titles["promise"], lambda row: _days(row.promise_h), say("days")),
            number(say("95 of 100 within"), lambda row: _days(row.p95_h), say("days")),
            number(say("Miss a change"), lambda row: f"{whole(100 * row.missed)} %"),
            caption=say("Days from the first departure to the last arrival, with late trains and storms"),
        )
    ]
    if len(result.promised) > 1:
        blocks.append(
            table(
                rows(result.promised),
                words(say("Timetable"), lambda row: KINDS[row.kind], wide=3),
                number(say("Timed"), lambda row: _days(row.timed_h), say("days")),
                number(say("Half within"), lambda row: _days(row.p50_h), say("days")),
                number(titles["promise"], lambda row: _days(row.promise_h), say("days")),
                number(say("95 of 100 within"), lambda row: _days(row.p95_h), say("days")),
                number(say("Miss a change"), lambda row: f"{whole(100 * row.missed)} %"),
                caption=say("All chains, in the mean over their cargo"),
                strong=(1 if result.slack else 0,),
            )
        )
    return [*blocks, Note(say(DRAWN))]


def _days(hours: float) -> str:
    return numeral(hours / DAY_H, ".1f")
