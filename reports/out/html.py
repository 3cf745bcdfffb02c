"""The report as one HTML file: nothing fetched, readable without scripts, the same bytes for the same findings."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.model.language import say
from corridor.reports.blocks import Document, Table
from corridor.reports.live.embed import live_of
from corridor.reports.out import text
from corridor.reports.out.archive import Files
from corridor.reports.out.order import Order, by_publisher
from corridor.reports.out.picture import plain_svg, shared

WIDTH, PHONE_WIDTH = 1000, 358
"""Px of the text on a screen of 1280 px and on a phone."""
FONTS = {400: "FiraGO-Regular.woff2", 600: "FiraGO-SemiBold.woff2"}
LETTER = 7.4
"""Px of a letter in a table, by which the width of a table is estimated."""
GAP = 12
"""Px between two columns."""
CERTAIN = 0.85
"""Part of the room up to which a table fits for certain, since letters differ in width."""
TEXT_COLUMN = 130
"""Px of the narrowest column of text."""


def html_of(report: Document) -> str:
    """Any document as the text of a self-contained HTML file."""
    page = Page(report)
    template = template_of("report.html", words=text.words, clean=text.clean, clipped=text.clipped)
    body = shared(template.render(vars(page) | page.tools()))
    style = _fonts() + _file("report.css") + (_file("live.css") if page.live.script else "") + page.rules()
    return body.replace(STYLE, style).replace(POLICY, policy([style], page.scripts, page.live.policy))


STYLE, POLICY = "/*style*/", "policy-of-content"
"""Places in the template that are filled when all of the page is known."""


def policy(styles: Iterable[str], scripts: Iterable[str] = (), more: Iterable[str] = ()) -> str:
    """The content security policy of a page that holds just these style sheets and scripts; ``more`` are directives."""
    lists = {
        "style-src": [_hashed(each) for each in styles],
        "script-src": [_hashed(each) for each in scripts],
        "font-src": ["data:"],
    }
    if more:
        lists["script-src"].append("'wasm-unsafe-eval'")
    allowed = [f"{name} {' '.join(values)}" for name, values in lists.items() if values]
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'", *more])


def _hashed(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class Page:
    """Numbers, widths and functions that the templates use; widths of blocks become rules of the style sheet."""

    def __init__(self, report: Document) -> None:
        self.report = report
        self.order = Order(report)
        self.files = Files(report, self.order)
        self.width, self.phone = WIDTH, PHONE_WIDTH
        self.style, self.policy = STYLE, POLICY
        self.live = live_of(report)
        self.scripts = [*([_file("tables.js")] if self.files else []), *self.live.scripts]
        self._table = 0
        self._rules: dict[str, str] = {}

    def tools(self) -> dict[str, Callable[..., Any]]:
        """Functions of the templates by name."""
        return {
            "draw": lambda figure, width: plain_svg(figure.draw(width)),
            "next_table": self._next_table,
            "coming_table": lambda: self._table + 1,
            "shown_columns": shown_columns,
            "names_of": names_of,
            "too_wide": too_wide,
            "longest_word": lambda cell: max(map(len, cell.split()), default=0),
            "publishers": by_publisher,
            "sized": self._sized,
            "shared": self._shared,
        }

    def rules(self) -> str:
        """The rules of the widths that were asked for."""
        return "\n".join(self._rules[name] for name in sorted(self._rules))

    def _next_table(self) -> int:
        self._table += 1
        return self._table

    def _sized(self, width: int) -> str:
        name = f"w{width}"
        self._rules[name] = f".{name} {{ width: {width}px; }}"
        return name

    def _shared(self, share: float) -> str:
        left = round(100 * share)
        self._rules[f"p{left}"] = (
            f".p{left} {{ grid-template-columns: minmax(0, {left}fr) minmax(0, {100 - left}fr); }}"
        )
        return f"p{left}"


def shown_columns(table: Table) -> list[int]:
    """The columns of a table that a phone shows at once: that of names, and the main one or the last of numbers."""
    name = names_of(table)
    places = [place for place in range(len(table.columns)) if place != name]
    main = [place for place in places if table.columns[place].main]
    numbers = [place for place in places if table.columns[place].right]
    full = [place for place in numbers if sum(bool(row[place]) for row in table.rows) * 2 > len(table.rows)]
    return sorted([name, *(main[:1] or full[-1:] or numbers[-1:] or places[:1])])


def names_of(table: Table) -> int:
    """The column that names the rows: the first of text, or the first."""
    return next((place for place, column in enumerate(table.columns) if not column.right), 0)


def too_wide(table: Table, room: float = WIDTH) -> bool:
    """True where a table may be wider than its room on a page of 1280 px, by the length of its cells."""
    width = 0.0
    for place, column in enumerate(table.columns):
        cells = [len(row[place]) for row in table.rows]
        head = max((len(word) for word in column.heading.split()), default=0)
        longest = max([head, *cells]) * LETTER
        wraps = not column.right and (column.wide or max(cells, default=0) > 44)
        width += (TEXT_COLUMN if wraps else longest) + GAP
    return width + (TEXT_COLUMN if table.bars else 0) > CERTAIN * room


def template_of(name: str, **filters: Callable[..., str]) -> Template:
    """A template of the package by name, which reads ``filters``."""
    return _environment(tuple(filters.items())).get_template(name)


@cache
def _environment(filters: tuple[tuple[str, Callable[..., str]], ...]) -> Environment:
    loader = PackageLoader("corridor.reports")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(dict(filters))
    environment.globals.update(say=say)
    return environment


@cache
def _file(name: str) -> str:
    return (files("corridor.reports") / "templates" / name).read_text(encoding="utf-8")


@cache
def _fonts() -> str:
    """The rules of the fonts, which hold them as base64."""
    folder = files("corridor.reports") / "assets" / "fonts"
    return "".join(
        f'@font-face {{ font-family: "FiraGO"; font-weight: {weight}; font-display: swap; '
        f'src: url(data:font/woff2;base64,{_as_text(folder / name)}) format("woff2"); }}\n'
        for weight, name in FONTS.items()
    )


def _as_text(file: Traversable) -> str:
    return base64.b64encode(file.read_bytes()).decode()
