"""The page of the evidence: numbers of every sort, figures with their use, and nothing stray."""

from __future__ import annotations

import re
from collections import namedtuple
from functools import cache
from typing import Any

import pytest

import corridor
from corridor.model.evidence import Figure, Provenance, figure, provenance
from corridor.reports.blocks import Block, Heading, Paragraph, Sources, Strong, Table
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.evidence import page
from tests.reports.test_pdf import said

STRAY = re.compile(r"\b(None|nan|NaN|inf)\b")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
Row = namedtuple("Row", "source_id item value unit year title url locator confidence aside instead why")
SAID = Row("x1", "Ships", "15", "ships", "2023", "Paper", "https://a.org/?q=[red]", "p. 7", "high", None, (), None)
OLD = SAID._replace(source_id="x2", value="9", aside="superseded", instead=("x1",), why="Older count")


@cache
def case() -> corridor.Case:
    return corridor.load()


def shown(found: Provenance | Figure) -> list[Block]:
    blocks = page(case(), found)
    assert not STRAY.search(" ".join(said(blocks)))
    return blocks


def lead(found: Provenance | Figure) -> str:
    first = shown(found)[0]
    assert isinstance(first, Paragraph)
    assert isinstance(first.parts[0], Strong)
    return first.parts[0].text


def facts(blocks: list[Block], caption: str = "") -> dict[str, str]:
    return {
        row[0]: row[1]
        for block in blocks
        if isinstance(block, Table) and block.caption == caption
        for row in block.rows
    }


def number(**changed: Any) -> Provenance:
    """A number by hand, with all that can be known of it."""
    given: dict[str, Any] = {
        "cell": ("resource", "rail_ferries", "capacity"),
        "value": 12_345.678,
        "unit": "ships",
        "meaning": "How many.",
        "basis": "derived",
        "low": 13.0,
        "high": float("inf"),
        "year": "2023",
        "confidence": "medium",
        "derivation": "Half of it.",
        "formula": "p18 / resource.rail_ferries.capacity",
        "gives": 12_345.678,
        "named": {"p18": 70_000.0, "resource.rail_ferries.capacity": 15.0},
        "note": "[red]A note[/red]",
        "driver": "weather",
        "sources": (SAID,),
        "besides": (OLD,),
        "other": (),
    }
    return Provenance(**{**given, **changed})


def test_a_derived_number_has_its_formula_and_all_figures_about_it() -> None:
    blocks = shown(number())
    assert lead(number()).endswith("resource.rail_ferries.capacity is 12,345.678 ships.")
    about = facts(blocks)
    assert about["Range"] == "13 to no limit"
    assert about["Trust"].startswith("medium")
    assert "2023" in about["Trust"]
    assert about["Driver"].startswith(f"{case().row('driver', 'weather').name}. Who could know it:")
    assert about["How it comes about"] == "Half of it."
    assert about["Formula"] == "p18 / resource.rail_ferries.capacity gives 12,345.678 ships"
    assert about["p18"].startswith("70,000: ")
    assert about["resource.rail_ferries.capacity"].startswith("15: Rail ferries")
    used, besides = (block.sources for block in blocks if isinstance(block, Sources))
    assert [(source.source_id, source.title) for source in used] == [("x1", "Paper, p. 7 (trust: high)")]
    assert [(source.source_id, source.value) for source in besides] == [("x2", "9")]
    assert besides[0].title.endswith("Set aside as superseded: Older count")


def test_an_assumed_number_has_no_source() -> None:
    bare = number(basis="assumed", sources=(), besides=(), formula="", gives=None, named={}, derivation="", driver="")
    blocks = shown(bare)
    assert lead(bare).startswith("Assumed by us")
    assert "Sources: none." in said(blocks)
    assert set(facts(blocks)) == {"Meaning", "Range", "Trust", "Note"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"basis": "set", "low": None, "high": None, "confidence": "", "year": ""}, "Set by a change"),
        ({"basis": "none"}, "Without evidence"),
        ({"basis": "unknown", "value": None}, "resource.rail_ferries.capacity is not known."),
        ({"value": float("inf")}, "is no limit."),
    ],
)
def test_numbers_of_every_sort(changed: dict[str, Any], words: str) -> None:
    assert words in lead(number(**changed))


def test_units_years_and_certain_numbers() -> None:
    assert lead(provenance(case(), "case.middle_corridor.base_year")).endswith(f"base_year is {case().base_year}.")
    ferries = case().row("resource", "rail_ferries").capacity
    assert lead(provenance(case(), "resource.rail_ferries.capacity")).endswith(f"capacity is {ferries:g} ships.")
    assert facts(shown(number(low=5.0, high=5.0)))["Range"].startswith("none")
    changed = case().with_(["resource.rail_ferries.capacity=99"])
    [first, *_] = page(changed, provenance(changed, "resource.rail_ferries.capacity"))
    assert "Set by a change: resource.rail_ferries.capacity is 99" in said([first])[0]


def test_a_figure_names_its_numbers_and_what_replaces_it() -> None:
    row = next(row for row in case().rows("evidence") if row.source_id and row.row != "*")
    used = figure(case(), row.source_id[0])
    assert lead(used).startswith(f"{row.source_id[0]}: ")
    assert f"{row.table}.{row.row}.{row.column}" in facts(shown(used), "Numbers that rest on it")
    old = next(row for row in case().rows("source") if row.aside == "superseded" and "." not in row.instead[0])
    blocks = shown(figure(case(), old.source_id))
    assert any(isinstance(block, Heading) and "superseded" in block.text for block in blocks)
    assert old.why in said(blocks)
    assert old.instead[0] in facts(blocks, "Used instead")
    assert old.source_id in facts(shown(figure(case(), old.instead[0])), "Figures set aside for it")


def test_a_figure_of_which_nothing_is_known() -> None:
    bare = Figure(SAID._replace(value=None, unit=None, year=None, locator=None, url="none (computed)"), (), (), ())
    assert lead(bare) == "x1: Ships"
    assert "No number and no test rests on it." in said(shown(bare))


def test_nothing_stray_in_the_evidence_of_the_bundled_case(capsys: pytest.CaptureFixture[str]) -> None:
    cells = [f"{row.table}.{row.row}.{row.column}" for row in case().rows("evidence") if row.row != "*"]
    found: list[Provenance | Figure] = [provenance(case(), cell) for cell in cells[::40]]
    found += [figure(case(), str(source)) for source in case()["source"].index[::20]]
    for each in found:
        print_blocks(shown(each))
        assert not CONTROL.search(capsys.readouterr().out)


def test_markup_is_text_and_an_address_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    address = f"https://a.org/{'x' * 200}"
    print_blocks(shown(number(sources=(SAID._replace(url=address),))), 60)
    out = capsys.readouterr().out
    assert "[red]A note[/red]" in out
    assert address in out
