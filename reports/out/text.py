"""Text of a case made fit for a page: words from right to left kept apart, signs of control shown, tables as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import escape

from corridor.reports.blocks import Source, Table, tied

_LETTER = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
LEFTWARD = re.compile(f"{_LETTER}+(?:[\\s\u00a0'.,-]+{_LETTER}+)*")
"""Words written from right to left, one after the other."""
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs without a shape that turn the direction of the text behind them."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Signs that a page may not hold."""
SHOWN = "\ufffd"
"""The sign that is shown for one of them."""
MINUS, TIE = "\u2212", "\u00a0"


class Html(str):
    """Text that is HTML already; a template does not escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def clean(text: str) -> str:
    """A text without signs of direction, its signs of control shown as U+FFFD.

    >>> clean("a\u202eb\\x07")
    'ab\ufffd'
    """
    return CONTROL.sub(SHOWN, DIRECTION.sub("", text))


def words(text: str) -> Html:
    """A text as HTML: numbers tied to their units, words from right to left isolated.

    >>> words("<b> \u0628\u0627\u0643\u0648 2 t")
    '&lt;b&gt; <bdi>\u0628\u0627\u0643\u0648</bdi> 2\\xa0t'
    """
    return Html(LEFTWARD.sub(lambda run: f"<bdi>{run[0]}</bdi>", escape(tied(clean(text)))))


def isolated(text: str) -> str:
    """A text for a page without markup: words from right to left stand between U+2068 and U+2069."""
    return LEFTWARD.sub(lambda run: f"\u2068{run[0]}\u2069", clean(text))


def clipped(text: str, longest: int) -> str:
    """A text of at most so many signs; what is left out is marked.

    >>> clipped("The harbour of the north", 12)
    'The harbour …'
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()} …"


def csv_of(table: Table) -> str:
    """The text cells of a table as CSV; columns of numbers have plain figures.

    Units stand in the heads of the columns.
    """
    rights = [column.right for column in table.columns]
    rows = [
        [_plain(cell) if right else clean(cell) for cell, right in zip(row, rights, strict=True)] for row in table.rows
    ]
    return _csv([column.heading for column in table.columns], rows)


def csv_of_sources(sources: Iterable[Source]) -> str:
    """The sources as CSV: id, item, value, unit, year, title, url."""
    return _csv(
        ("source_id", "item", "value", "unit", "year", "title", "url"),
        ([clean(str(part)) for part in vars(source).values()] for source in sources),
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return made.getvalue()


def _plain(cell: str) -> str:
    """A figure as a program reads it; a text that is none stays.

    >>> [_plain(cell) for cell in ("1,234.5", "\u22120.3", "+2", "43\u00a0%", "1 to 2")]
    ['1234.5', '-0.3', '2', '43', '1 to 2']
    """
    bare = clean(cell).replace(MINUS, "-").replace(TIE, " ").strip()
    figure = re.fullmatch(r"\+?(-?)([0-9][0-9,]*(?:\.[0-9]+)?)(?: %)?", bare)
    return figure[1] + figure[2].replace(",", "") if figure else bare
