"""What the terminal and a notebook show of scenarios side by side."""

from __future__ import annotations

import re

import pytest

from corridor.reports.blocks import Table
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say import blocks
from corridor.reports.say.compare import comparison_sentences
from tests.asked import attribution, compare
from tests.cases import choice, oil_and_boxes, series

WIDER = ["link.two.capacity_t_per_year=300000", "link.three.capacity_t_per_year=280000"]


def shown(result: object) -> None:
    print_blocks(blocks(result, short=True))


def test_page_of_two(capsys: pytest.CaptureFixture[str]) -> None:
    """100 columns, every table, and what has changed."""
    a = series()
    shown(compare({"base": a, "wider_lines": a.with_(WIDER)}))
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    said = "wider_lines: 0.28 Mt fits if each grows to its limit, +0.08 Mt against base; "
    assert f"{said}the first limit is c–d (way), not b–c" in " ".join(out.split())
    for title in ("Measures, Mt/year", "What stops it", "Ladder", "Markets", "Links", "Cost, carbon", "By country"):
        assert title in out
    assert re.search(r"B–c \(way\) +line +1 % +2 +goes", out)
    assert re.search(r"C–d \(way\) +line +1 % +3 +comes", out)
    assert re.search(r"mean time on the way +days", out)
    assert "0.10 Mt/year (all 0.10)." in out


def test_many_stand_one_below_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    a = series()
    cases = {f"case_{number}": a.with_([f"link.two.capacity_t_per_year={number}00000"]) for number in range(1, 6)}
    shown(compare(cases))
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    assert "Ladder" not in out
    assert all(len(re.findall(rf"^{name} ", out, flags=re.MULTILINE)) == 2 for name in cases)


def test_low_floor_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    a = oil_and_boxes()
    tight = a.with_(["resource.box_quay.capacity=12500", "gate.gate.nameplate_t_per_year=400000"])
    shown(compare({"a": a.with_(["gate.gate.nameplate_t_per_year=400000"]), "tight": tight}))
    out = " ".join(capsys.readouterr().out.split())
    if "T at its own floor" in out:
        assert "only 0.25 times the base year of tight fits" in out
    assert "one floor, the least of theirs: 0.0375 gate Mt/year (boxes 0.0125, oil 0.0250)" in out


def test_without_an_answer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    a = choice()
    found = compare({"a": a, "full": a.with_(["demand.stays.t_per_year=600000"])})
    assert comparison_sentences(found)[0].startswith("full has no answer: not everything that must be carried can be")
    shown(found)
    out = capsys.readouterr().out
    assert re.search(r"full +– +– +– +– +no answer", out)
    assert "nan" not in out


def test_attribution_adds_up_in_print(capsys: pytest.CaptureFixture[str]) -> None:
    a = series()
    found = attribution(a, a.with_(WIDER, scenario="wider"), names=("base", "wider"))
    shown(found)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    assert "base 0.20, wider 0.28, difference +0.08." in " ".join(out.split())
    assert "Shapley value over all 4 subsets" in " ".join(out.split())
    assert re.search(r"1 +link\.two\.capacity_t_per_year=300000 +\+0\.065 +\+0\.050 +\+0\.080", out)
    assert re.search(r"2 +link\.three\.capacity_t_per_year=280000 +\+0\.015 +0 +\+0\.030", out)
    assert re.search(r"Together +\+0\.080", out)


def test_notebook_shows_tables() -> None:
    """HTML with the tables of a terminal; names are escaped, and nothing is called nan."""
    a = series()
    b = a.with_(WIDER)
    found = compare({"base": a, "<b>": b})
    html = found._repr_html_()
    assert html.count("<table") == sum(isinstance(block, Table) for block in blocks(found, short=True)) == 7
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "nan" not in html.lower()
    assert "link.two.capacity_t_per_year=300000" in attribution(a, b)._repr_html_()
