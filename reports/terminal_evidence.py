"""On a terminal: where a number comes from, how the model held against what happened, and how sure it is."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from corridor.model.case import Case
from corridor.model.evidence import Figure, Provenance, number
from corridor.model.result.band import Band
from corridor.model.result.frame import rows
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.band_words import (
    DRIVEN,
    Swing,
    band_sentences,
    drawn_said,
    firsts,
    possible_said,
    quantile_rows,
    r2_said,
    share_said,
    swings,
    to_measure,
    told,
    too_few_said,
)
from corridor.reports.say.validation import page
from corridor.reports.say.words import READER, SHORT, capital, millions
from corridor.reports.terminal_tables import PIPED_WIDTH, print_rows

BASES = {
    "known": "Known, published by a named source",
    "derived": "Derived from published figures",
    "assumed": "Assumed by us, for want of a source",
    "unknown": "Unknown to anybody we found",
    "set": "Set by a change",
    "yours": "Your number, without a source",
    "none": "Without evidence",
}
ASIDE = {
    "superseded": "superseded, a newer or better one is used",
    "contradicted": "contradicted, another is believed",
    "duplicate": "the same as another",
    "out_of_scope": "out of scope",
    "context": "context, no number rests on it",
}
OWN_UNIT = "unit of the resource"
"""What the schema says where a number has the unit that its own row names."""


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def _say(console: Console, text: str, indent: int = 2) -> None:
    blank = " " * indent
    for line in textwrap.wrap(
        text,
        console.width,
        initial_indent=blank,
        subsequent_indent=blank,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        console.print(escape(line), soft_wrap=True)


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(f"[bold]{escape(text)}[/bold]")


def print_evidence(case: Case, found: Provenance | Figure) -> None:
    """What a number rests on and what else was said, or what a published figure is used for."""
    if isinstance(found, Figure):
        _print_figure(case, found)
    else:
        _print_provenance(case, found)


def _print_provenance(case: Case, found: Provenance) -> None:
    console, cell, unit = _console(), ".".join(found.cell), _unit(case, found)
    said = f"{BASES.get(found.basis, capital(found.basis))}: {cell} is {_plain(found.value, unit)}."
    console.print(f"[bold]{escape(said)}[/bold]")
    _say(console, found.meaning)
    trust = f"Trust: {found.confidence}." if found.confidence else ""
    year = f"It speaks of {found.year}." if found.year else ""
    for line in (_range_said(found.low, found.high, unit), " ".join(filter(None, (trust, year)))):
        if line:
            _say(console, line)
    if found.driver:
        _say(console, _driver_said(case, found.driver))
    for title, words in (("How it comes about", found.derivation), ("Note", found.note)):
        if words:
            _say(console, f"{title}: {words}")
    if found.formula:
        gives = "" if found.gives is None else f" gives {_plain(found.gives, unit)}"
        _say(console, f"Formula: {found.formula}{gives}")
        for name, value in found.named.items():
            what = _title(case, name) if "." in name else _name_said(case, name)
            _say(console, f"{name} = {_plain(value)}{f': {what}' if what else ''}", 4)
    if found.sources:
        _head(console, "Sources")
        for row in found.sources:
            _print_source(console, row)
    elif found.basis == "assumed":
        _head(console, "Sources: none")
    if found.besides:
        _head(console, "What else was said")
        for row in found.besides:
            _print_source(console, row)
    if found.other:
        _head(console, "Otherwise")
        for row in found.other:
            _print_other(console, row, unit)


def _print_other(console: Console, row: Any, unit: str) -> None:
    """The evidence of the same cell in a scenario."""
    basis = BASES.get(row.basis, str(row.basis)).lower()
    year = f", of {row.year}" if row.year else ""
    _say(console, f"{row.scenario or 'as stated'}: {basis}; trust {row.confidence}{year}")
    sources = f"Sources: {', '.join(row.source_id)}" if row.source_id else ""
    formula = f"Formula: {row.formula}" if row.formula else ""
    for line in (_range_said(row.low, row.high, unit), row.derivation, formula, row.note, sources):
        if line:
            _say(console, line, 4)


def _print_source(console: Console, row: Any) -> None:
    """A published figure: what it says, where it stands, how far it is trusted, and why it is set aside."""
    _say(console, f"{row.source_id}  {_figure_said(row)}")
    if row.aside:
        why = f": {row.why}" if row.why else ""
        _say(console, f"Set aside as {row.aside.replace('_', ' ')}{why}", 4)
    _print_place(console, row, 4)


def _print_place(console: Console, row: Any, indent: int) -> None:
    where = f"{row.title}, {row.locator}" if row.locator else str(row.title)
    _say(console, f"{where} (trust: {row.confidence})", indent)
    if str(row.url).startswith(("http://", "https://")):
        console.print(" " * indent + escape(str(row.url)), soft_wrap=True)  # an address stays whole


def _print_figure(case: Case, found: Figure) -> None:
    console, row = _console(), found.row
    console.print(f"[bold]{escape(f'{row.source_id}: {_figure_said(row)}')}[/bold]")
    _print_place(console, row, 2)
    if row.aside:
        _head(console, f"Set aside: {ASIDE.get(row.aside, row.aside)}")
        if row.why:
            _say(console, str(row.why))
    if row.instead:
        _head(console, "It bears on" if row.aside == "context" else "Used instead")
        for name in row.instead:
            _say(console, f"{name}  {_name_said(case, name)}")
    if found.cells:
        _head(console, "Numbers that rest on it")
        for cell in found.cells:
            _say(console, f"{cell}{_cell_said(case, cell)}")
    if found.tests:
        _head(console, "Tests that hold the model against it")
        for test in found.tests:
            _say(console, f"{test}  {case.row('validation', test).name}")
    if found.replaced:
        _head(console, "Figures set aside for it")
        for name in found.replaced:
            _say(console, f"{name}  {_name_said(case, name)}")
    if not (row.aside or found.cells or found.tests):
        _head(console, "No number and no test rests on it")


def _figure_said(row: Any) -> str:
    """What a published figure says: item, value, unit and year."""
    value = " ".join(str(each) for each in (row.value, row.unit) if each)
    year = f" ({row.year})" if row.year else ""
    return f"{row.item}: {value}{year}" if value else f"{row.item}{year}"


def _name_said(case: Case, name: str) -> str:
    """What a figure or a cell is."""
    if "." not in name:
        return _figure_said(case.row("source", name)) if name in case["source"].index else "no figure of this case"
    return f"{_title(case, name)}{_cell_said(case, name)}".removeprefix(" = ") or "a number of this case"


def _title(case: Case, cell: str) -> str:
    """The name of the row that a cell stands in, where it has one."""
    table, row_id, _ = cell.split(".")
    return str(getattr(case.row(table, row_id), "name", "")) if row_id in case[table].index else ""


def _cell_said(case: Case, address: str) -> str:
    table, row_id, column = address.split(".")
    if row_id == "*":
        return ", in every row"
    value = number(case, (table, row_id, column))
    return "" if value is None else f" = {_plain(value)}"


def _unit(case: Case, found: Provenance) -> str:
    table, row_id, _ = found.cell
    if table == "resource" and found.unit.startswith(OWN_UNIT):
        return str(case.row(table, row_id).unit)
    return "" if found.unit in ("1", "year") else found.unit


def _driver_said(case: Case, driver: str) -> str:
    if driver not in case["driver"].index:
        return f"Driver: {driver}"
    row = case.row("driver", driver)
    return f"Driver: {row.name}. Who could know it: {row.who}." if row.who else f"Driver: {row.name}."


def _range_said(low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None:
        return ""
    if low == high:
        return "No range: the number is taken as certain."
    return f"Range: {_plain(low)} to {_plain(high, unit)}"


def _plain(value: Any, unit: str = "") -> str:
    """A number with all its digits; a year keeps its four digits together."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "not known"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return " ".join(value) if isinstance(value, tuple) else str(value)
    if math.isinf(value):
        return "no limit"
    text = f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
    return f"{text} {unit}".strip()


