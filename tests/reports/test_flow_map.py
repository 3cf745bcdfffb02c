"""The flow map: what it says is honest, what it draws is legible, and the same input gives the same bytes."""

import hashlib
import itertools
import re
import xml.etree.ElementTree as ET
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from corridor.reports.map.basemap import load_basemap, view_of
from corridor.reports.map.flow import Callout, flow_map
from corridor.reports.map.labels import Box, Name, PlacedName, place_names
from corridor.reports.map.legend import CAPACITY_UNKNOWN, NO_FLOW

SVG = "{http://www.w3.org/2000/svg}"

# name, longitude, latitude
CITIES = """
Khorgos 80.3 44.2; Dostyk 82.5 45.25; Aktogay 79.7 46.95; Mointy 73.35 47.2; Zhezkazgan 67.7 47.8; Shalqar 59.6 47.85
Saksaulskaya 61.15 47.1; Beineu 55.2 45.3; Mangystau 51.95 43.7; Aktau 51.2 43.62; Kuryk 51.65 43.18; Almaty 76.95 43.25
Shu 73.75 43.6; Arys 68.8 42.43; Tashkent 69.25 41.3; Kyzylorda 65.5 44.85; Samarkand 66.95 39.65; Bukhara 64.45 39.75
Mary 61.83 37.6; Ashgabat 58.35 37.95; Turkmenbashi 53 40; Atyrau 51.9 47.1; Aktobe 57.2 50.3; Makhachkala 47.5 42.98
Alat 49.4 39.95; Ganja 46.35 40.68; Tbilisi 44.8 41.7; Poti 41.67 42.15; Batumi 41.65 41.65; Akhalkalaki 43.5 41.4
Kars 43.1 40.6; Ankara 32.85 39.93; Sivas 37 39.75; Istanbul 28.98 41; Mersin 34.63 36.8; Ceyhan 35.85 36.85
Constanța 28.65 44.17; Burgas 27.5 42.5; Sofia 23.3 42.7; Budapest 19.05 47.5
"""


def cities() -> pd.DataFrame:
    rows = [entry.split() for entry in re.split(r"[;\n]", CITIES.strip())]
    return pd.DataFrame(
        {
            "node_id": [row[0].lower() for row in rows],
            "name": [row[0] for row in rows],
            "x_coord": [float(row[1]) for row in rows],
            "y_coord": [float(row[2]) for row in rows],
            "label": True,
            "major": [row[0] in {"Aktau", "Kuryk", "Alat", "Tbilisi", "Poti", "Istanbul"} for row in rows],
        }
    )


def some_links(**changed: float | str) -> pd.DataFrame:
    """Six links over the sea and on both its sides; `changed` applies to the ferry from Aktau."""
    links = pd.DataFrame(
        [
            ("beineu_aktau", "beineu", "aktau", "rail", 8e6, 15e6, 0.6),
            ("ferry_aktau", "aktau", "alat", "rail_ferry", 1.2e6, 1.3e6, 1.0),
            ("tanker_aktau", "aktau", "alat", "tanker", 3.2e6, 5.5e6, 0.6),
            ("alat_tbilisi", "alat", "tbilisi", "rail", 9.6e6, 12e6, 0.93),
            ("tbilisi_poti", "tbilisi", "poti", "rail", 4e6, 8e6, 0.55),
            ("poti_istanbul", "poti", "istanbul", "feeder", 1e6, 2e6, 0.4),
        ],
        columns=["link_id", "from_node_id", "to_node_id", "mode_id", "flow_t", "capacity_t", "utilisation"],
    )
    links["mode"] = links["mode_id"].str.replace("_", " ")
    links["at_sea"] = links["mode_id"].isin(["rail_ferry", "tanker", "feeder"])
    for column, value in changed.items():
        links[column] = links[column].mask(links["link_id"] == "ferry_aktau", value)
    return links


def with_row(table: pd.DataFrame, *row: object) -> pd.DataFrame:
    return pd.concat([table, pd.DataFrame([row], columns=table.columns)], ignore_index=True)


def draw(nodes: pd.DataFrame | None = None, links: pd.DataFrame | None = None, **options: object) -> str:
    given = {"title": "Flows", "description": "Where it flows"} | options
    return flow_map(cities() if nodes is None else nodes, some_links() if links is None else links, **given)  # type: ignore[arg-type]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def dashed(svg: str) -> int:
    """Paths with the edge of an unknown capacity, the one in the legend among them."""
    return svg.count('stroke-dasharray="5 3.5"')


def test_same_input_same_bytes() -> None:
    assert draw() == draw()


@pytest.mark.parametrize("width", [680, 1000])
def test_well_formed_titled_and_without_css(width: int) -> None:
    svg = draw(width=width)
    root = ET.fromstring(svg)
    names = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert root.get("aria-labelledby") == " ".join(str(e.get("id")) for e in names if e is not None)
    assert [e.text for e in names if e is not None] == ["Flows", "Where it flows"]
    assert root.get("width") == str(width)
    assert not list(root.iter(f"{SVG}style"))
    assert " style=" not in svg
    assert "nan" not in re.findall(r'(?:d|x|y|cx|cy|width|height|stroke-width)="([^"]*)"', svg)


def test_text_is_escaped() -> None:
    nodes = cities()
    nodes.loc[nodes["node_id"] == "aktau", "name"] = '<b>"A&B"</b>'
    callout = Callout(1, "a < b & c", link_id="ferry_aktau")
    svg = draw(nodes, title="<t>&", description="]]><d>", callouts=[callout])
    assert "<b>" not in svg
    assert '<b>"A&B"</b>' in words(svg)
    assert "a < b & c" in words(svg)


