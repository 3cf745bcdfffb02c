"""A case of a network of SNDlib in its native format: python docs/examples/from_sndlib.py FILE.txt FOLDER

A link carries what is installed and its largest module, both ways together, at its routing cost as tariff.
"""

import re
import sys
from pathlib import Path

import pandas as pd

path, folder = map(Path, sys.argv[1:])
text = re.sub(r"#.*", "", path.read_text(encoding="utf-8")).replace("UNLIMITED", "1e9")
parts = dict(re.findall(r"^([A-Z]+) \((.*?)^\)", text, re.M | re.S))
rows = {part: [re.sub("[()]", " ", line).split() for line in parts[part].strip().split("\n")] for part in parts}
key = {row[0]: "n_" + re.sub(r"\W", "_", row[0]).lower() for row in rows["NODES"]}
links = [(f"l{n}", key[row[1]], key[row[2]], "line", 0, row[5]) for n, row in enumerate(rows["LINKS"])]
most = [float(row[3]) + max(map(float, row[7::2]), default=0) for row in rows["LINKS"]]
uses = [(f"u{n}", f"r{n}", f"l{n}", "tonne", 1) for n in range(len(links))]
limits = [(f"r{n}", f"Line {n}", "line", t, "t") for n, t in enumerate(most)]
asked = [(f"d{n}", "goods", key[row[1]], key[row[2]], row[4]) for n, row in enumerate(rows["DEMANDS"])]
tables = {
    "case": ("case_id name base_year", [("network", path.stem, 2025)]),
    "commodity": ("commodity_id name", [("goods", "Goods")]),
    "mode": ("mode_id name", [("line", "Line")]),
    "node": ("node_id name x_coord y_coord", [(key[row[0]], *row) for row in rows["NODES"]]),
    "link": ("link_id from_node_id to_node_id mode_id directed tariff_usd_per_t", links),
    "resource": ("resource_id name kind capacity unit", limits),
    "use": ("use_id resource_id link_id activity amount", uses),
    "demand": ("demand_id commodity_id origin_id destination_id t_per_year", asked),
}
folder.mkdir(parents=True)
for name, (columns, cells) in tables.items():
    pd.DataFrame(cells, columns=columns.split()).to_csv(folder / f"{name}.csv", index=False)
