"""The flow map: honest, legible, the same bytes for the same input, and drawn for any corridor on earth."""

import hashlib
import re
import xml.etree.ElementTree as ET
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.model.faults import CaseError
from corridor.reports.blocks import Figure
from corridor.reports.map.answer import answer_map, finding, inset, map_links
from corridor.reports.map.basemap import Basemap, basemap_of, load_world
from corridor.reports.map.borders import borders
from corridor.reports.map.flow import MOST_CALLOUTS, NOTE_WITHOUT, Callout, flow_map
from corridor.reports.map.labels import Box, Name, PlacedName, place_names, text_width
from corridor.reports.map.legend import NO_FLOW, USE_UNKNOWN
from corridor.reports.map.lines import LEAST_PX, WIDEST_PX
from corridor.reports.map.plane import plane_of, view_of, window_of
from corridor.reports.map.style import LAND, SEA, STATE, STATE_INK, WATER_INK
from corridor.reports.map.windows import main_window
from corridor.reports.say.answer import where_it_flows
from tests.asked import solve
from tests.cases import Tables, case_of, rows_of, tables_of

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


def places(text: str) -> pd.DataFrame:
    rows = [entry.split() for entry in re.split(r"[;\n]", text.strip())]
    return pd.DataFrame(
        {
            "node_id": [row[0].lower() for row in rows],
            "name": [row[0] for row in rows],
            "country": "",
            "x_coord": [float(row[1]) for row in rows],
            "y_coord": [float(row[2]) for row in rows],
            "label": True,
            "major": False,
        }
    )


def cities() -> pd.DataFrame:
    return places(CITIES)


Row = tuple[str, str, str, float, float, float]


def links_between(*rows: Row) -> pd.DataFrame:
    """Links: from, to, mode, flow, capacity, use; ferries and feeders sail."""
    columns = ["from_node_id", "to_node_id", "mode_id", "flow_t", "capacity_t", "utilisation"]
    links = pd.DataFrame(rows, columns=columns)
    links["link_id"] = [f"{start}_{end}_{mode}" for start, end, mode, *_ in rows]
    links["mode"] = links["mode_id"].str.replace("_", " ")
    links["at_sea"] = links["mode_id"].isin(["rail_ferry", "tanker", "feeder"])
    links["back_share"] = 0.5
    return through(links, ())


def through(links: pd.DataFrame, *via: tuple[tuple[float, float], ...]) -> pd.DataFrame:
    """The links with a way each, or all with the one given."""
    points: Any = list(via) if len(via) == len(links) else [*via] * len(links)
    return links.assign(via=pd.Series(points, index=links.index, dtype=object))


def some_links(**changed: object) -> pd.DataFrame:
    """Six links over the sea and on both its sides; `changed` applies to the ferry from Aktau."""
    links = links_between(
        ("beineu", "aktau", "rail", 8e6, 15e6, 0.6),
        ("aktau", "alat", "rail_ferry", 1.2e6, 1.3e6, 1.0),
        ("aktau", "alat", "tanker", 3.2e6, 5.5e6, 0.6),
        ("alat", "tbilisi", "rail", 9.6e6, 12e6, 0.93),
        ("tbilisi", "poti", "rail", 4e6, 8e6, 0.4),
        ("poti", "istanbul", "feeder", 1e6, 2e6, 0.4),
    )
    for column, value in changed.items():
        cells: Any = [value if row == 1 else cell for row, cell in enumerate(links[column])]
        links = links.assign(**{column: cells})
    return links


def with_row(table: pd.DataFrame, **row: object) -> pd.DataFrame:
    return pd.concat([table, pd.DataFrame([{**table.iloc[-1], **row}])], ignore_index=True)


def draw(nodes: pd.DataFrame | None = None, links: pd.DataFrame | None = None, **options: object) -> str:
    given = {"title": "Flows", "description": "Where it flows", "gates": ["aktau", "kuryk"]} | options
    return flow_map(cities() if nodes is None else nodes, some_links() if links is None else links, **given)  # type: ignore[arg-type]


