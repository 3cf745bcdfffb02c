"""The answer and the tables of a case on a terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.markup import escape

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.blocks import Column, Note
from corridor.reports.blocks import Table as Grid
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.disrupt import closures_blocks
from corridor.reports.say.limits import AVAILABLE, first_limit_said, limits_table, unit_words
from corridor.reports.say.measures import measures
from corridor.reports.say.words import READER, capital, left_behind, limits_left, millions, no_single_limit, paragraphs
from corridor.reports.terminal_year import print_year

PIPED_WIDTH = 160
"""Columns of text where stdout is no terminal."""
WIDEST = 100_000
"""Columns of a table of the case where stdout is no terminal: one line a row."""


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
    opening, more = paragraphs(case, answer)
    console.print(f"[bold]{escape(opening)}[/bold]")
    console.print()
    if more:
        console.print(escape(more))
        console.print()
    if answer.closures is not None:
        print_blocks(closures_blocks(answer.closures))
    if answer.measures_t:
        print_blocks(measures(case, answer), _width())
        if answer.first is not None:
            print_blocks([first_limit_said(answer)], _width())
    print_year(case, answer)
    if len(answer.limits):
        print_blocks([limits_table(answer), Note(AVAILABLE)], _width())
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
    if answer.value is not None and not answer.study.startswith("cost"):
        value = f"{answer.value:,.0f} {unit_words(answer.value_unit)}"
        console.print(escape(f"{capital(READER[answer.study])}, to the tonne: {value}."))
    console.print(certificate_line(answer))
    told = how_sure(case)
    if told:
        console.print(told)


def markets_table(case: Case, answer: Answer) -> Grid:
    """The markets in the base year and in this answer, in Mt a year."""
    columns = (
        Column("Market", wide=3),
        Column(f"{'Base year' if case.observed else 'Asked in'} {case.base_year}", "Mt", right=True),
        Column("This answer", "Mt", right=True),
        Column("Times", right=True),
    )
    lines = tuple(
        (row.name, millions(row.base_t), millions(row.t), f"{row.t / row.base_t:.2f}" if row.base_t else "–")
        for row in rows(answer.segments)
    )
    return Grid(columns, lines, caption=f"Markets: {READER[answer.study]}")


def certificate_line(answer: Answer) -> str:
    """The certificate in one line."""
    c = answer.certificate
    verdict = "passed" if c.passed else "FAILED"
    unseen = "" if c.balance is not None else "; balances not computed"
    size = f"{answer.solver['rows']} rows, {answer.solver['columns']} columns"
    solver = f"{answer.solver['name']} {answer.solver['version']}"
    return f"Certificate {verdict} (worst residual {c.worst:.1e}{unseen}); {solver}, {size}."


def print_table(case: Case, name: str) -> None:
    """Print a table of the case, columns that are nowhere filled left out."""
    frame = case[name].reset_index()
    kept = [column for column in frame.columns if not frame[column].map(_blank).all()]
    if not len(frame):
        print(f"{name}: no rows")
        return
    columns = tuple(Column(str(name), right=_is_number(frame[name])) for name in kept)
    lines = tuple(tuple(_cell(value) for value in row) for row in rows(frame[kept]))
    print_blocks([Grid(columns, lines)], None if sys.stdout.isatty() else WIDEST)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


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
