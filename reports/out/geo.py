"""Places and links of a case for a geographic information system, with the flow and use of an answer."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.result.frame import plain

Point = tuple[float, float]
NO_MOMENT = "2000-01-01T00:00:00Z"
"""Moment of the last change of a layer: the same input gives the same bytes."""
LINK_COLUMNS = ("from_node_id", "to_node_id", "mode_id", "kind", "length_km", "time_h", "capacity_t_per_year", "gate")


def features(case: Case, links: Iterable[Mapping[str, Any]] = ()) -> dict[str, list[dict[str, Any]]]:
    """Features of GeoJSON by layer, ``node`` and ``link``, in degrees of WGS 84.

    ``links`` are those of an answer in JSON: link, t, back_t, share, busiest. A link without both ends on the map is
    left out; no limit is null. Raises CaseError for a case without coordinates.
    """
    places = {row.node_id: (row.x_coord, row.y_coord) for row in case.rows("node") if row.x_coord is not None}
    places = {node: at for node, at in places.items() if at[1] is not None}
    if not places:
        reason = "the case has no coordinates; give x_coord and y_coord in node.csv"
        raise CaseError([Fault("C083", "node", reason)], "the output")
    flows = {str(row["link"]): row for row in links}
    nodes = [
        _feature("Point", places[row.node_id], {"node_id": row.node_id, "name": row.name, "country": row.country})
        for row in case.rows("node")
        if row.node_id in places
    ]
    lines = []
    for row in case.rows("link"):
        if row.from_node_id in places and row.to_node_id in places:
            way = [places[row.from_node_id], *_via(row.via), places[row.to_node_id]]
            stated = {name: getattr(row, name) for name in LINK_COLUMNS}
            answer = {name: value for name, value in flows.get(row.link_id, {}).items() if name != "link"}
            lines.append(_feature("LineString", way, {"link_id": row.link_id, **stated, **answer}))
    return {"node": nodes, "link": _squared(lines)}


def _via(text: str | None) -> list[Point]:
    pairs = (point.split() for point in (text or "").split(";") if point.strip())
    return [(float(east), float(north)) for east, north in pairs]


def _feature(kind: str, coordinates: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {name: plain(x) for name, x in properties.items()}}


def _squared(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Features that all have the same properties."""
    names = list(dict.fromkeys(name for each in made for name in each["properties"]))
    for each in made:
        each["properties"] = {name: each["properties"].get(name) for name in names}
    return made


def geojson_of(layers: Mapping[str, list[dict[str, Any]]]) -> bytes:
    """The layers as one collection of GeoJSON (RFC 7946); each feature says its ``layer``."""
    listed = [
        {**each, "properties": {"layer": layer, **each["properties"]}}
        for layer, made in layers.items()
        for each in made
    ]
    body = {"type": "FeatureCollection", "features": listed}
    return (json.dumps(body, ensure_ascii=False, allow_nan=False) + "\n").encode()


def geopackage_of(layers: Mapping[str, list[dict[str, Any]]]) -> bytes:
    """The layers as a GeoPackage, written by GDAL; raises CaseError where pyogrio is not installed."""
    try:
        import pyogrio
        from pyogrio.raw import write
    except ImportError:
        reason = "pyogrio is not installed; install it with: pip install freight-corridor[gis]"
        raise CaseError([Fault("C081", "pyogrio", reason)], "the output") from None
    import numpy as np

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": NO_MOMENT})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.gpkg"
        for layer, made in layers.items():
            if not made:
                continue
            names = list(made[0]["properties"])
            write(
                path,
                np.array([_wkb(each["geometry"]) for each in made], dtype=object),
                [_column([each["properties"][name] for each in made]) for name in names],
                names,
                layer=layer,
                driver="GPKG",
                geometry_type=made[0]["geometry"]["type"],
                crs="EPSG:4326",
                append=path.exists(),
            )
        return path.read_bytes()


def _column(values: list[Any]) -> Any:
    """A column of GDAL: numbers as floats, flags as bool, the rest as texts."""
    import numpy as np

    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known) and len(known) == len(values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, float | int) and not isinstance(value, bool) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _wkb(geometry: Mapping[str, Any]) -> bytes:
    """A point or a line as well-known binary."""
    if geometry["type"] == "Point":
        return struct.pack("<BIdd", 1, 1, *geometry["coordinates"])
    points = geometry["coordinates"]
    return struct.pack("<BII", 1, 2, len(points)) + b"".join(struct.pack("<dd", *point) for point in points)
