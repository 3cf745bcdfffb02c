"""Results as pages of a notebook: the sentence that matters first, then figures and tables, readable on any theme."""

from __future__ import annotations

from functools import cache, singledispatch
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.explanation import Explanation
from corridor.model.result.findings import Findings
from corridor.model.result.waterfall import Waterfall
from corridor.model.showing import plain
from corridor.reports import say
from corridor.reports.blocks import Block, Figure, Note, lead, tied
from corridor.reports.charts.bars import waterfall_figure
from corridor.reports.map.answer import answer_map
from corridor.reports.say import band, projects, report, year
from corridor.reports.say.explain import explanation_blocks
from corridor.reports.say.measures import measures
from corridor.reports.say.waterfall import bars_table, waterfall_title
from corridor.reports.say.words import headline, sentences
from corridor.reports.terminal import certificate_line

WIDTH, MAP_WIDTH = 800, 900
"""Px that figures are drawn at; they shrink with the cell."""


def page(thing: Any) -> str:
    """A result as HTML that stands for itself: no script, nothing fetched, no colours but those of its figures."""
    made = blocks(thing)
    return _template().render(blocks=made) if made else plain(thing)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("corridor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(tied=tied, picture=_picture)
    return environment.get_template("notebook.html")


def _picture(figure: Figure) -> str:
    """A figure as an address that holds it: an image runs nothing, and its names clash with no other figure's."""
    return "data:image/svg+xml," + quote(figure.draw(WIDTH), safe=" =:/;,()'!*")


@singledispatch
def blocks(thing: Any) -> list[Block]:
    """The short page of a result; nothing where no study has made it."""
    return say.blocks(thing, short=True) if thing.page else []


@blocks.register
def _answer(answer: Answer) -> list[Block]:
    found = Findings(answer.case, answer)
    return [*_head(found), *report.what_stops_it(found), *_year_map_markets(found)]


@blocks.register
def _findings(found: Findings) -> list[Block]:
    return [
        *_head(found),
        *report.what_stops_it(found),
        *report.ladder(found),
        *(projects.page(found.projects) if found.projects is not None else ()),
        *report.waterfall(found),
        *_year_map_markets(found),
        *band.sure(found),
    ]


def _head(found: Findings) -> list[Block]:
    """The headline and the measures."""
    answer = found.answer
    made: list[Block] = [lead(sentences(found.case, answer))]
    return [*made, *measures(found.case, answer)]


def _year_map_markets(found: Findings) -> list[Block]:
    return [
        *year.through_the_year(found),
        *_map(found.case, found.answer),
        *report.markets(found),
        Note(certificate_line(found.answer)),
    ]


def _map(case: Case, answer: Answer) -> list[Block]:
    nodes = case["node"]
    if not (nodes["x_coord"].notna() & nodes["y_coord"].notna()).any():
        return []
    caption = (
        "Tonnes a year, both directions together. Width of the fill: flow; of the pipe: what would pass if the busiest"
        " resource of the link were full. Colour: use of that resource. Dashed: no capacity of the link is known."
    )
    alt = f"Map of the corridor. {headline(case, answer)}"
    return [Figure(lambda width: answer_map(case, answer, MAP_WIDTH), "Where it flows", caption, alt)]


@blocks.register
def _waterfall(found: Waterfall) -> list[Block]:
    title = waterfall_title(found)

    def draw(width: int) -> str:
        return waterfall_figure(found, width=width, title=title, description=title)

    return [Figure(draw, title, "", title), bars_table(found)]


@blocks.register
def _band(found: Band) -> list[Block]:
    return band.band_blocks(found)


@blocks.register
def _explanation(found: Explanation) -> list[Block]:
    return explanation_blocks(found)
