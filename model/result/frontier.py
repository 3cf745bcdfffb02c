"""Many runs of a case, and how far an answer goes as one number of it moves: sweeps, frontiers, the Pareto set."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from corridor.model.result.frame import Result, plain

MEASURED = ("handled", "concurrent", "capability", "free")
RESULTS = ("run", "status", "growth", *(f"{name}_t" for name in (*MEASURED, "expected")), "first", "reason", "residual")
"""Columns of a sweep's runs beside the numbers that are swept."""
WORDS = ("first", "reason")
"""Columns of a run that its answer, or the lack of one, puts in words."""
FLAT = 1e-6
"""Tonnes per unit of a number: a slope below it counts as none."""
ALIKE_T = 0.5
"""Tonnes: measures of two runs that differ by less are alike."""
EVEN = 1e-9
"""Share by which a floor may fall short of the base year and still be it."""


def at_floor(measure: str, floor: float | None) -> str:
    """The name of a measure whose markets keep a part of their base year: the measure alone at a floor of one.

    >>> at_floor("capability", 1.0), at_floor("capability", 0.925)
    ('capability', 'capability at floor 0.925')
    """
    return measure if floor is None or floor >= 1 - EVEN else f"{measure} at floor {floor:.3g}"


@dataclass(frozen=True)
class Swept:
    """A number that is swept, or several together.

    ``address`` is ``table.row.column``, or a filter (``demand.*.t_per_year where commodity_id = grain``); ``cells``
    counts the numbers behind it; ``stated`` is the number as the case has it, None where there are several;
    ``relative`` says that its values are multiples of what the case has; ``unit`` is that of the values.
    """

    address: str
    cells: int
    stated: float | None
    relative: bool
    unit: str


PRICE = "price_t."
"""Beginning of the names of columns of prices, before the id of a limit."""


