"""One figure of the report alone: in a file, in a notebook, on the command line."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import corridor
from corridor.reports.say.figures import DRAWINGS
from tests.cases import boxes, choice
from tests.corridor.command import Run, runner
from tests.data.folder import write
from tests.data.format_page import EXAMPLE


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def test_a_figure_has_its_title_and_is_a_picture_of_its_own() -> None:
    made = corridor.figure(boxes(), "axis")
    root = ElementTree.fromstring(made.svg(680))
    assert float(root.attrib["width"]) == 680
    words = "".join(root.itertext())
    assert made.figure.title in words
    assert "@font-face" in words
    assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', made.svg(358))) >= 10
    assert made.svg(680) == corridor.figure(boxes(), "axis").svg(680)


def test_every_kind_of_file_is_written_with_its_numbers(tmp_path: Path) -> None:
    made = corridor.figure(choice(), "axis")
    heads = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}
    for suffix, head in heads.items():
        path, numbers = made.save(tmp_path / f"axis{suffix}", 400, numbers=True)
        assert path.read_bytes().startswith(head)
        assert numbers.read_text().splitlines()[0] == 'Measure,"Amount, Mt a year",Likely'
    with pytest.raises(corridor.CaseError, match=r"C083.*\.gif"):
        made.save(tmp_path / "axis.gif")


def test_a_notebook_shows_the_figure() -> None:
    made = corridor.figure(boxes(), "axis")
    assert "data:image/svg+xml," in made._repr_html_()


def test_a_name_that_no_figure_has_and_a_case_without_one() -> None:
    with pytest.raises(corridor.CaseError, match=r"C176 axes: is no figure of the report; did you mean axis"):
        corridor.figure(boxes(), "axes")
    with pytest.raises(corridor.CaseError, match="C176 map"):
        corridor.figure(boxes(), "map")


def test_the_verb_lists_the_figures_and_writes_one(tmp_path: Path, run: Run) -> None:
    _, listed, _ = run("figure", "--json")
    assert [row["name"] for row in json.loads(listed)["rows"]] == list(DRAWINGS)
    case = write(tmp_path / "case", EXAMPLE)
    out = tmp_path / "axis.svg"
    code, made, _ = run("figure", "axis", "--case", str(case), "--out", str(out), "--numbers", "--json")
    assert code == 0
    assert json.loads(made)["files"] == [str(out), str(out.with_suffix(".csv"))]
    assert out.is_file()
    code, _, refused = run("figure", "axis", "--case", str(case), "--out", str(tmp_path / "axis.doc"))
    assert code == 2
    assert "C083" in refused
