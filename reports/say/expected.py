"""The page of the cargo that comes: markets, what holds each of them, the rivals, and the worth of a place."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from corridor.model.language import numeral, say
from corridor.model.limit_facts import limit_facts
from corridor.model.limit_ids import limit_ids
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.blocks import Bar, Block, Column, Heading, Note, Paragraph, Strong, Table
from corridor.reports.numbers import rounded
from corridor.reports.say.words import capital, inside, listed, mt, mt_or_t, percent

SHOWN_T = 1.0
"""Tonnes: upper limit of a change that counts as none."""
PLACES, NAMED = 3, 3
"""Numbers of full places, and of markets that wait for them, that a sentence names."""


def page(answer: Answer, *, short: bool = False) -> list[Block]:
    """The cargo that comes, by market, with the limits that hold it back; the long page has the rivals, too."""
    made: list[Block] = [Paragraph((Strong(_opening(answer)),)), Paragraph((_held(answer),))]
    made += [Heading(say("Who comes")), _markets(answer), Note(_note(answer))]
    made += [*_rents(answer), *_services(answer)]
    if not short:
        made += _rivals(answer)
    return made


def _services(answer: Answer) -> list[Block]:
    """Words on services whose departures follow the cargo: the state is that reached from the base year."""
    waits = answer.tables["waits"]
    if not len(waits):
        return []
    words = say("Departures follow the cargo, and waits the departures.")
    rest = float(waits["apart_h"].abs().max())
    more = say(" The waits have not settled: {rest:,.0f} hours are open.", rest=rest) if rest > 1.0 else ""
    return [Note(f"{words} {_state(answer)}{more}")]


def _state(answer: Answer) -> str:
    """Words on the state of the services: the only one that was found, or one of two with the cargo of the other."""
    waits = answer.tables["waits"]
    if "other_h" not in waits:
        return say("This state is reached from the base year; another may exist.")
    if answer.other_t is None:
        return say(
            "This state is reached from the base year, from services without any wait, and from their"
            " least departures alike: no other was found."
        )
    far = max(rows(waits), key=lambda row: abs(row.other_h - row.hours))
    hours = far.other_h - far.hours
    name = limit_facts(answer.case)[limit_ids(answer.case)["link", far.link]].name
    return say(
        "This state is reached from the base year. Another one holds, too: {other_t} come in it,"
        " with a wait {hours:,.0f} hours {words} on {name}.",
        other_t=mt(answer.other_t, 2),
        hours=abs(hours),
        words=say("longer") if hours > 0 else say("shorter"),
        name=name,
    )


def _opening(answer: Answer) -> str:
    case = answer.case
    where = answer.gate.name if answer.gate else case.title
    used = answer.tables["markets"].set_index("demand")["base_t"]
    base = float(answer.delivered["demand"].map(used).mul(_weight(answer)).sum())
    comes = answer.value or 0.0
    change = comes - base
    said = say(
        "At these prices, times and reliability {comes} Mt a year come through {where}",
        comes=rounded(comes),
        where=where,
    )
    if abs(change) < SHOWN_T:
        return say("{said}, as in the base year.", said=said)
    return say(
        "{said}, {change} {words} than in the base year.",
        said=said,
        change=mt_or_t(abs(change)),
        words=say("more") if change > 0 else say("less"),
    )


def _weight(answer: Answer) -> Any:
    """Gate tonnes per tonne of each demand; what does not come counts as the rest of its stream does."""
    frame = answer.delivered
    weight = frame["gate_t"] / frame["t"].where(frame["t"] > 0)
    return weight.fillna(weight.mean() if weight.notna().any() else 1.0)


def _held(answer: Answer) -> str:
    """Sentences on the markets that wait for room, each with its tonnes; the others answer to price and time.

    Tonnes of a market of steps are left out: a step is willing as a whole, and does not come as a whole.
    """
    waits = answer.tables["markets"].query("holds != ''")
    if not len(waits):
        return say("No market waits for room: price, time and reliability alone decide how much comes.")
    places: dict[str, float] = defaultdict(float)
    markets: dict[str, float] = defaultdict(float)
    steps = list(dict.fromkeys(inside(answer.case, str(row.name)) for row in rows(waits) if row.kind == "steps"))
    for row in rows(waits):
        known = 0.0 if row.kind == "steps" else row.turned_away_t
        markets[inside(answer.case, str(row.name))] += known
        for name in row.holds.split(", "):
            places[name] += known
    full = listed(sorted(places, key=lambda name: -places[name])[:PLACES])
    most = sorted((name for name in markets if markets[name] >= SHOWN_T), key=lambda name: -markets[name])
    said = say("Part of the cargo waits for room, at {full}.", full=full)
    if most:
        amounts = listed([f"{name} {mt_or_t(markets[name])}" for name in most[:NAMED]])
        rest = math.fsum(markets[name] for name in most[NAMED:])
        others = say(", other markets {rest}", rest=mt_or_t(rest)) if rest >= SHOWN_T else ""
        said += say(" With room for all of it more would come: {amounts}{others}.", amounts=amounts, others=others)
    if steps:
        said += say(
            " More {steps} would come, too, as far as the price of its other outlets allows.", steps=listed(steps)
        )
    return say("{said} The rest answers to price and time.", said=said)


def _grouped(answer: Answer) -> list[tuple[str, dict[str, Any]]]:
    """Markets by name: sums of tonnes, means of costs by tonnes, and the limits that hold them."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows(answer.tables["markets"]):
        groups[row.market or row.demand].append(row)
    made = []
    for members in groups.values():
        t = math.fsum(row.t for row in members)
        weights = [row.t / t if t else 1 / len(members) for row in members]
        holds = dict.fromkeys(name for row in members for name in row.holds.split(", ") if name)
        made.append(
            (
                str(members[0].name),
                {
                    "kind": members[0].kind,
                    "base_t": math.fsum(row.base_t for row in members),
                    "potential_t": math.fsum(row.potential_t for row in members),
                    "t": t,
                    "way": math.fsum(w * row.way_usd for w, row in zip(weights, members, strict=True)),
                    "rent": math.fsum(w * row.rent_usd for w, row in zip(weights, members, strict=True)),
                    "holds": ", ".join(holds),
                    "rival": members[0].rival,
                },
            )
        )
    return sorted(made, key=lambda pair: (-pair[1]["t"], pair[0]))


