"""The certificate: an answer checked outside the solver, by the arrays and again by the tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.calendar import daily, days_of, link_daily, size_left
from corridor.model.case import Case
from corridor.model.graph import AFTER, BEFORE, arcs, layers
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.program import Program
from corridor.model.result.certificate import Certificate
from corridor.optimize.proof.balances import by_calendar, imbalances, left_over, owed
from corridor.optimize.proof.by_period import Year

TOLERANCE, BY_DAYS = 1e-6, 1e-4
"""How far an answer may be off, relative; where periods are days."""


def tolerance(horizon: Horizon) -> float:
    """How far an answer over a horizon may be off, relative."""
    return BY_DAYS if float(horizon.hours.min()) <= DAY else TOLERANCE


def certify(
    program: Program,
    goal: Floats,
    columns: Floats,
    prices: Floats,
    lower: Floats,
    upper: Floats,
    *,
    maximise: bool,
    balance: float | None = None,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Residuals and gap of a pair of flows and prices, by numpy from the compiled arrays.

    ``prices`` are changes of the goal per unit of right-hand side; the pair may come from two passes. ``balance`` is
    the result of :func:`worst_imbalance`, None where it was not computed.
    """
    activity = program.matrix @ columns
    with np.errstate(invalid="ignore"):
        breach = np.maximum(
            np.where(np.isfinite(lower), lower - activity, 0), np.where(np.isfinite(upper), activity - upper, 0)
        )
    size = 1 + np.where(np.isfinite(upper), np.abs(upper), np.where(np.isfinite(lower), np.abs(lower), 0))
    primal = _greatest(breach / size, -columns)

    sign = -1.0 if maximise else 1.0
    y, c = sign * prices, sign * goal
    reduced = c - program.matrix.T @ y
    wrong = np.where((y > 0) & ~np.isfinite(lower), y, 0) + np.where((y < 0) & ~np.isfinite(upper), -y, 0)
    scale = 1 + float(np.max(np.abs(goal), initial=0))
    dual = _greatest(-reduced, wrong) / scale
    bound = np.where(y > 0, lower, upper)
    worth = float(np.sum(np.where(np.isfinite(bound), y * np.where(np.isfinite(bound), bound, 0), 0)))
    value = float(c @ columns)
    return Certificate(primal, dual, abs(value - worth) / (1 + abs(value)), balance, tolerance)


def _greatest(*parts: Floats) -> float:
    """The greatest number of all, not below zero; nan where one of them is."""
    return float(np.max(np.concatenate(parts), initial=0))


def worst_imbalance(case: Case, tables: Mapping[str, pd.DataFrame], *, instant: bool = False) -> float:
    """Worst relative breach of a balance or a limit, from the case's tables and the answer's tables alone.

    Checked: cargo of every commodity, destination and layer at every place; units and carriers at every place; units
    enough for the cargo, carriers enough for the load; every resource and store; deliveries against demand. Where the
    tables tell of periods it is checked in each of them, too (:func:`corridor.optimize.proof.balances.imbalances`),
    and in
    the year what is still on the way, in stock or waiting as it ends counts as such. ``instant``: the way takes no time
    by the calendar, as in :class:`corridor.model.horizon.Horizon`.
    """
    flow, move, delivered = tables["flow"], tables["move"], tables["delivered"]
    if len(flow) == 0 and delivered["t"].abs().sum() > 0:
        return float("inf")
    ways = pd.DataFrame(
        [(a.arc_id, a.link_id, a.direction, a.start, a.end, a.gate) for a in arcs(case)],
        columns=["arc", "link", "direction", "start", "end", "gate"],
    ).set_index("arc")
    size = 1 + float(delivered["t"].sum())
    worst = [0.0, _nameplate(case, delivered)]
    if "periods" in tables:
        try:
            year = Year.of(case, tables, instant=instant)
        except (KeyError, ValueError):
            return float("inf")
        worst += imbalances(year, tables).values()
        if not np.isfinite(worst).all():
            return float("inf")
        cargo, carriers = left_over(year)
        worst += [_cargo(flow, delivered, ways, cargo) / size, _turnover(move, ways, carriers)]
        worst += _fills(case, by_calendar(flow, tables), move)
        worst += _deliveries(case, delivered, owed(year))
    else:
        worst += [_cargo(flow, delivered, ways) / size, _turnover(move, ways)]
        worst += [*_fills(case, flow, move), *_loads(case, flow, move), *_slots(case, flow, ways)]
        worst += [*_resources(case, flow, move, ways)]
        worst += _deliveries(case, delivered, delivered.set_index("part")["base_t"])
    for frame, column in ((flow, "t"), (move, "number"), (delivered, "t")):
        worst.append(-float(frame[column].min()) if len(frame) else 0.0)
    return max(worst) if np.isfinite(worst).all() else float("inf")


