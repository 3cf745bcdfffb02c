"""The panel in a browser: nothing fetched, the answers of the command, what-ifs that come back; small cases."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridor import load, projects, solve
from corridor.data.scenario import read_scenario
from corridor.loading import in_scenario
from corridor.model.case import Case
from corridor.model.result.listing import Described
from corridor.model.result.panel import Panel
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.panel import panel
from corridor.reports.blocks import Document, Figure, Heading
from corridor.reports.out.html import html_of
from corridor.reports.say.panel import page
from tests.browser import CHROMIUM, Browser
from tests.optimize.test_levers import corridor

DRIVEN = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
WIDER = ["resource.line.capacity=180", "link.way.tariff_usd_per_t=30"]


def made(case: Case) -> Panel:
    return panel(
        Setting(case),
        {"wider": Described("A wider way", "More room at a lower price")},
        scenario=lambda name: Setting(case.with_(WIDER, scenario=name)),
    )


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
<g data-links="way"><title>way</title><path d="M0 0L9 9" stroke-width="16"/></g>
<g data-links="idle"><title>idle</title><path d="M0 0L9 9" stroke-width="1"/></g>
<g data-limit="line"><circle r="1"/><text>7</text></g></svg>"""
"""A map of two lines, 16 px and 1 px, the first of 150 t; and a badge."""
WIDTH = "document.querySelector('[data-links={}] path').getAttribute('stroke-width')"


def html(own: Panel) -> str:
    drawn = Figure(lambda width: DRAWN, "A map", "", "a map", narrowest=1)
    return html_of(Document("Test", "A case", "", "", (Heading("Try"), drawn, *page(own))))


@pytest.fixture(scope="module")
def case() -> Case:
    return corridor()


@pytest.fixture(scope="module")
def own(case: Case) -> Panel:
    return made(case)


