"""Results show themselves in a notebook; the tutorial runs, and shows what the API gives today."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest

import corridor
from corridor.model import showing
from corridor.model.facts import fact
from corridor.model.result.explanation import Explanation
from corridor.model.result.findings import Findings
from corridor.reports.numbers import rounded
from corridor.reports.out import notebook
from corridor.reports.say import blocks
from corridor.reports.say.headline import sentences
from tests.cases import ferry, series
from tests.tutorial import PAGE, run

EVIL = '<script>alert("x")</script><b>'
WIDER = ["link.two.capacity_t_per_year=300000", "link.three.capacity_t_per_year=280000"]
MOST_BYTES = 300_000
TABLE = ("table", "caption", "thead", "tbody", "tr", "th", "td")
HARMLESS = {"div", "style", "p", "strong", "figure", "figcaption", "img", *TABLE}


class Page(HTMLParser):
    """The text of a page, its tags, and the pictures in it as SVG."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.pictures: list[str] = []
        self.feed(source)
        assert self.open == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "img":
            address = dict(attrs)["src"] or ""
            assert address.startswith("data:image/svg+xml,")
            self.pictures.append(unquote(address.partition(",")[2]))
            assert dict(attrs)["alt"]
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def renamed(case: corridor.Case) -> corridor.Case:
    """The case with a script for every name that a planner may choose freely."""
    tables = {
        name: frame.assign(name=[f"{EVIL}{each}" for each in frame.index]) if "name" in frame else frame
        for name, frame in case.tables.items()
    }
    return replace(case, tables=tables, scenario=EVIL)


@cache
def shown() -> dict[str, Any]:
    """One result of each kind, of small cases whose names are scripts."""
    case, other = renamed(series()), renamed(ferry())
    wider = replace(case.with_(WIDER), scenario=f"{EVIL}wider")
    answer = corridor.solve(other)
    return {
        "case": wider,
        "answer": answer,
        "timed": corridor.solve(other, periods="quarter"),
        "cost": corridor.solve(other, "cost_resource"),
        "findings": corridor.findings(other, answer),
        "explanation": Explanation(
            case,
            EVIL,
            "link",
            [fact("explain.limits", names=[EVIL])],
            {EVIL: pd.DataFrame({EVIL: [EVIL], "t": [1.0]})},
        ),
        "comparison": corridor.compare(case, wider),
        "attribution": corridor.attribution(case, wider),
        "frontier": corridor.frontier(case, "link.two.capacity_t_per_year"),
        "cost frontier": corridor.cost_frontier(renamed(corridor.load())),
        "pareto": corridor.pareto(renamed(corridor.load())),
        "sweep": corridor.sweep(case, "link.two.capacity_t_per_year=x1,x1.5,x2"),
        "carbon": corridor.carbon(other, answer),
        "foresight": corridor.foresight(other, periods="4"),
        "revenue": corridor.revenue(other, answer),
        "difference": corridor.difference(case, wider),
    }