def _cargo(flow: pd.DataFrame, delivered: pd.DataFrame, ways: pd.DataFrame, left: pd.Series | None = None) -> float:
    """The worst imbalance at a place in tonnes; ``left`` of what came there or began there did not go on."""
    joined = flow.join(ways[["start", "end", "gate"]], on="arc")
    enters = joined["layer"].where(~joined["gate"].astype(bool), AFTER)
    keys = [joined["commodity"], joined["destination"], joined["crosses"]]
    into = joined["t"].groupby([*keys, joined["end"], enters]).sum()
    out = joined["t"].groupby([*keys, joined["start"], joined["layer"]]).sum()
    begins = (
        delivered["t"]
        .groupby(
            [
                delivered["commodity"],
                delivered["destination"],
                delivered["crosses"],
                delivered["origin"],
                pd.Series(BEFORE, delivered.index),
            ]
        )
        .sum()
    )
    after = (
        delivered["t"]
        .where(delivered["crosses"] != "may", delivered["crossed_t"])
        .where(delivered["crosses"] != "never", 0.0)
    )
    ends = [
        amount.groupby(
            [
                delivered["commodity"],
                delivered["destination"],
                delivered["crosses"],
                delivered["destination"],
                pd.Series(layer, delivered.index),
            ]
        ).sum()
        for layer, amount in ((AFTER, after), (BEFORE, delivered["t"] - after))
    ]
    rest = into.rename_axis([None] * 5).sub(out.rename_axis([None] * 5), fill_value=0)
    rest = rest.add(begins.rename_axis([None] * 5), fill_value=0)
    for end in ends:
        rest = rest.sub(end.rename_axis([None] * 5), fill_value=0)
    if left is not None:
        rest = rest.sub(left.rename_axis([None] * 5), fill_value=0)
    return float(rest.abs().max()) if len(rest) else 0.0


def _turnover(move: pd.DataFrame, ways: pd.DataFrame, left: pd.Series | None = None) -> float:
    """The worst imbalance of units and carriers at a place; ``left``, by item and place, did not go on."""
    if not len(move):
        return 0.0
    joined = move[["arc", "item", "number"]].join(ways[["start", "end"]], on="arc")
    into = joined.groupby(["item", "end"])["number"].sum().rename_axis([None, None])
    out = joined.groupby(["item", "start"])["number"].sum().rename_axis([None, None])
    rest = into.sub(out, fill_value=0)
    if left is not None:
        rest = rest.sub(left.rename_axis([None, None]), fill_value=0)
    return float(rest.abs().max()) / (1 + float(move["number"].sum()))


def _fills(case: Case, flow: pd.DataFrame, move: pd.DataFrame) -> list[float]:
    """Loaded units against the cargo that needs them."""
    needed = _needed_units(case, flow)
    there = move[move["what"] == "loaded"].groupby(["arc", "item"])["number"].sum()
    short = needed.sub(there, fill_value=0)
    return [float(short.max()) / (1 + float(needed.sum()))] if len(short) else []


