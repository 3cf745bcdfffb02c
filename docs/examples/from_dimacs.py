"""A case of a minimum cost flow in DIMACS format: python docs/examples/from_dimacs.py FILE.min FOLDER

One origin supplies all sources, one destination takes from all sinks: the model chooses which source serves which sink.
"""

import sys
from pathlib import Path

import pandas as pd

path, folder = map(Path, sys.argv[1:])
words = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line[:2] in ("p ", "n ", "a ")]
flows = {row[1]: float(row[2]) for row in words if row[0] == "n"}
arcs = [(f"a{n}", f"n{row[1]}", f"n{row[2]}", "arc", row[4], row[5]) for n, row in enumerate(words) if row[0] == "a"]
if any(float(row[3]) for row in words if row[0] == "a"):
    sys.exit("an arc has a lower bound, which no table has")
arcs += [(f"from_{place}", "source", f"n{place}", "arc", t, 0) for place, t in flows.items() if t > 0]
arcs += [(f"to_{place}", f"n{place}", "sink", "arc", -t, 0) for place, t in flows.items() if t < 0]
asked = [("all", "goods", "source", "sink", sum(t for t in flows.values() if t > 0))]
places = ["source", "sink", *(f"n{number}" for number in range(1, int(words[0][2]) + 1))]
tables = {
    "case": ("case_id name base_year", [("flow", path.stem, 2025)]),
    "commodity": ("commodity_id name", [("goods", "Goods")]),
    "mode": ("mode_id name", [("arc", "Arc")]),
    "node": ("node_id name", [(place, place) for place in places]),
    "link": ("link_id from_node_id to_node_id mode_id capacity_t_per_year tariff_usd_per_t", arcs),
    "demand": ("demand_id commodity_id origin_id destination_id t_per_year", asked),
}
folder.mkdir(parents=True)
for name, (columns, rows) in tables.items():
    pd.DataFrame(rows, columns=columns.split()).to_csv(folder / f"{name}.csv", index=False)
