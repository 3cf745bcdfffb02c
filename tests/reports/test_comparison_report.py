"""The report of a comparison: any two to six scenarios, titles that state findings, one number for one question."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from corridor.model.case import Case
from corridor.model.result.comparison import Comparison
from corridor.reports.blocks import Figure, Fold, Heading, Paragraph, Strong, Table, leaves
from corridor.reports.out.html import html_of
from corridor.reports.out.pdf import pdf_of
from corridor.reports.say import blocks, document
from tests.asked import compare, solve
from tests.cases import answered, boxes, case_of, choice, series

WIDER = ["link.two.capacity_t_per_year=300000", "link.three.capacity_t_per_year=280000"]
SHUT = ["link.two.capacity_t_per_year=50000"]
MORE = ["demand.all.t_per_year=400000"]
FINDING = re.compile(r"\d|\b(has|fits?|comes?|goes?|go|pay|emits|earns|differs|move|is)\b")


@cache
def two() -> Comparison:
    return compare({"base": series(), "wider_lines": series().with_(WIDER)})


def wide() -> Comparison:
    a = series()
    return compare(
        {"base": a} | {f"case_{n}": a.with_([f"link.two.capacity_t_per_year={n}00000"]) for n in range(1, 6)}
    )


def asks_for_more() -> Comparison:
    return compare({"base": series(), "more": series().with_(MORE)})


def narrow() -> Comparison:
    return compare({"base": series(), "shut": series().with_(SHUT)})


@cache
def infeasible() -> Comparison:
    a = choice()
    return compare({"base": a, "full": a.with_(["demand.stays.t_per_year=600000"])})


def first_has_none() -> Comparison:
    a = choice()
    return compare({"full": a.with_(["demand.stays.t_per_year=600000"]), "base": a})


def nothing_left() -> Comparison:
    return compare({"base": boxes(), "no_line": boxes().with_(["resource.line.capacity=0"])})


def packed() -> Comparison:
    return compare({"base": boxes(), "feeders": boxes().with_(["resource.feeders.capacity=7"])})


@cache
def several_markets() -> Comparison:
    return compare(_cases())


MADE: list[Callable[[], Comparison]] = [
    two,
    wide,
    asks_for_more,
    narrow,
    infeasible,
    first_has_none,
    packed,
    nothing_left,
    several_markets,
]


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.__name__)
def test_any_scenarios_make_a_report(made: Callable[[], Comparison]) -> None:
    result = made()
    page = document([result], "")
    whole = [Heading(page.title), *leaves(page.blocks)]
    titles = [block.text for block in whole if isinstance(block, Heading)]
    titles += [block.title for block in whole if isinstance(block, Figure)]
    assert [title for title in titles if not FINDING.search(title)] == []
    html = html_of(page)
    for name in result.titles.values():
        assert name in html
    assert "nan" not in re.sub(r"<style>.*?</style>|data:[^\"')]*", "", html, flags=re.DOTALL).lower().split()


def test_the_finding_is_the_scenario_that_differs_most() -> None:
    """200 kt in the base, 280 kt with wider lines."""
    made = blocks(two())
    assert isinstance(made[0], Heading)
    assert made[0].text == "Wider lines: 0.08 Mt more fit than today"
    said = [
        "".join(map(str, (part.text if isinstance(part, Strong) else part for part in block.parts)))
        for block in made
        if isinstance(block, Paragraph)
    ]
    assert any(text.startswith("Wider lines: ") and "0.28 Mt fits (+0.08 Mt)" in text for text in said)


def test_the_axis_has_the_numbers_of_every_other_study() -> None:
    """The floor that the scenarios share does not change what fits in one of them."""
    result = several_markets()
    alone = {name: answered(case).measures_t["capability"] for name, case in _cases().items()}
    assert alone == pytest.approx({"a": 350_000, "tight": 387_500})
    assert result.lowered
    (axis,) = [block for block in blocks(result) if isinstance(block, Figure)]
    for t in alone.values():
        assert f"{t / 1e6:.2f}" in axis.alt or f"{t / 1e6:.3f}" in axis.alt or f"{t / 1e6:.4f}" in axis.alt


def _cases() -> dict[str, Case]:
    """A tonne of boxes takes two of the line, so that a lower floor of boxes lets more of the oil through."""
    a = case_of(
        {
            "commodity": "commodity_id\n oil\n box",
            "resource": "resource_id, kind, capacity\n line, line, 400000\n box_quay, quay, 100000",
            "link": """
                link_id, from_node_id, to_node_id, commodities
                oil_way, a, b, oil
                box_way, a, b, box""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                oil_line, line, oil_way, tonne, 1
                box_line, line, box_way, tonne, 2
                box_over, box_quay, box_way, tonne, 1""",
            "segment": "segment_id\n oil\n boxes",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, t_per_year
                oil, oil, a, b, oil, 100000
                box, box, a, b, boxes, 50000""",
        }
    )
    return {"a": a, "tight": a.with_(["resource.box_quay.capacity=12500"])}


def test_a_scenario_without_an_answer_says_why() -> None:
    made = list(leaves(blocks(infeasible())))
    titles = [block.text for block in made if isinstance(block, Heading)]
    assert "Full has no answer" in titles
    (measures,) = [block for block in made if isinstance(block, Table) and block.caption.startswith("Measures")]
    assert measures.rows[1][-1] == "no answer"


def test_changes_of_each_scenario_are_listed() -> None:
    folds = [block.title for block in blocks(two()) if isinstance(block, Fold)]
    assert "Wider lines: 2 changes of the case" in folds


@pytest.mark.slow
def test_it_prints() -> None:
    assert pdf_of(document([two()], ""))[:5] == b"%PDF-"


def test_short_names_stay_what_was_typed() -> None:
    text = str(blocks(two(), short=True))
    assert "wider_lines" in text
    assert solve(series().with_(WIDER)).value == pytest.approx(280_000)
