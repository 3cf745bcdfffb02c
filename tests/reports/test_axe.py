"""No violation of accessibility at the width of a desk and of a phone: axe-core, which `make axe` fetches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corridor.reports.out.html import html_of
from corridor.reports.say.report import document
from tests.browser import CHROMIUM, Browser
from tests.reports.findings import findings
from tests.reports.test_blocks import REPORT

AXE = Path(__file__).parents[2] / "build" / "axe" / "package" / "axe.min.js"
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
DRIVEN = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here"),
    pytest.mark.skipif(not AXE.exists(), reason="no axe-core here: make axe"),
]
pytestmark = DRIVEN


def violations(page: Path, width: int) -> list[str]:
    """Rule, element and words of each violation of a page, its folds opened."""
    with Browser(page) as browser:
        browser.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )
        browser.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
        browser.run(AXE.read_text(encoding="utf-8") + "; 1")
        found = browser.run(
            f"axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}}).then(done => JSON.stringify("
            "done.violations.map(rule => [rule.id, rule.nodes.length, rule.nodes[0].html.slice(0, 200),"
            " rule.nodes[0].failureSummary])))"
        )
        assert browser.errors == []
        return [" ".join(map(str, each)) for each in json.loads(found)]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation_in_a_report(width: int, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(html_of(document(findings())), encoding="utf-8")
    assert violations(page, width) == []


def test_no_violation_in_any_block(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(html_of(REPORT), encoding="utf-8")
    assert violations(page, 1280) == []


def test_a_violation_is_found(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(html_of(REPORT).replace("<svg ", '<svg role="img" ', 1), encoding="utf-8")
    assert any(each.startswith("svg-img-alt") for each in violations(page, 1280))
