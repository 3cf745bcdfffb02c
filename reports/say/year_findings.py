"""A year by periods in sentences: why it differs from the year as one period, and what only time shows."""

from __future__ import annotations

import math

from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.result.answer import Answer
from corridor.model.result.course import DUST_T, CourseOfYear
from corridor.reports.say.periods import label_said, when
from corridor.reports.say.words import capital, listed, mt_or_t, percent, period_name, whole_year

MOST_NAMED = 5
"""Limits, or stores, that have a sentence each."""
TIES = Words(
    {
        "capacity": "capacities that change by month",
        "closure": "closures",
        "season": "cargo that is offered in seasons",
        "open_year": "an open year, in which what leaves late does not arrive",
    }
)
VARIES = Words({"size": "the load of a carrier", "port_wait": "the time that carriers wait in port"})


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
        named = {"varies": capital(listed(varies)), "period": period_name(answer)}
        if len(varies) > 1:
            return say(
                "{varies} change by month: the year as one period takes the mean, while by {period} more goes in the"
                " good months.",
                **named,
            )
        return say(
            "{varies} changes by month: the year as one period takes the mean, while by {period} more goes in the"
            " good months.",
            **named,
        )
    return ""


def ties(course: CourseOfYear) -> list[str]:
    """The reasons that tie cargo to a time of the year, in words."""
    days = say(" to ").join(numeral(day, "g") for day in course.patience_d)
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
            helps = say("; more of it would bring more {course}", course=when(course.horizon, limit.helps, told=True))
        elif limit.helps.any():
            helps = say("; more of it would bring more just then")
        lines.append(
            say(
                "{name}: full {course}{over}{helps}.",
                name=limit.name,
                course=when(course.horizon, limit.full, told=True),
                over=over,
                helps=helps,
            )
        )
    if len(at_times) > MOST_NAMED:
        lines.append(
            plural(
                "{n} more limit is full for a part of the year.",
                "{n} more limits are full for a part of the year.",
                len(at_times) - MOST_NAMED,
            )
        )
    for limit in [limit for limit in course.limits if limit.shut][:MOST_NAMED]:
        rest = say(", full in the rest of the year") if limit.always else ""
        lines.append(
            say(
                "{name}: closed {course}{rest}.",
                name=limit.name,
                course=when(course.horizon, limit.closed, told=True),
                rest=rest,
            )
        )
    always = [limit.name for limit in course.limits if limit.always and not limit.shut]
    return [*lines, say("Full all year: {always}.", always=listed(always))] if always else lines


def _lost(course: CourseOfYear, answer: Answer) -> list[str]:
    """Cargo that goes another way or is not carried, and when most of it; or that none waits."""
    labels, lines = course.horizon.labels, []
    for name, words_of in (
        ("outside", marked("{lost} goes another way, most in {period}.")),
        ("unmet", marked("{lost} is not carried at all, most in {period}.")),
    ):
        lost = course.lost_t[name]
        if lost.sum() > DUST_T:
            period = label_said(labels[int(lost.argmax())])
            lines.append(say(words_of, lost=mt_or_t(float(lost.sum())), period=period))
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
                    course=when(course.horizon, store.full),
                    capacity_t=store.capacity_t,
                )
            )
        else:
            of = say(" of {capacity_t:,.0f} t", capacity_t=store.capacity_t) if math.isfinite(store.capacity_t) else ""
            lines.append(
                say(
                    "{name}: at most {t:,.0f} t{of}, at the end of {period}.",
                    name=store.name,
                    t=store.t[peak],
                    of=of,
                    period=label_said(labels[peak]),
                )
            )
    return lines
