"""Scenarios side by side on a terminal, and what each change makes of a difference."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corridor.model.operators import UNKNOWN
from corridor.model.result.comparison import Attribution, Comparison
from corridor.model.result.frame import rows
from corridor.reports.say.words import MEASURES, READER, SHORT, capital, millions, mt, signed, times
from corridor.reports.terminal_tables import Lines

WIDTH = 100
"""Columns where the output is no terminal."""
BESIDE = 4
"""Scenarios that fit beside each other; more of them stand one below the other."""
NARROW = 10
"""Letters of a scenario's name on one line of the head of a column."""
MOST_LINKS, MOST_COUNTRIES = 8, 8
SEA = "sea"
"""Where ships emit."""
BORNE = (
    "Days hold the waiting for ships. Freight counts for the country of the operator, in equal parts where several run "
    "a leg together; of a land link without a known operator half goes to the country of each end, as of its carbon."
)
NOTHING = 0.5
"""Tonnes, or dollars, below which nothing has changed."""
TOTALS = {
    ("delivered", "t/year"): ("delivered, all cargo", "kt", 1e3, 0),
    ("unmet", "t/year"): ("left behind", "kt", 1e3, 0),
    ("outside", "t/year"): ("on routes outside the corridor", "kt", 1e3, 0),
    ("gate", "gate t/year"): ("through the gate", "gate kt", 1e3, 0),
    ("cost_resource", "USD/year"): ("operators spend", "million USD", 1e6, 0),
    ("cost_resource", "USD per gate t"): ("  for each gate tonne", "USD", 1, 1),
    ("cost_shipper", "USD/year"): ("shippers pay: freight, time, carbon price", "million USD", 1e6, 0),
    ("cost_shipper", "USD per gate t"): ("  for each gate tonne", "USD", 1, 1),
    ("revenue", "USD/year"): ("operators earn: freight", "million USD", 1e6, 0),
    ("outside", "USD/year"): ("apart: freight on routes outside", "million USD", 1e6, 0),
    ("penalty", "USD/year"): ("apart: penalty for cargo left behind", "million USD", 1e6, 0),
    ("built", "USD"): ("built: cost of its projects, once", "million USD", 1e6, 0),
    ("co2e", "t/year"): ("CO2e", "kt", 1e3, 0),
    ("co2e", "kg per t"): ("  for each tonne delivered", "kg", 1, 1),
    ("days", "d"): ("mean time on the way", "days", 1, 1),
    ("days_without_waiting", "d"): ("  without waiting for ships", "days", 1, 1),
}
SHOWN_IF_ANY = ("unmet", "outside", "penalty", "built")
"""Quantities without a line where no scenario has any."""
COUNTRY = {"through": ("kt through", 1e3), "freight": ("freight, MUSD", 1e6), "co2e": ("CO2e, kt", 1e3)}


def comparison_sentences(found: Comparison) -> list[str]:
    """What becomes of the capability and of the first limit, scenario by scenario; and why one has no answer."""
    base = found.names[0]
    said = []
    for name in found.names:
        if name in found.reasons:
            said.append(f"{name} has no answer: {found.reasons[name]}")
        elif name != base and base not in found.reasons:
            now, then = (_measures(found, each)["capability"] for each in (name, base))
            step = f"{name}: {mt(now, 2)} {READER['capability']}, {signed(now - then, 2)} Mt against {base}"
            one, other = found.first.get(base, ""), found.first.get(name, "")
            limit = f"the first limit stays {other}" if one == other else f"the first limit is {other}, not {one}"
            said.append(f"{step}; {limit or 'nothing'}.")
    return said


def _measures(found: Comparison, name: str) -> dict[str, float]:
    """The measures of one scenario by their names."""
    return dict(zip(found.measures.index.get_level_values("measure"), found.measures[name].tolist(), strict=True))


def print_comparison(found: Comparison) -> None:
    """The page: measures, limits, ladder, flows, cost, carbon, time, countries."""
    for sentence in comparison_sentences(found):
        _console().print(escape(sentence))
    print()
    for lines in comparison_tables(found):
        _print(lines)
    if len(found.names) > BESIDE:
        _console().print(f"Up to {BESIDE} scenarios are shown limit by limit and link by link; --json has all of it.")
    else:
        _console().print(BORNE)


def comparison_tables(found: Comparison) -> Iterator[Lines]:
    """Every table that has something to say; of many scenarios an overview."""
    few = len(found.names) <= BESIDE
    for part in (_measures_of, *((_limits, _ladder, _markets, _links, _totals, _countries) if few else (_overview,))):
        yield from part(found)