def test_every_name_is_drawn() -> None:
    assert set(cities()["name"]) <= set(words(draw()))


def test_link_without_flow_is_a_thin_grey_line() -> None:
    svg = draw(links=some_links(flow_t=0.0, utilisation=0.0))
    assert NO_FLOW in words(svg)
    assert NO_FLOW not in words(draw())
    assert "Aktau – Alat, rail ferry" not in " ".join(t.text or "" for t in ET.fromstring(svg).iter(f"{SVG}title"))


@pytest.mark.parametrize("unknown", [float("nan"), float("inf")])
def test_unknown_capacity_is_dashed_and_said(unknown: float) -> None:
    svg = draw(links=some_links(capacity_t=unknown))
    assert dashed(svg) == 3  # map, inset and legend
    assert CAPACITY_UNKNOWN in words(svg)
    assert dashed(draw()) == 0


def test_a_link_within_one_place_is_not_drawn_but_may_carry_a_callout() -> None:
    nodes = with_row(cities(), "aktau_quay", "Aktau quay", 51.21, 43.61, False, False)
    links = with_row(some_links(), "quay_aktau", "aktau", "aktau_quay", "lift", 5e6, 6e6, 0.8, "Lift", False)
    svg = draw(nodes, links, callouts=[Callout(4, "Quay", link_id="quay_aktau")])
    assert "Aktau – Aktau" not in svg
    assert words(svg).count("4") == 3  # map, inset and the text beside


def test_nodes_at_one_place_are_drawn_once() -> None:
    nodes = with_row(cities(), "aktau_quay", "Aktau quay", 51.21, 43.61, False, False)
    links = some_links(from_node_id="aktau_quay")
    assert words(draw(nodes, links)) == words(draw())


def test_parallel_links_do_not_coincide() -> None:
    groups = [g for g in ET.fromstring(draw(inset=False)).iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    paths = [path.get("d") for group in groups for path in group.iter(f"{SVG}path")]
    assert len(paths) == 6
    assert len(set(paths)) == 6


def test_width_is_proportional_to_flow() -> None:
    drawn = {}
    for group in ET.fromstring(draw(inset=False)).iter(f"{SVG}g"):
        title, path = group.find(f"{SVG}title"), group.find(f"{SVG}path")
        if title is not None and path is not None:
            drawn[str(title.text).split(":")[0]] = float(str(path.get("stroke-width")))
    assert drawn["Tbilisi – Alat, rail"] == pytest.approx(drawn["Aktau – Beineu, rail"] * 9.6 / 8, abs=0.02)


@pytest.mark.parametrize("width", [680, 1000])
def test_names_do_not_overlap(width: int) -> None:
    nodes = cities()
    points = load_basemap().project(nodes["x_coord"].tolist(), nodes["y_coord"].tolist())
    view = view_of(points, width=width)
    spots = view.place(points)
    names = [Name(name, x, y, 10.0) for name, (x, y) in zip(nodes["name"], spots.tolist(), strict=True)]
    symbols = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in spots.tolist()]
    frame = Box(0, 0, view.width, view.height)
    placed = place_names(names, frame=frame, taken=symbols, lines=np.empty((0, 2)), rivals=spots)
    found = [place for place in placed if isinstance(place, PlacedName)]
    assert len(found) == len(names) == 40
    assert all(place.box.within(frame) for place in found)
    assert not [(a.name.text, b.name.text) for a, b in itertools.combinations(found, 2) if a.box.overlap(b.box) > 0]
    assert not [place.name.text for place in found if any(place.box.overlap(symbol) > 0 for symbol in symbols)]


def test_place_off_the_base_map_is_drawn_at_the_edge() -> None:
    nodes = with_row(cities(), "xian", "Xi'an", 108.9, 34.3, True, False)
    assert "Xi'an →" in words(draw(nodes))


def test_no_inset_where_nothing_lies_in_it() -> None:
    nodes = cities().query("x_coord > 60")
    links = pd.DataFrame(columns=some_links().columns)
    svg = draw(nodes, links)
    assert "-inset" not in svg


@pytest.mark.parametrize(
    ("callouts", "message"),
    [
        ([Callout(n, "x", node_id="aktau") for n in range(6)], "at most 5"),
        ([Callout(1, "x", link_id="nowhere")], "nowhere is not on the map"),
    ],
)
def test_callouts_that_cannot_be_shown_are_refused(callouts: list[Callout], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(callouts=callouts)


def test_node_without_coordinates_is_refused() -> None:
    nodes = cities()
    nodes.loc[nodes["node_id"] == "poti", "x_coord"] = float("nan")
    with pytest.raises(ValueError, match="no place on the map for poti"):
        draw(nodes)


def test_base_map_is_the_one_described() -> None:
    folder = files("corridor.reports") / "assets" / "basemap"
    digest = hashlib.sha256((folder / "basemap.json").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [(34.1, 45.2, "Ukraine"), (33.5, 35.3, "Cyprus"), (44.8, 41.7, "Georgia"), (68.0, 48.0, "Kazakhstan")],
)
def test_whose_land_it_is(lon: float, lat: float, country: str) -> None:
    basemap = load_basemap()
    assert [found.name for found in basemap.holding(basemap.project([lon], [lat]))] == [country]


def test_the_caspian_is_water() -> None:
    basemap = load_basemap()
    assert not basemap.on_land(basemap.project([50.5, 51.0], [42.0, 38.5])).any()
