"""The figures of a report by name: the question of each, and the studies that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from corridor.reports.blocks import Block, Figure, leaves
from corridor.reports.say import answer, band, growth, ladder, projects, year
from corridor.reports.say.axis import axis
from corridor.reports.say.earned import earned_figure
from corridor.reports.say.fleet_figure import vehicles_figure
from corridor.reports.say.levers_figure import levers_figure
from corridor.reports.say.scenarios_figure import scenarios_figure
from corridor.reports.say.users import users_figure
from corridor.reports.say.validation_figure import validation_figure
from corridor.reports.say.waterfall import page as waterfall_page
from corridor.reports.say.ways import ways_figures

Ask = Callable[[str], Any]
"""The result of a study of the case, by its verb."""


@dataclass(frozen=True)
class Drawing:
    """A figure of the report: the ``question`` that it answers, the verbs it ``needs``, and its blocks."""

    question: str
    needs: tuple[str, ...]
    made: Callable[[Ask], list[Block]]


def _first(made: Callable[[Any], list[Block]], verb: str) -> Callable[[Ask], list[Block]]:
    return lambda ask: made(ask(verb))


DRAWINGS = {
    "axis": Drawing("How much is used, comes, fits and is claimed?", ("solve",), _first(axis, "solve")),
    "map": Drawing("Where does it flow, and where is it full?", ("solve",), _first(answer.where_it_flows, "solve")),
    "ladder": Drawing("Which limit comes first, and which next?", ("ladder",), _first(ladder.page, "ladder")),
    "waterfall": Drawing("Where is the claimed capacity lost?", ("waterfall",), _first(waterfall_page, "waterfall")),
    "projects": Drawing("What brings most tonnes for the money?", ("projects",), _first(projects.curve, "projects")),
    "levers": Drawing("What brings cargo?", ("levers",), _first(levers_figure, "levers")),
    "growth": Drawing("When does cargo wait for capacity?", ("growth",), _first(growth.page, "growth")),
    "users": Drawing("Who uses it?", ("solve", "revenue"), lambda ask: users_figure(ask("solve"), ask("revenue"))),
    "ways": Drawing(
        "How many days and dollars, leg by leg?",
        ("revenue", "carbon"),
        lambda ask: ways_figures(ask("revenue"), ask("carbon"))[:1],
    ),
    "distance": Drawing(
        "Where on the way do days and dollars pass?",
        ("revenue", "carbon"),
        lambda ask: ways_figures(ask("revenue"), ask("carbon"))[1:],
    ),
    "earns": Drawing("Who earns?", ("solve",), _first(earned_figure, "solve")),
    "fleet": Drawing("Who provides vehicles, and which run out?", ("fleet",), _first(vehicles_figure, "fleet")),
    "scenarios": Drawing("What helps, and what hurts?", ("library",), _first(scenarios_figure, "library")),
    "year": Drawing("What does the year look like by month?", ("year",), _first(year.page, "year")),
    "range": Drawing("How sure is it?", ("band",), _first(band.page, "band")),
    "causes": Drawing("What makes it unsure?", ("band",), lambda ask: band.page(ask("band"))),
    "validation": Drawing(
        "Does it agree with published numbers?", ("validate",), _first(validation_figure, "validate")
    ),
}
"""Figures by name, in the order of the report."""


def drawing(name: str, ask: Ask) -> Figure | None:
    """The figure of a name; None where the case has none."""
    figures = [block for block in leaves(DRAWINGS[name].made(ask)) if isinstance(block, Figure)]
    named = [block for block in figures if block.name == name]
    return next(iter(named or figures), None)