@dataclass(frozen=True, repr=False)
class Sweep(Result):
    """The measures of a case over a design of its numbers.

    ``design`` is grid, latin, sobol or the name of a file, ``seed`` that of latin and sobol. ``runs`` has a row a run:
    run (from 1), a column for each address, status (optimal, infeasible or error); growth, handled_t, concurrent_t,
    capability_t, free_t, and expected_t where the case has markets (gate tonnes a year); first (ids of the first
    limit), reason (why there is no answer), residual (the worst of the run's certificate). ``floors_t`` are gate tonnes
    by segment below which no market falls in handled_t and capability_t, the same in every run; empty where each run
    has its own (``own_floor``). For each id of a limit in ``prices`` runs have the column ``price_t.ID``: gate tonnes
    a year that one planner's unit more of it adds to the capability at the run's own floor.
    """

    page: ClassVar[str] = "sweep"

    over: tuple[Swept, ...]
    design: str
    seed: int | None
    own_floor: bool
    floors_t: Mapping[str, float]
    base_t: Mapping[str, float]
    names: Mapping[str, str]
    runs: pd.DataFrame
    prices: tuple[str, ...] = ()

    @property
    def answered(self) -> pd.DataFrame:
        """The runs that have an answer."""
        return self.runs[self.runs["status"] == "optimal"]

    @property
    def residual(self) -> float:
        """The worst residual of the runs' certificates."""
        return float(self.answered["residual"].max()) if len(self.answered) else 0.0

    @property
    def spread(self) -> pd.DataFrame:
        """The range of each measure over the answered runs: measure, least_t, most_t, least_run, most_run.

        The runs are the first with that value; 0 where all runs are alike.
        """
        runs, body = self.answered, []
        listed = [name for name in (MEASURED[0], "expected", *MEASURED[1:3]) if f"{name}_t" in runs]
        for measure in listed if len(runs) else ():
            t = runs[f"{measure}_t"]
            ends = float(t.min()), float(t.max())
            alike = ends[1] - ends[0] <= ALIKE_T
            first = [0 if alike else int(runs.loc[(t - end).abs() <= ALIKE_T, "run"].iloc[0]) for end in ends]
            body.append((measure, *ends, *first))
        return pd.DataFrame(body, columns=["measure", "least_t", "most_t", "least_run", "most_run"])

    @property
    def first_limits(self) -> list[tuple[tuple[str, ...], int]]:
        """First limits (ids of those that come together) and their numbers of runs, the most frequent first."""
        return Counter(tuple(ids) for ids in self.answered["first"]).most_common()

    @property
    def unanswered(self) -> dict[str, list[int]]:
        """Runs without an answer by their reason."""
        reasons: dict[str, list[int]] = {}
        for row in self.runs[self.runs["status"] != "optimal"].to_dict("records"):
            reasons.setdefault(row["reason"].strip(), []).append(int(row["run"]))
        return reasons

    @property
    def floor(self) -> float | None:
        """The floor as a share of the base year as the case has it, where it is one for all markets."""
        shares = [t / self.base_t[each] for each, t in self.floors_t.items() if self.base_t.get(each)]
        return shares[0] if shares and max(shares) - min(shares) < 1e-9 else None

    @property
    def capability_name(self) -> str:
        """The name of what ``capability_t`` holds: T alone at a floor of one, or of each run's own."""
        if self.own_floor or self.floor is not None or not self.floors_t:
            return at_floor("capability", self.floor)
        if all(t >= self.base_t.get(each, 0.0) * (1 - EVEN) for each, t in self.floors_t.items()):
            return "capability"
        return f"capability at a floor of {sum(self.floors_t.values()) / 1e6:,.2f} Mt"

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: nothing infinite, no NaN; what a run does not have is left out."""
        runs = []
        for row in self.runs.to_dict("records"):
            values = [plain(row[each.address]) for each in self.over]
            results = {name: plain(row[name]) for name in RESULTS if name in row and name not in ("run", *WORDS)}
            kept = {name: value for name, value in results.items() if value is not None}
            why = {"reason": row["reason"]} if row["reason"] else {"first": list(row["first"])}
            worth = [plain(row[f"{PRICE}{name}"]) for name in self.prices]
            runs.append({"run": row["run"], "values": values, **kept, **why, **({"prices_t": worth} if worth else {})})
        return {
            **self.head(),
            **self.part("design", "seed", "over", "own_floor", "capability_name"),
            "floors": [{"segment": segment, "t": t} for segment, t in self.floors_t.items()],
            "prices": list(self.prices),
            "runs": runs,
            "spread": self.spread.to_dict("records"),
            "first_limits": [{"limits": list(ids), "runs": count} for ids, count in self.first_limits],
            "unanswered": [{"reason": reason, "runs": numbers} for reason, numbers in self.unanswered.items()],
        }

    def to_csv(self) -> str:
        """The runs as CSV: a column an address, then the results; it can be given back as a design."""
        frame = self.runs.copy()
        for each in self.over:
            mark = "x" if each.relative else ""
            frame[each.address] = [f"{mark}{_plain(value)}" for value in frame[each.address]]
        frame["first"] = [" ".join(each) for each in frame["first"]]
        return str(frame.to_csv(index=False, lineterminator="\n"))


@dataclass(frozen=True, repr=False)
class Frontier(Result):
    """A measure as one capacity of a case moves, piece by piece.

    ``address`` and ``name`` say which number, ``unit`` its unit, ``stated`` its value in the case; ``step`` is a
    planner's unit of it (``step_unit``; the number's own unit where there is none). ``floor`` is the share of the base
    year below which no market falls, the same all along; None where the measure has none.

    * ``points``: at, t (gate tonnes a year): the ends and every breakpoint between, exact.
    * ``pieces``: from, to, from_t, to_t, slope (gate tonnes per unit of the number), per_step; limits (ids, the
      greatest effect first); comes and goes (ids that are not, or no longer, limits on the piece
      before).

    ``begins`` and ``ends`` say why the frontier is shorter than what was asked for, if it is. ``residual`` is the worst
    of the certificates of ``solves`` linear programs. ``apart_t`` is None where pieces are exact. For the cargo that
    comes it is the greatest distance of the middle of a piece from its equilibrium [t a year]. ``residual`` is then the
    worst difference of willingness and price [USD per t].
    """

    page: ClassVar[str] = "frontier"
    JSON = (
        *("measure", "measure_name", "address", "name", "unit", "stated", "step", "step_unit", "floor", "begins"),
        *("ends", "always", "here", "flat_from", "points", "pieces", "solves", "residual", "apart_t"),
    )

    measure: str
    address: str
    name: str
    unit: str
    stated: float
    step: float
    step_unit: str
    floor: float | None
    points: pd.DataFrame
    pieces: pd.DataFrame
    names: Mapping[str, str]
    begins: str
    ends: str
    solves: int
    residual: float
    apart_t: float | None = None

    @property
    def measure_name(self) -> str:
        """The measure, with its floor where that is not one: ``capability at floor 0.93``."""
        return at_floor(self.measure, self.floor)

    def at(self, value: float) -> float:
        """Gate tonnes at a value of the number; raises ValueError outside the frontier."""
        return _between(self.points["at"], self.points["t"], value)

    def slopes(self, value: float) -> tuple[float, float]:
        """Slopes to the left and to the right of a value; NaN beyond an end."""
        return _slopes(self.pieces["from"], self.pieces["to"], self.pieces["slope"], value)

    @property
    def always(self) -> list[str]:
        """Ids of the limits that hold on every piece."""
        first, *others = self.pieces["limits"]
        return [limit for limit in first if all(limit in other for other in others)]

    @property
    def here(self) -> dict[str, float] | None:
        """At the case's own number: t, and less_t and more_t that one step less costs and one more brings, t a year.

        None where the frontier does not reach the number; a step beyond an end is NaN.
        """
        if not self.points["at"].iloc[0] <= self.stated <= self.points["at"].iloc[-1]:
            return None
        left, right = (slope * self.step for slope in self.slopes(self.stated))
        return {"t": self.at(self.stated), "less_t": left, "more_t": right}

    @property
    def flat_from(self) -> float | None:
        """The number beyond which more of it changes nothing; None where all, or no, pieces are flat."""
        rises = (self.pieces["slope"].abs() > FLAT).to_numpy().nonzero()[0]
        first = rises[-1] + 1 if len(rises) else 0
        return float(self.pieces["from"].iloc[first]) if 0 < first < len(self.pieces) else None

    def to_csv(self) -> str:
        """The pieces as CSV."""
        return _csv(self.pieces)


@dataclass(frozen=True, repr=False)
class CostFrontier(Result):
    """The least cost of carrying a volume over the gate in a year, piece by piece.

    ``cost`` is resource or shipper. No market falls below ``floor`` times its base year; ``points`` go from the sum of
    the floors to the capability: t (gate tonnes a year), usd (of all that is carried, also what never crosses).

    * ``pieces``: from_t, to_t, from_usd, to_usd, usd_per_t (cost of one more gate tonne); grows (ids of the markets
      that grow on it, the greatest first), limits (ids, the greatest effect first).
    """

    page: ClassVar[str] = "cost_frontier"
    JSON = ("cost", "floor", "points", "pieces", "solves", "residual")

    cost: str
    floor: float
    points: pd.DataFrame
    pieces: pd.DataFrame
    names: Mapping[str, str]
    solves: int
    residual: float

    def at(self, t: float) -> float:
        """USD a year for these gate tonnes; raises ValueError outside the frontier."""
        return _between(self.points["t"], self.points["usd"], t)

    def slopes(self, t: float) -> tuple[float, float]:
        """USD per gate tonne less and more; NaN beyond an end."""
        return _slopes(self.pieces["from_t"], self.pieces["to_t"], self.pieces["usd_per_t"], t)

    def to_csv(self) -> str:
        """The pieces as CSV."""
        return _csv(self.pieces)


@dataclass(frozen=True, repr=False)
class Pareto(Result):
    """The ways to carry the base year's tonnes of which none is better in cost, carbon and time at once.

    * ``points``, by cost: point (from 1), cost_usd, co2e_t, tonne_days (t times days under way) of a year, and cost,
      carbon and time: the weights of the three, scaled by ``least`` and ``most``, under which it is best. more_usd,
      less_co2e_t and less_tonne_days are beside the first point. They are the corners of the set; mixtures of corners
      that share weights lie between.
    * ``moves``: point, link, name, t, cheapest_t: the links over which a point sends other tonnes than the first one.

    ``complete`` says that these are all corners; ``least`` and ``most`` hold the range of each objective over them.
    """

    page: ClassVar[str] = "pareto"
    JSON = ("t", "complete", "spans", "points", "moves", "solves", "residual")

    t: float
    points: pd.DataFrame
    moves: pd.DataFrame
    complete: bool
    solves: int
    residual: float

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Least and most of each objective over the set."""
        return {
            name: (float(self.points[name].min()), float(self.points[name].max()))
            for name in ("cost_usd", "co2e_t", "tonne_days")
        }

    @property
    def spans(self) -> dict[str, float]:
        """The range of each objective over the set, as a share of its least."""
        return {name: (most - least) / least if least else 0.0 for name, (least, most) in self.ranges.items()}

    def to_csv(self) -> str:
        """The points as CSV."""
        return _csv(self.points)


def _between(at: Sequence[float] | pd.Series, values: Sequence[float] | pd.Series, here: float) -> float:
    ends = np.asarray(at, dtype=float)
    if not ends[0] <= here <= ends[-1]:
        raise ValueError(f"{here:g} lies outside the frontier, which goes from {ends[0]:g} to {ends[-1]:g}")
    return float(np.interp(here, ends, np.asarray(values, dtype=float)))


def _slopes(starts: pd.Series, ends: pd.Series, slopes: pd.Series, here: float) -> tuple[float, float]:
    dust = 1e-9 * (1 + abs(here))
    left = [s for a, b, s in zip(starts, ends, slopes, strict=True) if a < here - dust and here <= b + dust]
    right = [s for a, b, s in zip(starts, ends, slopes, strict=True) if a - dust <= here and here + dust < b]
    return float(left[-1]) if left else math.nan, float(right[0]) if right else math.nan


def _plain(value: float) -> str:
    return "unlimited" if math.isinf(value) else f"{value:.15g}"


def _csv(frame: pd.DataFrame) -> str:
    lists = frame.map(lambda cell: " ".join(cell) if isinstance(cell, tuple) else cell)
    return str(lists.to_csv(index=False, lineterminator="\n"))
