"""The page of a year by periods: its course, limits that are full at times, stores and waiting cargo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from corridor.model.days import MONTH_NAMES, MONTHS
from corridor.model.horizon import DAY
from corridor.model.language import Words, numeral, say
from corridor.model.result.answer import Answer
from corridor.model.result.course import DUST_T, CourseOfYear, Flags, LimitCourse
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, figure
from corridor.reports.charts.year import heat_figure, passing_figure, stock_figure
from corridor.reports.say.columns import megatonnes, number, table, tonnes, words
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.words import (
    by_period,
    capital,
    compared,
    listed,
    millions,
    mt_or_t,
    percent,
    period_name,
    whole_year,
)

TELLING = 0.01
"""Share: a smaller difference through the year has no figure."""
NEARLY = 0.9
"""Share of use: from it on a limit is nearly full, and is drawn."""
MOST_NAMED = 5
MOST_ROWS = 14
MOST_PANELS = 3
MOST_WAITING = 10
TIES = Words(
    {
        "capacity": "capacities that change by month",
        "closure": "closures",
        "season": "cargo that is offered in seasons",
        "open_year": "an open year, in which what leaves late does not arrive",
    }
)
VARIES = Words({"size": "the load of a carrier", "port_wait": "the time that carriers wait in port"})


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


def why(answer: Answer) -> str:
    """The reason why the year by periods differs from the year as one period; empty where none is known."""
    whole, course = whole_year(answer), answer.course
    if whole is None or answer.value is None or course is None:
        return ""
    tied, varies = ties(course), [VARIES[code] for code in course.varies]
    difference = answer.value - whole
    if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
        if not tied and not varies:
            return say("Nothing in this case changes through the year or ties cargo to a time of it.")
        return say("These do not reduce what fits over the year: {tied}.", tied=listed(tied + varies))
    if difference < 0:
        return say("Cargo is tied to a time of the year here by {tied}.", tied=listed(tied)) if tied else ""
    if varies:
        plural = say("change") if len(varies) > 1 else say("changes")
        return say(
            "{varies} {plural} by month: the year as one period takes the mean, while by"
            " {period_name} more goes in the good months.",
            varies=capital(listed(varies)),
            plural=plural,
            period_name=period_name(answer),
        )
    return ""


def ties(course: CourseOfYear) -> list[str]:
    """The reasons that tie cargo to a time of the year, in words."""
    days = say(" to ").join(f"{day:g}" for day in course.patience_d)
    patience = say("cargo that waits {days} days at most", days=days)
    return [patience if code == "patience" else TIES[code] for code in course.ties]


def findings(answer: Answer) -> list[str]:
    """Sentences: limits that are full or closed at times, and cargo that is lost."""
    course = answer.course
    return [] if course is None else [*_limits(course), *_lost(course, answer), *_stores(course)]


def _limits(course: CourseOfYear) -> list[str]:
    """When limits are full or closed, a sentence each; those that are full all year in one."""
    lines = []
    at_times = [limit for limit in course.sometimes() if limit.full.any()]
    for limit in at_times[:MOST_NAMED]:
        over = say(", {year} over the year", year=percent(limit.year)) if not math.isnan(limit.year) else ""
        helps = ""
        if limit.helps.any() and not (limit.helps == limit.full).all():
            helps = say("; more of it would bring more {course}", course=when(course, limit.helps, told=True))
        elif limit.helps.any():
            helps = say("; more of it would bring more just then")
        lines.append(
            say(
                "{name}: full {course}{over}{helps}.",
                name=limit.name,
                course=when(course, limit.full, told=True),
                over=over,
                helps=helps,
            )
        )
    if len(at_times) > MOST_NAMED:
        more = _counted(len(at_times) - MOST_NAMED, say("more limit is"), say("more limits are"))
        lines.append(say("{more} full for a part of the year.", more=more))
    for limit in [limit for limit in course.limits if limit.shut][:MOST_NAMED]:
        rest = say(", full in the rest of the year") if limit.always else ""
        lines.append(
            say(
                "{name}: closed {course}{rest}.",
                name=limit.name,
                course=when(course, limit.closed, told=True),
                rest=rest,
            )
        )
    always = [limit.name for limit in course.limits if limit.always and not limit.shut]
    return [*lines, say("Full all year: {always}.", always=listed(always))] if always else lines


def _lost(course: CourseOfYear, answer: Answer) -> list[str]:
    """Cargo that goes another way or is not carried, and when most of it; or that none waits."""
    labels, lines = course.horizon.labels, []
    for name, verb in (("outside", say("goes another way")), ("unmet", say("is not carried at all"))):
        lost = course.lost_t[name]
        if lost.sum() > DUST_T:
            lines.append(
                say(
                    "{lost} {verb}, most in {labels}.",
                    lost=mt_or_t(float(lost.sum())),
                    verb=verb,
                    labels=labels[int(lost.argmax())],
                )
            )
    if course.bound and not course.waits:
        lines.append(
            say(
                "No cargo that is bound to time waits at the end of any {period_name}.", period_name=period_name(answer)
            )
        )
    return lines


def _stores(course: CourseOfYear) -> list[str]:
    labels, lines = course.horizon.labels, []
    for store in course.stocks[:MOST_NAMED]:
        peak = int(store.t.argmax())
        if store.full.any():
            lines.append(
                say(
                    "{name}: full at the end of {course} ({capacity_t:,.0f} t).",
                    name=store.name,
                    course=when(course, store.full),
                    capacity_t=store.capacity_t,
                )
            )
        else:
            of = say(" of {capacity_t:,.0f} t", capacity_t=store.capacity_t) if math.isfinite(store.capacity_t) else ""
            lines.append(
                say(
                    "{name}: at most {t:,.0f} t{of}, at the end of {labels}.",
                    name=store.name,
                    t=store.t[peak],
                    of=of,
                    labels=labels[peak],
                )
            )
    return lines


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _passing(answer: Answer, course: CourseOfYear) -> Figure:
    where = answer.gate.name if answer.gate and course.gated else ""
    unit, name = say("Gate tonnes") if course.gated else say("Tonnes delivered"), period_name(answer)
    caption = (
        say("{unit} a day", unit=unit)
        + ("" if name == "day" else say(", averaged over each {name}", name=name))
        + say(", by commodity.")
    )
    if any(wait.t.any() for wait in course.waits):
        caption += say(
            " Below: cargo that was offered and has not left its origin, at the end of each {name}.", name=name
        )
    heading = (
        uneven(answer) or f"{(say('Passing {where}', where=where) if where else say('Arriving'))}, {by_period(answer)}"
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
    long = dict(zip(MONTHS, MONTH_NAMES, strict=True))
    names = [long.get(name.lower(), capital(name)) for name in (str(listed_rows[place].name) for place in (low, high))]
    return say("{names} carries {less} less a day than {names2}", names=names[0], less=less, names2=names[1])


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
        words(say("Month") if course.grouped else capital(name), "name"),
        megatonnes(say("Past the gate") if course.gated else say("Delivered"), "t", 3),
        *(megatonnes(head, column, 3) for column, head in bound.items()),
        *(tonnes(head, column) for column, head in levels.items()),
        number(say("Limits full"), "full"),
        words(
            say("Weakest {name}", name=name),
            lambda row: say("{weakest_t_day:,.0f} ({weakest})", weakest_t_day=row.weakest_t_day, weakest=row.weakest),
            1,
            say("t a day"),
        )
        if extremes
        else None,
        words(say("Most waiting"), _worst, 1.25, "t") if worst else None,
        last=(say("Year"), *sums, *[""] * (len(levels) + 1 + extremes + worst)),
        caption=say("The year {by_period}", by_period=by_period(answer))
        + (say(", month by month") if course.grouped else ""),
        small=len(frame) > 6,
    )


def _worst(row: Any) -> str:
    return (
        say("{worst_t:,.0f} ({worst})", worst_t=row.worst_t, worst=row.worst) if row.worst_t > DUST_T else say("none")
    )


def _extremes(answer: Answer, course: CourseOfYear) -> Table:
    """The weakest period of each month, and that at whose end most waits: columns too many for a terminal."""
    waiting = bool((course.frame["worst_t"] > DUST_T).any())
    return table(
        rows(course.frame),
        words(say("Month"), "name"),
        words(say("Weakest {period_name}", period_name=period_name(answer)), "weakest"),
        number(say("Passing"), lambda row: numeral(row.weakest_t_day, ",.0f"), say("t a day")),
        number(
            say("Most waiting"), lambda row: numeral(row.worst_t, ",.0f") if row.worst_t > DUST_T else say("none"), "t"
        )
        if waiting
        else None,
        words(say("At the end of"), lambda row: row.worst if row.worst_t > DUST_T else "") if waiting else None,
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
        say("Limits full: how many are full in at least one {name}", name=name)
        + (say(" of the month.") * course.grouped or ".")
    )
    if course.grouped and name != "day":
        lines.append(say("A {name} that spans two months is shared between them by its days.", name=name))
    if course.bound or course.stocks:
        end = say("the last {name}", name=name) if course.grouped else say("each {name}", name=name)
        lines.append(say("Waiting and stores: at the end of {end}.", end=end))
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
    heads = (*course.frame["name"], say("Year"))
    columns = (Column(say("Used"), "%", wide=3), *(Column(str(head), right=True) for head in heads))
    note = say("* full for a part of the month. ") * starred
    if len(chosen) > len(lines):
        note += say(
            "{count} full at times.",
            count=_counted(len(chosen) - len(lines), say("more limit is"), say("more limits are")),
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
        say("{name}: full {course}.", name=limit.name, course=when(course, limit.full)) for limit in full[:MOST_NAMED]
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
        words(say("Full in"), lambda limit: when(course, limit.full), wide=2),
        words(say("More of it would bring more in"), lambda limit: when(course, limit.helps), wide=2),
        small=True,
    )
    return [figure(heat_figure, course, chosen, title=heading, caption=caption, alt=alt), shown]


def _stocks(answer: Answer, course: CourseOfYear) -> list[Block]:
    lying = course.stocks[:MOST_PANELS]
    late = course.waits[:MOST_PANELS] if len(course.waits) > 1 else ()
    if not lying and not late:
        return []
    shown = [name for name, there in (("stores", lying), ("waiting", late)) if there]
    name = say("{shown} through the year", shown=capital(listed(shown)))
    tops = [say("{name}, at most {t:,.0f} t", name=stock.name, t=stock.t.max()) for stock in lying]
    tops += [say("{name}, at most {t:,.0f} t waiting", name=wait.name, t=wait.t.max()) for wait in late]
    alt = f"{name}: {'; '.join(tops)}."
    caption = say("Tonnes at the end of each {period_name}", period_name=period_name(answer))
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
        words(say("At the end of"), lambda wait: labels[int(wait.days.argmax())]),
        number(say("Most waiting"), lambda wait: numeral(wait.t.max(), ",.0f"), "t"),
        words(say("At the end of"), lambda wait: labels[int(wait.t.argmax())]),
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
        note += say(" {more} at some time.", more=_counted(more, say("more demand waits"), say("more demands wait")))
    return [shown, Note(note)]


def when(course: CourseOfYear, flags: Flags, *, told: bool = False) -> str:
    """The marked periods: ``Jul to Nov``; in a sentence ``from Jul to Nov``, ``on 3 Feb``."""
    before = ("on" if course.horizon.name == "day" else "in") if told else ""
    return spans(flags, course.horizon.labels, before, around=course.horizon.cyclic)


def spans(flags: Flags, labels: Sequence[str], before: str = "", *, most: int = 3, around: bool = True) -> str:
    """The periods that are marked, in stretches, which run over new year where the year goes ``around``.

    ``before`` is the word that a sentence needs before a period (``in``, ``on``), nothing in a table.

    >>> import numpy as np
    >>> spans(np.array([True, False, True, True]), ["1 Jan", "2 Jan", "3 Jan", "4 Jan"], "on", most=1)
    'from 3 Jan to 1 Jan'
    """
    count = len(flags)
    if flags.all() or not flags.any():
        return say("all year") if count and flags.all() else say("never")
    stretches = []
    for start in [at for at in range(count) if flags[at] and not (flags[at - 1] and (at or around))]:
        long = 1
        while flags[(start + long) % count] and (around or start + long < count):
            long += 1
        first, last = labels[start], labels[(start + long - 1) % count]
        between, word = ("and", before) if long == 2 else ("to", say("from") if before else "")
        text = f"{before} {first}" if long == 1 else f"{word} {first} {between} {last}"
        stretches.append((long, start, text.strip()))
    kept = sorted(sorted(stretches, key=lambda item: (-item[0], item[1]))[:most], key=lambda item: item[1])
    more, words_of = len(stretches) - len(kept), [item[2] for item in kept]
    return say("{words_of} and {more} more", words_of=", ".join(words_of), more=more) if more else listed(words_of)


def days_said(days: float) -> str:
    """Days in words: ``23 days``, ``1 day``, ``2.5 days``."""
    if days >= 10:
        return say("{days:.0f} days", days=days)
    return say("1 day") if 0.95 <= days < 1.05 else say("{days:.1f} days", days=days).replace(".0 ", " ")
