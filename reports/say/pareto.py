"""The page of the Pareto set: the ways to carry a year of which none is better in cost, carbon and time at once."""

from __future__ import annotations

from typing import Any

from corridor.model.language import Words, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.frontier import Pareto
from corridor.reports.blocks import Block, Note, Table, figure, lead
from corridor.reports.charts.frontier import pareto_figure
from corridor.reports.say.columns import number, table, tonnes, words
from corridor.reports.say.frontier import proved
from corridor.reports.say.words import millions

NAMES = Words({"cost_usd": "cost", "co2e_t": "carbon", "tonne_days": "time"})
WEIGHED = Words({"cost": "cost", "carbon": "carbon", "time": "time"})
HARDLY = 0.02
"""Share of an objective: a range below it leaves little to choose."""
MOST_LINKS, FEW_LINKS = 40, 12
"""Links that are listed, and those of the short form."""


def page(result: Pareto, *, short: bool = False) -> list[Block]:
    """The corners by cost, and the links that the last of them uses otherwise."""
    sentences, title = pareto_sentences(result), say("Cost and carbon of each way; its time in words")
    caption = say("The number at a dot is that of the corner in the table.")
    picture = figure(pareto_figure, result, title=title, caption=caption, alt=" ".join(sentences))
    drawn = [] if len(result.points) == 1 else [picture]
    note = Note(proved(result.solves, result.residual, say("at corners")))
    return [lead(sentences), *drawn, _corners(result), *_moves(result, FEW_LINKS if short else MOST_LINKS), note]


def pareto_sentences(result: Pareto) -> list[str]:
    """The number of ways, and how far apart they are."""
    carried = say("{t} Mt are carried", t=millions(result.t))
    if len(result.points) == 1:
        only = say(
            "One way to carry it all is best in cost, carbon and time at once: there is nothing to choose between."
        )
        return [f"{carried}. {only}"]
    spans = ", ".join(
        say("{names} by {share}", names=NAMES[name], share=_percent(share)) for name, share in result.spans.items()
    )
    told: dict[str, Any] = {"carried": carried, "count": len(result.points), "spans": spans}
    sentences = [
        say("{carried} in {count} corners of the Pareto set; they differ in {spans}.", **told)
        if result.complete
        else say(
            "{carried} in {count} corners (there are more: --points) of the Pareto set; they differ in {spans}.", **told
        )
    ]
    if max(result.spans.values()) < HARDLY:
        sentences.append(
            say("That is little: nearly all cargo has one way, and the rest gains and loses about as much.")
        )
    return sentences


def _percent(share: float) -> str:
    """A share with two digits.

    >>> _percent(0.00284), _percent(1.834)
    ('0.28\\xa0%', '183\\xa0%')
    """
    return say("{share:.2g}\u00a0%", share=100 * share) if share < 0.1 else say("{share:.0f}\u00a0%", share=100 * share)


def _corners(result: Pareto) -> Table:
    return table(
        rows(result.points),
        number(say("Corner"), "point"),
        number(say("Cost"), lambda row: numeral(row.cost_usd / 1e6, ",.2f"), say("million USD")),
        tonnes(say("CO2e"), "co2e_t"),
        number(say("On the way"), lambda row: numeral(row.tonne_days / 1e6, ",.3f"), say("million t days")),
        tonnes(say("Costs more"), "more_usd", "USD"),
        tonnes(say("Emits less"), "less_co2e_t", say("t CO2e")),
        tonnes(say("Saves"), "less_tonne_days", say("t days")),
        words(say("Best where these count"), _weights, wide=2),
        caption=say("Cost, carbon and time, the cheapest first and the others beside it"),
    )


def _moves(result: Pareto, most: int) -> list[Block]:
    last = int(result.points["point"].iloc[-1])
    moves = result.moves[result.moves["point"] == last]
    if not len(moves):
        return []
    shown = table(
        rows(moves.head(most)),
        words(say("Link"), "name", wide=3),
        tonnes(say("Corner 1"), "cheapest_t", say("t a year")),
        tonnes(say("Corner {last}", last=last), "t", say("t a year")),
        caption=say("Cargo that corner {last} sends another way", last=last),
    )
    more = (
        [Note(say("{count} links more differ; --json has them.", count=len(moves) - most))] if len(moves) > most else []
    )
    return [shown, *more]


def _weights(row: Any) -> str:
    """The weights of a corner, each of its objective's range over the set."""
    weights = {name: float(getattr(row, name)) for name in ("cost", "carbon", "time")}
    return ", ".join(
        say("{name} {weight:.0f}\u00a0%", name=WEIGHED[name], weight=100 * weight)
        for name, weight in weights.items()
        if weight >= 0.005
    )
