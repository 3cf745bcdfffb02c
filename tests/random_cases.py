"""Tables of random corridors, for what must hold of every case."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from tests.cases import Row, Tables


@st.composite
def gated_tables(draw: st.DrawFn, *, fixed: bool = True) -> Tables:
    """Tables of a random corridor: two inland places, two quays, two ports beyond the sea, two places in the west.

    Some links may be closed or unlimited; the crossings have a fleet or not; boxes ride in TEU and return empty, oil in
    bulk. Every demand finds a way; ``fixed``: there may be demands that never cross and tonnes that went elsewhere, few
    enough to fit. The nameplate is finite, so that every measure is.
    """
    kilo = 1000

    def capacity(*, opened: bool) -> float:
        return draw(st.sampled_from([math.inf, 400 * kilo, 250 * kilo, 90 * kilo, *([] if opened else [0.0])]))

    links: list[Row] = []

    def link(
        name: str, start: str, end: str, *, opened: bool = False, gate: bool = False, carrier: bool = False
    ) -> None:
        links.append(
            {
                "link_id": name,
                "from_node_id": start,
                "to_node_id": end,
                "directed": False,
                "mode_id": "sea" if gate else "rail",
                "length_km": draw(st.sampled_from([100, 400])),
                "time_h": draw(st.sampled_from([0, 20])),
                "capacity_t_per_year": capacity(opened=opened),
                "gate": gate,
                "carrier_id": "ship" if carrier else None,
            }
        )

    link("east_0", "x0", "q0", opened=True)
    link("east_1", "x1", "q0", opened=True)
    link("east_2", "x1", "q1")
    link("shunt", "q0", "q1")
    link("sea_0", "q0", "s0", opened=True, gate=True, carrier=draw(st.booleans()))
    link("sea_1", "q1", "s1", gate=True, carrier=draw(st.booleans()))
    link("sea_2", "q0", "s1", gate=True, carrier=draw(st.booleans()))
    link("west_0", "s0", "y0", opened=True)
    link("west_1", "s1", "y0")
    link("west_2", "s0", "y1", opened=True)
    link("land", "x0", "y0", opened=True)
    link("home", "x0", "x1", opened=True)

    resources: list[Row] = [
        {
            "resource_id": "fleet",
            "kind": "ship",
            "capacity": draw(st.sampled_from([1, 3, 10])),
            "unit": "ships",
            "step": 1,
        },
        {"resource_id": "line", "kind": "line", "capacity": draw(st.sampled_from([150, 300, 900])) * kilo},
        {
            "resource_id": "yard",
            "kind": "west",
            "capacity": draw(st.sampled_from([5, 15, math.inf])) * kilo,
            "unit": "TEU",
        },
        {"resource_id": "quay", "kind": "quay", "capacity": draw(st.sampled_from([100, 500])), "background": 20},
    ]
    uses: list[Row] = [
        {"use_id": "u0", "resource_id": "line", "link_id": "east_0", "activity": "tonne", "amount": 1},
        {
            "use_id": "u1",
            "resource_id": "line",
            "link_id": "east_1",
            "activity": "tonne",
            "item_id": "oil",
            "amount": 1.5,
        },
        {
            "use_id": "u2",
            "resource_id": "line",
            "link_id": "east_1",
            "activity": "tonne",
            "item_id": "box",
            "amount": 1,
        },
        {"use_id": "u3", "resource_id": "yard", "link_id": "west_0", "activity": "unit", "amount": 1},
        {"use_id": "u4", "resource_id": "yard", "link_id": "west_1", "activity": "empty", "amount": 0.5},
    ]
    for each in links:
        if each["carrier_id"]:
            row: Row = {"resource_id": "quay", "link_id": each["link_id"], "activity": "move", "amount": 1}
            uses.append({"use_id": f"quay_{each['link_id']}", **row})

    tonnes = st.sampled_from([1 * kilo, 20 * kilo, 60 * kilo, 130 * kilo])
    demands: list[Row] = []
    for number in range(draw(st.integers(1, 4))):
        ends = [draw(st.sampled_from(["x0", "x1"])), draw(st.sampled_from(["y0", "y1"]))]
        if draw(st.booleans()):
            ends.reverse()
        # Only y0 can be reached by land.
        may = fixed and "y0" in ends and draw(st.booleans())
        demands.append(
            {
                "demand_id": f"d{number}",
                "commodity_id": draw(st.sampled_from(["oil", "box"])),
                "origin_id": ends[0],
                "destination_id": ends[1],
                "segment_id": draw(st.sampled_from(["one", "two", None])),
                "gate": "may" if may else "must",
                "t_per_year": draw(tonnes),
                "elsewhere_t_per_year": 5 * kilo if may else 0,
                "unmet_usd_per_t": 500,
            }
        )
    if fixed and draw(st.booleans()):
        stays: Row = {"demand_id": "stays", "commodity_id": "oil", "origin_id": "x0", "destination_id": "x1"}
        demands.append({**stays, "gate": "never", "t_per_year": 10 * kilo})
    factor = {"oil": draw(st.sampled_from([1, 1.25])), "box": 1.5}
    base = dict.fromkeys(("one", "two"), 0.0)
    for each in demands:
        if each.get("segment_id"):
            base[str(each["segment_id"])] += float(str(each["t_per_year"])) * factor[str(each["commodity_id"])]
    return {
        "gate": [{"gate_id": "gate", "nameplate_t_per_year": draw(st.sampled_from([200, 1500])) * kilo}],
        "commodity": [{"commodity_id": name, "gate_factor": value} for name, value in factor.items()],
        "mode": [{"mode_id": "rail", "cost_usd_per_tkm": 0.02}, {"mode_id": "sea", "cost_usd_per_tkm": 0.01}],
        "unit": [{"unit_id": "teu", "cost_usd_per_km": 0.1}],
        "packing": [
            {
                "packing_id": f"{name}_{mode}",
                "commodity_id": name,
                "mode_id": mode,
                "unit_id": unit,
                "payload_t": payload,
            }
            for name, unit, payload in (("oil", None, None), ("box", "teu", 12))
            for mode in ("rail", "sea")
        ],
        "resource": resources,
        "carrier": [{"carrier_id": "ship", "resource_id": "fleet", "port_h": 12}],
        "size": [
            {"size_id": "ship_teu", "carrier_id": "ship", "dimension": "teu", "amount": 300},
            {"size_id": "ship_t", "carrier_id": "ship", "dimension": "deadweight_t", "amount": 4000},
        ],
        "factor": [{"factor_id": "shallow", "size_id": "ship_t", "kind": "draught", "value": 0.75}],
        "loading": [
            {"loading_id": "slot", "dimension": "teu", "item_id": "teu", "loaded": 1, "empty": 1},
            {"loading_id": "weight", "dimension": "deadweight_t", "item_id": "teu", "loaded": 14, "empty": 2},
            {"loading_id": "bulk", "dimension": "deadweight_t", "item_id": "oil", "loaded": 1},
        ],
        "link": links,
        "use": uses,
        "segment": [
            {"segment_id": name, "ceiling_t_per_year": base[name] * draw(st.sampled_from([math.inf, 1.0, 2.0]))}
            if base[name]
            else {"segment_id": name}
            for name in base
        ],
        "demand": demands,
    }
