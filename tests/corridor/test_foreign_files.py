"""Scripts that make a case of other people's files: tiny files in each format, and their least cost by hand."""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

import pytest

import corridor
from corridor.model.result.answer import Answer

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SCRIPTS = ("from_dimacs", "from_sndlib", "from_linerlib")

DIMACS = """\
c two sources, two sinks
p min 4 5
n 1 30
n 2 20
n 3 -25
n 4 -25
a 1 3 0 20 1
a 1 4 0 30 3
a 2 3 0 20 2
a 2 4 0 10 1
a 2 1 0 5 0
"""

SNDLIB = """\
?SNDlib native format; type: network; version: 1.0
# network tiny
NODES (
  Berlin ( 13.40 52.52 )
  Hamburg ( 9.99 53.55 )
  Bonn ( 7.10 50.73 )
)
LINKS (
  L1 ( Berlin Hamburg ) 10.00 0.00 2.00 0.00 ( 30.00 1.00 )
  L2 ( Hamburg Bonn ) 0.00 0.00 3.00 0.00 ( 40.00 1.00 60.00 2.00 )
  L3 ( Berlin Bonn ) 25.00 0.00 9.00 0.00 ( )
)
DEMANDS (
  D1 ( Berlin Bonn ) 1 50.00 UNLIMITED
  D2 ( Bonn Hamburg ) 1 10.00 UNLIMITED
)
"""

DEMAND = "Origin Destination FFEPerWeek Revenue_1 TransitTime\nFIRAU DEBRV 10 1120 16\nDEBRV DKAAR 5 120 13\n"
PORTS = """\
UNLocode name Country Cabotage_Region D_Region Longitude Latitude Draft CostPerFULL CostPerFULLTrnsf PortCallCostFixed
DEBRV Bremerhaven Germany Germany North 8.58 53.55 13.5 199.00 121.00 11795.00
FIRAU Rauma Finland Finland North 21.5 61.13 9.5 137.00 13.00 1182.00
DKAAR Aarhus Denmark Denmark North 10.21 56.15 9.5 NULL NULL 100.00
"""
MILES = """\
fromUNLOCODe ToUNLOCODE Distance Draft IsPanama IsSuez
FIRAU DEBRV 900 9.5 0 0
FIRAU DEBRV 800 9.5 0 0
DEBRV DKAAR 500 9.5 0 0
DEBRV NLRTM 250 9.5 0 0
"""


def made(patch: pytest.MonkeyPatch, folder: Path, script: str, *files: str) -> Answer:
    """The cheapest flows of the case that a script makes of files."""
    paths = [folder / f"{number}.txt" for number in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text, encoding="utf-8")
    patch.setattr(sys, "argv", [script, *map(str, paths), str(folder / "case")])
    runpy.run_path(str(EXAMPLES / f"{script}.py"), run_name="__main__")
    return corridor.solve(corridor.load(folder / "case"), "cost_shipper")


def flow(answer: Answer) -> dict[str, float]:
    return {str(arc): float(t) for arc, t in answer.flow.groupby("arc")["t"].sum().items()}


def test_a_minimum_cost_flow_of_dimacs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """20 and 10 t go at 1 USD, 5 at 2; the other 15 cost 3, five of them from source 2."""
    answer = made(monkeypatch, tmp_path, "from_dimacs", DIMACS)
    assert answer.value == pytest.approx(85)
    assert sum(t for arc, t in flow(answer).items() if arc.startswith("to_")) == pytest.approx(50)


def test_a_lower_bound_of_an_arc_ends_the_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="lower bound"):
        made(monkeypatch, tmp_path, "from_dimacs", DIMACS.replace("a 2 1 0", "a 2 1 1"))
    assert not (tmp_path / "case").exists()


def test_a_network_of_sndlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """40 over Hamburg at 5, 10 straight at 9, and 10 back at 3: a link is shared by both ways."""
    answer = made(monkeypatch, tmp_path, "from_sndlib", SNDLIB)
    assert answer.value == pytest.approx(40 * 5 + 10 * 9 + 10 * 3)
    assert flow(answer) == pytest.approx({"l0": 40, "l1": 40, "l1_back": 10, "l2": 10})


def test_tables_of_linerlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rauma's boxes take the shorter way; those to Aarhus bring 10 USD a tonne, less than their way costs, and stay."""
    answer = made(monkeypatch, tmp_path, "from_linerlib", *(t.replace(" ", "\t") for t in (DEMAND, PORTS, MILES)))
    carried, stay = 10 * 52 * 12, 5 * 52 * 12
    assert flow(answer) == pytest.approx({"p_firau_debrv": carried})
    assert answer.value == pytest.approx(carried * (0.01 * 800 * 1.852 + (137 + 199) / 12) + stay * 120 / 12)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_has_thirty_lines_of_code(script: str) -> None:
    text = (EXAMPLES / f"{script}.py").read_text(encoding="utf-8")
    lines = {number for node in ast.walk(ast.parse(text)) for number in range(*_span(node))}
    docstring = len((ast.get_docstring(ast.parse(text)) or "").splitlines())
    assert len({n for n in lines if text.splitlines()[n - 1].strip()}) - docstring <= 30


def _span(node: ast.AST) -> tuple[int, int]:
    start = getattr(node, "lineno", 0)
    return start, (getattr(node, "end_lineno", start) or start) + (1 if start else 0)