def _markets(answer: Answer) -> Table:
    columns = (
        Column(say("Market"), wide=4),
        Column(say("Base year"), "kt", right=True),
        Column(say("Comes"), "kt", right=True),
        Column(say("Of all routes"), right=True),
        Column(say("Cost"), "USD/t", right=True),
        Column(say("Rent"), "USD/t", right=True),
        Column(say("Held by"), wide=4),
    )
    lines, bars = [], []
    for name, row in _grouped(answer):
        share = row["t"] / row["potential_t"] if row["potential_t"] else math.nan
        fixed = row["kind"] == "fixed"
        held = capital(row["holds"]) if row["holds"] else say("comes at any price") if fixed else say("price and time")
        lines.append(
            (
                capital(name),
                numeral(row["base_t"] / 1000.0, ",.0f"),
                numeral(row["t"] / 1000.0, ",.0f"),
                "" if fixed else percent(share),
                numeral(row["way"], ",.0f"),
                numeral(row["rent"], ",.1f") if row["rent"] >= 0.05 else "",
                held,
            )
        )
        bars.append(None if fixed else Bar(min(1.0, share)))
    return Table(columns, tuple(lines), bars=tuple(bars), bar_title=say("Share of all routes"))


def _note(answer: Answer) -> str:
    return say(
        "Cost: freight, time and reliability of the way, as shippers of the market value them."
        " Rent: what a tonne would pay more for a place that is full. Of all routes: share of the"
        " market's cargo, rivals included."
    )


def _rents(answer: Answer) -> list[Block]:
    """The worth of one step more of each full resource."""
    if not len(answer.limits):
        return []
    columns = (
        Column(say("Full"), wide=4),
        Column(say("One more")),
        Column(say("Worth a year"), say("thousand USD"), right=True),
    )
    lines = tuple(
        (str(row.name), str(row.price_unit).partition(" per ")[2], numeral(row.price / 1000.0, ",.0f"))
        for row in rows(answer.limits)
    )
    return [Heading(say("What a place is worth")), Table(columns, lines)]


def _rivals(answer: Answer) -> list[Block]:
    """The cargo of each market that takes a rival route."""
    frame = answer.tables["rivals"]
    names = {row.market: row.name for row in rows(answer.tables["markets"])}
    columns = (
        Column(say("Market"), wide=4),
        Column(say("Rival route"), wide=4),
        Column(say("Base year"), "kt", right=True),
        Column(say("Now"), "kt", right=True),
    )
    lines = tuple(
        (
            capital(str(names[row.market])),
            str(row.rival),
            "–" if math.isnan(row.base_t) else numeral(row.base_t / 1000.0, ",.0f"),
            numeral(row.t / 1000.0, ",.0f"),
        )
        for row in rows(frame)
    )
    return [Heading(say("Where the others go")), Table(columns, lines, small=True)] if lines else []
