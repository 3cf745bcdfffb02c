"""``python -m tests.fuzz --minutes 60``: random corridors, asked the same in two ways, until time is over.

Each round draws corridors and one way to ask again:

* a relation: names, order, halves, joins, doubles, directions (tests/relations.py, tests/optimize/test_invariance.py)
* an exact reduction of the layout switched off: the columns that it leaves out come back
* a random change, taken in place and built afresh
* a year by periods, by Kronecker products and written period by period (tests/optimize/by_period.py)
* the proof in fractions against the value of the solver

Hypothesis makes a failing corridor smaller; its tables are kept in ``build/fuzz`` and printed. Exit code 1 then.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from corridor.model import graph
from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.graph import Place, layered, open_arcs
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period import layout, streams
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.studies.prove import prove
from tests.cases import Row, Tables, case_of, tables_of, written_to
from tests.optimize.test_horizon import assert_like_its_twin
from tests.optimize.test_invariance import CHANGES, assert_same, grown, measures
from tests.random_cases import gated_tables
from tests.relations import RELATIONS

KEPT = Path(__file__).parents[1] / "build" / "fuzz"
EXAMPLES = 12
"""Corridors a round."""
Ask = Callable[[Tables, int], None]


def _everywhere(places: Any, *_: Any) -> set[Any]:
    return set(places.nodes)


def _every_move(self: Layout) -> list[str]:
    return [name for name, arc in self.arcs.items() if arc.carrier_id and arc.capacity_t > 0]


def _every_arc(case: Case, commodity: str, crosses: str, *question: Any) -> dict[Any, tuple[Place, Place]]:
    """Every open arc of a commodity, on a way of the stream or off it."""
    edges: Any = open_arcs(layered(case, commodity, crosses), *question[2:]).edges(keys=True)
    return {key: (tail, head) for tail, head, key in edges}


def _with_circles(case: Case, commodity: str, crosses: str, *question: Any) -> dict[Any, tuple[Place, Place]]:
    """The arcs between origins and destination, of which some lie on ways with a circle alone."""
    with mock.patch.object(graph, "ways", lambda edges, *_: edges):
        return dict(graph._taken(case, commodity, crosses, *question[:2], *(question[2:] or (frozenset(),))))


REDUCTIONS: Mapping[str, Callable[[], Any]] = {
    "streams": lambda: mock.patch.object(streams, "taken", _every_arc),
    "circles": lambda: mock.patch.object(streams, "taken", _with_circles),
    "units": lambda: mock.patch.object(layout, "between", _everywhere),
    "moves": lambda: mock.patch.object(Layout, "moves", property(_every_move)),
}
"""Exact reductions of the layout, and the patch that switches each off."""


@contextmanager
def without(reduction: str) -> Iterator[None]:
    """The layout without one of its exact reductions."""
    with REDUCTIONS[reduction]():
        yield


def related(name: str) -> Ask:
    """A corridor and the same written another way have the same measures."""
    change = {**CHANGES, **RELATIONS}[name]

    def ask(tables: Tables, _: int) -> None:
        assert_same(measures(case_of(change(tables))), measures(case_of(tables)))

    return ask


def reduced(name: str) -> Ask:
    """A corridor without a reduction has the same measures."""

    def ask(tables: Tables, _: int) -> None:
        with without(name):
            whole = measures(case_of(tables))
        assert_same(whole, measures(case_of(tables)))

    return ask


def larger(tables: Tables, number: int) -> None:
    """A corridor of which all is doubled has twice the measures."""
    by = 2.0 + number % 3
    assert_same(measures(case_of(grown(tables, by))), {k: by * v for k, v in measures(case_of(tables)).items()})


def _other(tables: Tables, rng: random.Random) -> Tables:
    """Some numbers of a corridor changed: capacities, backgrounds, tonnes, hours."""
    columns = {
        "resource": ("capacity",),
        "demand": ("t_per_year",),
        "link": ("capacity_t_per_year", "time_h", "length_km"),
    }

    def changed(row: Row, names: tuple[str, ...]) -> Row:
        out = dict(row)
        for name in names:
            value = row.get(name)
            if isinstance(value, int | float) and 0 < value < float("inf") and rng.random() < 0.4:
                out[name] = value * rng.choice([0.5, 1.5, 2, 3])
        return out

    return {name: [changed(row, columns.get(name, ())) for row in rows] for name, rows in tables.items()}


def renumbered(tables: Tables, number: int) -> None:
    """A change taken in place has the measures of the changed corridor built afresh."""
    rng = random.Random(number)
    once, then = case_of(tables), case_of(_other(tables, rng))
    year = Year(once, "capability")
    if not year.layout.base:
        return
    year.concurrent()
    try:
        year.renumber(then)
    except NeedsRebuild:
        return
    fresh = Year(then, "capability")
    found = {}
    for name, each in (("in place", year), ("afresh", fresh)):
        growth = each.concurrent().value
        found[name] = {"growth": growth, "level": each.capability(min(1.0, growth)).value}
    assert_same(found["in place"], found["afresh"])


def exact(tables: Tables, _: int) -> None:
    """A measure has its proof in fractions, with no number moved."""
    case: Case = case_of(tables)
    for study in ("capability", "concurrent", "cost_resource"):
        made = prove(Setting(case), study)
        assert made.moved < 1e-12, made.moved


def by_periods(_: Tables, number: int) -> None:
    """A year by periods in two formulations."""
    assert_like_its_twin(1_000 + number)


ASKED: Mapping[str, Ask] = {
    **{name: related(name) for name in sorted({**CHANGES, **RELATIONS})},
    **{f"without the reduction of {name}": reduced(name) for name in REDUCTIONS},
    "doubled": larger,
    "changed in place": renumbered,
    "proved in fractions": exact,
    "two formulations": by_periods,
}
"""Ways to ask again, by name."""


def round_of(name: str, number: int, counts: Counter[str]) -> Tables | None:
    """One round of a way to ask: None, or the smallest corridor on which it fails."""
    failing: list[Tables] = []

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(gated_tables(), st.integers(0, 10**6))
    def ask(tables: Tables, other: int) -> None:
        whole = tables_of(tables)
        counts[name] += 1
        try:
            ASKED[name](whole, other)
        except (CaseError, InfeasibleError):
            counts["no answer"] += 1
        except BaseException:
            failing.append(whole)
            print(f"  fails: {name}, number {other}", flush=True)
            raise

    try:
        ask()
    except Exception:
        if not failing:
            raise
        traceback.print_exc(limit=4)
        return failing[-1]  # hypothesis runs the smallest one last
    return None


def main() -> int:
    """Rounds of all ways in turn, until the minutes are over; the number of failures."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz")
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--seed", type=int, default=1)
    given_ = words.parse_args()
    end, number, failures = monotonic() + 60 * given_.minutes, given_.seed, 0
    counts: Counter[str] = Counter()
    left = dict(ASKED)
    while monotonic() < end and left:
        for name in list(left):
            if monotonic() >= end:
                break
            smallest = round_of(name, number, counts)
            if smallest is not None:
                failures += 1
                del left[name]  # one failure of a kind
                folder = KEPT / f"{name.replace(' ', '_')}_{number}"
                folder.mkdir(parents=True, exist_ok=True)
                written_to(folder, smallest)
                print(f"{name}, round {number}: the smallest corridor that fails is in {folder}")
                print(json.dumps(smallest, indent=1, default=str), flush=True)
        number += 1
        print(f"round {number - given_.seed}: {sum(counts.values()):,} corridors, {failures} failures", flush=True)
    for name, count in sorted(counts.items()):
        print(f"{count:7,}  {name}")
    print(f"{failures} failures", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
