"""Changes within the year: factors by day of calendars and closures, and the size that low water leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.model.case import Case, Cell
from corridor.model.days import MONTHS, days_from_to, days_of, month_edges
from corridor.model.graph import name_of

Factor = NDArray[np.float64]
"""A factor for each day of the base year: 365 or 366 of them."""


class _Said(NamedTuple):
    """One calendar or closure: its factor by day; ``shape``: its mean counts in the year; ``known``: in advance."""

    by_day: Factor
    shape: bool
    known: bool


@dataclass(frozen=True)
class Outage:
    """A row of a link, resource or node out from day to day (``MM-DD``, both included).

    ``left`` is the share of its capacity that is left; ``known`` whether it is known in advance, as works are.
    """

    table: str
    row: str
    name: str
    from_day: str
    to_day: str
    left: float = 0.0
    known: bool = False


def daily(case: Case, table: str, row: str, column: str, *, foreseen: bool = False) -> Factor | None:
    """The factor of a number of the year, day by day; None where no calendar or closure speaks of it.

    Shape: days of the base year; no unit; zero or more. Calendars of one cell multiply, and so do the closures of a
    resource for its capacity. The background of a resource follows its capacity unless it has a calendar of its own:
    a storm stops other people's cargo, too. Those that are shapes are scaled, all together, so that their mean over
    the days is 1.
    With ``foreseen`` it is what one expects beforehand: closures that are not known count by their mean over each
    calendar month. Raises ValueError where shapes leave nothing of any day.
    """

    def work_out() -> Factor | None:
        said = list(_calendars(case).get((table, row, column), ()))
        if (table, column) == ("resource", "background") and not said:
            return daily(case, table, row, "capacity", foreseen=foreseen)
        if (table, column) == ("resource", "capacity"):
            said += _closures(case).get(("resource", row), ())
        return _together(said, foreseen)

    return case.known(("daily", table, row, column, foreseen), work_out)


def link_daily(case: Case, link_id: str, *, foreseen: bool = False) -> Factor | None:
    """The factor of the capacity of a link, in each direction, day by day; None where nothing closes it.

    Shape: days of the base year; no unit; from 0, closed even where the capacity is unlimited, to 1, or above where
    closures are shapes. It comes of the closures of the link and of the places at its ends; the rest is as in
    :func:`daily`. Raises ValueError where shapes leave nothing of any day.
    """
    if not _closures(case):
        return None
    link = case.row("link", link_id)
    closed = (("link", link_id), ("node", link.from_node_id), ("node", link.to_node_id))

    def work_out() -> Factor | None:
        closures = _closures(case)  # read here, so that the value is noted as one of the table of closures
        return _together([closure for key in closed for closure in closures.get(key, ())], foreseen)

    return case.known(("link_daily", closed, foreseen), work_out)


def size_left(case: Case, size_id: str) -> float:
    """Share of a size that the water level of the case leaves, 0 to 1; 1 where nothing is said, 0 below what closes."""
    level = case.rows("case")[0].sea_level_m
    draught = next((each for each in case.rows("draught") if each.size_id == size_id), None)
    if level is None or draught is None:
        return 1.0
    if draught.closes_below_m is not None and level < draught.closes_below_m:
        return 0.0
    below_m: float = max(0.0, draught.reference_m - level)
    left: float = 1.0 - draught.lost_per_m * below_m
    return max(0.0, left)


def _calendars(case: Case) -> dict[Cell, list[_Said]]:
    """Factors of calendars, by cell."""

    def work_out() -> dict[Cell, list[_Said]]:
        lengths = np.diff(month_edges(days_of(case.base_year)))
        said: dict[Cell, list[_Said]] = defaultdict(list)
        for row in case.rows("calendar"):
            by_day = np.repeat([float(getattr(row, month)) for month in MONTHS], lengths)
            said[row.table, row.row, row.column].append(_Said(by_day, row.shape, True))
        return dict(said)

    return case.known("calendars", work_out)


def _closures(case: Case) -> dict[tuple[str, str], list[_Said]]:
    """Factors of closures, by the table and the row that they close."""

    def work_out() -> dict[tuple[str, str], list[_Said]]:
        days = days_of(case.base_year)
        said: dict[tuple[str, str], list[_Said]] = defaultdict(list)
        for row in case.rows("closure"):
            by_day = np.where(days_from_to(row.from_day, row.to_day, days), row.left, 1.0)
            said[row.table, row.row].append(_Said(by_day, row.shape, row.known))
        return dict(said)

    return case.known("closures", work_out)


def _together(said: Collection[_Said], foreseen: bool) -> Factor | None:
    """The product of all that is said, shapes at a mean of 1; None where nothing is said."""
    if not said:
        return None
    shape = _product([each for each in said if each.shape], foreseen)
    lost = _product([each for each in said if not each.shape], foreseen)
    if shape is None or lost is None:
        return lost if shape is None else shape / _mean(shape)
    return shape / _mean(shape) * lost


def _product(said: Collection[_Said], foreseen: bool) -> Factor | None:
    """The product; ``foreseen``: with the joint mean of surprises over each month in their place."""
    if not said:
        return None
    known = [each.by_day for each in said if each.known or not foreseen]
    surprises = [each.by_day for each in said if not each.known and foreseen]
    if surprises:
        known.append(_by_month(np.prod(surprises, axis=0)))
    product: Factor = np.prod(known, axis=0)
    return product


def _mean(shape: Factor) -> float:
    mean = float(shape.mean())
    if not mean > 0:
        raise ValueError("the months and closures that are shapes leave nothing of any day")
    return mean


def _by_month(by_day: Factor) -> Factor:
    """Each day with the mean of its month."""
    edges = month_edges(len(by_day))
    lengths = np.diff(edges)
    means = np.add.reduceat(by_day, edges[:-1]) / lengths
    return np.repeat(means, lengths)


def lost_days(case: Case) -> tuple[Outage, ...]:
    """Closures whose days the year loses, in the order of their table; shapes only move capacity within it."""
    return tuple(
        Outage(row.table, row.row, name_of(case, row.table, row.row), row.from_day, row.to_day, row.left, row.known)
        for row in case.rows("closure")
        if not row.shape and row.left < 1
    )


def closed_days(closures: Sequence[Outage], days: int) -> NDArray[np.bool_]:
    """Days that each of these closures closes. Shape: closures, days of the year."""
    found = [days_from_to(each.from_day, each.to_day, days) for each in closures]
    return np.array(found, dtype=bool).reshape(len(found), days)