def _needed_units(case: Case, flow: pd.DataFrame) -> pd.Series:
    packing = case["packing"].reset_index()
    packing = packing[packing["unit_id"].notna()]
    joined = flow.merge(packing, left_on=["commodity", "mode"], right_on=["commodity_id", "mode_id"])
    return (joined["t"] / joined["payload_t"]).groupby([joined["arc"], joined["unit_id"].rename("item")]).sum()


def _bulk(case: Case, flow: pd.DataFrame) -> pd.DataFrame:
    """Flow rows that ride in no unit."""
    packing = case["packing"].reset_index()
    packing = packing[packing["unit_id"].notna()][["commodity_id", "mode_id"]]
    in_unit = flow.merge(packing, left_on=["commodity", "mode"], right_on=["commodity_id", "mode_id"], how="left")[
        "mode_id"
    ].notna()
    return flow[~in_unit.to_numpy()]


def _loads(case: Case, flow: pd.DataFrame, move: pd.DataFrame) -> list[float]:
    """What rides on each arc's carriers against their sizes."""
    if not len(case["carrier"]):
        return []
    draught = case["factor"][case["factor"]["size_id"].notna()].groupby("size_id")["value"].prod()
    sizes = case["size"].copy()
    sizes["amount"] *= draught.reindex(sizes.index).fillna(1.0)
    sizes["amount"] *= [
        size_left(case, str(name)) * _mean(daily(case, "size", str(name), "amount")) for name in sizes.index
    ]
    carriers = move[move["what"] == "carrier"].set_index("arc")
    carrier_of = {a.arc_id: a.carrier_id for a in arcs(case) if a.carrier_id}
    riders = pd.concat(
        [
            move[move["what"] != "carrier"][["arc", "what", "item", "number"]],
            _bulk(case, flow).assign(what="loaded", item=lambda f: f["commodity"], number=lambda f: f["t"])[
                ["arc", "what", "item", "number"]
            ],
        ]
    )
    riders = riders[riders["arc"].isin(list(carrier_of))]
    loads = riders.merge(case["loading"], left_on="item", right_on="item_id")
    loads["load"] = loads["number"] * loads["loaded"].where(loads["what"] == "loaded", loads["empty"])
    loads["carrier_id"] = loads["arc"].map(carrier_of)
    total = loads.groupby(["arc", "carrier_id", "dimension"])["load"].sum().reset_index()
    offered = total.merge(sizes, on=["carrier_id", "dimension"])
    number = carriers["number"].reindex(offered["arc"]).fillna(0.0).to_numpy()
    # A millionth of a carrier is the dust that tables leave out.
    over = (offered["load"] - offered["amount"] * number) / (1 + offered["load"] + offered["amount"])
    return [float(over.max())] if len(offered) else []


def _slots(case: Case, flow: pd.DataFrame, ways: pd.DataFrame) -> list[float]:
    """By Little's law what leaves a store times its dwell takes its room."""
    found = []
    start = flow["arc"].map(ways["start"])
    last = (start == flow["destination"]) & (flow["layer"] == flow["crosses"].map(lambda each: layers(each)[1][-1]))
    for store in case.rows("store"):
        mine = (start == store.node_id) & ~last
        if store.commodities:
            mine &= flow["commodity"].isin(store.commodities)
        if np.isfinite(store.capacity_t):
            lying = float(flow.loc[mine, "t"].sum()) * store.dwell_d / days_of(case.base_year)
            found.append((lying - store.capacity_t) / (1 + store.capacity_t))
    return found


def _mean(by_day: NDArray[np.float64] | None) -> float:
    """The mean of a factor over the year; 1 where there is none."""
    return 1.0 if by_day is None else float(by_day.mean())


