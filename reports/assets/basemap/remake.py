"""Remake basemap.json from Natural Earth: `make basemap`. Needs node and npm."""

import hashlib
import json
import math
import re
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WORLD_ATLAS = "world-atlas@2.0.2"
MAPSHAPER = "mapshaper@0.7.70"
ISO = "iso-3166@4.3.0"
COUNTRIES_SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
Points = npt.NDArray[np.float64]  # rows of longitude and latitude

KEPT = "28%"
STEPS_PER_DEGREE = 50

# Parts of Russia that lie wholly in this box are Crimea; Northern Cyprus is a country of its own in the source.
POLITICAL_FIXES = (
    "if (name == 'N. Cyprus') name = 'Cyprus';"
    " if (name == 'Russia' && this.bounds[0] > 32 && this.bounds[1] > 44"
    " && this.bounds[2] < 37 && this.bounds[3] < 46.5) name = 'Ukraine'"
)


def installed(folder: Path) -> Path:
    """The packages of npm in a folder; returns the file of the countries."""
    packages = [WORLD_ATLAS, MAPSHAPER, ISO]
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(folder), *packages], check=True)
    source = folder / "node_modules/world-atlas/countries-50m.json"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if digest != COUNTRIES_SHA256:
        raise SystemExit(f"{source.name}: SHA-256 is {digest}, expected {COUNTRIES_SHA256}")
    return source


def simplified(folder: Path, source: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The countries of the world as TopoJSON in degrees, and the alpha-2 code of each name."""
    atlas = json.loads(source.read_text(encoding="utf-8"))
    cut = folder / "countries.json"
    cut.write_text(json.dumps(flat(atlas)), encoding="utf-8")
    steps = [
        ["-explode"],
        ["-each", POLITICAL_FIXES],
        ["-dissolve", "fields=name"],
        ["-simplify", KEPT, "keep-shapes"],
        ["-filter-islands", "min-area=300km2"],
        ["-sort", "this.properties.name"],
        ["-o", str(folder / "world.json"), "format=topojson", "no-quantization"],
    ]
    command = ["node", str(folder / "node_modules/mapshaper/bin/mapshaper"), str(cut)]
    subprocess.run(command + [word for step in steps for word in step], check=True)
    script = folder / "codes.mjs"
    script.write_text(
        "import {iso31661 as all} from 'iso-3166'; console.log(JSON.stringify(all.map(c => [c.numeric, c.alpha2])))",
        encoding="utf-8",
    )
    out = subprocess.run(["node", str(script)], check=True, capture_output=True, text=True).stdout
    alpha2 = dict(json.loads(out))
    shapes = atlas["objects"]["countries"]["geometries"]
    codes = {shape["properties"]["name"]: alpha2.get(shape.get("id", ""), "") for shape in shapes}
    return json.loads((folder / "world.json").read_text(encoding="utf-8")), codes


def flat(atlas: dict[str, Any]) -> dict[str, Any]:
    """The countries as GeoJSON, cut along the 180th meridian, over which the source runs on; no ring at the pole."""
    scale, shift = (np.array(atlas["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + shift for arc in atlas["arcs"]]
    features = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        polygons = []
        for part in parts:
            there = [ring for ring in part if max(arcs[n if n >= 0 else ~n][:, 1].max() for n in ring) > -89.9]
            for turn in (0.0, 360.0, -360.0):
                rings = [cut_ring(arcs, ring, turn) for ring in there]
                if rings and len(rings[0]):
                    polygons.append([ring.tolist() for ring in rings if len(ring)])
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        features.append({"type": "Feature", "properties": shape["properties"], "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def cut_ring(arcs: list[Points], numbers: list[int], turn: float) -> Points:
    """The part of a ring that lies on one turn of the globe, closed; a ring around a pole is closed over the pole."""
    ring = np.concatenate([(arcs[n] if n >= 0 else arcs[~n][::-1])[:-1] for n in numbers])
    ring = np.column_stack([np.unwrap(ring[:, 0], period=360.0), ring[:, 1]])
    way = ring[-1, 0] - ring[0, 0]
    if abs(way) > 180.0:
        end, pole = ring[0, 0] + math.copysign(360.0, way), math.copysign(90.0, ring[:, 1].mean())
        ring = np.concatenate([ring, [[end, ring[0, 1]], [end, pole], [ring[0, 0], pole]]])
    ring = ring + np.array([turn, 0.0])
    for side in (1.0, -1.0):
        inside = side * ring[:, 0] <= 180.0
        if inside.all():
            continue
        following = np.roll(ring, -1, axis=0)
        step = following[:, 0] - ring[:, 0]
        share = (180.0 * side - ring[:, 0]) / np.where(step == 0, 1.0, step)
        both = np.stack([ring, ring + (following - ring) * share[:, None]], axis=1).reshape(-1, 2)
        ring = both[np.column_stack([inside, inside != np.roll(inside, -1)]).ravel()]
        if len(ring) < 3:
            return np.empty((0, 2))
    return np.concatenate([ring, ring[:1]])


def steps_of(arc: list[list[float]]) -> str:
    """An arc as whole steps: its first point, then the way from each point to the next."""
    points: list[tuple[int, int]] = []
    for lon, lat in arc:
        point = (round(lon * STEPS_PER_DEGREE), round(lat * STEPS_PER_DEGREE))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) == 1:
        points *= 2
    steps = [points[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))]
    return re.sub(r" (?=-)", "", " ".join(f"{x} {y}" for x, y in steps))


def rings_of(shape: dict[str, Any]) -> list[list[int]]:
    """Rings as numbers of arcs; ~n is arc n from its end."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def main() -> None:
    """Write basemap.json beside this script, and its SHA-256 into README.md."""
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        world, codes = simplified(Path(folder), installed(Path(folder)))
    (layer,) = world["objects"].values()
    basemap = {
        "source": f"Natural Earth 1:50m, {WORLD_ATLAS}",
        "steps_per_degree": STEPS_PER_DEGREE,
        "arcs": [steps_of(arc) for arc in world["arcs"]],
        "countries": [
            {
                "code": codes.get(shape["properties"]["name"], ""),
                "name": shape["properties"]["name"],
                "rings": rings_of(shape),
            }
            for shape in layer["geometries"]
            if shape.get("arcs")
        ],
    }
    text = json.dumps(basemap, ensure_ascii=False, indent=0, separators=(",", ":"))
    text = re.sub(r"(?<=[\d\[,])\n(?=[-\d\[\]])", "", text) + "\n"
    target = here / "basemap.json"
    target.write_bytes(text.encode())
    readme = here / "README.md"
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    readme.write_text(
        re.sub(r"(?<=SHA-256: `)[0-9a-f]*(?=`)", digest, readme.read_text(encoding="utf-8")), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