@cache
def plain() -> str:
    """The map of the cities as it is drawn without options."""
    return draw()


@cache
def alone() -> str:
    """The same without the inset."""
    return draw(inset=False)


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def flows(svg: str) -> dict[str, list[float]]:
    """Widths of the lines that carry a link, by the links, one for each view."""
    widths: dict[str, list[float]] = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("data-links"):
            widths.setdefault(str(group.get("data-links")), []).append(
                float(str(group.findall(f"{SVG}path")[-1].get("stroke-width")))
            )
    return widths


def boxes(svg: str) -> list[tuple[str, Box]]:
    """Boxes of the texts of the views, without those of the key and the note."""
    drawn = []
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("clip-path"):
            for text in group.iter(f"{SVG}text"):
                words, size = text.text or "", float(str(text.get("font-size")))
                wide = text_width(words, size, bold=bool(text.get("font-weight"))) * 0.9
                x, y = float(str(text.get("x"))), float(str(text.get("y")))
                x -= wide / 2 if text.get("text-anchor") == "middle" else 0.0
                drawn.append((words, Box(x, y - 0.7 * size, x + wide, y)))
    return drawn


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, WCAG 2."""
    lights = []
    for colour in (one, other):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        lights.append(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    return max(lights) / min(lights)


def land(lon: float, lat: float) -> Basemap:
    plane = plane_of(np.array([[lon, lat]]))
    return basemap_of(plane, window_of(plane.project(np.array([[lon, lat]])), 800.0))


def test_same_input_same_bytes() -> None:
    assert draw() == plain()


@pytest.mark.parametrize("width", [340, 680, 1000])
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
    assert min(float(size) for size in re.findall(r'font-size="([^"]*)"', svg)) >= 10


def test_text_is_escaped() -> None:
    nodes = cities()
    nodes.loc[nodes["node_id"] == "aktau", "name"] = '<b>"A&B"</b>'
    callout = Callout(1, "a < b & c", link_id="aktau_alat_rail_ferry")
    svg = draw(nodes, title="<t>&", description="]]><d>", callouts=[callout])
    assert "<b>" not in svg
    assert '<b>"A&B"</b>' in words(svg)
    assert "a < b & c" in words(svg)


@pytest.mark.parametrize("width", [680, 1000])
def test_every_name_is_drawn_and_covers_no_other(width: int) -> None:
    svg = draw(width=width, states=["KZ", "AZ", "GE", "TR"])
    asked = {*cities()["name"], "KAZAKHSTAN", "AZERBAIJAN", "GEORGIA"}
    left_out = {name for text in words(svg) for name in re.findall(r"(?<=room: ).*(?=\.)", text)}
    assert not left_out
    assert asked <= set(words(svg))
    clashes = [(a, b) for (a, box), (b, other) in combinations(boxes(svg), 2) if box.overlap(other) > 2]
    assert not clashes


def test_gates_and_landings_are_named_in_both_views() -> None:
    assert {name: words(plain()).count(name) for name in ("Aktau", "Kuryk", "Alat")} == dict.fromkeys(
        ("Aktau", "Kuryk", "Alat"), 2
    )


def test_link_without_flow_is_a_thin_grey_line() -> None:
    svg = draw(links=some_links(flow_t=0.0, utilisation=0.0))
    assert NO_FLOW in words(svg)
    assert NO_FLOW not in words(plain())
    assert "aktau_alat_rail_ferry" not in flows(svg)


@pytest.mark.parametrize("unknown", [float("nan"), float("inf")])
def test_unknown_capacity_is_a_plain_line_and_in_words(unknown: float) -> None:
    svg = draw(links=some_links(capacity_t=unknown, utilisation=float("nan")))
    assert USE_UNKNOWN in words(svg)
    assert USE_UNKNOWN not in words(plain())
    assert "rail ferry: 1.20 Mt a year, capacity not known, use not known" in svg


def test_a_link_within_one_place_is_not_drawn_but_may_carry_a_callout() -> None:
    nodes = with_row(cities(), node_id="quay", name="Quay", x_coord=51.21, y_coord=43.61, label=False)
    links = with_row(some_links(), link_id="lift", from_node_id="aktau", to_node_id="quay", flow_t=5e6)
    svg = draw(nodes, links, callouts=[Callout(4, "Quay", link_id="lift")])
    assert "lift" not in flows(svg)
    assert words(svg).count("4") == 3  # map, inset and key


def test_nodes_at_one_place_are_drawn_once() -> None:
    nodes = with_row(cities(), node_id="quay", name="Quay", x_coord=51.21, y_coord=43.61, label=False)
    assert words(draw(nodes, some_links(from_node_id="quay"))) == words(plain())


def test_links_of_one_mode_are_one_line_and_other_modes_lie_beside_it() -> None:
    more = {"from_node_id": "aktau", "to_node_id": "alat", "mode_id": "tanker", "flow_t": 1e6}
    links = with_row(some_links(), link_id="second", **more)
    svg = draw(links=links, inset=False)
    assert "aktau_alat_tanker second" in flows(svg)
    paths = re.findall(r'data-links="[^"]*"><title>[^<]*</title><path d="([^"]*)"', svg)
    assert len(set(paths)) == len(paths) == 6


def test_width_is_by_flow_alone_and_grows_evenly() -> None:
    """A capacity a hundred times as great changes no width; 1 Mt and 0.03 Mt are seen to differ."""
    narrow = {key: widths[0] for key, widths in flows(alone()).items()}
    wide = {key: widths[0] for key, widths in flows(draw(links=some_links(capacity_t=1.3e8), inset=False)).items()}
    assert narrow == wide
    assert narrow["alat_tbilisi_rail"] == WIDEST_PX
    step = (WIDEST_PX - LEAST_PX) / 9.6
    assert narrow["beineu_aktau_rail"] == pytest.approx(LEAST_PX + 8 * step, abs=0.01)
    least = flows(draw(links=some_links(flow_t=3e4), inset=False))["aktau_alat_rail_ferry"][0]
    assert narrow["poti_istanbul_feeder"] > 2 * least


def test_outline_only_where_more_than_half_is_used_and_never_beyond_three_times() -> None:
    links = links_between(("aktau", "alat", "rail_ferry", 1e6, 9e8, 0.51), ("beineu", "aktau", "rail", 8e6, 9e6, 0.3))
    outlines = re.findall(r'stroke="#FFFFFF" stroke-width="([\d.]+)"/><g data', draw(links=links, inset=False))
    assert len(outlines) == 1
    assert float(outlines[0]) == pytest.approx(
        3 * flows(draw(links=links, inset=False))["aktau_alat_rail_ferry"][0], abs=0.02
    )


def test_arrow_only_where_most_goes_one_way() -> None:
    arrow = re.compile(r'<path d="M[^"]*z" fill="#4F0712"/>')
    assert not arrow.search(plain())
    assert len(arrow.findall(draw(links=some_links(back_share=0.1)))) == 1
    assert "Alat to Aktau, rail ferry" in draw(links=some_links(back_share=0.9))


def test_a_way_goes_through_its_points() -> None:
    """The line through a point far to the south comes near it, from either end."""
    links = links_between(("beineu", "almaty", "rail", 1e6, 2e6, 0.4))
    links = through(links, ((62.0, 35.0), (70.0, 35.0)))
    straight, bent = (draw(links=frame, inset=False) for frame in (through(links, ()), links))
    deepest = [
        max(float(y) for y in re.findall(r"[ML][\d.-]+ ([\d.-]+)", re.findall(r'</title><path d="([^"]*)"', svg)[0]))
        for svg in (straight, bent)
    ]
    assert deepest[1] > deepest[0] + 60
    back = through(links.assign(from_node_id="almaty", to_node_id="beineu"), ((70.0, 35.0), (62.0, 35.0)))
    assert re.findall(r'</title><path d="([^"]*)"', draw(links=back, inset=False)) == re.findall(
        r'</title><path d="([^"]*)"', bent
    )


def test_states_are_tinted_and_others_are_not() -> None:
    nodes = cities()
    tinted = re.search(rf'<path id="[^"]*-states" d="([^"]*)" fill="{STATE}"', draw(nodes, states=["GE"]))
    every = re.search(rf'<path id="[^"]*-states" d="([^"]*)" fill="{STATE}"', draw(nodes))
    assert tinted is not None
    assert every is not None
    assert 100 < len(tinted[1]) < len(every[1]) / 10


def test_borders_are_left_out_on_demand() -> None:
    assert "-borders" in plain()
    svg = draw(borders=False)
    assert 'href="#map' in svg
    assert not re.search(r'<use href="#[^"]*-borders"', svg)
    assert NOTE_WITHOUT in words(svg)


@pytest.mark.parametrize(
    ("ink", "ground"), [(STATE_INK, STATE), (STATE_INK, LAND), (WATER_INK, SEA)], ids=["state", "land", "sea"]
)
def test_names_of_countries_and_seas_are_dark_enough(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


# Corridors elsewhere: places, links, and land that must be known there.
ELSEWHERE: dict[str, tuple[str, list[Row]]] = {
    "over the 180th meridian": (
        "Vladivostok 131.9 43.1; Busan 129.1 35.1; Anchorage -149.9 61.2; Seattle -122.3 47.6; Suva 178.4 -18.1",
        [("busan", "seattle", "feeder", 4e6, 5e6, 0.8), ("anchorage", "vladivostok", "feeder", 1e6, 2e6, 0.5)],
    ),
    "of 150 km": (
        "Dover 1.31 51.13; Calais 1.85 50.95; Lille 3.06 50.63",
        [("dover", "calais", "rail_ferry", 9e6, 1e7, 0.9), ("calais", "lille", "rail", 7e6, 2e7, 0.35)],
    ),
    "of one link": ("Mombasa 39.67 -4.04; Nairobi 36.82 -1.29", [("mombasa", "nairobi", "rail", 5e6, 6e6, 0.8)]),
    "around the world": (
        "Lima -77 -12; Lagos 3.4 6.5; Perth 115.9 -32; Tokyo 139.7 35.7; Oakland -122.3 37.8",
        [("lima", "lagos", "feeder", 1e6, 2e6, 0.5), ("perth", "tokyo", "feeder", 2e6, 2e6, 1.0)],
    ),
    "over the pole": (
        "Tromso 18.9 69.6; Nome -165.4 64.5; Iqaluit -68.5 63.7",
        [("tromso", "nome", "feeder", 1e5, 2e5, 0.5), ("nome", "iqaluit", "feeder", 1e5, 2e5, 0.5)],
    ),
}


SLOW = ("over the 180th meridian", "around the world")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in ELSEWHERE])
def test_any_corridor_on_earth(name: str) -> None:
    text, given = ELSEWHERE[name]
    nodes = places(text)
    svg = flow_map(nodes, links_between(*given), title=name, description=name)
    assert set(nodes["name"]) <= set(words(svg))
    assert len(flows(svg)) == len(given)
    assert max(len(path) for path in re.findall(r'-(?:land|states)" d="([^"]*)"', svg)) > 60
    numbers = [float(v) for d in re.findall(r'</title><path d="([^"]*)"', svg) for v in re.findall(r"-?[\d.]+", d)]
    assert max(map(abs, numbers)) < 3000
    assert svg == flow_map(nodes, links_between(*given), title=name, description=name)


def test_land_on_a_map_of_the_world_ends_at_its_edge() -> None:
    """No country reaches from one edge to the other, and none is tinted that holds no place."""
    text, given = ELSEWHERE["around the world"]
    degrees = places(text)[["x_coord", "y_coord"]].to_numpy()
    plane = plane_of(degrees)
    basemap = basemap_of(plane, main_window(plane.project(degrees)))
    widest = max(
        float(np.ptp(ring[:, 0])) for country in basemap.countries if country.code != "AQ" for ring in country.rings
    )
    assert widest < 14_000
    svg = flow_map(places(text), links_between(*given), title="x", description="x")
    assert {"PERU", "JAPAN", "NIGERIA", "AUSTRALIA"} <= set(words(svg))
    assert "IRAN" not in words(svg)


def test_no_inset_of_a_small_corridor() -> None:
    text, given = ELSEWHERE["of 150 km"]
    svg = flow_map(places(text), links_between(*given), title="x", description="x", gates=["dover"])
    assert svg.count("<clipPath") == 1
    assert plain().count("<clipPath") == 2


@pytest.mark.slow
def test_a_hundred_links_from_one_place() -> None:
    """All are drawn, and a name for which there is no room is in the note."""
    rng = np.random.default_rng(5)
    nodes = places("; ".join(f"P{n} {lon:.2f} {lat:.2f}" for n, (lon, lat) in enumerate(rng.uniform(0, 9, (101, 2)))))
    given = [("p0", f"p{n}", "rail", 1e5 * n, 2e6, 0.5) for n in range(1, 101)]
    svg = flow_map(nodes, links_between(*given), title="x", description="x")
    assert len(flows(svg)) == 100
    told = " ".join(words(svg))
    assert not [name for name in nodes["name"] if not re.search(rf"\b{name}\b", told)]


def test_narrow_page_shows_the_inset_alone() -> None:
    svg = draw(width=340)
    assert svg.count("<clipPath") == 1
    assert {"Aktau", "Kuryk", "Alat"} <= set(words(svg))
    assert "Budapest" not in words(svg)


@pytest.mark.parametrize(
    ("callouts", "message"),
    [
        ([Callout(n, "x", node_id="aktau") for n in range(MOST_CALLOUTS + 1)], f"at most {MOST_CALLOUTS}"),
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


@pytest.mark.parametrize("width", [680, 1000])
def test_names_do_not_overlap(width: int) -> None:
    nodes = cities()
    points = plane_of(nodes[["x_coord", "y_coord"]].to_numpy()).project(nodes[["x_coord", "y_coord"]].to_numpy())
    view = view_of(main_window(points), width)
    spots = view.place(points)
    names = [Name(name, x, y, 10.0) for name, (x, y) in zip(nodes["name"], spots.tolist(), strict=True)]
    symbols = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in spots.tolist()]
    frame = Box(0, 0, view.width, view.height)
    placed = place_names(names, frame=frame, taken=symbols, lines=np.empty((0, 2)), rivals=spots)
    there = [place for place in placed if isinstance(place, PlacedName)]
    assert len(there) == len(names) == 40
    assert all(place.box.within(frame) for place in there)
    assert not [(a.name.text, b.name.text) for a, b in combinations(there, 2) if a.box.overlap(b.box) > 0]
    assert not [place.name.text for place in there if any(place.box.overlap(symbol) > 0 for symbol in symbols)]


def test_base_map_is_the_one_described() -> None:
    folder = files("corridor.reports") / "assets" / "basemap"
    digest = hashlib.sha256((folder / "basemap.json").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text(encoding="utf-8")
    assert len(load_world().countries) > 200


@pytest.mark.parametrize(
    ("lon", "lat", "country"),
    [
        (34.1, 45.2, "UA"),
        (33.5, 35.3, "CY"),
        (44.8, 41.7, "GE"),
        (68.0, 48.0, "KZ"),
        (-178.0, 67.0, "RU"),
        (179.0, 67.5, "RU"),
        (-60.0, -10.0, "BR"),
        (0.0, -85.0, "AQ"),
    ],
)
def test_whose_land_it_is(lon: float, lat: float, country: str) -> None:
    plane = plane_of(np.array([[lon, lat]]))
    assert [c.code for c in land(lon, lat).holding(plane.project(np.array([[lon, lat]])))] == [country]


@pytest.mark.parametrize(("lon", "lat"), [(50.5, 42.0), (-170.0, 0.0), (180.0, 50.0)])
def test_water_is_no_land(lon: float, lat: float) -> None:
    plane = plane_of(np.array([[lon, lat]]))
    assert not land(lon, lat).on_land(plane.project(np.array([[lon, lat]]))).any()


def small(**changed: object) -> Tables:
    """A case of one ferry over a strait; `changed` are columns of its link."""
    link = {"link_id": "ferry", "from_node_id": "west", "to_node_id": "east", "mode_id": "boat", **changed}
    return tables_of(
        {
            "mode": "mode_id, at_sea\nboat, 1",
            "node": "node_id, name, country, x_coord, y_coord\nwest, West, FR, 1.8, 51\neast, East, GB, 1.3, 51.1",
            "link": [{"capacity_t_per_year": 50, **link}],
            "demand": "demand_id, origin_id, destination_id, t_per_year\ncoal, west, east, 50",
        }
    )


@pytest.mark.parametrize("via", ["1.5", "=1 51", "1.5 51, 1.4 51", "181 51", "1.5 91", "1.5 51;", "a b"])
def test_points_of_a_way_that_cannot_be_read_are_a_fault_with_its_cell(via: str) -> None:
    with pytest.raises(CaseError) as caught:
        case_of(small(via=via))
    (fault,) = caught.value.faults
    assert fault.place == "link.csv line 2, via"
    assert f"'{via}' is no list of points" in fault.message


def test_a_case_names_its_states_and_its_ways() -> None:
    tables = small(via="-1.6 51.2; 1.5 51.25")
    tables["case"] = [{"case_id": "strait", "base_year": 2025, "states": "GB"}]
    case = case_of(tables)
    answer = solve(case, "handled")
    assert map_links(case, answer)["via"].tolist() == [((-1.6, 51.2), (1.5, 51.25))]
    svg = answer_map(case, answer)
    assert "UNITED KINGDOM" in words(svg)
    assert answer_map(case, answer) != answer_map(case_of({**tables, "link": small()["link"]}), answer)
    with borders(False):
        assert NOTE_WITHOUT in words(answer_map(case, answer))
    assert finding(case, answer) == "1 of 1 line over water is full"


def test_places_without_coordinates_are_in_words() -> None:
    """Without any there is no map, with some the map names the others in its caption."""
    nowhere = case_of({**small(), "node": "node_id, name\nwest, West\neast, East"})
    answer = solve(nowhere, "handled")
    assert answer_map(nowhere, answer) == inset(answer) == ""
    assert "no map" in str(where_it_flows(answer))
    tables = small()
    tables["node"].append({"node_id": "lost", "name": "Lost Harbour"})
    answer = solve(case_of(tables), "handled")
    figure = next(block for block in where_it_flows(answer) if isinstance(block, Figure))
    assert "Lost Harbour" in figure.caption
    assert "Lost Harbour" not in figure.draw(680)


def test_tonnes_back_are_those_from_the_second_end() -> None:
    tables = small(directed=0)
    tables["demand"] = rows_of(
        "demand_id, origin_id, destination_id, commodity_id, t_per_year\n"
        "coal, west, east, cargo, 30\nwool, east, west, cargo, 10"
    )
    case = case_of(tables)
    assert map_links(case, solve(case, "handled"))["back_share"].tolist() == pytest.approx([0.25])


def test_names_without_end_are_shortened() -> None:
    """5,000 letters of a name, and of a limit, leave the map and its key as they are."""
    nodes = cities()
    nodes.loc[nodes["node_id"] == "aktau", "name"] = "Aktau " * 1000
    svg = draw(nodes, callouts=[Callout(1, "x" * 5000, link_id="aktau_alat_tanker")], width=680)
    assert max(map(len, words(svg))) < 200
    assert float(str(ET.fromstring(svg).get("height"))) < 1000
    assert any(text.startswith("Aktau Aktau") and text.endswith("…") for text in words(svg))
