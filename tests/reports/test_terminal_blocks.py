"""Blocks on a terminal: whole numbers at any width, and the words of every block."""

import io
import sys

import pytest

from corridor.reports.blocks import Column, Figure, Heading, Note, Paragraph, Strong, Table
from corridor.reports.out.counting import counting
from corridor.reports.out.terminal import print_blocks

TABLE = Table(
    (Column("Limit"), Column("Takes", "Mt", right=True), Column("Remedy", wide=0.5)),
    (("Rail ferries", "1,861,946.25", "One more ferry from the yard"), ("Container_terminal_of_the_port", "3", "")),
    caption="The limits",
)


@pytest.mark.parametrize("width", [30, 50, 80, 100])
def test_no_number_and_no_name_is_cut(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks([TABLE], width)
    out = capsys.readouterr().out
    assert "1,861,946.25" in out
    assert "…" not in out
    assert all(len(line) <= width for line in out.splitlines())
    flat = "".join(out.split())
    assert "Container_terminal_of_the_port" in flat


@pytest.mark.parametrize("width", range(40, 101, 5))
def test_no_heading_at_the_right_edge_is_cut(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Two columns of long words before the last one: what they lack is not taken from it."""
    columns = (Column("Test", wide=3), Column("Unit", wide=1), Column("Fair", right=True), Column("Verdict"))
    rows = (("Declared_capacity of the whole route", "times the base year", "14,400", "pass"),)
    print_blocks([Table(columns, rows)], width)
    out = capsys.readouterr().out
    assert all(word in out for word in ("Verdict", "14,400", "pass", "Declared_capacity"))


def test_a_table_that_does_not_fit_prints_a_cell_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks([TABLE], 40)
    lines = capsys.readouterr().out.splitlines()
    assert "  Takes, Mt: 1,861,946.25" in lines
    assert not any(line.strip() == "Remedy:" for line in lines)  # an empty cell has no line


def test_every_block_prints_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    figure = Figure(lambda width: "<svg/>", "Two ships add 1 Mt", "", "A curve that rises to 1 Mt.")
    print_blocks([Heading("First"), Paragraph(("It is ", Strong("1 Mt"), ".")), Note("Of 2025."), figure], 80)
    out = capsys.readouterr().out
    for words in ("First", "It is 1 Mt.", "Of 2025."):
        assert words in out
    assert "<svg" not in out
    assert "ships" not in out  # a table beside a figure has its numbers


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
