"""Pages of every verb for odd cases: whole numbers and lines on a terminal, sound SVG, HTML, JSON and CSV, or an error.

The cases have names with markup, quotes, emoji, letters of several scripts and 5,000 letters, or lack what others have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

import corridor
from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.reports.blocks import Block, Figure, Heading, Note, Paragraph, Strong, Table, leaves
from corridor.reports.out.html import html_of
from corridor.reports.out.tables import tables_of
from corridor.reports.out.terminal import LEFT_OUT, print_blocks
from corridor.reports.say import blocks, document, rest
from tests.cases import boxes, case_of, choice, idle, oil_and_boxes, series

MARKUP = "<b>Quay</b> & [red]'sea'[/red] \"x\" $1 #2 *3* \\4"
SCRIPTS = "🚢 Ақтау Ağcabədi თბილისი ميناء 阿克套"
LONG = "Quay" * 1250
"""A name of 5,000 letters without a space."""


def named(name: str) -> Case:
    """One line and one market, both with this name, through a gate of a place of this name."""
    return case_of(
        {
            "gate": [{"gate_id": "gate", "name": name, "nameplate_t_per_year": 900_000}],
            "node": [{"node_id": node, "name": f"{name} {node}"} for node in ("a", "b", "c")],
            "resource": [{"resource_id": "line", "name": name, "kind": "line", "capacity": 400_000}],
            "link": """
                link_id, from_node_id, to_node_id, gate, length_km, time_h
                way, a, b, 0, 100, 10
                over, b, c, 1, 50, 5""",
            "use": "use_id, resource_id, link_id, activity, amount\n way, line, way, tonne, 1",
            "commodity": [{"commodity_id": "cargo", "name": name}],
            "segment": [{"segment_id": "all", "name": name}],
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                all, a, c, all, must, 200000""",
        }
    )


def one_link(**more: Any) -> Case:
    link = {"link_id": "way", "from_node_id": "a", "to_node_id": "b", "capacity_t_per_year": 300_000, **more}
    return case_of({"link": [link], "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000"})


def hundred_limits() -> Case:
    """A hundred links side by side, every one with its limit and its market."""
    ways = range(100)
    return case_of(
        {
            "link": [
                {"link_id": f"way_{n}", "from_node_id": f"a{n}", "to_node_id": "b", "capacity_t_per_year": 20_000 + n}
                for n in ways
            ],
            "segment": [{"segment_id": f"market_{n}"} for n in ways],
            "demand": [
                {
                    "demand_id": f"d{n}",
                    "origin_id": f"a{n}",
                    "destination_id": "b",
                    "segment_id": f"market_{n}",
                    "t_per_year": 10_000,
                }
                for n in ways
            ],
        }
    )


ODD: dict[str, Callable[[], Case]] = {
    "markup": lambda: named(MARKUP),
    "scripts": lambda: named(SCRIPTS),
    "long": lambda: named(LONG),
    "one link": one_link,
    "no limit": lambda: one_link(capacity_t_per_year="unlimited"),
    "nothing passes": lambda: boxes().with_(["resource.line.capacity=0"]),
    "no tonnes": idle,
    "no gate": series,
    "small": lambda: one_link(capacity_t_per_year=26_000),
    "hundred limits": hundred_limits,
    "two markets": oil_and_boxes,
    "infeasible": lambda: choice().with_(["demand.stays.t_per_year=600000"]),
}
VERBS: dict[str, Callable[[Case], Any]] = {
    "solve": corridor.solve,
    "expected": lambda case: corridor.solve(case, "expected"),
    "ladder": corridor.ladder,
    "markets": corridor.markets,
    "waterfall": corridor.waterfall,
    "prices": corridor.prices,
    "levers": corridor.levers,
    "growth": corridor.growth,
    "projects": corridor.projects,
    "slack": corridor.slack,
    "cut": corridor.cut,
    "explain": lambda case: corridor.explain(case, f"demand.{case.rows('demand')[0].demand_id}"),
    "disrupt": lambda case: corridor.disrupt(case, f"link.{case.rows('link')[0].link_id}", month="March"),
    "compare": lambda case: corridor.compare(case, halved(case), names=["base", "halved"]),
    "difference": lambda case: corridor.difference(case, halved(case)),
    "sweep": lambda case: corridor.sweep(case, [f"{address(case)}=x0.5,x1"]),
    "frontier": lambda case: corridor.frontier(case, address(case)),
    "carbon": corridor.carbon,
    "revenue": corridor.revenue,
    "validate": corridor.validate,
    "band": lambda case: corridor.band(case, draws=8, processes=1),
}
QUICK = {"solve", "carbon"}
"""Verbs that the fast suite runs for every case that is not large; the other pairs are slow."""
LARGE = {"hundred limits", "long"}


