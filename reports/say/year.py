"""What the report says of a year by periods: its course, what only time reveals, limits, stores and waiting."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table
from corridor.reports.charts.year import heat_figure, passing_figure, stock_figure
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.words import by_period, capital, millions, percent, period_name
from corridor.reports.say.year_words import (
    DUST_T,
    NEARLY,
    Limit,
    Stock,
    Wait,
    bound,
    course,
    days_said,
    limits_of,
    limits_said,
    lost_said,
    months_of,
    passing,
    sometimes,
    stocks,
    timed,
    title,
    waits,
    when,
    why,
)

MOST_ROWS = 14
MOST_PANELS = 3
MOST_WAITING = 10
PHONE = 340


def through_the_year(findings: Findings) -> list[Block]:
    """The page on a year by periods, of the findings' course or their answer; nothing where the year is one period."""
    case, answer = findings.case, findings.course or findings.answer
    if answer.horizon is None:
        return []
    limits = limits_of(case, answer)
    blocks: list[Block] = [Heading(title(case, answer))]
    reason = why(case, answer)
    if reason:
        blocks.append(Paragraph((reason,)))
    if passing(case, answer).sum() > 0:
        blocks.append(_passing(case, answer))
    blocks.append(_months(case, answer))
    blocks.append(Note(_how_shown(case, answer)))
    said = limits_said(case, answer) + lost_said(answer)
    if said:
        blocks.append(Paragraph((Strong("What only time reveals. "), " ".join(said))))
    return blocks + _heat(answer, limits) + _stocks(case, answer) + _waits(case, answer)


def _passing(case: Case, answer: Answer) -> Figure:
    where = answer.gate.name if answer.gate else case.title
    what = "Gate tonnes" if case.gate is not None else "Tonnes delivered"
    name = period_name(answer)
    caption = f"{what} a day" + ("" if name == "day" else f", averaged over each {name}") + ", by commodity."
    waiting = float(answer.tables["periods"]["waiting_t"].max())
    if waiting > DUST_T:
        caption += " Below: cargo that was offered and has not left its origin, at the end of each"
        caption += f" {name}."
    heading = (
        f"What passes {where}, {by_period(answer)}" if case.gate is not None else f"What arrives, {by_period(answer)}"
    )
    alt = f"{what} a day. {title(case, answer)}. The table has the numbers."
    return Figure(
        draw=lambda width: passing_figure(case, answer, width=width, title=heading, description=alt),
        title=heading,
        caption=caption,
        alt=alt,
        narrowest=PHONE,
    )


def _months(case: Case, answer: Answer) -> Table:
    frame, shown = course(case, answer), months_of(timed(answer))
    unit = period_name(answer) if not shown.grouped else "month"
    tight = bound(answer)
    waiting, late, stock = (bool((frame[name] > DUST_T).any()) for name in ("waiting_t", "late_t", "stock_t"))
    columns = [
        Column(capital(unit)),
        Column("Past the gate" if case.gate is not None else "Delivered", "Mt", right=True),
    ]
    columns += [Column("Offered", "Mt", right=True), Column("Sent", "Mt", right=True)] if tight else []
    columns += [Column("Waiting", "t", right=True)] if waiting else []
    columns += [Column("of it late", "t", right=True)] if late else []
    columns += [Column("In stores", "t", right=True)] if stock else []
    columns.append(Column("Limits full", right=True))
    if shown.grouped:
        columns.append(Column(f"Weakest {period_name(answer)}", "t a day", wide=1))
        columns += [Column("Most waiting", "t", wide=1.25)] if waiting else []
    found = []
    for row in rows(frame):
        cells = [row.name, millions(row.t, 3)]
        cells += [millions(row.offered_t, 3), millions(row.sent_t, 3)] if tight else []
        cells += [f"{row.waiting_t:,.0f}"] if waiting else []
        cells += [f"{row.late_t:,.0f}"] if late else []
        cells += [f"{row.stock_t:,.0f}"] if stock else []
        cells.append(str(row.full))
        if shown.grouped:
            cells.append(f"{row.weakest_t_day:,.0f} ({row.weakest})")
            cells += [f"{row.worst_t:,.0f} ({row.worst})" if row.worst_t > DUST_T else "none"] if waiting else []
        found.append(tuple(cells))
    last = ["Year", millions(float(frame["t"].sum()), 3)]
    last += [millions(float(frame[name].sum()), 3) for name in ("offered_t", "sent_t")] if tight else []
    last += [""] * (len(columns) - len(last))
    caption = f"The year {by_period(answer)}" + (", month by month" if shown.grouped else "")
    return Table(tuple(columns), (*found, tuple(last)), caption=caption, strong=(len(found),), small=len(found) > 6)