def _measures_of(found: Comparison) -> Iterator[Lines]:
    """One line a scenario, whatever their number."""
    unit = str(found.measures.index.get_level_values("unit")[0])
    body: list[tuple[str, ...]] = []
    base = found.names[0]
    first = _measures(found, base)
    own = _own(found)
    for name in found.names:
        if name in found.reasons:
            body.append((_broken(name, 2 * NARROW), *["–"] * (4 + own), "no answer"))
            continue
        values = _measures(found, name)
        cells = [_against(values[each], first[each], name == base) for each in SHORT]
        cells[-1:] = [millions(values["capability_own"]), cells[-1]] if own else cells[-1:]
        growth = values.get("growth", math.nan)
        told = "–" if math.isnan(growth) else times(growth)
        body.append((_broken(name, 2 * NARROW), *cells, told, found.first.get(name, "")))
    at = f"Each to its limit, floor {_floor(found.floor_t, unit)}"
    heads = [*SHORT.values(), *([at] * own)]
    notes = [] if found.floor_t else ["Each scenario holds its own floor, so the last may fall where a capacity rises."]
    floors = {segment: t for segment, t in found.floor_t.items() if t > NOTHING}
    if floors:
        names = dict(found.markets.index)
        said = ", ".join(f"{names.get(segment, segment)} {millions(t)}" for segment, t in floors.items())
        notes.append(f"All runs hold one floor, the least of theirs: {_floor(found.floor_t, unit)} ({said}).")
    if own:
        fits = {name: _measures(found, name).get("growth", math.inf) for name in found.first}
        least = min(fits, key=lambda name: fits[name])
        why = f"only {times(fits[least])} times the base year of {least} fits"
        if fits[least] >= 1:
            why = "less fits between the two, where only some of the changes are made"
        notes.append(
            f"It is low because {why}. The last column, flows and cost are those at that floor, which lets a market "
            "fall for another; --own-floor has each scenario at its own."
        )
    notes.append("Fits: how many times its base year fits, all markets alike.")
    head = ("scenario", *heads, "fits", "first limit")
    yield Lines(f"Measures, {_mega(unit)}", head, body, range(1, 5 + own), "\n".join(notes))


def _own(found: Comparison) -> bool:
    """Whether the common floor makes a capability other than the one that a scenario has by itself."""
    values = [_measures(found, name) for name in found.names if name not in found.reasons]
    return any(abs(each["capability"] - each["capability_own"]) > 1e-6 * each["capability"] for each in values)


def _mega(unit: str) -> str:
    """A unit of tonnes for millions of them.

    >>> _mega("gate t/year")
    'gate Mt/year'
    """
    return unit.replace("t/year", "Mt/year")


def _floor(floor_t: Mapping[str, float], unit: str) -> str:
    return f"{millions(sum(floor_t.values()))} {_mega(unit)}"


def _against(value: float, base: float, itself: bool) -> str:
    """A measure in Mt, and its difference from the first scenario."""
    return millions(value) if itself or math.isnan(base) else f"{millions(value)} ({signed(value - base, 2)})"


def _overview(found: Comparison) -> Iterator[Lines]:
    """Cost, carbon and time, and limits that come and go, one line a scenario."""
    keys = [
        ("cost_resource", "USD per gate t"),
        ("cost_shipper", "USD per gate t"),
        ("co2e", "kg per t"),
        ("days", "d"),
    ]
    body = []
    for name in found.names:
        values = dict(zip(found.totals.index, found.totals[name].tolist(), strict=True))
        cells = ["–" if math.isnan(value := values.get(key, math.nan)) else f"{value:,.1f}" for key in keys]
        comes, goes = _come_and_go(found, name)
        body.append((name, *cells, ", ".join(comes), ", ".join(goes)))
    head = ("scenario", "operators USD/t", "shippers USD/t", "CO2e kg/t", "days", "limits that come", "that go")
    yield Lines(
        "Cost for each gate tonne, carbon for each tonne, time; limits against the first", head, body, range(1, 5)
    )


def _come_and_go(found: Comparison, name: str) -> tuple[list[str], list[str]]:
    """Names of the limits that a scenario has and the first has not, and the other way round."""
    base = found.names[0]
    if name == base or {name, base} & set(found.reasons):
        return [], []
    named = found.limits.index.get_level_values("name")
    here, there = found.limits[name].notna().to_numpy(), found.limits[base].notna().to_numpy()
    return list(named[here & ~there]), list(named[there & ~here])