def _nameplate(case: Case, delivered: pd.DataFrame) -> float:
    """Gate tonnes of the year beyond the nameplate, relative."""
    nameplate = np.inf if case.gate is None else float(case.gate.nameplate_t_per_year)
    return (float(delivered["gate_t"].sum()) - nameplate) / (1 + nameplate) if np.isfinite(nameplate) else 0.0


def _resources(case: Case, flow: pd.DataFrame, move: pd.DataFrame, ways: pd.DataFrame) -> list[float]:
    """Use of each resource against what it offers, both from the tables."""
    use = case["use"].reset_index()
    links = ways.reset_index()
    use = use.merge(links, left_on="link_id", right_on="link", suffixes=("", "_way"))
    use = use[(use["direction"] == "both") | (use["direction"] == use["direction_way"])]
    items = [
        flow[["arc"]].assign(activity="tonne", item=flow["commodity"], number=flow["t"]),
        *(move[move["what"] == what][["arc", "item", "number"]].assign(activity=what) for what in ("loaded", "empty")),
        move[move["what"] == "carrier"][["arc", "number"]].assign(activity="move", item=None),
    ]
    units = move[move["what"] != "carrier"][["arc", "item", "number"]].assign(activity="unit")
    done = [frame for frame in [*items, units] if len(frame)] or items[:1]
    taken = use.merge(pd.concat(done), on=["arc", "activity"], suffixes=("", "_done"))
    taken = taken[taken["item_id"].isna() | (taken["item_id"] == taken["item"])]
    used = (taken["amount"] * taken["number"]).groupby(taken["resource_id"]).sum()
    carriers = case["carrier"]
    going = move[move["what"] == "carrier"].merge(carriers, left_on="item", right_index=True)
    hours = {a.arc_id: a.time_h for a in arcs(case)}
    waits = going["item"].map({name: _mean(daily(case, "carrier", str(name), "wait_h")) for name in carriers.index})
    there = going["arc"].map(hours) + going["port_h"] + going["wait_h"] * waits
    ships = going["number"] * there / going["hours_per_year"]
    used = used.add(ships.groupby(going["resource_id"]).sum(), fill_value=0)
    factor = case["factor"][case["factor"]["resource_id"].notna()].groupby("resource_id")["value"].prod()
    resource = case["resource"]
    means = {
        column: [_mean(daily(case, "resource", str(name), column)) for name in resource.index]
        for column in ("capacity", "background")
    }
    offer = resource["capacity"] * factor.reindex(resource.index).fillna(1.0) * means["capacity"]
    offer -= resource["background"] * means["background"]
    over = (used.reindex(offer.index).fillna(0.0) - offer) / (1 + offer.abs())
    found = [float(over[np.isfinite(offer)].max())] if np.isfinite(offer).any() else []
    own = flow.groupby("arc")["t"].sum()
    for arc in arcs(case):
        if np.isfinite(arc.capacity_t):
            offer_t = arc.capacity_t * _mean(link_daily(case, arc.link_id))
            found.append((float(own.get(arc.arc_id, 0.0)) - offer_t) / (1 + offer_t))
    return found


def _deliveries(case: Case, delivered: pd.DataFrame, due: pd.Series) -> list[float]:
    """Gate tonnes recounted; demands that do not grow are met, with what is ``due`` of each part."""
    weight = (
        case["commodity"]["gate_factor"] if case.gate is not None else pd.Series(1.0, index=case["commodity"].index)
    )
    counted = delivered["t"] if case.gate is None else delivered["crossed_t"]
    recount = counted * delivered["commodity"].map(weight)
    wrong = [float((recount - delivered["gate_t"]).abs().max() / (1 + recount.abs().max()))] if len(delivered) else []
    fixed = delivered[~delivered["grows"].astype(bool)]
    short = (due.reindex(fixed["part"]).to_numpy() - fixed["t"] - fixed["outside_t"] - fixed["unmet_t"]).abs()
    return [*wrong, *([float((short / (1 + fixed["base_t"])).max())] if len(fixed) else [])]
