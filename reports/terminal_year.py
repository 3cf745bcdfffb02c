"""A year by periods on a terminal: its course, how full the limits are by month, what only time reveals."""

from __future__ import annotations

import math
import textwrap

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.reports.say.words import by_period, capital, compared, percent, period_name
from corridor.reports.say.year_words import (
    DUST_T,
    bound,
    by_month,
    course,
    limits_of,
    months_of,
    only_time,
    passing_name,
    sometimes,
    timed,
    why,
)
from corridor.reports.terminal_tables import PIPED_WIDTH, print_rows, t

MOST_ROWS = 12


def print_year(case: Case, answer: Answer) -> None:
    """Print the course of an answer by periods; nothing where the year is one period."""
    if answer.horizon is None:
        return
    _print_course(case, answer)
    _print_use(case, answer)
    told = compared(answer)
    said = [f"{capital(told)}. {why(case, answer)}".strip()] if told else []
    said += only_time(case, answer)
    if said:
        print("What only time reveals")
        for sentence in said:
            print(textwrap.fill(sentence, PIPED_WIDTH - 60, initial_indent="  - ", subsequent_indent="    "))
        print()


def _print_course(case: Case, answer: Answer) -> None:
    frame, shown = course(case, answer), months_of(timed(answer))
    name, tight = period_name(answer), bound(answer)
    kept = [each for each in ("waiting_t", "late_t", "stock_t") if (frame[each] > DUST_T).any()]
    titles = {"waiting_t": "waiting t", "late_t": "of it late t", "stock_t": "in stores t"}
    head = ["month" if shown.grouped else name, passing_name(case), *(["offered t", "sent t"] if tight else [])]
    head += [*(titles[each] for each in kept), "limits full"]
    right = list(range(1, len(head)))
    if shown.grouped:
        head += [f"weakest {name}, t a day", *([f"most waiting, t, and {name}"] if "waiting_t" in kept else [])]
    body = []
    for row in frame.to_dict("records"):
        line = [str(row["name"]), t(row["t"]), *([t(row["offered_t"]), t(row["sent_t"])] if tight else [])]
        line += [*(t(row[each]) for each in kept), str(row["full"])]
        if shown.grouped:
            line.append(f"{t(row['weakest_t_day'])}, {row['weakest']}")
            if "waiting_t" in kept:
                line.append(f"{t(row['worst_t'])}, {row['worst']}" if row["worst_t"] > DUST_T else "")
        body.append(line)
    total = ["year", t(float(frame["t"].sum()))]
    total += [t(float(frame[each].sum())) for each in ("offered_t", "sent_t")] if tight else []
    body.append(total + [""] * (len(head) - len(total)))
    note = "Offered and sent: cargo that is bound to time only, in its own tonnes. " if tight else ""
    note += "Waiting and stores: at the end. " if kept else ""
    title = f"Through the year, {by_period(answer)}" + (", month by month" if shown.grouped else "")
    print_rows(title, head, body, right, note.strip())


def _print_use(case: Case, answer: Answer) -> None:
    chosen, shown = sometimes(limits_of(case, answer)), months_of(timed(answer))
    if not chosen:
        return
    body = []
    for limit in chosen[:MOST_ROWS]:
        shut = shown.share @ limit.available <= 0
        shares = [
            f"{100 * each:.0f}" if math.isfinite(each) else "closed" if closed else "–"
            for each, closed in zip(by_month(limit, shown), shut, strict=True)
        ]
        partly = [bool((limit.full & (inside > 0.01)).any()) for inside in shown.share]
        marked = [f"{said}*" if part and said != "100" else said for said, part in zip(shares, partly, strict=True)]
        body.append([limit.name, *marked, percent(limit.year)])
    more = len(chosen) - len(body)
    starred = any("*" in cell for row in body for cell in row)
    note = "* full for a part of the month. " if starred else ""
    note += f"And {more} more." if more > 0 else ""
    head = ["% used of what there is", *shown.names, "year"]
    print_rows("Limits that are full at times", head, body, list(range(1, len(head))), note.strip())
