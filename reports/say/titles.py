"""The heading of each section of a report, of any case: ten words at most, and a figure or a verb."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.language import say
from corridor.model.ranges import Ranges
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.reports.numbers import likely, rounded
from corridor.reports.say.findings import (
    SHORT_D,
    first_kind,
    losses,
    minus,
)
from corridor.reports.say.words import (
    by_period,
    capital,
    percent,
)


def stops_title(findings: Findings) -> str:
    """Finding on the limits: the first kind, and the tonnes from which it stops cargo."""
    answer, kind = findings.answer, first_kind(findings.answer)
    if kind is None:
        return say("No limit of the case stops cargo")
    noun, many = kind
    stop = say("stop") if many else say("stops")
    if (answer.growth or 0.0) < 1:
        return say(
            "{noun} {stop} cargo at {handled} Mt", noun=noun, stop=stop, handled=rounded(answer.measures_t["handled"])
        )
    return say(
        "{noun} {stop} cargo from {concurrent} Mt on",
        noun=noun,
        stop=stop,
        concurrent=rounded(answer.measures_t["concurrent"]),
    )


def build_title(findings: Findings) -> str:
    """Finding on projects: the money and the tonnes of the bulk of the cost curve."""
    made = findings.projects
    if made is None:
        return say("The case names no project")
    if made.bulk_step is None:
        return say("No project adds room")
    spent = float(made.curve["total_usd"].iloc[made.bulk_step - 1])
    return say(
        "{spent} make room for {bulk_step} Mt more", spent=_money(spent), bulk_step=rounded(made.gain_t(made.bulk_step))
    )


def _money(usd: float) -> str:
    """Money in a title: two digits are enough."""
    millions = usd / 1e6
    digits = max(0, math.floor(math.log10(millions)) - 1) if millions >= 10 else 0
    return say("{millions:,.0f} million USD", millions=round(millions, -digits))


def comes_title(findings: Findings) -> str:
    """Finding on the cargo that comes, and the side that waits."""
    answer = findings.answer
    come, fits = answer.measures_t.get("expected"), answer.measures_t.get("capability")
    if come is None or fits is None:
        return say("The case has no markets")
    room = fits - come
    if room > 1e-3 * fits and (answer.growth or 0.0) >= 1:
        return say("{come} Mt comes, with room for {room} more", come=rounded(come), room=rounded(room))
    return say("{come} Mt comes, and cargo waits for room", come=rounded(come))


def uses_title(findings: Findings) -> str:
    """Finding on the users: the market with the most cargo in the base year."""
    segments = rows(findings.answer.segments)
    total = math.fsum(row.base_t for row in segments)
    if not total:
        return say("Nothing is asked for")
    most = max(segments, key=lambda row: row.base_t)
    return say(
        "{name}: {base_t} of {total} Mt",
        name=capital(most.name),
        base_t=percent(most.base_t / total),
        total=rounded(total),
    )


def days_title(findings: Findings) -> str:
    """Finding on a mean tonne: its days, freight and carbon; empty where none is known."""
    money, carbon = findings.revenue, findings.carbon
    parts = []
    days = rows(money.days)[-1].days if money is not None and len(money.days) else 0.0
    if days >= SHORT_D:
        parts.append(say("{days:.0f} days", days=days) if days >= 2 else say("{days:.1f} days", days=days))
    if money is not None and money.freight_usd:
        parts.append(say("{usd_per_t:,.0f} dollars", usd_per_t=money.usd_per_t))
    if carbon is not None and carbon.known and carbon.delivered_t:
        parts.append(say("{kg_per_t:,.0f} kg of CO2e", kg_per_t=carbon.kg_per_t))
    return say("A tonne: {parts}", parts=", ".join(parts)) if parts else ""


def wrong_title(findings: Findings) -> str:
    """Finding on harm: the scenario that takes the most, else the course of the year."""
    worst = losses(findings)
    if worst:
        return say("{title}: {change_t} Mt a year", title=worst[0].title, change_t=minus(worst[0].change_t))
    if findings.library is not None:
        return say("No scenario takes room")
    course = findings.course or findings.answer
    if course.course is None or course.value is None:
        return say("No scenario is computed")
    if course.study.startswith("cost"):
        return say("The year runs {course}", course=by_period(course))
    return say("{value} Mt fits {course}", value=rounded(course.value), course=by_period(course))


def sure_title(findings: Findings, ranges: Ranges) -> str:
    """Finding on the trials: the range of what fits."""
    answer = findings.answer
    within = ranges.get((answer.scope, answer.value_unit.startswith("net"), "capability"))
    if within is None:
        return say("No range is computed")
    return say("{within} Mt fit in nine trials of ten", within=likely(within, "capability"))


def checked_title(findings: Findings) -> str:
    """Finding on the tests: the number of those that agree."""
    assert findings.validation is not None
    verdicts = list(findings.validation.frame["verdict"])
    passed, failed = verdicts.count("pass"), verdicts.count("fail")
    return say("{passed} of {passed2} tests against facts agree", passed=passed, passed2=passed + failed)


def unknown_title(case: Case) -> str:
    """Finding on the evidence: the number of assumed numbers, or that of facts that nobody has published."""
    evidence = evidence_of(case)
    if not evidence:
        count = len(case.rows("unknown"))
        return say("{count} facts are not published", count=count) if count != 1 else say("1 fact is not published")
    assumed = sum(row.basis == "assumed" for row in evidence.values())
    return say("{assumed:,} of {count:,} numbers are assumed", assumed=assumed, count=len(evidence))
