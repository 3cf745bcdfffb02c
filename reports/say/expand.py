"""The page of an expansion: orders by year and payer, what is served, who gains, and how firm the order is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.result.expansion import Expansion
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong, figure
from corridor.reports.charts.expansion import Strip, Works, gantt
from corridor.reports.countries import country_name
from corridor.reports.say.columns import Field, megatonnes, number, table, words
from corridor.reports.say.words import capital, listed, percent

PATH = Words({"": "all paths", "low": "low growth", "middle": "middle growth", "high": "high growth"})
"""Paths of growth; orders of none of them hold for all."""
STATE = Words(
    {
        "one_plan": "One plan for all paths",
        "adapts": "Decided now, adapted when the path is known",
        "known": "Path known from the first year",
    }
)
"""States of what is known of the path of growth."""
KIND = Words({"own": "own money", "grant": "grant", "loan": "loan", "partner": "partner"})
"""Kinds of payments."""
NOBODY, GRANT = marked("nobody named"), marked("grant")
SMALL = 0.005
"""Of the unit of a plan: amounts below it are left out."""
SEEN_USD = 0.05e6
"""USD: lower limit of what a country earns or pays that the page names."""
NOTE = marked(
    "Only cargo that would come at today's tariffs and times is counted; prices, rivals and waits stay as they are. "
    "The value is that of the years shown, and what a life has left at their end is credited in a straight line."
)
ALL_GAIN = marked(
    "The gain is that of shippers and carriers together: willingness to pay less operation, time, spread and carbon; "
    "tariffs pass between them. Places that are short go to the cargo that gains most by them: the upper side of what "
    "shippers' own choice brings. Cargo that costs more to carry than it is worth counts as unserved, too."
)

TRIALS = marked(
    "A trial is one future, known from the first year: capacities, flows, times, prices and costs are drawn within "
    "their ranges, and the paths take turns. Its orders stand beside those of the plan on the same path."
)
GREEDY = marked(
    "Its orders are taken one by one, the most valuable next; with the numbers as stated that finds {share} of the "
    "value of the best plans."
)


def page(result: Expansion, *, short: bool = False) -> list[Block]:
    """Orders, years, countries, paths and grants; on the long page payments and the ledger, too."""
    blocks: list[Block] = [_opening(result), *_orders(result), *_budgets(result), Note(say(NOTE))]
    if result.goal == "npv" and result.whom == "all":
        blocks.append(Note(say(ALL_GAIN)))
    blocks += [Heading(say("Served and unserved by year")), *_years(result)]
    blocks += (
        [Heading(say("What waiting is worth")), *_states(result)] if len(result.paths) > 1 and result.known else []
    )
    if len(result.countries):
        blocks += [Heading(say("For whom")), _countries(result)]
    if len(result.turns):
        blocks += [Heading(say("The grant that turns each project")), *_turns(result)]
    if len(result.order):
        blocks += [Heading(say("How firm the order is")), *_order(result)]
    if short:
        return blocks
    blocks += [Heading(say("Who pays")), _payments(result)] if len(result.payments) else []
    moved = result.ledger[(result.ledger["built"] > 0) | (result.ledger["retired"] > 0)]
    blocks += [Heading(say("The ledger of capacity")), _ledger(moved)] if len(moved) else []
    return blocks


def _amount(result: Expansion, value: float) -> str:
    """A value with its unit."""
    if result.unit == "kt":
        return say("{value} kt", value=numeral(value, ",.1f"))
    return say("{value} million USD", value=numeral(value, ",.1f"))


def _opening(result: Expansion) -> Paragraph:
    now = result.orders[result.orders["path"] == ""]
    names = dict.fromkeys(f"{row.name} ({row.year:.0f})" for row in rows(now))
    whose = {"all": say("all"), "shippers": say("shippers")}.get(result.whom) or country_name(result.whom)
    if result.goal == "target":
        wanted = [
            say("{amount} {unit} a year from {year}", amount=numeral(row.amount, ",.0f"), unit=row.unit, year=row.year)
            for row in rows(result.targets)
        ]
        lead = say(
            "{targets} cost {value} at least.", targets=capital(listed(wanted)), value=_amount(result, result.value)
        )
    elif result.goal == "tonnes":
        lead = say(
            "{value} more are served from {first} to {last}, in the mean of the paths.",
            value=_amount(result, result.value),
            first=result.first,
            last=result.last,
        )
    elif not len(result.orders):
        lead = say(
            "No project pays for {whose} from {first} to {last}.", whose=whose, first=result.first, last=result.last
        )
    else:
        lead = say(
            "Net present value for {whose} from {first} to {last}: {value}.",
            whose=whose,
            first=result.first,
            last=result.last,
            value=_amount(result, result.value),
        )
    said = [say(" Ordered on all paths: {names}.", names=listed(list(names)))] if names else []
    said += [_spent(result)] if len(result.payments) else []
    facts = {"bound": _amount(result, result.bound), "gap": percent_fine(result.gap)}
    said.append(
        say(" No other plan is cheaper than {bound}: a gap of {gap}.", **facts)
        if result.goal == "target"
        else say(" No other plan is better than {bound}: a gap of {gap}.", **facts)
    )
    return Paragraph((Strong(lead), *said))


def _spent(result: Expansion) -> str:
    """The money of all orders by path, undiscounted, least to most."""
    paid = result.payments
    common = float(paid.loc[paid["path"] == "", "usd"].sum())
    sums = [common + float(paid.loc[paid["path"] == path, "usd"].sum()) for path in result.paths]
    least, most = (numeral(edge(sums) / 1e6, ",.1f") for edge in (min, max))
    if least == most:
        return say(" The orders cost {usd} million USD in all.", usd=least)
    return say(" The orders cost {least} to {most} million USD in all, by path.", least=least, most=most)


def percent_fine(share: float) -> str:
    """A small share with two decimals."""
    return say("{share} %", share=numeral(100 * share, ".2f"))


def _payers(result: Expansion, order: Any) -> tuple[tuple[str, float], ...]:
    """Payers of an order with their shares of its cost, the largest first."""
    its = result.payments
    own = its[(its["project"] == order.project) & (its["path"] == order.path)]
    own = own[(own["year"] >= order.year) & (own["year"] <= max(order.opens, order.year))]
    sums = own.assign(payer=[_payer(row) for row in rows(own)]).groupby("payer")["usd"].sum()
    whole = float(sums.sum())
    ranked = sorted(sums.items(), key=lambda pair: (-float(pair[1]), str(pair[0])))
    return tuple((str(name), float(usd) / whole) for name, usd in ranked if usd > 0) or ((say(NOBODY), 1.0),)


def _payer(row: Any) -> str:
    if row.payer == "grant":
        return say(GRANT)
    return country_name(row.payer) if row.payer else say(NOBODY)


def _orders(result: Expansion) -> list[Block]:
    """The figure of orders and cargo by year, with the orders as its table."""
    frame = result.orders
    works = []
    for row in rows(frame):
        times = f" × {row.times:.0f}" if row.times > 1 else ""
        ends = row.retires if row.retires == row.retires else result.last + 1
        text = PATH[row.path] if row.path else ""
        works.append(Works(capital(row.name) + times, row.year, row.opens, ends, _payers(result, row), text))
    strips = []
    for path in result.paths:
        its = result.years[result.years["path"] == path]
        amounts = (tuple((its[name] / 1e6).tolist()) for name in ("served_t", "unserved_t"))
        strips.append(Strip(say("{path}, Mt", path=capital(PATH[path])), *amounts))
    title = (
        plural(
            "{n} order from {first} on",
            "{n} orders from {first} on",
            len(works),
            first=int(frame["year"].min()),
        )
        if works
        else say("Nothing is ordered from {first} on", first=result.first)
    )
    ends = result.years[result.years["year"] == result.last]
    cargo = [
        say(
            "{path} in {year} {served} Mt served, {unserved} Mt not",
            path=PATH[row.path],
            year=row.year,
            served=numeral(row.served_t / 1e6, ".1f"),
            unserved=numeral(row.unserved_t / 1e6, ".1f"),
        )
        for row in rows(ends)
    ]
    named = [f"{each.name}, {each.order:.0f}" for each in works[:5]]
    made: list[Block] = [
        figure(
            gantt,
            works,
            strips,
            (say("served"), say("unserved")),
            result.first,
            result.last,
            title=title,
            alt=f"{title}: {listed([*named, *cargo])}.",
            subtitle=say("Construction by payer, then use; under it the cargo of each path"),
            caption=say("Bars without a path hold on all paths; the others once that path is known."),
            name="expand",
        )
    ]
    return [*made, _order_list(result)] if len(frame) else made


def _order_list(result: Expansion) -> Block:
    return table(
        rows(result.orders),
        words(say("Project"), lambda row: capital(row.name), wide=4),
        words(say("Path"), lambda row: PATH[row.path], wide=2),
        number(say("Ordered"), lambda row: numeral(row.year, ".0f")),
        number(say("Opens"), lambda row: numeral(row.opens, ".0f")),
        number(say("Times"), lambda row: numeral(row.times, ".0f")),
        number(say("Cost"), lambda row: _million(row.cost_usd), "million USD"),
        words(say("Who pays"), lambda row: _shares(_payers(result, row)), wide=3),
    )


def _shares(payers: tuple[tuple[str, float], ...]) -> str:
    """Payers in words, each with its share where there are several."""
    if len(payers) == 1:
        return payers[0][0]
    return listed([f"{name} {percent(share)}" for name, share in payers])


def _budgets(result: Expansion) -> list[Block]:
    if not len(result.budgets):
        return []
    return [
        table(
            rows(result.budgets),
            words(say("Budget of"), lambda row: _payer_name(row.payer) if row.payer else say("all payers"), wide=3),
            number(say("Year"), lambda row: numeral(row.year, ".0f") if row.year == row.year else say("any")),
            number(say("At most"), lambda row: _million(row.usd), "million USD"),
            number(say("Spent"), lambda row: _million(row.spent_usd), "million USD"),
            caption=say("Budgets, undiscounted, on the path that spends most"),
        )
    ]


def _million(usd: float) -> str:
    return "" if math.isnan(usd) else numeral(usd / 1e6, ",.1f")


def _years(result: Expansion) -> list[Block]:
    """Tonnes by year, of the first, the middle and the last path."""
    made: list[Block] = []
    for path in result.paths:
        its = result.years[result.years["path"] == path]
        made.append(
            table(
                rows(its),
                words(say("Year"), lambda row: numeral(row.year, ".0f")),
                megatonnes(say("Would come"), "wanted_t"),
                megatonnes(say("Served"), "served_t"),
                megatonnes(say("Unserved"), "unserved_t"),
                megatonnes(say("Comes by choice"), "comes_t"),
                megatonnes(say("Nothing built"), "none_t"),
                *_boxes(result),
                caption=capital(PATH[path]),
            )
        )
    return made


def _boxes(result: Expansion) -> list[Field]:
    """Served and unserved boxes, where cargo of the case rides in them."""
    if result.years["served_teu"].isna().all():
        return []
    served = number(say("Served"), lambda row: numeral(row.served_teu, ",.0f"), "TEU")
    return [served, number(say("Unserved"), lambda row: numeral(row.unserved_teu, ",.0f"), "TEU")]


def _states(result: Expansion) -> list[Block]:
    worth = say(
        "To adapt in {known} is worth {waiting}.",
        known=result.known,
        waiting=_amount(result, result.waiting if abs(result.waiting) >= SMALL else 0.0),
    )
    unit = "kt" if result.unit == "kt" else "million USD"
    states = table(
        rows(result.states),
        words(say("Known"), lambda row: STATE[row.state], wide=4),
        number(say("Cost") if result.goal == "target" else say("Worth"), lambda row: numeral(row.value, ",.2f"), unit),
        number(say("Bound"), lambda row: numeral(row.bound, ",.2f"), unit),
    )
    regret = table(
        rows(result.regret),
        words(say("Path"), lambda row: capital(PATH[row.path]), wide=3),
        number(say("Best"), lambda row: numeral(row.best, ",.2f"), unit),
        number(say("Regret, adapted"), lambda row: numeral(row.adapts_regret, ",.2f"), unit),
        number(say("Regret, one plan"), lambda row: numeral(row.one_plan_regret, ",.2f"), unit),
        caption=say("Regret: the best plan of a path less this one on it"),
    )
    return [Paragraph((worth,)), states, regret]


def _countries(result: Expansion) -> Block:
    seen = [row for row in rows(result.countries) if max(abs(row.margin_usd), row.paid_usd) >= SEEN_USD]
    return table(
        seen,
        words(say("Country or payer"), lambda row: _payer_name(row.country), wide=3),
        number(say("Earns more"), lambda row: _million(row.margin_usd), "million USD"),
        number(say("Pays"), lambda row: _million(row.paid_usd), "million USD"),
        number(say("Net"), lambda row: _million(row.npv_usd), "million USD"),
        caption=say("Discounted, mean of the paths, by the shippers' own choice: freight less operation"),
    )


def _payer_name(name: str) -> str:
    return country_name(name) if name else capital(say(NOBODY))


def _turns(result: Expansion) -> list[Block]:
    """Projects that bring something, the least share first; those that bring nothing by name."""
    every = rows(result.turns)
    helps = sorted((row for row in every if row.gain > SMALL), key=lambda row: (row.share, row.name))
    blocks: list[Block] = []
    if helps:
        blocks.append(
            table(
                helps,
                words(say("One more of"), lambda row: capital(row.name), wide=4),
                number(say("In the plan"), lambda row: numeral(row.ordered, ",.1f") if row.ordered else ""),
                number(say("Ordered"), lambda row: numeral(row.year, ".0f")),
                number(say("Brings"), lambda row: numeral(row.gain, ",.1f"), "million USD"),
                number(say("Costs"), lambda row: numeral(row.cost, ",.1f"), "million USD"),
                number(say("Grant"), lambda row: numeral(row.grant, ",.1f"), "million USD"),
                number(say("of its cost"), lambda row: percent(row.share) if row.share == row.share else ""),
                caption=say("Beside the plan, in its best year, discounted; cost less what its life has left"),
            )
        )
    idle = [capital(row.name) for row in every if row.gain <= SMALL and row.grant > SMALL]
    if idle:
        blocks.append(Note(say("One more brings nothing in these years, at any grant: {names}.", names=listed(idle))))
    return blocks


def _order(result: Expansion) -> list[Block]:
    """The order of projects in the trials, and their way."""
    if not result.possible:
        return [Paragraph((say("In none of the trials the cargo of the base year fits."),))]
    lead = plural(
        "In {n} of {draws} trials the cargo of the base year fits; shares are of these.",
        "In {n} of {draws} trials the cargo of the base year fits; shares are of these.",
        result.possible,
        draws=result.draws,
    )
    shares = table(
        rows(result.order),
        words(say("Project"), lambda row: capital(row.name), wide=4),
        number(say("First order"), lambda row: numeral(row.year, ".0f") if row.year == row.year else ""),
        number(say("Trials with it"), lambda row: percent(row.trials)),
        number(say("As the plan, within a year"), lambda row: percent(row.same)),
        caption=plural("{n} trial of the numbers of the band", "{n} trials of the numbers of the band", result.draws),
    )
    note = say(TRIALS)
    if result.goal == "npv":
        note += " " + say(GREEDY, share=percent(result.found))
    return [Paragraph((lead,)), shares, Note(note)]


def _payments(result: Expansion) -> Block:
    frame = result.payments.assign(payer=[_payer(row) for row in rows(result.payments)])
    sums: pd.DataFrame = frame.groupby(["payer", "kind", "path", "year"], sort=True)["usd"].sum().reset_index()
    return table(
        rows(sums),
        words(say("Payer"), "payer", wide=3),
        words(say("As"), lambda row: KIND[row.kind], wide=2),
        words(say("Path"), lambda row: PATH[row.path], wide=2),
        number(say("Year"), lambda row: numeral(row.year, ".0f")),
        number(say("Pays"), lambda row: _million(row.usd), "million USD"),
        small=True,
    )


def _ledger(moved: pd.DataFrame) -> Block:
    return table(
        rows(moved),
        words(say("Resource"), lambda row: capital(row.name), wide=4),
        words(say("Path"), lambda row: PATH[row.path], wide=2),
        number(say("Year"), lambda row: numeral(row.year, ".0f")),
        number(say("Opening"), lambda row: numeral(row.opening, ",.6g")),
        number(say("Built"), lambda row: numeral(row.built, ",.6g")),
        number(say("Retired"), lambda row: numeral(row.retired, ",.6g")),
        number(say("Closing"), lambda row: numeral(row.closing, ",.6g")),
        caption=say("Years in which a capacity changes; all years are in JSON"),
        small=True,
    )