def _how_shown(case: Case, answer: Answer) -> str:
    """What the columns of the table mean."""
    shown, tight = months_of(timed(answer)), bound(answer)
    name = period_name(answer)
    said = []
    if tight:
        said.append("Offered and sent: cargo that is bound to time only, in its own tonnes; the rest has no date.")
    said.append(f"Limits full: how many are full in at least one {name}" + (" of the month." if shown.grouped else "."))
    if shown.grouped and name != "day":
        said.append(f"A {name} that spans two months is shared between them by its days.")
    if tight or stocks(case, answer):
        said.append(f"Waiting and stores stand as at the end of the last {name}." if shown.grouped else "Waiting and"
                    f" stores stand as at the end of each {name}.")  # fmt: skip
    horizon = timed(answer)
    said.append(
        "The year is steady: it begins as it ends."
        if horizon.cyclic
        else "The year is open: what leaves too late to arrive within it counts for nothing."
    )
    return " ".join(said)


def _heat(answer: Answer, limits: list[Limit]) -> list[Block]:
    chosen = [*sometimes(limits, NEARLY), *(each for each in limits if each.always and each.shut)][:MOST_ROWS]
    if not chosen:
        return []
    name = period_name(answer)
    full = [each for each in chosen if each.full.any()]
    heading = f"Limits that are full for part of the year, or nearly so, {by_period(answer)}"
    alt = "How full limits are through the year. " + (
        " ".join(f"{each.name}: full {when(answer, each.full)}." for each in full[:5]) or "None is full for a part."
    )
    figure = Figure(
        draw=lambda width: heat_figure(answer, chosen, width=width, title=heading, description=alt),
        title=heading,
        caption=f"Share used of what there is in each {name}; at the right, over the whole year. Limits that are full"
        f" all year, or that never pass {percent(NEARLY)}, are left out.",
        alt=alt,
        narrowest=PHONE,
    )
    table = Table(
        (
            Column("Limit", wide=3),
            Column("Where"),
            Column("Over the year", right=True),
            Column("At most", right=True),
            Column("Full in", wide=2),
            Column("More of it would bring more in", wide=2),
        ),
        tuple(
            (
                each.name,
                name_of_kind(each.kind),
                percent(each.year),
                percent(min(1.0, each.peak)),
                when(answer, each.full) if each.full.any() else "never",
                when(answer, each.helps) if each.helps.any() else "never",
            )
            for each in chosen
        ),
        small=True,
    )
    return [figure, table]


def _stocks(case: Case, answer: Answer) -> list[Block]:
    lying: list[Stock] = stocks(case, answer)[:MOST_PANELS]
    late: list[Wait] = waits(case, answer)
    late = late[:MOST_PANELS] if len(late) > 1 else []
    if not lying and not late:
        return []
    what = " and ".join(words for words, there in (("stores", lying), ("waiting", late)) if there)
    name = f"{capital(what)} through the year"
    tops = [f"{each.name}, at most {each.t.max():,.0f} t" for each in lying]
    tops += [f"{each.name}, at most {each.t.max():,.0f} t waiting" for each in late]
    alt = f"{name}: {'; '.join(tops)}."
    caption = f"Tonnes at the end of each {period_name(answer)}"
    if any(math.isfinite(each.capacity_t) for each in lying):
        caption += "; the room of a store is dashed where it comes near"
    more = len(waits(case, answer)) - len(late)
    caption += f". The {len(late)} demands that wait longest." if late and more else "."
    return [
        Figure(
            draw=lambda width: stock_figure(answer, lying, late, width=width, title=name, description=alt),
            title=name,
            caption=caption,
            alt=alt,
            narrowest=PHONE,
        )
    ]


def _waits(case: Case, answer: Answer) -> list[Block]:
    found, labels = waits(case, answer), timed(answer).labels
    if not found:
        return []
    table = Table(
        (
            Column("Cargo", wide=3),
            Column("Longest wait", right=True),
            Column("At the end of"),
            Column("Most waiting", "t", right=True),
            Column("At the end of"),
            Column("Late at most", "t", right=True),
        ),
        tuple(
            (
                each.name,
                days_said(float(each.days.max())),
                labels[int(each.days.argmax())],
                f"{each.t.max():,.0f}",
                labels[int(each.t.argmax())],
                f"{each.late_t.max():,.0f}" if each.late_t.any() else "none",
            )
            for each in found[:MOST_WAITING]
        ),
        caption="What waits longest at its origin",
        small=True,
    )
    note = "Longest wait: since the oldest cargo was offered, if what is offered first is sent first."
    more = len(found) - MOST_WAITING
    if more > 0:
        note += f" {more} more {'demand waits' if more == 1 else 'demands wait'} at some time."
    return [table, Note(note)]