@pytest.fixture(scope="module")
def browser(own: Panel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    file = tmp_path_factory.mktemp("live") / "report.html"
    file.write_text(html(own), encoding="utf-8")
    with Browser(file) as opened:
        opened.until("window.corridorLive && corridorLive.agrees !== null && !corridorLive.pending")
        yield opened


def put(browser: Browser, values: list[float], preset: int = 0) -> dict[str, Any]:
    """The measures of the page with the levers at values."""
    browser.run(f"corridorLive.put({preset}, {json.dumps(values)})")
    browser.until("!corridorLive.pending")
    shown: dict[str, Any] = json.loads(browser.run("JSON.stringify(corridorLive.shown)"))
    return shown


def measures(case: Case) -> dict[str, Any]:
    """The same of the command."""
    answer = solve(case, limits=1)
    return {
        "used": answer.measures_t["handled"],
        "alike": answer.measures_t["concurrent"],
        "each": answer.measures_t["capability"],
        "comes": solve(case, "expected").value,
        "first": list(answer.first.names) if answer.first is not None else [],
    }


def assert_equal(shown: dict[str, Any], wanted: dict[str, Any], settled: bool = True) -> None:
    """The same measures; cargo that comes without a settled timetable is known less exactly."""
    for name in ("used", "alike", "each", "comes"):
        near = 1e-6 if settled or name != "comes" else 1e-4
        assert math.isclose(shown[name], wanted[name], rel_tol=near), (name, shown, wanted)
    assert shown["first"] == wanted["first"]


def test_a_page_without_scripts_shows_the_presets(own: Panel) -> None:
    text = html(own)
    assert text.index("With scripts switched on") < text.index("A wider way") < text.index("</section>")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "connect-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert "unsafe-eval" not in policy[1].replace("wasm-unsafe-eval", "")


def test_the_same_panel_gives_the_same_bytes(own: Panel, case: Case) -> None:
    assert html(own) == html(made(case))


@DRIVEN
def test_the_page_agrees_at_start_and_asks_for_nothing(browser: Browser) -> None:
    assert browser.run("corridorLive.agrees") is True
    assert browser.errors == []
    assert [url for url in browser.requests if not url.startswith(("file:", "data:font", "blob:", "about:"))] == []


@DRIVEN
def test_levers_of_the_page_are_changes_of_the_command(browser: Browser, own: Panel, case: Case) -> None:
    for share in (0.0, 0.15, 0.6, 1.0):
        values = [lever.low + share * (lever.high - lever.low) for lever in own.levers]
        changes = [words for lever, value in zip(own.levers, values, strict=True) for words in lever.changes(value)]
        assert_equal(put(browser, values), measures(case.with_(changes)))


@DRIVEN
def test_the_last_of_many_moves_counts(browser: Browser, own: Panel, case: Case) -> None:
    """A slider that is drawn asks many questions; all but the last may go unanswered."""
    values = [lever.value for lever in own.levers]
    moves = [[values[0] - 20 + number, *values[1:]] for number in range(30)]
    browser.run(f"for (const values of {json.dumps(moves)}) corridorLive.put(0, values)")
    browser.until("!corridorLive.pending")
    shown = json.loads(browser.run("JSON.stringify(corridorLive.shown)"))
    assert_equal(shown, measures(case.with_(own.levers[0].changes(moves[-1][0]))))


@DRIVEN
def test_maps_follow_the_flow(browser: Browser, own: Panel) -> None:
    """A line twice as busy is as much wider as the scale of its map has it; the number of a limit is its rung."""
    lever = next(number for number, each in enumerate(own.levers) if each.lever_id == "line")
    widths = []
    for capacity in (120, 180):
        values = [each.value for each in own.levers]
        values[lever] = capacity
        put(browser, values)
        assert browser.run("corridorLive.map.flows")["way"] == pytest.approx(capacity)
        widths.append(
            float(browser.run("document.querySelector('[data-links=way] path').getAttribute('stroke-width')"))
        )
    at_least = float(browser.run("document.querySelector('[data-links=idle] path').getAttribute('stroke-width')"))
    assert at_least == 0
    assert widths[1] - widths[0] == pytest.approx(60 * (16 - 1) / 150, abs=0.02)
    assert browser.run("document.querySelector('[data-limit=line] text').textContent") == "1"


@DRIVEN
def test_a_preset_is_its_scenario(browser: Browser, own: Panel, case: Case) -> None:
    assert_equal(put(browser, list(own.presets[1].start), preset=1), measures(case.with_(WIDER)))


@DRIVEN
def test_a_what_if_comes_back_by_its_link_and_its_file(
    browser: Browser, own: Panel, case: Case, tmp_path: Path
) -> None:
    values = [round(lever.low + 0.7 * (lever.high - lever.low), 3) for lever in own.levers]
    shown = put(browser, values)
    fragment = browser.run("location.hash")
    assert "set=resource.line.capacity=" in fragment
    (tmp_path / "what_if.yaml").write_text(browser.run("corridorLive.file()"), encoding="utf-8")
    file = read_scenario(tmp_path, str(tmp_path / "what_if.yaml"))
    assert_equal(shown, measures(file.apply(case)))
    put(browser, [lever.value for lever in own.levers])
    assert browser.run("location.hash") == ""
    browser.run(f"location.hash = {json.dumps(fragment)}")
    browser.until(f"corridorLive.state.values[0] === {values[0]} && !corridorLive.pending")
    assert browser.run("corridorLive.state.values") == values
    assert_equal(json.loads(browser.run("JSON.stringify(corridorLive.shown)")), shown)


@DRIVEN
def test_a_link_with_other_words_says_so(browser: Browser) -> None:
    browser.run("location.hash = '#scenario=nowhere&set=resource.other.capacity=3&set=resource.line.capacity=nonsense'")
    browser.until("!corridorLive.pending")
    told = browser.run("document.querySelector('.live-strange').textContent")
    assert "resource.other.capacity=3" in told
    assert "nowhere" in told


@DRIVEN
@pytest.mark.slow
def test_ten_random_what_ifs_of_the_bundled_case_are_answers_of_the_command(tmp_path: Path) -> None:
    case, random = load(), np.random.default_rng(11)
    own = panel(
        Setting(case),
        {name: Described(name, "") for name in ("low_water", "compliance")},
        scenario=lambda name: Setting(in_scenario(case, name)),
    )
    assert len(own.levers) >= 5
    assert [preset.name for preset in own.presets] == ["", "low_water", "compliance"], own.left_out
    (tmp_path / "report.html").write_text(html(own), encoding="utf-8")
    with Browser(tmp_path / "report.html") as browser:
        browser.until("window.corridorLive && corridorLive.agrees !== null && !corridorLive.pending")
        assert browser.run("corridorLive.agrees") is True
        curve, segments = projects(case).curve, browser.run("corridorLive.curves.now.segments")
        assert len(segments) >= 3
        assert [each["t"] for each in segments] == pytest.approx(curve["t"].head(len(segments)).tolist(), rel=1e-6)
        assert [[name for name, _ in each["names"]] for each in segments] == [
            list(names) for names in curve["names"].head(len(segments))
        ]
        for number in range(10):
            preset = own.presets[number % 3]
            start, moved = list(preset.start), random.choice(len(own.levers), size=3, replace=False)
            for lever in moved:
                low, high = own.levers[lever].low, own.levers[lever].high
                start[lever] = float(f"{low + random.random() * (high - low):.4g}")
            changes = [words for lever in moved for words in own.levers[lever].changes(start[lever])]
            there = in_scenario(case, preset.name) if preset.name else case
            shown = put(browser, start, preset=number % 3)
            settled = bool(browser.run("corridorLive.settled"))
            assert_equal(shown, measures(there.with_(changes)), settled)
        assert browser.errors == []
