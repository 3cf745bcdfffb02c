"""The page of a year by periods: its course, limits that are full at times, stores and waiting cargo."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from corridor.model.days import MONTHS, month_name
from corridor.model.horizon import DAY
from corridor.model.language import Words, numeral, plural, say
from corridor.model.result.answer import Answer
from corridor.model.result.course import DUST_T, CourseOfYear, LimitCourse
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, figure
from corridor.reports.charts.year import heat_figure, passing_figure, stock_figure
from corridor.reports.say.columns import megatonnes, number, table, tonnes, words
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.periods import days_said, label_said, when
from corridor.reports.say.words import (
    by_period,
    capital,
    compared,
    millions,
    percent,
    period_name,
    whole_year,
)
from corridor.reports.say.year_findings import findings, why

TELLING = 0.01
"""Share: a smaller difference through the year has no figure."""
NEARLY = 0.9
"""Share of use: from it on a limit is nearly full, and is drawn."""
MOST_NAMED = 5
MOST_ROWS = 14
MOST_PANELS = 3
MOST_WAITING = 10
PERIOD = Words(
    {"year": "Year", "quarter": "Quarter", "month": "Month", "week": "Week", "day": "Day", "period": "Period"}
)
"""Periods as the head of a column."""


def page(answer: Answer, *, short: bool = False) -> list[Block]:
    """The blocks on a year by periods; none where the year is one period."""
    course = answer.course
    if course is None:
        return []
    reason, lines = why(answer), findings(answer)
    return [
        Heading(title(answer)),
        *([Paragraph((reason,))] if reason else []),
        *([_passing(answer, course)] if course.passing_t.sum() > 0 else []),
        _months(answer, course, extremes=course.grouped and not short),
        *([_extremes(answer, course)] if course.grouped and short else []),
        Note(_how_shown(answer, course)),
        *([Paragraph((Strong(say("Only time shows this. ")), " ".join(lines)))] if lines else []),
        *(_by_row(course, answer) if short else _heat(answer, course)),
        *_stocks(answer, course),
        *_waits(course),
    ]


def title(answer: Answer) -> str:
    """The finding about the year by periods as the title of its page."""
    return (
        say("Through the year: {compared}", compared=compared(answer))
        if compared(answer)
        else say("Through the year, {by_period}", by_period=by_period(answer))
    )


def _passing(answer: Answer, course: CourseOfYear) -> Figure:
    where = answer.gate.name if answer.gate and course.gated else ""
    unit, name = say("Gate tonnes") if course.gated else say("Tonnes delivered"), period_name(answer)
    caption = (
        say("{unit} a day, by commodity.", unit=unit)
        if name == "day"
        else say("{unit} a day, averaged over each {name}, by commodity.", unit=unit, name=name)
    )
    if any(wait.t.any() for wait in course.waits):
        caption += say(
            " Below: cargo that was offered and has not left its origin, at the end of each {name}.", name=name
        )
    heading = uneven(answer) or (
        say("Passing {where}, {by_period}", where=where, by_period=by_period(answer))
        if where
        else say("Arriving, {by_period}", by_period=by_period(answer))
    )
    return figure(
        passing_figure,
        answer,
        title=heading,
        caption=caption,
        alt=f"{heading}. {title(answer)}.",
        name="year",
        subtitle=say(
            "Thousand {unit} a day, {base_year}, {by_period}",
            unit=unit.lower(),
            base_year=answer.base_year,
            by_period=by_period(answer),
        ),
        numbers=_months(answer, course, extremes=False),
    )


def uneven(answer: Answer) -> str:
    """The weakest and the strongest row of the year as a finding; empty where they differ by less than one per cent."""
    course = answer.course
    if course is None or not len(course.frame):
        return ""
    listed_rows = rows(course.frame)
    hours = _hours(answer, len(listed_rows))
    daily = [row.t / hour for row, hour in zip(listed_rows, hours, strict=True)]
    low, high = daily.index(min(daily)), daily.index(max(daily))
    if not daily[high] or 1 - daily[low] / daily[high] < TELLING:
        return ""
    less = percent(1 - daily[low] / daily[high])
    weakest, strongest = (_long(str(listed_rows[place].name)) for place in (low, high))
    return say("{weakest} carries {less} less a day than {strongest}", weakest=weakest, less=less, strongest=strongest)


def _long(label: str) -> str:
    """The label of a row of the year, of a month its whole name."""
    if label.lower() in MONTHS:
        return capital(month_name(MONTHS.index(label.lower()) + 1))
    return capital(label_said(label))


def _hours(answer: Answer, count: int) -> list[float]:
    """Hours of each row of the year: of each period, or of each month where the rows are months."""
    assert answer.course is not None
    horizon = answer.course.horizon
    if count == horizon.count:
        return [float(each) for each in horizon.hours]
    edges = list(horizon.month_edges)
    return [DAY * (end - start) for start, end in pairwise(edges)]


def telling(answer: Answer) -> bool:
    """True where time changes the measure by one per cent, or a limit is full for a part of the year alone."""
    whole, course = whole_year(answer), answer.course
    if course is None:
        return False
    changes = bool(whole and answer.value is not None and abs(answer.value - whole) >= TELLING * whole)
    return changes or any(limit.full.any() for limit in course.sometimes())


def in_one_figure(answer: Answer) -> list[Block]:
    """The year in one figure where time tells something, else in one sentence; nothing for a year as one period."""
    course = answer.course
    if course is None:
        return []
    if not telling(answer) or not course.passing_t.sum() > 0:
        return [Paragraph((say("{title}. No limit is full for a part of the year alone.", title=title(answer)),))]
    return [_passing(answer, course)]


def _months(answer: Answer, course: CourseOfYear, *, extremes: bool) -> Table:
    frame, name = course.frame, period_name(answer)
    bound = {"offered_t": say("Offered"), "sent_t": say("Sent")} if course.bound else {}
    levels = {"waiting_t": say("Waiting"), "late_t": say("of it late"), "stock_t": say("In stores")}
    levels = {column: head for column, head in levels.items() if (frame[column] > DUST_T).any()}
    worst = extremes and "waiting_t" in levels
    sums = [millions(float(frame[column].sum()), 3) for column in ("t", *bound)]
    return table(
        rows(frame),
        words(say("Month") if course.grouped else PERIOD[name], lambda row: label_said(row.name)),
        megatonnes(say("Past the gate") if course.gated else say("Delivered"), "t", 3),
        *(megatonnes(head, column, 3) for column, head in bound.items()),
        *(tonnes(head, column) for column, head in levels.items()),
        number(say("Limits full"), "full"),
        words(
            say("Weakest {name}", name=name),
            lambda row: f"{numeral(row.weakest_t_day, ',.0f')} ({label_said(row.weakest)})",
            1,
            say("t a day"),
        )
        if extremes
        else None,
        words(say("Most waiting"), _worst, 1.25, "t") if worst else None,
        last=(say("Year"), *sums, *[""] * (len(levels) + 1 + extremes + worst)),
        caption=say("The year {by_period}, month by month", by_period=by_period(answer))
        if course.grouped
        else say("The year {by_period}", by_period=by_period(answer)),
        small=len(frame) > 6,
    )


def _worst(row: Any) -> str:
    return f"{numeral(row.worst_t, ',.0f')} ({label_said(row.worst)})" if row.worst_t > DUST_T else say("none")


def _extremes(answer: Answer, course: CourseOfYear) -> Table:
    """The weakest period of each month, and that at whose end most waits: columns too many for a terminal."""
    waiting = bool((course.frame["worst_t"] > DUST_T).any())
    return table(
        rows(course.frame),
        words(say("Month"), lambda row: label_said(row.name)),
        words(say("Weakest {name}", name=period_name(answer)), lambda row: label_said(row.weakest)),
        number(say("Passing"), lambda row: numeral(row.weakest_t_day, ",.0f"), say("t a day")),
        number(
            say("Most waiting"), lambda row: numeral(row.worst_t, ",.0f") if row.worst_t > DUST_T else say("none"), "t"
        )
        if waiting
        else None,
        words(say("At the end of"), lambda row: label_said(row.worst) if row.worst_t > DUST_T else "")
        if waiting
        else None,
        caption=say("The weakest {period_name} of each month", period_name=period_name(answer)),
        small=True,
    )


def _how_shown(answer: Answer, course: CourseOfYear) -> str:
    """The meaning of the columns of the table."""
    name, lines = period_name(answer), []
    if course.bound:
        lines.append(
            say("Offered and sent: cargo that is bound to time only, in its own tonnes; the rest has no date.")
        )
    lines.append(
        say("Limits full: how many are full in at least one {name} of the month.", name=name)
        if course.grouped
        else say("Limits full: how many are full in at least one {name}.", name=name)
    )
    if course.grouped and name != "day":
        lines.append(say("A {name} that spans two months is shared between them by its days.", name=name))
    if course.bound or course.stocks:
        lines.append(
            say("Waiting and stores: at the end of the last {name}.", name=name)
            if course.grouped
            else say("Waiting and stores: at the end of each {name}.", name=name)
        )
    lines.append(
        say("The year is steady: it begins as it ends.")
        if course.horizon.cyclic
        else say("The year is open: what leaves too late to arrive within it counts for nothing.")
    )
    return " ".join(lines)


def _by_row(course: CourseOfYear, answer: Answer) -> list[Block]:
    """The use of limits that are full at times, row by row of the year, in per cent."""
    chosen = course.sometimes()
    if not chosen:
        return []
    lines, starred = [], False
    for limit in chosen[:MOST_ROWS]:
        shut = course.share @ limit.available <= 0
        cells = [
            numeral(100 * share, ".0f") if math.isfinite(share) else say("closed") if closed else "–"
            for share, closed in zip(limit.rows, shut, strict=True)
        ]
        partly = [bool((limit.full & (inside > 0.01)).any()) for inside in course.share]
        marked = [f"{cell}*" if part and cell != "100" else cell for cell, part in zip(cells, partly, strict=True)]
        starred |= any("*" in cell for cell in marked)
        lines.append((limit.name, *marked, "–" if math.isnan(limit.year) else numeral(100 * limit.year, ".0f")))
    heads = (*map(label_said, course.frame["name"]), say("Year"))
    columns = (Column(say("Used"), "%", wide=3), *(Column(str(head), right=True) for head in heads))
    note = say("* full for a part of the month. ") * starred
    if len(chosen) > len(lines):
        note += plural(
            "{n} more limit is full at times.", "{n} more limits are full at times.", len(chosen) - len(lines)
        )
    shown = Table(columns, tuple(lines), caption=say("Limits that are full at times"), small=True)
    return [shown, *([Note(note.strip())] if note else [])]


def _heat(answer: Answer, course: CourseOfYear) -> list[Block]:
    always = [limit for limit in course.limits if limit.always and limit.shut]
    chosen: list[LimitCourse] = [*course.sometimes(NEARLY), *always][:MOST_ROWS]
    if not chosen:
        return []
    full = [limit for limit in chosen if limit.full.any()]
    heading = say("Limits that are full for part of the year, or nearly so, {by_period}", by_period=by_period(answer))
    named = " ".join(
        say("{name}: full {course}.", name=limit.name, course=when(course.horizon, limit.full))
        for limit in full[:MOST_NAMED]
    )
    alt = say("How full limits are through the year. {named}", named=named or say("None is full for a part."))
    caption = say(
        "Share used of what there is in each {period_name}; at the right, over the whole year."
        " Limits that are full all year, or that never pass {nearly}, are left out.",
        period_name=period_name(answer),
        nearly=percent(NEARLY),
    )

    shown = table(
        chosen,
        words(say("Limit"), "name", wide=3),
        words(say("Where"), lambda limit: name_of_kind(limit.kind)),
        number(say("Over the year"), lambda limit: percent(limit.year)),
        number(say("At most"), lambda limit: percent(min(1.0, limit.peak))),
        words(say("Full in"), lambda limit: when(course.horizon, limit.full), wide=2),
        words(say("More of it would bring more in"), lambda limit: when(course.horizon, limit.helps), wide=2),
        small=True,
    )
    return [figure(heat_figure, course, chosen, title=heading, caption=caption, alt=alt), shown]


def _stocks(answer: Answer, course: CourseOfYear) -> list[Block]:
    lying = course.stocks[:MOST_PANELS]
    late = course.waits[:MOST_PANELS] if len(course.waits) > 1 else ()
    if not lying and not late:
        return []
    name = (
        (say("Stores and waiting through the year") if late else say("Stores through the year"))
        if lying
        else say("Waiting through the year")
    )
    tops = [say("{name}, at most {t:,.0f} t", name=stock.name, t=stock.t.max()) for stock in lying]
    tops += [say("{name}, at most {t:,.0f} t waiting", name=wait.name, t=wait.t.max()) for wait in late]
    alt = f"{name}: {'; '.join(tops)}."
    caption = say("Tonnes at the end of each {name}", name=period_name(answer))
    if any(math.isfinite(stock.capacity_t) for stock in lying):
        caption += say("; the room of a store is dashed where it comes near")
    caption += (
        say(". The {count} demands that wait longest.", count=len(late)) if len(course.waits) > len(late) > 0 else "."
    )
    return [figure(stock_figure, course.horizon, lying, late, title=name, caption=caption, alt=alt)]


def _waits(course: CourseOfYear) -> list[Block]:
    labels = course.horizon.labels
    if not course.waits:
        return []
    shown = table(
        course.waits[:MOST_WAITING],
        words(say("Cargo"), "name", wide=3),
        number(say("Longest wait"), lambda wait: days_said(float(wait.days.max()))),
        words(say("At the end of"), lambda wait: label_said(labels[int(wait.days.argmax())])),
        number(say("Most waiting"), lambda wait: numeral(wait.t.max(), ",.0f"), "t"),
        words(say("At the end of"), lambda wait: label_said(labels[int(wait.t.argmax())])),
        number(
            say("Late at most"),
            lambda wait: numeral(wait.late_t.max(), ",.0f") if wait.late_t.any() else say("none"),
            "t",
        ),
        caption=say("Cargo that waits longest at its origin"),
        small=True,
    )
    note = say("Longest wait: since the oldest cargo was offered, if cargo leaves in the order of its offer.")
    more = len(course.waits) - MOST_WAITING
    if more > 0:
        note += plural(" {n} more demand waits at some time.", " {n} more demands wait at some time.", more)
    return [shown, Note(note)]