def _limits(found: Comparison) -> Iterator[Lines]:
    if not len(found.limits):
        return
    unit = str(found.limits.index.get_level_values("unit")[0]).partition(" per ")[0]
    body = []
    two = len(found.names) == 2 and not found.reasons
    comes, goes = _come_and_go(found, found.names[-1])
    for key, row in zip(found.limits.index, found.limits.itertuples(index=False, name=None), strict=True):
        step = str(key[3]).partition(" per ")[2]
        cells = ["" if math.isnan(value) else f"{value / 1e3:,.0f}" for value in row]
        word = "comes" if key[1] in comes else "goes" if key[1] in goes else "stays"
        body.append((key[1], key[2], step, *cells, *([word] if two else [])))
    head = ("limit", "kind", "step", *map(_broken, found.names), *([""] if two else []))
    study = READER.get(found.study, found.study.replace("_", " "))
    title = f"What stops it ({study}): thousand {unit} that one step more brings"
    yield Lines(title, head, body, range(3, 3 + len(found.names)))


def _ladder(found: Comparison) -> Iterator[Lines]:
    """Rungs side by side: what passes, and which limit stands there."""
    body = []
    for rung, t, named in zip(found.ladder.index, found.ladder.to_numpy(), found.rungs.to_numpy(), strict=True):
        cells = [
            cell
            for value, limit in zip(t.tolist(), named.tolist(), strict=True)
            for cell in (("", "") if math.isnan(value) else (millions(value), str(limit)))
        ]
        body.append((str(rung), *cells))
    head = ("rung", *(part for name in found.names for part in ("Mt", _broken(name, 2 * NARROW))))
    yield Lines(
        "Ladder: all markets growing together, one limit lifted after the other",
        head,
        body,
        [0, *range(1, 2 * len(found.names), 2)],
    )


def _totals(found: Comparison) -> Iterator[Lines]:
    body = []
    for key, values in zip(found.totals.index, found.totals.itertuples(index=False, name=None), strict=True):
        if key[0] in SHOWN_IF_ANY and not any(abs(value) > NOTHING for value in values):
            continue
        said, unit, scale, digits = TOTALS[key]
        body.append((said, unit, *_numbers(found, values, scale, digits)))
    yield Lines("Cost, carbon and time", ("", "unit", *_heads(found)), body, range(2, 2 + len(_heads(found))))


def _countries(found: Comparison) -> Iterator[Lines]:
    """A country a line, of those that matter most, and the sea."""
    body, names = [], found.names
    for country, part in found.countries.groupby(level="country", sort=False):
        by = dict(zip(part.index.get_level_values("quantity"), part.to_numpy().tolist(), strict=True))
        if any(each > NOTHING for what in COUNTRY for each in by[what]):
            cells = [
                "–" if math.isnan(each) else f"{each / COUNTRY[what][1]:,.0f}" for what in COUNTRY for each in by[what]
            ]
            body.append((str(country), *cells))
    nations = [line for line in body if line[0] not in (SEA, UNKNOWN)]
    shown = [*nations[:MOST_COUNTRIES], *(line for line in body if line[0] in (SEA, UNKNOWN))]
    head = [
        f"{' ' if place else said}\n{_broken(name)}" for said, _ in COUNTRY.values() for place, name in enumerate(names)
    ]
    more = f"; {len(nations) - MOST_COUNTRIES} more pass less" if len(nations) > MOST_COUNTRIES else ""
    yield Lines(f"By country{more}", (" \ncountry", *head), shown, range(1, 1 + len(head)))


def _heads(found: Comparison) -> tuple[str, ...]:
    """The scenarios, and their difference where there are two."""
    names = tuple(map(_broken, found.names))
    return (*names, "change") if len(names) == 2 else names


def _broken(name: str, width: int = NARROW) -> str:
    """The name of a scenario on lines as narrow as its numbers.

    >>> _broken("hub_without_ships").split("\\n")
    ['hub_', 'without_', 'ships']
    """
    lines = [""]
    for part in re.split(r"(?<=[_+])", name):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _numbers(found: Comparison, values: Sequence[float], scale: float, digits: int) -> list[str]:
    cells = ["–" if math.isnan(value) else f"{value / scale:,.{digits}f}" for value in values]
    if len(found.names) == 2:
        change = values[1] - values[0]
        cells.append("–" if math.isnan(change) else _signed(change, scale, digits))
    return cells


