"""Results as pages of a notebook: the sentence that matters first, then figures and tables, readable on any theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, singledispatch
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.carbon import Carbon
from corridor.model.result.comparison import Attribution, Comparison
from corridor.model.result.difference import Difference
from corridor.model.result.disruption import Disruption, Outages
from corridor.model.result.explanation import Explanation
from corridor.model.result.findings import Findings
from corridor.model.result.foresight import Foresight
from corridor.model.result.frame import rows
from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep
from corridor.model.result.projects import Projects
from corridor.model.result.revenue import Revenue
from corridor.model.result.waterfall import Waterfall
from corridor.model.showing import plain
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Figure, Note, Paragraph, Strong, Table, tied
from corridor.reports.charts import plane
from corridor.reports.charts.bars import GAIN, LOSS, RESULT, TOTAL, Step, steps_figure, waterfall_figure
from corridor.reports.map.answer import answer_map
from corridor.reports.say import band as band_page
from corridor.reports.say import report, year
from corridor.reports.say.difference import difference_blocks
from corridor.reports.say.disrupt import disruption_blocks, outages_blocks
from corridor.reports.say.explain import explanation_blocks
from corridor.reports.say.measures import measures
from corridor.reports.say.projects import page as projects_page
from corridor.reports.say.revenue import revenue_blocks
from corridor.reports.say.waterfall import bars_table, waterfall_title
from corridor.reports.say.words import headline, millions, sentences, signed
from corridor.reports.terminal import certificate_line
from corridor.reports.terminal_carbon import BOUNDARY, carbon_sentences, carbon_tables
from corridor.reports.terminal_compare import (
    BORNE,
    attribution_lines,
    attribution_sentence,
    comparison_sentences,
    comparison_tables,
)
from corridor.reports.terminal_foresight import foresight_sentences, foresight_tables
from corridor.reports.terminal_frontier import (
    cost_lines,
    cost_sentence,
    frontier_lines,
    frontier_sentences,
    pareto_sentences,
    pareto_tables,
    sweep_headline,
    sweep_lines,
    sweep_remarks,
)
from corridor.reports.terminal_tables import Lines

WIDTH, MAP_WIDTH = 800, 900
"""Px that figures are drawn at; they shrink with the cell."""
MOST = 12
"""Rows of a table of an explanation that are shown."""


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
    """What there is to say of a result, block by block; nothing of what is not known here."""
    return []


@blocks.register
def _case(case: Case) -> list[Block]:
    sizes = ", ".join(f"{len(case[name])} {what}" for name, what in COUNTED.items() if len(case[name]))
    lead = f" Base year {case.base_year}, {case.scenario}: {sizes}."
    made: list[Block] = [Paragraph((Strong(f"{case.title}."), lead))]
    if case.changes:
        heads = ("Change", "Of scenario", "Source", "Why")
        cells = [(each.words, each.scenario, each.source, each.why) for each in case.changes]
        told = [place for place in range(len(heads)) if any(row[place] for row in cells)]
        columns = tuple(Column(heads[place]) for place in told)
        body = tuple(tuple(row[place] for place in told) for row in cells)
        made.append(Table(columns, body, caption="Changes since it was read, in order"))
    return made


COUNTED = {
    "node": "places",
    "link": "links",
    "resource": "resources",
    "demand": "demands",
    "project": "projects",
    "evidence": "statements of evidence",
}


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
        *(_projects(found.projects) if found.projects is not None else ()),
        *report.waterfall(found),
        *_year_map_markets(found),
        *band_page.sure(found),
    ]


def _head(found: Findings) -> list[Block]:
    """The headline and the measures."""
    answer = found.answer
    made: list[Block] = [_said(sentences(found.case, answer))]
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
def _band(band: Band) -> list[Block]:
    return band_page.band_blocks(band)


@blocks.register
def _explanation(found: Explanation) -> list[Block]:
    return explanation_blocks(found)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return amount(value) if isinstance(value, float) else str(value)


@blocks.register
def _comparison(found: Comparison) -> list[Block]:
    said: list[Block] = [Paragraph((each,)) for each in comparison_sentences(found)]
    place = list(found.measures.index.get_level_values("measure")).index("capability")
    values = {name: float(found.measures[name].iloc[place]) for name in found.names if name not in found.reasons}
    base = values.get(found.names[0])
    steps = []
    for name, t in values.items():
        more = "" if base is None or name == found.names[0] else f" ({signed(t - base)})"
        steps.append(Step(name, 0.0, t, RESULT if name == found.names[0] else GAIN, millions(t) + more, total=True))
    chart = _bars(steps, "Capability of each scenario", "Mt a year")
    return [*said, *chart, *_tables(comparison_tables(found)), Note(BORNE)]


@blocks.register
def _attribution(found: Attribution) -> list[Block]:
    steps = [Step(found.a, 0.0, found.start, TOTAL, millions(found.start), total=True)]
    for row in rows(found.changes):
        here = steps[-1].end_t
        steps.append(Step(row.words, here, here + row.share, GAIN if row.share >= 0 else LOSS, signed(row.share)))
    steps.append(Step(found.b, 0.0, found.end, RESULT, millions(found.end), total=True))
    unit = "million USD a year" if found.unit.startswith("USD") else "Mt a year"
    said = attribution_sentence(found)
    return [_said([said]), *_bars(steps, "What each change makes of it", unit), *_tables([attribution_lines(found)])]


def _bars(steps: list[Step], title: str, unit: str) -> list[Block]:
    """Bars in order; nothing where all are nothing."""
    if max((max(step.start_t, step.end_t) for step in steps), default=0.0) <= 0:
        return []
    alt = f"{title}, {unit}: " + ", ".join(f"{step.name} {step.said}" for step in steps)

    def draw(width: int) -> str:
        return steps_figure(steps, width=width, title=title, description=alt, unit=unit)

    return [Figure(draw, title, "", alt)]


@blocks.register
def _sweep(found: Sweep) -> list[Block]:
    said = sweep_headline(found)
    drawn = plane.sweep_figure(found, width=WIDTH)
    notes = [Note(each) for each in sweep_remarks(found) if each]
    return [
        _said([said]),
        *([Figure(lambda width: drawn, "", "", said)] if drawn else []),
        *_tables([sweep_lines(found)]),
        *notes,
    ]


@blocks.register
def _frontier(found: Frontier) -> list[Block]:
    return _with_figure(found, frontier_sentences(found), [frontier_lines(found)])


@blocks.register
def _cost_frontier(found: CostFrontier) -> list[Block]:
    return _with_figure(found, [cost_sentence(found)], [cost_lines(found)])


@blocks.register
def _pareto(found: Pareto) -> list[Block]:
    return _with_figure(found, pareto_sentences(found), pareto_tables(found))


def _with_figure(found: Frontier | CostFrontier | Pareto, said: list[str], tables: Iterable[Lines]) -> list[Block]:
    def draw(width: int) -> str:
        return plane.figure(found, width=width)

    return [_said(said), Figure(draw, "", "", " ".join(said)), *_tables(tables)]


@blocks.register
def _carbon(found: Carbon) -> list[Block]:
    if not found.delivered_t:
        return [Paragraph(("Nothing is delivered, so nothing is emitted.",))]
    return [_said(carbon_sentences(found)), Note(BOUNDARY), *_tables(carbon_tables(found))]


@blocks.register
def _projects(found: Projects) -> list[Block]:
    return projects_page(found, long=True)


@blocks.register
def _disruption(found: Disruption) -> list[Block]:
    return disruption_blocks(found)


@blocks.register
def _outages(found: Outages) -> list[Block]:
    return outages_blocks(found)


@blocks.register
def _revenue(found: Revenue) -> list[Block]:
    return revenue_blocks(found)


@blocks.register
def _difference(found: Difference) -> list[Block]:
    return difference_blocks(found)


@blocks.register
def _foresight(found: Foresight) -> list[Block]:
    return [_said(foresight_sentences(found)), *_tables(foresight_tables(found))]


def _said(words: list[str]) -> Paragraph:
    first, *rest = words
    return Paragraph((Strong(first), *(f" {sentence}" for sentence in rest)))


def _tables(found: Iterable[Lines]) -> list[Block]:
    """Tables of a terminal as they are, each with its remark below."""
    made: list[Block] = []
    for lines in found:
        right = set(lines.right)
        heads = enumerate(_heads(lines.head))
        columns = tuple(Column(head, right=place in right) for place, head in heads)
        body = tuple(tuple(_flat(cell) for cell in row) for row in lines.body)
        if body:
            made.append(Table(columns, body, caption=lines.title))
            made += [Note(lines.note.replace("\n", " "))] if lines.note else []
    return made


def _heads(heads: Sequence[str]) -> list[str]:
    """Heads of columns on one line each; what stands above several of them is said with each."""
    made, above = [], ""
    for head in heads:
        first, _, rest = head.partition("\n")
        if rest and not first.endswith(("_", "+")):
            above, head = first.strip() or above, rest
            head = f"{above}, {head}" if above else head
        made.append(_flat(head))
    return made


def _flat(text: str) -> str:
    """A text that was broken for a narrow column, on one line that may be broken in the same places."""
    whole = text.replace("_\n", "_\u200b").replace("+\n", "+\u200b").replace("\n", " ").rstrip()
    return "\u00a0" * 2 * whole.startswith("  ") + whole.strip()