def print_validation(frame: pd.DataFrame) -> None:
    """Print the model beside what was published, to stdout."""
    print_blocks(page(frame))


def print_band(band: Band) -> None:
    """The band with what it rests on, what comes first how often, what drives it and what to measure next."""
    console = _console()
    console.print(f"[bold]{escape(' '.join(band_sentences(band)))}[/bold]")
    console.print()
    _say(console, f"{possible_said(band)} {drawn_said(band)}", 0)
    console.print()
    lines = quantile_rows(band)
    if lines:
        head = ("measure", "of", "5 %, Mt", "50 %, Mt", "95 %, Mt", "stated, Mt", "trials above it")
        print_rows("The band", head, lines, (2, 3, 4, 5, 6))
    first = [
        (
            capital(str(row.name)),
            str(row.kind),
            share_said(row.share) if band.possible else "–",
            share_said(row.share_all),
        )
        for row in rows(firsts(band))
    ]
    if first:
        note = "Limits that come first together count each."
        print_rows("What comes first", ("limit", "kind", "possible trials", "all trials"), first, (2, 3), note)
    words = too_few_said(band)
    if words:
        _say(console, words, 0)
    if told(band):
        for measure in DRIVEN:
            _print_tornado(measure, swings(band, measure))
        _say(console, r2_said(band), 0)
        console.print()
        _print_next(to_measure(band))


def _print_tornado(measure: str, found: Sequence[Swing]) -> None:
    if not found:
        return
    body = [
        (
            capital(each.name),
            each.basis,
            *((millions(each.low_t), millions(each.high_t)) if each.moves else ("no effect", "no effect")),
            millions(each.size_t),
            share_said(each.share),
        )
        for each in found
    ]
    title = f"What one driver alone does to “{READER[measure]}”, stated"
    title += f" {millions(found[0].stated_t)} Mt"
    head = ("driver", "basis", "at its low end, Mt", "at its high end, Mt", "swing, Mt", "share of variance")
    note = "Low and high end: 5 and 95 per cent of the driver, all others as stated."
    print_rows(title, head, body, (2, 3, 4, 5), note)


def _print_next(lines: Sequence[Sequence[str]]) -> None:
    if not lines:
        return
    note = "How much of the spread would vanish if the driver were known; with all above: at least so much if those"
    note += " above it were known, too."
    head = (
        "",
        "driver",
        "who could know it",
        "basis",
        *(f"{SHORT[m]}: {how}" for m in ("capability", "concurrent") for how in ("it alone", "with all above")),
    )
    print_rows("What to measure next", head, lines, (0, 4, 5, 6, 7), note)
