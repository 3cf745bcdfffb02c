"""On a terminal: sweeps, frontiers, and the Pareto set."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from corridor.model.result.frame import rows
from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep, Swept
from corridor.reports.say.words import MEASURES, SHORT, capital, listed, millions
from corridor.reports.terminal_tables import Lines, print_rows, t

MOST = 40
"""Runs that are shown; the file has them all."""
FEW = 3
FLAT = 1e-6
"""Tonnes per unit that are none."""
HARDLY = 0.02
"""Share by which an objective moves over the Pareto set below which there is little to choose."""


def number(value: float) -> str:
    """A number that was swept, or an end of a piece."""
    if math.isinf(value):
        return "unlimited"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.5g}"


def print_sweep(found: Sweep, written: str = "") -> None:
    """The runs, what they range over, and why some have no answer."""
    answered = found.answered
    print(sweep_headline(found))
    print()
    print_rows(*sweep_lines(found, written))
    if len(answered) > 1:
        _print_spread(found)
    for sentence in sweep_remarks(found):
        print(sentence)
    worst = answered["residual"].max() if len(answered) else 0.0
    print(f"Certificates of all runs passed (worst residual {worst:.0e}).")
    if written:
        print(f"Runs: {written}")


def sweep_lines(found: Sweep, written: str = "") -> Lines:
    """The first runs; where the others are, if there are more."""
    runs = found.runs
    head = ["run", *(_short(each) for each in found.over), "times", *_heads(found)]
    body = []
    for row in runs.head(MOST).to_dict("records"):
        values = [("x" if each.relative else "") + number(row[each.address]) for each in found.over]
        if row["status"] == "optimal":
            measures = [millions(row[f"{each}_t"]) for each in SHORT]
            growth = "–" if math.isnan(row["growth"]) else f"{row['growth']:.3f}"
            tail = [growth, *measures, _named(row["first"], found.names)]
        else:
            tail = ["–", *["–"] * len(SHORT), "not possible" if row["status"] == "infeasible" else "faulty"]
        body.append([str(row["run"]), *values, *tail])
    more = len(runs) - MOST
    rest = f"… and {more:,} runs more" + (f", in {written}" if written else "; --out runs.csv has them all")
    right = range(len(head))
    return Lines("Runs", [*head, "first limit"], body, right, rest if more > 0 else "")


def _heads(found: Sweep) -> list[str]:
    """The heads of the measures; T names its floor where that is not one."""
    at = found.capability_name.removeprefix("capability")
    return [f"{short}{at if name == 'capability' else ''}, Mt" for name, short in SHORT.items()]


def sweep_headline(found: Sweep) -> str:
    """What was run, in words."""
    runs = len(found.runs)
    drawn = f", {found.design} with seed {found.seed}" if found.seed is not None else f", by {found.design}"
    over = listed([f"{each.address} ({each.cells} numbers)" if each.cells > 1 else each.address for each in found.over])
    kind = "" if found.design == "grid" else drawn
    return f"{runs:,} run{'s' * (runs != 1)} over {over}{kind}; {len(found.answered):,} have an answer."


def _short(each: Swept) -> str:
    """The head of a column: what is swept, without its table."""
    cell, _, tests = each.address.partition(" where ")
    _, row, column = ([*cell.split("."), "", ""])[:3] if cell.count(".") == 2 else (["", "*", cell.split(".")[-1]])
    name = f"{column} of {tests or 'all'}" if row == "*" else f"{row} {column}"
    return f"{name}, {each.unit}" if each.unit and not each.relative else name


def _print_spread(found: Sweep) -> None:
    """The least and the most of each measure, and which limits come first how often."""
    runs = found.answered
    body = []
    for measure in SHORT:
        values = runs[f"{measure}_t"].tolist()
        ends = min(values), max(values)
        same = ends[1] - ends[0] <= 0.5
        first = [next(k for k, each in enumerate(values) if abs(each - end) <= 0.5) for end in ends]
        where = ["every run"] * 2 if same else [_at(found, runs.iloc[k]) for k in first]
        at = found.capability_name.removeprefix("capability") if measure == "capability" else ""
        body.append((f"{MEASURES[measure][0]}{at}", *map(millions, ends), *where))
    print_rows("Over all runs", ("measure", "least, Mt", "most, Mt", "least at", "most at"), body, (1, 2))
    counts = Counter(_named(each, found.names) for each in runs["first"])
    said = [f"{name} in {count:,}" for name, count in counts.most_common(5)]
    print(f"What limits first: {', '.join(said)} of {len(runs):,} runs.")


def _at(found: Sweep, run: pd.Series) -> str:
    return ", ".join(("x" if each.relative else "") + number(float(run[each.address])) for each in found.over)


def _named(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return " + ".join(names.get(each, each) for each in ids) or "no resource"


def sweep_remarks(found: Sweep) -> list[str]:
    """The floor that runs hold, and why some have no answer."""
    reasons = [f"No answer in {_runs_said(numbers)}: {reason}" for reason, numbers in _reasons(found.runs).items()]
    return [_floor_said(found), *reasons]


def _floor_said(found: Sweep) -> str:
    if found.own_floor:
        return "H and T of each run keep its own floor, so that they can fall where a capacity rises."
    if not found.floors_t:
        return ""
    if found.floor is None:
        total = sum(found.floors_t.values())
        return f"H and T of every run keep the smallest floor of all runs, market by market: {t(total)} t together."
    return f"H and T of every run keep one floor, the smallest of all runs: {found.floor:.4g} times the base year."


def _reasons(runs: pd.DataFrame) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows(runs[runs["status"] != "optimal"]):
        found.setdefault(row.reason.strip(), []).append(int(row.run))
    return found


def _runs_said(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:FEW]))
    return f"run {shown}" if len(numbers) == 1 else f"runs {shown}{' …' if len(numbers) > FEW else ''} ({len(numbers)})"


def print_frontier(found: Frontier) -> None:
    """What the number is worth, piece by piece."""
    for sentence in frontier_sentences(found):
        print(sentence)
    print()
    lines = frontier_lines(found)
    print_rows(*lines[:4])
    print("\n".join([*([lines.note] if lines.note else []), _proved(found.solves, found.residual)]))


def frontier_lines(found: Frontier) -> Lines:
    """The pieces, with the limits that come and go."""
    per = "1 %" if found.step_unit == "1 %" else found.step_unit
    head = ("from", "to", "Mt", "to Mt", f"t a year per {per}", "limits besides", "no longer")
    always = _always(found)
    body = []
    for row in rows(found.pieces):
        fresh = [each for each in row.comes if each not in always]
        ends = (number(row[0]), number(row[1]), millions(row.from_t, 3), millions(row.to_t, 3))
        slope = "nothing" if abs(row.slope) <= FLAT else _per(row.per_step)
        body.append((*ends, slope, _named(fresh, found.names) if fresh else "", ", ".join(_names(found, row.goes))))
    name = measure_name(found)
    notes = [f"Limits all along: {', '.join(_names(found, always))}."] if always else []
    if found.floor is not None:
        times = "" if found.floor == 1 else f"{found.floor:.4g} times "
        notes.append(f"No market falls below {times}its base year, all along.")
    title = f"{name} by {found.name}, {found.unit}"
    return Lines(title, head, body, range(5), "\n".join(notes))


def measure_name(found: Frontier) -> str:
    """The measure of a frontier, with its floor where that is not one."""
    at = found.measure_name.removeprefix(found.measure)
    return MEASURES[found.measure][0] + at


def frontier_sentences(found: Frontier) -> list[str]:
    """What was found, in words."""
    points, name = found.points, measure_name(found)
    first, last = points.iloc[0], points.iloc[-1]
    span = f"{number(first['at'])} to {number(last['at'])} {found.unit}"
    said = f"{name}: from {millions(first['t'])} to {millions(last['t'])} Mt as {found.name} goes from {span}"
    said += f", in {len(found.pieces)} straight pieces." if len(found.pieces) > 1 else ", in one straight line."
    sentences = [said]
    if first["at"] <= found.stated <= last["at"]:
        left, right = found.slopes(found.stated)
        here = f"The case has {number(found.stated)} ({millions(found.at(found.stated))} Mt)"
        sides = {"one less costs": left, "one more brings": right}
        worth = [f"{each} {_per(slope * found.step)} t" for each, slope in sides.items() if abs(slope) > FLAT]
        margin = (
            f"at the margin {', '.join(worth)} a year, by {found.step_unit}"
            if worth
            else "a little more changes nothing"
        )
        sentences.append(f"{here}; {margin}.")
    flat = found.pieces[found.pieces["slope"].abs() <= FLAT]
    if len(flat) and len(flat) < len(found.pieces):
        sentences.append(f"Beyond {number(float(flat['from'].iloc[0]))} more of it changes nothing.")
    sentences += [f"{capital(each)}." for each in (found.begins, found.ends) if each]
    return sentences


def _per(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _always(found: Frontier) -> list[str]:
    """What limits on every piece."""
    first, *others = found.pieces["limits"]
    return [each for each in first if all(each in other for other in others)]


def _names(found: Frontier | CostFrontier, ids: Sequence[str]) -> list[str]:
    return [found.names.get(each, each) for each in ids]


def _proved(solves: int, residual: float) -> str:
    return f"Exact between breakpoints; {solves} linear programs, each proved (worst residual {residual:.0e})."


WHOSE = {"resource": "operating cost, empties included", "shipper": "what shippers pay: tariffs, time, carbon"}


def print_cost_frontier(found: CostFrontier) -> None:
    """What the next tonne costs, piece by piece."""
    print(cost_sentence(found))
    print()
    lines = cost_lines(found)
    print_rows(*lines[:4])
    print(lines.note)
    print(_proved(found.solves, found.residual))


def cost_sentence(found: CostFrontier) -> str:
    """How far the cost rises, and what the next tonne costs."""
    points = found.points
    first, last = points.iloc[0], points.iloc[-1]
    least, most = found.pieces["usd_per_t"].min(), found.pieces["usd_per_t"].max()
    volumes = f"From {millions(first['t'])} to {millions(last['t'])} Mt over the gate"
    rise = f"the least cost rises from {first['usd'] / 1e6:,.0f} to {last['usd'] / 1e6:,.0f} million USD a year"
    return f"{volumes} {rise}: the next tonne costs {least:,.0f} USD at first and {most:,.0f} at last."


def cost_lines(found: CostFrontier) -> Lines:
    """The pieces, with the markets that grow on each."""
    head = ("from Mt", "to Mt", "million USD", "to", "USD per t more", "what grows")
    body = [
        (
            millions(row.from_t, 3),
            millions(row.to_t, 3),
            f"{row.from_usd / 1e6:,.1f}",
            f"{row.to_usd / 1e6:,.1f}",
            f"{row.usd_per_t:,.2f}",
            ", ".join(_names(found, row.grows)),
        )
        for row in rows(found.pieces)
    ]
    times = f"{found.floor:.4g} times " if found.floor != 1 else ""
    note = f"Every market carries at least {times}its base year; what grows beyond is whatever is cheapest."
    return Lines(f"Least cost by volume: {WHOSE[found.cost]}", head, body, range(5), note)


def pareto_sentences(found: Pareto) -> list[str]:
    """How much there is to choose, in words."""
    names = {"cost_usd": "cost", "co2e_t": "carbon", "tonne_days": "time"}
    spans = {name: (most - least) / least if least else 0.0 for name, (least, most) in found.ranges.items()}
    if len(found.points) == 1:
        only = "One way to carry it all is best in cost, carbon and time at once: there is nothing to choose between."
        return [f"{millions(found.t)} Mt are carried. {only}"]
    said = ", ".join(f"{names[name]} by {_percent(span)}" for name, span in spans.items())
    whole = "corners" if found.complete else "corners (there are more: --points)"
    sentences = [
        f"{millions(found.t)} Mt are carried in {len(found.points)} {whole} of the Pareto set; over them {said}."
    ]
    if max(spans.values()) < HARDLY:
        sentences.append(
            "That is little: nearly all cargo has one way, and what has two gains and loses about as much."
        )
    return sentences


def _percent(share: float) -> str:
    """A share with two digits.

    >>> _percent(0.00284), _percent(1.834)
    ('0.28 %', '183 %')
    """
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def print_pareto(found: Pareto) -> None:
    """The corners, and what the last of them sends another way."""
    for sentence in pareto_sentences(found):
        print(sentence)
    print()
    for lines in pareto_tables(found):
        print_rows(*lines)
    print(_proved(found.solves, found.residual).replace("between breakpoints", "at corners"))


def pareto_tables(found: Pareto) -> Iterator[Lines]:
    """The corners, and what the last of them sends another way."""
    cheapest = found.points.iloc[0]
    head = ("corner", "million USD", "t CO2e", "million t days", "USD more", "t CO2e less", "t days less", "best where")
    body = [
        (
            str(row.point),
            f"{row.cost_usd / 1e6:,.2f}",
            t(row.co2e_t),
            f"{row.tonne_days / 1e6:,.3f}",
            t(row.cost_usd - cheapest["cost_usd"]),
            t(cheapest["co2e_t"] - row.co2e_t),
            t(cheapest["tonne_days"] - row.tonne_days),
            _weighed(row),
        )
        for row in rows(found.points)
    ]
    yield Lines("Cost, carbon and time, the cheapest first", head, body, range(7))
    last = found.moves[found.moves["point"] == int(found.points["point"].iloc[-1])]
    if len(last):
        lines = [(row.link, t(row.cheapest_t), t(row.t)) for row in rows(last)]
        title = f"What corner {len(found.points)} sends another way"
        yield Lines(title, ("link, t a year", "corner 1", f"corner {len(found.points)}"), lines[:MOST], (1, 2))


def _weighed(row: object) -> str:
    """The weights in words: what counts for how much, each by its range over the set."""
    weights = {name: float(getattr(row, name)) for name in ("cost", "carbon", "time")}
    return ", ".join(f"{name} {100 * each:.0f} %" for name, each in weights.items() if each >= 0.005)