def _markets(found: Comparison) -> Iterator[Lines]:
    """Tonnes of each market, and how long they are on the way."""
    days = dict(zip(found.days.index, found.days.to_numpy().tolist(), strict=True))
    unknown = [math.nan] * len(found.names)
    body = []
    for key, values in zip(found.markets.index, found.markets.itertuples(index=False, name=None), strict=True):
        told = ["–" if math.isnan(value) else f"{value:,.1f}" for value in days.get(key, unknown)]
        body.append((key[1], *_numbers(found, values, 1e3, 0), *told))
    heads = _heads(found)
    kt = [f"{' ' if place else 'kt a year'}\n{name}" for place, name in enumerate(heads)]
    on = [f"{' ' if place else 'mean days'}\n{_broken(name)}" for place, name in enumerate(found.names)]
    yield Lines(
        "Markets: what goes, and how long it is on the way", (" \nmarket", *kt, *on), body, range(1, 1 + len(kt + on))
    )


def _links(found: Comparison) -> Iterator[Lines]:
    """Links whose flow differs most."""
    if not len(found.flows):
        return
    many = f", the {MOST_LINKS} that differ most of {len(found.flows)}" if len(found.flows) > MOST_LINKS else ""
    most = found.flows.head(MOST_LINKS)
    body = [
        (key[1], *_numbers(found, values, 1e3, 0))
        for key, values in zip(most.index, most.itertuples(index=False, name=None), strict=True)
    ]
    yield Lines(f"Links, kt a year both ways{many}", ("link", *_heads(found)), body, range(1, 1 + len(_heads(found))))


def _signed(value: float, scale: float, digits: int) -> str:
    """A difference with its sign; nothing is 0.

    >>> _signed(4_430_000, 1e6, 2), _signed(-3, 1e6, 2)
    ('+4.43', '0')
    """
    rounded = round(value / scale, digits)
    return f"{rounded:+,.{digits}f}" if rounded else "0"


METHODS = {
    "exact": "Shapley value over all {runs} subsets of the changes",
    "sampled": "mean over {samples} random orders (seed {seed}), with its standard error",
    "order": "in the order asked for",
}


def print_attribution(found: Attribution) -> None:
    """The difference, and the share of every change in it."""
    _console().print(f"[bold]{escape(attribution_sentence(found))}[/bold]")
    lines = attribution_lines(found)
    _console().print(escape(lines.title))
    _print(lines._replace(title="", note=""))
    if lines.note:
        _console().print(escape(lines.note))


def attribution_sentence(found: Attribution) -> str:
    """The measure in both scenarios, and the difference."""
    money = found.unit.startswith("USD")
    unit = f"million {found.unit}" if money else _mega(found.unit)
    name = MEASURES[found.of][0] if found.of in MEASURES else found.of.replace("_", " ")
    return (
        f"{capital(name)}, {unit}: {found.a} {millions(found.start)}, {found.b} {millions(found.end)}, "
        f"difference {signed(found.difference, 2)}."
    )


def attribution_lines(found: Attribution) -> Lines:
    """The share of every change."""
    how = METHODS[found.method].format(runs=found.runs, samples=found.samples, seed=found.seed)
    sampled, chained = found.method == "sampled", found.method == "order"
    body = []
    for row in rows(found.changes):
        cells = [signed(row.share, 3)]
        cells += [f"{row.error / 1e6:.3f}"] if sampled else []
        cells += [] if chained else [signed(row.alone, 3), signed(row.last, 3)]
        body.append((row.changes, row.words, *cells))
    blank = [""] * (sampled + 2 * (not chained))
    body.append(("", "together", signed(found.difference, 3), *blank))
    head = ["", "change", "share", *(["±"] if sampled else []), *([] if chained else ["alone", "lost without it"])]
    held = f"All runs hold one floor, the least of theirs: {_floor(found.floor_t, found.unit)}."
    return Lines(
        f"What each change makes of it: {how}.", head, body, range(2, len(head)), held if found.floor_t else ""
    )


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    return console


def _print(found: Lines) -> None:
    title, head, body, right, note = found
    console = _console()
    said = escape(title) or None
    table = Table(*map(escape, head), box=None, title=said, title_justify="left", padding=(0, 1, 0, 0))
    lines = [[str(cell) for cell in line] for line in body]
    for each in table.columns:
        each.overflow = "fold"  # long names of scenarios, never numbers
    for column in right:
        table.columns[column].justify = "right"
        table.columns[column].min_width = max((len(line[column]) for line in lines), default=0)
    for line in lines:
        table.add_row(*map(escape, line))
    console.print(table)
    console.print()
    if note:
        console.print(escape(note))
        console.print()
