"""Networks of GMNS: a case comes back to the last digit, a network of others comes in, no change is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

import corridor
from corridor.data.exchange.gmns import network_of
from corridor.model.case import Case
from corridor.model.faults import CaseError
from tests.cases import SUITE, case_of
from tests.data.books import same
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

NODES = "node_id,name,x_coord,y_coord,zone_id\n10,West gate,10.0,50.0,1\n11,,10.1,50.0,\nx 12,=1+1,999,999,2\n"
LINKS = """\
link_id,from_node_id,to_node_id,directed,length,free_speed,allowed_uses,lanes
1,10,11,1,10,50,auto,2
2,11,x 12,0,5,,rail,
3,x 12,10,true,20,40,auto,1
"""


@pytest.mark.parametrize("made", [*SUITE.values()], ids=[*SUITE])
def test_a_network_gives_the_case_back(made: Callable[[], Case], tmp_path: Path) -> None:
    corridor.export(made(), tmp_path / "net.gmns")
    same(made(), corridor.load(corridor.import_network(tmp_path / "net.gmns", tmp_path / "back")))


def test_a_link_of_both_directions_is_two_links() -> None:
    """Columns of GMNS: 500 km in 20 h are 25 km/h; the way back runs through the same points, turned."""
    case = case_of(
        {
            "node": "node_id, x_coord, y_coord\n a, 10, 50\n b, 11, 51",
            "link": "link_id, from_node_id, to_node_id, directed, length_km, time_h, via\n"
            "rail, a, b, 0, 500, 20, 10.2 50.1; 10.5 50.7",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n d, a, b, 1",
        }
    )
    there, back = csv.DictReader(network_of(case)["link.csv"].decode().splitlines())
    assert (there["from_node_id"], there["to_node_id"], there["free_speed"]) == ("1", "2", "25.0")
    assert (back["from_node_id"], back["to_node_id"], back["name"]) == ("2", "1", "rail_back")
    assert there["geometry"] == "LINESTRING (10.0 50.0, 10.2 50.1, 10.5 50.7, 11.0 51.0)"
    assert back["geometry"] == "LINESTRING (11.0 51.0, 10.5 50.7, 10.2 50.1, 10.0 50.0)"


def others(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in {"node": NODES, "link": LINKS, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_network_of_another_program_comes_in(tmp_path: Path) -> None:
    """Ten miles at 50 mph take 0.2 h; without a unit lengths are kilometres."""
    net = others(tmp_path / "net", config="long_length,speed\nmiles,mph\n")
    case = corridor.load(corridor.import_network(net, tmp_path / "mine"))
    assert len(case["node"]) == 3
    assert set(case["mode"].index) == {"auto", "rail"}
    first, second, third = case.rows("link")
    assert first.length_km == pytest.approx(16.09344)
    assert (first.time_h, second.time_h, third.time_h) == (pytest.approx(0.2), 0, pytest.approx(0.5))
    assert (first.directed, second.directed, third.directed) == (True, False, True)
    assert [row.x_coord for row in case.rows("node")] == [10, 10.1, None]
    assert case.rows("node")[2].name == "1+1"


def test_faults_of_a_network_come_all_at_once(tmp_path: Path) -> None:
    wrong = LINKS.replace("1,10,11,1,10,", "1,10,19,1,far,")
    net = others(tmp_path / "net", link=wrong, config="long_length\nfurlongs\n")
    with pytest.raises(CaseError) as error:
        corridor.import_network(net, tmp_path / "mine")
    places = [(fault.code, fault.place) for fault in error.value.faults]
    assert places == [
        ("C296", "config.csv, long_length"),
        ("C296", "link.csv line 2, length"),
        ("C296", "link.csv line 2"),
    ]
    assert not (tmp_path / "mine").exists()


def test_a_folder_without_a_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"C295 node\.csv"):
        corridor.import_network(tmp_path, tmp_path / "mine")


def test_a_network_that_was_changed_beside_its_case_is_told(tmp_path: Path) -> None:
    corridor.export(corridor.load(write(tmp_path / "two", EXAMPLE)), tmp_path / "net.gmns")
    link = tmp_path / "net.gmns" / "link.csv"
    link.write_text(link.read_text(encoding="utf-8").replace("500.0", "400.0"), encoding="utf-8")
    with pytest.raises(CaseError, match=r"C297 link\.csv"):
        corridor.import_network(tmp_path / "net.gmns", tmp_path / "back")
