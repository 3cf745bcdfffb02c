"""The page of least cost by volume: the cost of the next tonne, piece by piece, and the market that grows on each."""

from __future__ import annotations

from corridor.model.language import Words, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.frontier import CostFrontier
from corridor.reports.blocks import Block, Note, Table, figure, lead
from corridor.reports.charts.frontier import cost_figure
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.frontier import named, proved
from corridor.reports.say.words import millions

WHOSE = Words({"resource": "operators' cost, empties included", "shipper": "the shippers' bill: tariffs, time, carbon"})


def page(result: CostFrontier, *, short: bool = False) -> list[Block]:
    """The rise of the least cost with the volume, and its pieces."""
    sentence, title = cost_sentence(result), say("Cost of the next tonne: {whose}", whose=WHOSE[result.cost])
    caption = say("USD for one more tonne over the gate, by the tonnes that pass already, with the market that grows.")
    times = say("{floor:.4g} times ", floor=result.floor) if result.floor != 1 else ""
    note = say("Every market carries at least {times}its base year; the cheapest market grows beyond it.", times=times)
    picture = figure(cost_figure, result, title=title, caption=caption, alt=sentence)
    return [lead([sentence]), picture, _pieces(result), Note(f"{note} {proved(result.solves, result.residual)}")]


def cost_sentence(result: CostFrontier) -> str:
    """The rise of the cost, and the cost of the next tonne at both ends."""
    first, last = (result.points.iloc[place] for place in (0, -1))
    least, most = (float(result.pieces["usd_per_t"].iloc[place]) for place in (0, -1))
    volumes = say("From {t} to {t2} Mt over the gate", t=millions(first["t"]), t2=millions(last["t"]))
    rise = say(
        "the least cost rises from {usd:,.0f} to {usd2:,.0f} million USD a year",
        usd=first["usd"] / 1e6,
        usd2=last["usd"] / 1e6,
    )
    return say(
        "{volumes} {rise}: the next tonne costs {least:,.0f} USD at first and {most:,.0f} at last.",
        volumes=volumes,
        rise=rise,
        least=least,
        most=most,
    )


def _pieces(result: CostFrontier) -> Table:
    return table(
        rows(result.pieces),
        megatonnes(say("From"), "from_t", 3),
        megatonnes(say("To"), "to_t", 3),
        number(say("Cost from"), lambda row: numeral(row.from_usd / 1e6, ",.1f"), say("million USD")),
        number(say("Cost to"), lambda row: numeral(row.to_usd / 1e6, ",.1f"), say("million USD")),
        number(say("One tonne more"), lambda row: numeral(row.usd_per_t, ",.2f"), "USD"),
        words(say("Market that grows"), lambda row: named(row.grows, result.names), wide=3),
        caption=say("Least cost by volume: {whose}", whose=WHOSE[result.cost]),
    )
