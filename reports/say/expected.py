"""The page of the cargo that comes: markets, what holds each of them, the rivals, and the worth of a place."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

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
    made += [Heading("Who comes"), _markets(answer), Note(_note(answer))]
    made += [*_rents(answer), *_services(answer)]
    if not short:
        made += _rivals(answer)
    return made


def _services(answer: Answer) -> list[Block]:
    """Words on services whose departures follow the cargo: the state is that reached from the base year."""
    waits = answer.tables["waits"]
    if not len(waits):
        return []
    words = "Departures follow the cargo, and waits the departures."
    rest = float(waits["apart_h"].abs().max())
    more = f" The waits have not settled: {rest:,.0f} hours are open." if rest > 1.0 else ""
    return [Note(f"{words} {_state(answer)}{more}")]


def _state(answer: Answer) -> str:
    """Words on the state of the services: the only one that was found, or one of two with the cargo of the other."""
    waits = answer.tables["waits"]
    if "other_h" not in waits:
        return "This state is reached from the base year; another may exist."
    if answer.other_t is None:
        return (
            "This state is reached from the base year, from services without any wait, and from their least "
            "departures alike: no other was found."
        )
    far = max(rows(waits), key=lambda row: abs(row.other_h - row.hours))
    hours = far.other_h - far.hours
    name = limit_facts(answer.case)[limit_ids(answer.case)["link", far.link]].name
    return (
        f"This state is reached from the base year. Another one holds, too: {mt(answer.other_t, 2)} come in it, with a "
        f"wait {abs(hours):,.0f} hours {'longer' if hours > 0 else 'shorter'} on {name}."
    )


def _opening(answer: Answer) -> str:
    case = answer.case
    where = answer.gate.name if answer.gate else case.title
    used = answer.tables["markets"].set_index("demand")["base_t"]
    base = float(answer.delivered["demand"].map(used).mul(_weight(answer)).sum())
    comes = answer.value or 0.0
    change = comes - base
    said = f"At these prices, times and reliability {rounded(comes)} Mt a year come through {where}"
    if abs(change) < SHOWN_T:
        return f"{said}, as in the base year."
    return f"{said}, {mt(abs(change), 2)} {'more' if change > 0 else 'less'} than in the base year."


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
        return "No market waits for room: price, time and reliability alone decide how much comes."
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
    said = f"Part of the cargo waits for room, at {full}."
    if most:
        amounts = listed([f"{name} {mt_or_t(markets[name])}" for name in most[:NAMED]])
        rest = math.fsum(markets[name] for name in most[NAMED:])
        others = f", other markets {mt_or_t(rest)}" if rest >= SHOWN_T else ""
        said += f" With room for all of it more would come: {amounts}{others}."
    if steps:
        said += f" More {listed(steps)} would come, too, as far as the price of its other outlets allows."
    return f"{said} The rest answers to price and time."


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
        Column("Market", wide=4),
        Column("Base year", "kt", right=True),
        Column("Comes", "kt", right=True),
        Column("Of all routes", right=True),
        Column("Cost", "USD/t", right=True),
        Column("Rent", "USD/t", right=True),
        Column("Held by", wide=4),
    )
    lines, bars = [], []
    for name, row in _grouped(answer):
        share = row["t"] / row["potential_t"] if row["potential_t"] else math.nan
        fixed = row["kind"] == "fixed"
        held = capital(row["holds"]) if row["holds"] else "comes at any price" if fixed else "price and time"
        lines.append(
            (
                capital(name),
                f"{row['base_t'] / 1e3:,.0f}",
                f"{row['t'] / 1e3:,.0f}",
                "" if fixed else percent(share),
                f"{row['way']:,.0f}",
                f"{row['rent']:,.1f}" if row["rent"] >= 0.05 else "",
                held,
            )
        )
        bars.append(None if fixed else Bar(min(1.0, share)))
    return Table(columns, tuple(lines), bars=tuple(bars), bar_title="Share of all routes")


def _note(answer: Answer) -> str:
    return (
        "Cost: freight, time and reliability of the way, as shippers of the market value them. Rent: what a tonne would"
        " pay more for a place that is full. Of all routes: share of the market's cargo, rivals included."
    )


def _rents(answer: Answer) -> list[Block]:
    """The worth of one step more of each full resource."""
    if not len(answer.limits):
        return []
    columns = (
        Column("Full", wide=4),
        Column("One more"),
        Column("Worth a year", "thousand USD", right=True),
    )
    lines = tuple(
        (str(row.name), str(row.price_unit).partition(" per ")[2], f"{row.price / 1e3:,.0f}")
        for row in rows(answer.limits)
    )
    return [Heading("What a place is worth"), Table(columns, lines)]


def _rivals(answer: Answer) -> list[Block]:
    """The cargo of each market that takes a rival route."""
    frame = answer.tables["rivals"]
    names = {row.market: row.name for row in rows(answer.tables["markets"])}
    columns = (
        Column("Market", wide=4),
        Column("Rival route", wide=4),
        Column("Base year", "kt", right=True),
        Column("Now", "kt", right=True),
    )
    lines = tuple(
        (
            capital(str(names[row.market])),
            str(row.rival),
            "–" if math.isnan(row.base_t) else f"{row.base_t / 1e3:,.0f}",
            f"{row.t / 1e3:,.0f}",
        )
        for row in rows(frame)
    )
    return [Heading("Where the others go"), Table(columns, lines, small=True)] if lines else []
