"""The answer and the tables of a case on a terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corridor.model.answer import Answer, rows
from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.units import amount
from corridor.reports.document import Column
from corridor.reports.document import Table as Grid
from corridor.reports.say.disrupt import closures_blocks
from corridor.reports.say.measures import measures
from corridor.reports.terminal_blocks import print_blocks
from corridor.reports.terminal_year import print_year
from corridor.reports.words import first_limit, headline, left_behind, limit_name, limits_left, no_single_limit, times

PIPED_WIDTH = 160
"""Columns of text where stdout is no terminal."""


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def _width() -> int | None:
    """Columns of a table: those of the terminal (None), or many where stdout is none."""
    return None if sys.stdout.isatty() else PIPED_WIDTH


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function that shows how many of how many are done, as a bar on stderr; where that is no terminal, nothing."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(what), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def how_sure(case: Case) -> str:
    """How many of a case's numbers are assumed, and who says how sure the answer is; nothing without evidence."""
    of = evidence_of(case)
    if not of:
        return ""
    assumed = sum(row.basis == "assumed" for row in of.values())
    return (
        f"{assumed:,} of {len(of):,} numbers with evidence are assumed; corridor band says how sure the answer is, "
        "corridor evidence where a number comes from."
    )


def print_answer(case: Case, answer: Answer) -> None:
    """Print the headline, measures, limits and segments."""
    console = _console()
    console.print(f"[bold]{escape(headline(case, answer))}[/bold]")
    console.print()
    if answer.closures is not None:
        print_blocks(closures_blocks(answer.closures))
    if answer.measures_t:
        print_blocks(measures(case, answer), _width())
        if answer.first is not None:
            console.print(
                f"First limit: {escape(first_limit(answer))}, at {times(answer.first.growth)} times the base year"
            )
            if answer.first.alternatives:
                others = ", ".join(limit_name(answer, each) for each in answer.first.alternatives)
                console.print(f"  or lift instead: {escape(others)}")
            console.print()
    print_year(case, answer)
    if len(answer.limits):
        print_blocks([limits_table(answer)], _width())
    elif not answer.limits_left and not answer.unfinished:
        console.print(escape(no_single_limit(answer)))
        console.print()
    if left := limits_left(answer):
        console.print(escape(left))
        console.print()
    if len(answer.segments) and answer.measures_t:
        print_blocks([markets_table(case, answer)], _width())
    if left := left_behind(case, answer):
        console.print(escape(left))
    if answer.value is not None:
        console.print(escape(f"Study {answer.study}: {answer.value:,.0f} {answer.value_unit}."))
    console.print(certificate_line(answer))
    told = how_sure(case)
    if told:
        console.print(told)


def limits_table(answer: Answer) -> Grid:
    """The limits of an answer, and the gain of one step more of each."""
    columns = (
        Column("Limit", wide=3),
        Column("Where"),
        Column("Used", right=True),
        Column("Of", right=True),
        Column("Unit"),
        Column("One step more brings", wide=2),
    )
    lines = tuple(
        (row.name, row.kind, amount(row.used), amount(row.available), row.unit, amount(row.price, row.price_unit))
        for row in rows(answer.limits)
    )
    return Grid(columns, lines, caption="What stops it")


def markets_table(case: Case, answer: Answer) -> Grid:
    """The markets in the base year and in this answer, in t a year."""
    columns = (
        Column("Market", wide=3),
        Column(f"Base year {case.base_year}", "t", right=True),
        Column("This answer", "t", right=True),
        Column("Times", right=True),
    )
    lines = tuple(
        (row.name, f"{row.base_t:,.0f}", f"{row.t:,.0f}", f"{row.t / row.base_t:.2f}" if row.base_t else "–")
        for row in rows(answer.segments)
    )
    return Grid(columns, lines, caption="Markets")


def certificate_line(answer: Answer) -> str:
    """The certificate in one line."""
    c = answer.certificate
    verdict = "passed" if c.passed else "FAILED"
    worst = max(c.primal_residual, c.dual_residual, c.gap, c.balance)
    size = f"{answer.solver['rows']} rows, {answer.solver['columns']} columns"
    solver = f"{answer.solver['name']} {answer.solver['version']}"
    return f"Certificate {verdict} (worst residual {worst:.1e}); {solver}, {size}."


def print_table(case: Case, name: str) -> None:
    """Print a table of the case, columns that are nowhere filled left out."""
    frame = case[name].reset_index()
    kept = [column for column in frame.columns if not frame[column].map(_blank).all()]
    if not len(frame):
        print(f"{name}: no rows")
        return
    console = _console()
    table = Table(*(escape(str(column)) for column in kept), box=None)
    for column, header in zip(table.columns, kept, strict=True):
        if pd.api.types.is_numeric_dtype(frame[header]) and not pd.api.types.is_bool_dtype(frame[header]):
            column.justify = "right"
            column.no_wrap = True
    for row in rows(frame[kept]):
        table.add_row(*(escape(_cell(value)) for value in row))
    if not console.is_terminal:
        console.width = max(PIPED_WIDTH, console.measure(table).maximum)
    console.print(table)


def _blank(value: object) -> bool:
    return value is None or value == () or (isinstance(value, float) and math.isnan(value))


def _cell(value: object) -> str:
    if _blank(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return "unlimited" if math.isinf(value) else f"{value:.12g}"
    return " ".join(value) if isinstance(value, tuple) else str(value)
