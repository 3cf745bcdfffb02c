"""On a terminal: evidence of every sort, the tests and the band; a bar only where there is a terminal."""

from __future__ import annotations

import io
import re
import sys
from collections import namedtuple
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import corridor
from corridor.model.evidence import Figure, Provenance, figure, provenance
from corridor.reports.out.terminal import counting
from corridor.reports.say.band_words import band_sentences, too_few_said
from corridor.reports.say.validation import verdicts_said
from corridor.reports.terminal_evidence import print_band, print_evidence, print_validation
from tests.reports.sure import band, certain, impossible, too_few, validation

STRAY = re.compile(r"\b(None|nan|NaN|inf)\b")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
Row = namedtuple("Row", "source_id item value unit year title url locator confidence aside instead why")
SAID = Row("x1", "Ships", "15", "ships", "2023", "Paper", "https://a.org/?q=[red]", "p. 7", "high", None, (), None)
OLD = SAID._replace(source_id="x2", value="9", aside="superseded", instead=("x1",), why="Older count")


@cache
def case() -> corridor.Case:
    return corridor.load()


def printed(capsys: pytest.CaptureFixture[str], found: Provenance | Figure) -> str:
    print_evidence(case(), found)
    text = capsys.readouterr().out
    assert not STRAY.search(text), text
    assert not CONTROL.search(text)
    return text.replace("\u00a0", " ")


def number(**changed: Any) -> Provenance:
    """Where a number comes from, by hand."""
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
        "note": "A note.",
        "driver": "weather",
        "sources": (SAID,),
        "besides": (OLD,),
        "other": (),
    }
    return Provenance(**{**given, **changed})


def test_a_derived_number_has_its_formula_its_sources_and_what_else_was_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, number())
    assert text.startswith("Derived from published figures: resource.rail_ferries.capacity is 12,345.678 ships.\n")
    assert "Range: 13 to no limit" in text
    assert "Trust: medium. It speaks of 2023." in text
    assert f"Driver: {case().row('driver', 'weather').name}. Who could know it:" in text
    assert "How it comes about: Half of it." in text
    assert "Formula: p18 / resource.rail_ferries.capacity gives 12,345.678 ships" in text
    assert "p18 = 70,000: " in text
    assert "resource.rail_ferries.capacity = 15: Rail ferries" in text
    said, besides = text.split("What else was said")
    assert "x1  Ships: 15 ships (2023)\n    Paper, p. 7 (trust: high)\n    https://a.org/?q=[red]\n" in said
    assert "x2  Ships: 9 ships (2023)\n    Set aside as superseded: Older count\n" in besides


def test_an_assumed_number_says_so_first(capsys: pytest.CaptureFixture[str]) -> None:
    bare = number(basis="assumed", sources=(), besides=(), formula="", gives=None, named={}, derivation="", driver="")
    text = printed(capsys, bare)
    assert text.startswith("Assumed by us, for want of a source: ")
    assert "Sources: none" in text
    for absent in ("Formula", "Driver", "What else", "How it comes"):
        assert absent not in text


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (
            {"basis": "set", "low": None, "high": None, "confidence": "", "year": ""},
            "Set by a change",
        ),
        ({"basis": "none"}, "Without evidence"),
        (
            {"basis": "unknown", "value": None},
            "Unknown to anybody we found: resource.rail_ferries.capacity is not known.",
        ),
        ({"value": float("inf")}, "is no limit."),
        ({"low": 5.0, "high": 5.0}, "No range"),
    ],
)
def test_numbers_of_every_sort(capsys: pytest.CaptureFixture[str], changed: dict[str, Any], line: str) -> None:
    assert line in printed(capsys, number(**changed))


def test_a_year_has_no_comma_and_no_unit(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, provenance(case(), "case.middle_corridor.base_year"))
    assert f"base_year is {case().base_year}.\n" in text
    assert "base_2022: " in text


def test_a_resource_has_its_own_unit(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, provenance(case(), "resource.rail_ferries.capacity"))
    assert f"resource.rail_ferries.capacity is {case().row('resource', 'rail_ferries').capacity:g} ships." in text


def test_a_number_set_by_a_change_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    changed = case().with_(["resource.rail_ferries.capacity=99"])
    print_evidence(changed, provenance(changed, "resource.rail_ferries.capacity"))
    assert "Set by a change: resource.rail_ferries.capacity is 99" in capsys.readouterr().out


