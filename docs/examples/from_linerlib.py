"""A case of LINERLIB's tables: python docs/examples/from_linerlib.py Demand_Baltic.csv ports.csv dist_dense.csv FOLDER

Ships sail the shortest way between ports at 16 knots and 0.01 USD a tonne and km, and an FFE holds 12 tonnes: assumed.
A tonne that stays costs its revenue. Ports load and unload at their cost of a full FFE.
"""

import sys
from pathlib import Path

import pandas as pd

T_PER_FFE, USD, KM, KMH, PLACE = 12, 0.01, 1.852, 16 * 1.852, ("name", "Longitude", "Latitude")
demand, ports, miles = (pd.read_csv(path, sep="\t", keep_default_na=False) for path in sys.argv[1:4])
used = sorted({*demand["Origin"], *demand["Destination"]})
port = ports.drop_duplicates("UNLocode").set_index("UNLocode").loc[used]
cost = pd.to_numeric(port["CostPerFULL"], errors="coerce").fillna(0) / T_PER_FFE
near = miles.groupby(["fromUNLOCODe", "ToUNLOCODE"])["Distance"].min()
key = {code: f"p_{code.lower()}" for code in used}
pairs = [(a, b, d * KM) for (a, b), d in near.items() if a in key and b in key]
sea = [
    (f"{key[a]}_{b.lower()}", key[a], key[b], "ship", km, km / KMH, USD * km + cost[a] + cost[b]) for a, b, km in pairs
]
tonnes = demand["FFEPerWeek"] * 52 * T_PER_FFE, demand["Revenue_1"] / T_PER_FFE
ends = demand["Origin"].map(key), demand["Destination"].map(key)
asked = [(f"d{n}", *row, "boxes") for n, row in enumerate(zip(*ends, *tonnes, strict=True))]
tables = {
    "case": ("case_id name base_year", [("liner", Path(sys.argv[1]).stem, 2012)]),
    "commodity": ("commodity_id name", [("boxes", "Boxes")]),
    "mode": ("mode_id name", [("ship", "Ship")]),
    "node": ("node_id name x_coord y_coord", list(zip(key.values(), *(port[name] for name in PLACE), strict=True))),
    "link": ("link_id from_node_id to_node_id mode_id length_km time_h tariff_usd_per_t", sea),
    "demand": ("demand_id origin_id destination_id t_per_year unmet_usd_per_t commodity_id", asked),
}
Path(sys.argv[4]).mkdir(parents=True)
for name, (columns, rows) in tables.items():
    pd.DataFrame(rows, columns=columns.split()).to_csv(Path(sys.argv[4]) / f"{name}.csv", index=False)
