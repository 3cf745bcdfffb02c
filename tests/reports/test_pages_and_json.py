"""Numbers of every table of a page are numbers of the JSON of the same result, rounded."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.model.case import Case
from corridor.model.result.findings import Findings
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Column, Heading, Table
from corridor.reports.out.html import html_of
from corridor.reports.say import blocks
from corridor.reports.say import document as paged
from corridor.reports.say.report import document
from tests.data.folder import write
from tests.data.format_page import EXAMPLE
from tests.optimize import test_levers
from tests.reports.harvest import by
from tests.reports.sure import band, validation
from tests.reports.test_pdf import said

NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?")
SCALES = {
    "Mt": (1e-6,),
    "%": (100.0,),
    "t": (1.0,),
    "kt": (1e-3,),
    "TEU": (1.0,),
    "m USD": (1e-6,),
    "t a year": (1.0,),
    "per cent": (100.0,),
    "": (1.0, 1e-6, 100.0),
}
"""Factors from a number in JSON to one of a column in this unit; without a unit the cell may have any of them."""
COUNTED = ("", "Step", "Year", "Month", "Limits full")
"""Columns whose numbers are no amounts: ranks and steps."""


def numbers(value: Any) -> Iterator[float]:
    """All numbers of a JSON value."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from numbers(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)


def strays(table: Table, known: list[float]) -> Iterator[str]:
    """Cells of numbers with a number that is none of the known ones, rounded to its digits."""
    for place, column in enumerate(table.columns):
        if not column.right or column.title in COUNTED:
            continue
        for row in table.rows:
            for text in NUMBER.findall(row[place]):
                if not _known(text, column, row[place], known):
                    yield f"{table.caption or table.columns[0].title}: {row[0]}, {column.heading}: {row[place]}"


def _known(text: str, column: Column, cell: str, known: list[float]) -> bool:
    shown = abs(float(text.replace(",", "").replace("−", "-")))
    digits = len(text.partition(".")[2])
    half = 0.5 * 10**-digits
    scales = SCALES["%"] if "%" in cell else SCALES.get(column.unit, (1.0,))
    return any(abs(abs(value) * scale - shown) <= half * (1 + 1e-6) + 1e-9 for value in known for scale in scales)


@cache
def example() -> Case:
    with tempfile.TemporaryDirectory() as folder:
        return corridor.load(write(Path(folder) / "case", EXAMPLE))


def listing(study: str, table: Any) -> Listing:
    return table if isinstance(table, Listing) else Listing(example(), study, table)


RESULTS: dict[str, Callable[[], Any]] = {
    "answer": lambda: corridor.solve(example()),
    "answer of a plan": lambda: corridor.solve(example(), "concurrent"),
    "year by months": lambda: by("month"),
    "year by weeks": lambda: by("week"),
    "ladder": lambda: corridor.ladder(example()),
    "markets": lambda: corridor.markets(example()),
    "prices": lambda: listing("prices", corridor.prices(example())),
    "levers": lambda: corridor.levers(test_levers.corridor()),
    "waterfall": lambda: corridor.waterfall(example()),
    "cut": lambda: listing("cut", corridor.cut(example())),
    "band": lambda: corridor.band(example(), draws=40),
    "band by hand": band,
    "validation": lambda: Listing(example(), "validation", validation()),
    "explanation": lambda: corridor.explain(example(), "line"),
}


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("name", list(RESULTS))
def test_numbers_of_a_page_are_those_of_the_json(name: str, short: bool) -> None:
    result = RESULTS[name]()
    known = list(numbers(result.to_dict()))
    tables = [block for block in blocks(result, short=short) if isinstance(block, Table)]
    assert tables
    assert [stray for table in tables for stray in strays(table, known)] == []


def test_a_number_that_is_made_up_is_seen() -> None:
    result = corridor.solve(example())
    known = list(numbers(result.to_dict()))
    value = f"{(result.value or 0.0) / 1e6 + 0.13:.2f}"
    assert list(strays(Table((Column("Name"), Column("Fits", "Mt", right=True)), (("a", value),)), known))


def test_a_report_takes_further_pages() -> None:
    """Of any study: here the markets of another question, under a title of their own."""
    listing = corridor.markets(example())
    report = document(Findings(example(), corridor.solve(example())), [("Once more", blocks(listing))])
    place = report.blocks.index(Heading("Once more"))
    assert report.blocks[place + 1 : place + 3] == tuple(blocks(listing))
    assert "Once more" in html_of(report)


@pytest.mark.parametrize("name", ["answer", "ladder", "band by hand", "waterfall"])
def test_a_page_of_its_own_is_titled_by_its_finding(name: str) -> None:
    result = RESULTS[name]()
    page = html_of(paged([result], "No title of a verb"))
    assert "No title of a verb" not in page
    first, *rest = blocks(result)
    text = first.text if isinstance(first, Heading) else said([first])[0]
    assert re.search(r"<h1>\s*([^<]+?)\s*</h1>", page), "one title"
    assert paged([result], "").title in text
    assert len(paged([result], "").blocks) == len(rest)