KINDS = (
    *("case", "answer", "timed", "cost", "findings", "explanation", "comparison", "attribution"),
    *("frontier", "cost frontier", "pareto", "sweep", "carbon", "foresight", "revenue", "difference"),
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_never_markup(kind: str) -> None:
    """Whole HTML of harmless tags, with pictures that are whole SVG; a script for a name stands there as text."""
    thing = shown()[kind]
    assert blocks(thing)
    source = thing._repr_html_()
    page = Page(source)
    assert page.tags <= HARMLESS
    for picture in page.pictures:
        assert "script" not in {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(picture).iter()}
    assert "http" not in re.sub(r'src="[^"]*"', "", source)
    assert "nan" not in page.text.lower().split()
    if kind not in ("cost", "pareto", "foresight", "carbon", "timed"):  # of which some name nothing
        assert EVIL in page.text


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_without_the_room_there_are_plain_tables(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "_PAGES", ["corridor.reports_not_there.notebook"])
    source = shown()[kind]._repr_html_()
    assert "<script" not in source
    assert "<b>" not in source


@pytest.mark.slow
def test_what_is_missing_inside_the_room_is_no_missing_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def page(thing: object) -> str:
        raise ModuleNotFoundError("No module named 'altair'", name="altair")

    monkeypatch.setattr(notebook, "page", page)
    with pytest.raises(ModuleNotFoundError, match="altair"):
        shown()["answer"]._repr_html_()


def test_one_line_elsewhere() -> None:
    """A terminal does not print whole tables; a path of the machine is not shown."""
    for kind in KINDS:
        assert "\n" not in repr(shown()[kind])
    case = corridor.load()
    assert repr(case) == "Case('middle_corridor', 2025, scenario='base', changes=0)"


@pytest.mark.slow
def test_an_answer_says_what_it_says_elsewhere() -> None:
    case = corridor.load()
    answer = corridor.solve(case)
    page = Page(answer._repr_html_())
    text = page.text.replace("\u00a0", " ")
    for sentence in sentences(case, answer):
        assert sentence.replace("\u00a0", " ") in text
    for measure in ("handled", "concurrent", "capability"):
        assert f" {rounded(answer.measures_t[measure])} " in text
    for name in answer.limits["name"]:
        assert name in text
    assert len(page.pictures) == 1
    assert "Kuryk" in page.pictures[0]


def test_a_map_needs_places() -> None:
    """A case without coordinates has an answer without a map."""
    answer = corridor.solve(series())
    assert Page(answer._repr_html_()).pictures == []


def test_findings_show_ladder_and_waterfall() -> None:
    found = shown()["findings"]
    assert isinstance(found, Findings)
    assert "In which order the limits come" in Page(found._repr_html_()).text


def test_a_comparison_has_its_differences() -> None:
    page = Page(shown()["comparison"]._repr_html_())
    assert "Change, kt" in page.text


def test_shares_are_drawn_from_one_scenario_to_the_other() -> None:
    found = shown()["attribution"]
    picture = Page(found._repr_html_()).pictures[0]
    drawn = "".join(ElementTree.fromstring(picture).itertext())
    for words, share in zip(found.changes["words"], found.changes["share"], strict=True):
        assert words[:20] in drawn
        assert f"{share / 1e6:+.2f}" in drawn


def test_only_one_number_makes_a_line() -> None:
    case = series()
    one = "link.two.capacity_t_per_year"
    two = [f"{one}=200000,300000", "link.three.capacity_t_per_year=x1,x2"]
    for over, pictures in ((f"{one}=200000,300000", 1), (f"{one}=200000", 0), (two, 0)):
        assert len(Page(corridor.sweep(case, over)._repr_html_()).pictures) == pictures


def stored() -> Any:
    return nbformat.read(PAGE, as_version=4)  # type: ignore[no-untyped-call]


def outputs(cell: Any) -> str:
    """What a cell shows, without what belongs to a machine: the size of a residual, the solver's version."""
    parts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        parts.append(str(output.get("text") or data.get("text/html") or data.get("text/plain") or output))
    return re.sub(r"\d(\.\d)?e[-+]\d+|HiGHS [\d.]+", "…", "\n".join(parts))


def test_the_tutorial_is_small_and_without_faults() -> None:
    assert PAGE.stat().st_size < MOST_BYTES
    for cell in stored().cells:
        assert not [each for each in cell.get("outputs", []) if each.get("name") == "stderr"]
        assert "ename" not in str(cell.get("outputs", ""))
        assert all(len(line) <= 120 for line in cell.source.splitlines() if cell.cell_type == "code")


@pytest.mark.slow
def test_the_tutorial_prints_the_numbers_of_today() -> None:
    """The stored outputs say what the API gives now, without a kernel."""
    text = "\n".join(outputs(cell) for cell in stored().cells)
    case = corridor.load()
    answer = corridor.solve(case)
    for measure, t in answer.measures_t.items():
        assert f"{measure:<11}{t / 1e6:6.2f} Mt" in text
    more = corridor.solve(case.with_(["resource.rail_ferries.capacity+=2"]))
    for measure in ("concurrent", "capability"):
        gain = more.measures_t[measure] - answer.measures_t[measure]
        assert f"two rail ferries more: {measure} {gain / 1e6:+.2f} Mt" in text
    own = answer.of_scope("corridor", net=True)
    assert own is not None
    assert f"used {own.handled_t / 1e6:.2f} Mt, fits alike {own.concurrent_t / 1e6:.2f} Mt," in text
    assert f"fits if it alone grows {own.capability_t / 1e6:.2f} Mt" in text
    shown = Page(text).text.replace("\u00a0", " ")
    earned = corridor.revenue(case, answer)
    assert f"Operators earn {earned.freight_usd / 1e6:,.0f} million USD of freight a year" in shown
    emitted = corridor.carbon(case, answer)
    assert f"{emitted.t_co2e:,.0f} t CO2e a year, {emitted.kg_per_t:.0f} kg per tonne delivered" in text


@pytest.mark.slow
def test_the_tutorial_runs_and_its_outputs_are_those_of_today() -> None:
    fresh = run()
    for there, here in zip(stored().cells, fresh.cells, strict=True):
        assert outputs(there) == outputs(here), f"run python -m tests.tutorial; it has changed: {here.source}"