def test_a_figure_that_is_used_names_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    row = next(each for each in case().rows("evidence") if each.source_id and each.row != "*")
    text = printed(capsys, figure(case(), row.source_id[0]))
    assert text.startswith(f"{row.source_id[0]}: ")
    assert f"  {row.table}.{row.row}.{row.column}" in text.split("Numbers that rest on it")[1]


def test_a_figure_set_aside_says_why_and_what_is_used_instead(capsys: pytest.CaptureFixture[str]) -> None:
    row = next(each for each in case().rows("source") if each.aside == "superseded" and "." not in each.instead[0])
    text = printed(capsys, figure(case(), row.source_id))
    assert "Set aside: superseded, a newer or better one is used" in text
    assert " ".join(row.why.split()) in " ".join(text.split())
    assert row.instead[0] in text.split("Used instead")[1]
    replaced = printed(capsys, figure(case(), row.instead[0]))
    assert row.source_id in replaced.split("Figures set aside for it")[1]


def test_a_figure_of_which_nothing_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    bare = SAID._replace(value=None, unit=None, year=None, locator=None, url="none (computed)")
    text = printed(capsys, Figure(bare, (), (), ()))
    assert text == "x1: Ships\n  Paper (trust: high)\n\nNo number and no test rests on it\n"


def test_nothing_stray_in_the_evidence_of_the_bundled_case(capsys: pytest.CaptureFixture[str]) -> None:
    cells = [f"{row.table}.{row.row}.{row.column}" for row in case().rows("evidence") if row.row != "*"]
    for cell in cells[::40]:
        printed(capsys, provenance(case(), cell))
    for source in case()["source"].index[::20]:
        printed(capsys, figure(case(), str(source)))


def test_markup_in_names_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[red]x[/red]" in printed(capsys, number(note="[red]x[/red]"))


def test_long_lines_keep_their_indent(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in printed(capsys, number(note="word " * 100)).splitlines() if "word" in line]
    assert len(lines) > 1
    assert all(line.startswith("  ") and line == line.rstrip() for line in lines)


def test_the_tests_are_printed_with_counts_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    print_validation(validation())
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert not STRAY.search(text)
    assert not CONTROL.search(text)
    flat = " ".join(text.split())
    assert verdicts_said(validation()) in flat
    assert "Ships first Berths stop it." in flat
    assert "This input lies outside its range: Old count" in flat
    line = next(line for line in text.splitlines() if line.strip().startswith("Both ports"))
    for cell in ("7.5", "7 to 8", "7.81", "Mt", "+4"):
        assert cell in line


def test_the_band_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_band(band())
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert not STRAY.search(text)
    assert not CONTROL.search(text)
    flat = " ".join(text.split())
    for sentence in band_sentences(band()):
        assert sentence.replace("\u00a0", " ") in flat
    assert "In 8 of 10 trials" in flat
    assert "Seed 7." in flat
    assert re.search(r"Rail ferries +ship +75 % +80 %", text)
    assert re.search(r"Hours of ferries +assumed +9\.25 +12\.75 +3\.50 +25 %", text)
    assert re.search(r"Berths +sourced +no effect +no effect +0\.00 +20 %", text)
    assert re.search(r"1 +Hours of ferries +ASCO +assumed +31 % +32 % +11 % +12 %", text)
    assert "Paper" not in text
    assert "R² is 0.52 for “All alike” and 0.89 for “Each to its limit”" in flat


@pytest.mark.parametrize("of", [too_few, impossible, certain])
def test_a_band_that_says_little(capsys: pytest.CaptureFixture[str], of: Any) -> None:
    print_band(of())
    text = capsys.readouterr().out
    assert not STRAY.search(text)
    assert "R²" not in text
    assert "What to measure next" not in text
    assert too_few_said(of()) in " ".join(text.split()).replace("\u00a0", " ")


def test_only_capacities_are_named_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    print_band(replace(band(), capacities_only=True))
    assert "uncertain capacities, uses by others and ceilings" in " ".join(capsys.readouterr().out.split())


def test_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("draws") as told:
        told(1, 2)
        told(2, 2)
    assert capsys.readouterr() == ("", "")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    with counting("draws") as told:
        told(50, 200)
    assert "draws" in screen.getvalue()
    assert "50/200" in screen.getvalue()
    assert capsys.readouterr().out == ""
