"""The page of least cost by volume: the cost of the next tonne, piece by piece, and the market that grows on each."""

from __future__ import annotations

from corridor.model.result.frame import rows
from corridor.model.result.frontier import CostFrontier
from corridor.reports.blocks import Block, Note, Table, figure, lead
from corridor.reports.charts.frontier import cost_figure
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.frontier import named, proved
from corridor.reports.say.words import millions

WHOSE = {"resource": "operators' cost, empties included", "shipper": "the shippers' bill: tariffs, time, carbon"}


def page(result: CostFrontier, *, short: bool = False) -> list[Block]:
    """The rise of the least cost with the volume, and its pieces."""
    sentence, title = cost_sentence(result), f"Cost of the next tonne: {WHOSE[result.cost]}"
    caption = "USD for one more tonne over the gate, by the tonnes that pass already, with the market that grows."
    times = f"{result.floor:.4g} times " if result.floor != 1 else ""
    note = f"Every market carries at least {times}its base year; the cheapest market grows beyond it."
    picture = figure(cost_figure, result, title=title, caption=caption, alt=sentence)
    return [lead([sentence]), picture, _pieces(result), Note(f"{note} {proved(result.solves, result.residual)}")]


def cost_sentence(result: CostFrontier) -> str:
    """The rise of the cost, and the cost of the next tonne at both ends."""
    first, last = (result.points.iloc[place] for place in (0, -1))
    least, most = (float(result.pieces["usd_per_t"].iloc[place]) for place in (0, -1))
    volumes = f"From {millions(first['t'])} to {millions(last['t'])} Mt over the gate"
    rise = f"the least cost rises from {first['usd'] / 1e6:,.0f} to {last['usd'] / 1e6:,.0f} million USD a year"
    return f"{volumes} {rise}: the next tonne costs {least:,.0f} USD at first and {most:,.0f} at last."


def _pieces(result: CostFrontier) -> Table:
    return table(
        rows(result.pieces),
        megatonnes("From", "from_t", 3),
        megatonnes("To", "to_t", 3),
        number("Cost from", lambda row: f"{row.from_usd / 1e6:,.1f}", "million USD"),
        number("Cost to", lambda row: f"{row.to_usd / 1e6:,.1f}", "million USD"),
        number("One tonne more", lambda row: f"{row.usd_per_t:,.2f}", "USD"),
        words("Market that grows", lambda row: named(row.grows, result.names), wide=3),
        caption=f"Least cost by volume: {WHOSE[result.cost]}",
    )
