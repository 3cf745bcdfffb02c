"""Remake basemap.json from Natural Earth: `make basemap`. Needs npm and pyproj."""

import hashlib
import json
import re
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyproj import Transformer

WORLD_ATLAS = "world-atlas@2.0.2"
MAPSHAPER = "mapshaper@0.7.70"
COUNTRIES_SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
PROJECTION = "+proj=lcc +lat_1=37 +lat_2=49 +lon_0=50 +lat_0=43 +datum=WGS84 +units=km"
CROP = "5,25,95,60"
KEPT = "30%"

# Parts of Russia that lie wholly in this box are Crimea; Northern Cyprus is a country of its own in the source.
POLITICAL_FIXES = (
    "if (name == 'N. Cyprus') name = 'Cyprus';"
    " if (name == 'Russia' && this.bounds[0] > 32 && this.bounds[1] > 44"
    " && this.bounds[2] < 37 && this.bounds[3] < 46.5) name = 'Ukraine'"
)

Point = tuple[int, int]


def crop_and_simplify(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Countries and the borders between them, as GeoJSON features in degrees."""
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), WORLD_ATLAS, MAPSHAPER], check=True
    )
    source = folder / "node_modules/world-atlas/countries-50m.json"
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != COUNTRIES_SHA256:
        raise SystemExit(f"{source.name}: SHA-256 is {found}, expected {COUNTRIES_SHA256}")
    steps = [
        ["-drop", "target=land"],
        ["-explode"],
        ["-each", POLITICAL_FIXES],
        ["-dissolve", "fields=name"],
        ["-clip", f"bbox={CROP}"],
        ["-simplify", KEPT, "keep-shapes"],
        ["-filter-islands", "min-area=60km2"],
        ["-sort", "this.properties.name"],
        ["-innerlines", "+", "name=borders"],
        ["-o", str(folder), "format=geojson", "target=*"],
    ]
    command = ["node", str(folder / "node_modules/mapshaper/bin/mapshaper"), str(source)]
    subprocess.run(command + [word for step in steps for word in step], check=True)
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8"))["features"]
    borders = json.loads((folder / "borders.json").read_text(encoding="utf-8"))["geometries"]
    return countries, borders


def lines_of(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """Rings of a polygon, parts of a line: lists of [lon, lat]."""
    parts = geometry["coordinates"]
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in parts for ring in polygon]
    return [parts] if geometry["type"] == "LineString" else list(parts)


def svg_path(lines: list[list[list[float]]], to_plane: Transformer, *, closed: bool) -> str:
    """Whole kilometres, y downwards; each line is one absolute move and then relative steps."""
    pieces = []
    for line in lines:
        east, north = to_plane.transform([p[0] for p in line], [p[1] for p in line])
        points: list[Point] = []
        for x, y in zip(east, north, strict=True):
            point = (round(x), -round(y))
            if not points or point != points[-1]:
                points.append(point)
        if closed and points[0] == points[-1]:
            points.pop()
        if len(points) < (3 if closed else 2):
            continue
        steps = "".join(f"{x1 - x0: d}{y1 - y0: d}" for (x0, y0), (x1, y1) in pairwise(points))
        pieces.append(f"M{points[0][0]} {points[0][1]}l{steps}" + ("z" if closed else ""))
    return re.sub(r" (?=-)|(?<=[a-zA-Z]) ", "", "".join(pieces))


def main() -> None:
    """Write basemap.json beside this script, and its SHA-256 into README.md."""
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        countries, borders = crop_and_simplify(Path(folder))
    to_plane = Transformer.from_crs("EPSG:4326", PROJECTION, always_xy=True)
    paths = [
        {"name": c["properties"]["name"], "path": svg_path(lines_of(c["geometry"]), to_plane, closed=True)}
        for c in countries
    ]
    basemap = {
        "source": f"Natural Earth 1:50m, {WORLD_ATLAS}",
        "projection": PROJECTION,
        "countries": [c for c in paths if c["path"]],
        "borders": svg_path([line for b in borders for line in lines_of(b)], to_plane, closed=False),
    }
    text = json.dumps(basemap, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
    target = here / "basemap.json"
    target.write_bytes(text.encode())
    readme = here / "README.md"
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    readme.write_text(
        re.sub(r"(?<=SHA-256: `)[0-9a-f]*(?=`)", digest, readme.read_text(encoding="utf-8")), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