def address(case: Case) -> str:
    """A capacity of the case."""
    if case.rows("resource"):
        return f"resource.{case.rows('resource')[0].resource_id}.capacity"
    return f"link.{case.rows('link')[0].link_id}.capacity_t_per_year"


def halved(case: Case) -> Case:
    return case.with_([f"{address(case)}*=0.5"])


@cache
def odd(name: str) -> Case:
    return ODD[name]()


def pairs() -> list[Any]:
    return [
        pytest.param(verb, name, marks=() if verb in QUICK and name not in LARGE else pytest.mark.slow)
        for verb in VERBS
        for name in ODD
    ]


@pytest.mark.parametrize(("verb", "name"), pairs())
def test_every_page_of_an_odd_case(verb: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    case = odd(name)
    result, reason = asked(verb, case)
    assert not re.search(r"\bnan\b|\bNone\b|Traceback", reason)
    if result is None:
        assert reason.strip()
        return
    body = result.to_dict()
    assert json.dumps(body, allow_nan=False)
    assert all(len({tuple(row) for row in table}) <= 1 for table in tables_of(body).values())
    if hasattr(result, "to_csv"):
        assert result.to_csv().count("\n") >= 1
    whole = blocks(result)
    for made in ([*blocks(result, short=True), *rest(result)], whole):
        for width in (80, 100, 140):
            print_blocks(made, width)
            printed(made, capsys.readouterr().out, width)
    for figure in [block for block in leaves(whole) if isinstance(block, Figure)]:
        for width in (340, 800):
            picture = ElementTree.fromstring(figure.draw(width))
            assert "nan" not in "".join(f" {value} " for each in picture.iter() for value in each.attrib.values())
    html = html_of(document([result], verb))
    assert "<b>Quay" not in html
    assert "nan" not in re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL).lower().split()
    assert "<b>Quay" not in result._repr_html_()


def asked(verb: str, case: Case) -> tuple[Any, str]:
    """The result of a verb, or nothing and the reason of its fault."""
    try:
        return VERBS[verb](case), ""
    except (CaseError, InfeasibleError) as error:
        return None, str(error)


def printed(made: list[Block], out: str, width: int) -> None:
    """The facts of a printed page: widths of lines, whole numbers, words that are none."""
    lines = out.splitlines()
    assert [line for line in lines if cells(line) > width and "http" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []
    flat = "".join(out.split())
    assert not re.search(r"\d…|…\d", flat)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", out)
    for block in leaves(made):
        match block:
            case Table():
                absent = LEFT_OUT.replace(" ", "") in flat
                for row in block.rows:
                    for column, cell in zip(block.columns, row, strict=True):
                        if column.right and re.search(r"\d", cell):
                            assert "".join(cell.split()) in flat or absent, (column.heading, cell)
            case Heading(text) | Note(text):
                assert "".join(text.split())[:200] in flat
            case Paragraph(parts):
                text = "".join(part.text if isinstance(part, Strong) else part for part in parts)
                assert "".join(text.split())[:200] in flat


def cells(line: str) -> int:
    """The columns of a terminal that a line takes."""
    from rich.cells import cell_len

    return cell_len(line)


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\u202e", "\u200f"])
def test_signs_that_cannot_be_seen_are_refused(sign: str) -> None:
    """A control character or a mark of direction in a name: a fault with its place and the remedy."""
    with pytest.raises(CaseError) as caught:
        named(f"Quay {sign}of the port")
    assert f"U+{ord(sign):04X}" in str(caught.value)
    assert "delete it" in str(caught.value)
