"""The verbs ``sweep`` and ``frontier``: their JSON as documented, their files, their words, their mistakes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.corridor.command import Run
from tests.corridor.test_json import MARKET, documented, printed, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

LINE = "resource.line.capacity"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write(tmp_path / "case", EXAMPLE))


def test_sweep_has_the_documented_fields(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "case", EXAMPLE | MARKET))
    words = ("--over", f"{LINE}=0,500000,700000", "--price", "line", "--processes", "1")
    code, out, err = run("sweep", "--case", folder, *words, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    known = documented("corridor sweep")
    assert set(printed(body)) <= known
    assert known - set(printed(body)) <= {"runs[].reason", "unanswered[].reason", "unanswered[].runs"}
    assert [each["capability_t"] for each in body["runs"]] == pytest.approx([0, 500_000, 700_000])


@pytest.mark.parametrize(
    ("words", "section"),
    [
        (("line",), "corridor frontier"),
        (("--cost", "shipper"), "corridor frontier --cost"),
        (("--pareto",), "corridor frontier --pareto"),
    ],
)
def test_frontiers_have_the_documented_fields(run: Run, folder: str, words: tuple[str, ...], section: str) -> None:
    code, out, err = run("frontier", *words, "--case", folder, "--json", "--set", "link.crossing.tariff_usd_per_t=5")
    assert (code, err) == (0, "")
    known = documented(section)
    assert set(printed(strict(out))) <= known
    assert known - set(printed(strict(out))) <= {
        f"moves[].{name}" for name in ("point", "link", "name", "t", "cheapest_t")
    }


def test_frontier_in_words(run: Run, folder: str) -> None:
    """600 kt fit on the line, 400 kt came; the crossing takes 900 kt."""
    code, out, err = run("frontier", "line", "--case", folder, "--to", "1200000")
    assert (code, err) == (0, "")
    flat = " ".join(out.lower().split())
    assert "from 0.40 to 0.90 mt with the line to the harbour from 400,000 to 1,200,000 t" in flat
    assert "beyond 900,000" in flat
    assert "below 400,000 the base year no longer fits" in flat


def test_runs_and_figures_are_written(run: Run, folder: str, tmp_path: Path) -> None:
    runs, pieces, figure = (tmp_path / name for name in ("runs.csv", "pieces.csv", "frontier.svg"))
    asked = ("sweep", "--case", folder, "--processes", "1")
    code, out, err = run(*asked, "--over", f"{LINE}=x0.5,x1,x2", "--out", str(runs))
    assert (code, err) == (0, "")
    assert out.endswith(f"Written: {runs}\n")
    with runs.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row[LINE] for row in rows] == ["x0.5", "x1", "x2"]
    again = strict(run(*asked, "--design", str(runs), "--json")[1])
    assert [str(each["capability_t"]) for each in again["runs"]] == [row["capability_t"] for row in rows]
    for out_file in (pieces, figure):
        assert run("frontier", "line", "--case", folder, "--out", str(out_file))[0] == 0
    assert pieces.read_text(encoding="utf-8").startswith("from,to,from_t,to_t,slope,per_step,limits,comes,goes\n")
    assert figure.read_text(encoding="utf-8").startswith("<svg")


def test_a_sweep_says_what_it_found(run: Run, folder: str) -> None:
    code, out, _ = run("sweep", "--case", folder, "--over", f"{LINE}=300000:600000:100000", "--processes", "1")
    assert code == 0
    assert out.lower().startswith("4 runs over capacity of the line to the harbour; 4 have an answer.")
    assert "0.75 times the base year" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep",), "C140 --over: nothing is swept"),
        (("sweep", "--over", "resource.lime.capacity=1,2"), "did you mean line?"),
        (("sweep", "--over", f"{LINE}=1,2", "--out", "runs.doc"), "end it in .csv"),
        (("frontier",), "C149 corridor frontier: name one of three"),
        (("frontier", "line", "--pareto"), "C149 corridor frontier: name one of three"),
        (("frontier", "--pareto", "--to", "5"), "C149 --to: it belongs to the frontier of a capacity"),
        (("frontier", "lime"), "did you mean line?"),
        (("frontier", "line", "--from", "9", "--to", "8"), "from 9 to 8 is no range"),
        (("frontier", "line", "--of", "growth"), "growth' is no measure"),
        (("frontier", "--cost", "shippers"), "did you mean shipper?"),
        (("frontier", "line", "--out", "frontier.pdf"), "end it in .csv, .svg"),
        (("frontier", "link.railway.time_h"), "corridor sweep --over link.railway.time_h=x0.8,x1,x1.2"),
    ],
)
def test_mistakes(run: Run, folder: str, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*words, "--case", folder)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
