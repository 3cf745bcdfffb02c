"""From the Pyomo model of one period to the arrays of a horizon: views folded, givens moved to the right-hand side.

The algebra is in Pyomo once, for one period. Its compiled matrix is repeated over the horizon by Kronecker products:
``sum (R S) x A``. R holds the times of a block of rows, S the steps of the views. A datum that may change is a *given*
column, and ``rhs = b - G g`` is all that a what-if is.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.horizon import Floats, Horizon, Steps, operator
from corridor.model.program import BLOCKS, Axis, Label, Positions, Program
from corridor.optimize.period.algebra import Term
from corridor.optimize.period.build import GOALS, Period, uncollected
from corridor.optimize.period.streams import NeedsRebuild

OBJECTIVE = "objective"


@dataclass(frozen=True)
class Sheet:
    """The compiled matrix of one period: rows and columns as (block, label), the goals among the rows.

    ``integer`` are the labels of integer columns.
    """

    matrix: sp.csc_array
    right: Floats
    sense: NDArray[np.int64]
    rows: Sequence[tuple[int, Label]]
    columns: Sequence[tuple[int, Label]]
    integer: frozenset[Label] = frozenset()

    @cached_property
    def goal(self) -> NDArray[np.bool_]:
        """True for the rows that are goals."""
        return np.array([label[0] == OBJECTIVE for _, label in self.rows], dtype=bool)

    @cached_property
    def _places(self) -> tuple[dict[Label, int], dict[Label, int]]:
        rows, columns = ({label: at for at, (_, label) in enumerate(axis)} for axis in (self.rows, self.columns))
        return rows, columns

    def of(self, period: Period) -> Sheet:
        """The same rows and columns with the coefficients of another period; a planner's rows keep theirs.

        Raises NeedsRebuild where a term names a column or a goal that had no coefficient.
        """
        row_at, column_at = self._places
        sides = [((rule, key), terms) for (_, rule), rows in period.rows.items() for key, terms in rows.items()]
        goals = {name: period.goal(name) for name in GOALS}
        sides += [((OBJECTIVE, name), terms) for name, terms in goals.items() if terms or (OBJECTIVE, name) in row_at]
        every: list[Term] = [term for _, terms in sides for term in terms]
        try:
            at = [row_at[label] for label, _ in sides]
            to = [column_at[name, key] for _, name, key in every]
        except KeyError:
            raise NeedsRebuild("a goal or a column had no coefficient before") from None
        own = np.ones(len(self.rows), dtype=bool)
        own[at] = False
        kept = sp.coo_array(self.matrix)
        planned = own[kept.row]
        numbers = np.concatenate([[coefficient for coefficient, *_ in every], kept.data[planned]])
        down = np.concatenate([np.repeat(at, [len(terms) for _, terms in sides]), kept.row[planned]])
        across = np.concatenate([to, kept.col[planned]])
        matrix = sp.csc_array((numbers, (down, across)), shape=self.matrix.shape)
        return replace(self, matrix=matrix)


def compile_period(period: Period) -> Program:
    """Compile one period and repeat it over its horizon; raises what :func:`standard_form` raises."""
    return repeat(period, standard_form(period))


@uncollected()
def standard_form(period: Period) -> Sheet:
    """The matrix of the Pyomo model of a period.

    Raises ValueError for bounds on views, integer views, and numbers that are not finite: Pyomo's standard form would
    let them pass in silence.
    """
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        form = LinearStandardFormCompiler().write(period.model, mixed_form=True)
    matrix = sp.csc_array(form.A)
    right = np.asarray(form.rhs, dtype=float)
    if not (np.isfinite(matrix.data).all() and np.isfinite(right).all()):
        raise ValueError("a coefficient of the model is not finite")
    shown, integer = _places(form.columns), set()
    for column, (_, label) in zip(form.columns, shown, strict=True):
        is_view, is_given = label in period.views, label[0] in period.given
        if not column.is_continuous():
            if is_view or is_given:
                raise ValueError(f"{column.name} is an integer variable, but a view or a given")
            integer.add(label)
        if is_view and (column.lb is not None or column.ub is not None):
            raise ValueError(f"{column.name} is a view and cannot have bounds of its own")
        if not (is_view or is_given) and (column.lb != 0 or column.ub is not None):
            raise ValueError(f"{column.name} must be zero or more, and have its limits as rows")
    rows = _places(row.constraint for row in form.rows)
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    return Sheet(matrix, right, sense, rows, shown, frozenset(integer))


def repeat(period: Period, sheet: Sheet) -> Program:
    """The arrays of the horizon from the matrix of its period, in four steps.

    The steps: axes of the horizon, groups of entries with the same view, the course of each group through the times,
    and the matrices joined from them.
    """
    axes = _axes(period, sheet)
    groups = _groups(period, sheet, axes)
    return _program(period, sheet, axes, groups, _courses(period, groups))


class _Axes(NamedTuple):
    rows: Axis
    goals: Axis
    columns: Axis
    givens: Axis
    home: Mapping[Label, int]
    """Block of each column and given."""


class _View(NamedTuple):
    """The way of a column or given into rows: from its ``home`` block, through steps, to the block of those rows."""

    block: int
    home: int
    is_given: bool
    steps: Steps


class _Group(NamedTuple):
    """Compiled entries of one view in the rows of one block: positions within the blocks, and values."""

    view: _View
    block: int
    is_goal: bool
    at: Positions
    to: Positions
    value: Floats


def _axes(period: Period, sheet: Sheet) -> _Axes:
    """Step 1: the rows, goals, columns and givens of the horizon. A given that no rule mentions changes nothing."""
    times, home = _times(period.layout.horizon), _homes(period, sheet.columns)
    sources = list(dict.fromkeys(_source(period, label)[0] for _, label in sheet.columns))
    columns, givens = (
        [
            [label for label in sources if home[label] == block and (label[0] in period.given) == is_given]
            for block in range(3)
        ]
        for is_given in (False, True)
    )
    rows: list[list[Label]] = [[], [], []]
    goals: list[Label] = []
    for (block, label), is_goal in zip(sheet.rows, sheet.goal, strict=True):
        (goals if is_goal else rows[block]).append((OBJECTIVE, label[1]) if is_goal else label)
    return _Axes(Axis(rows, times), Axis([[], [], goals], times), Axis(columns, times), Axis(givens, times), home)


def _groups(period: Period, sheet: Sheet, axes: _Axes) -> list[_Group]:
    """Step 2: the compiled entries, by the view of their column and the block of their row, goals last."""
    timed = period.layout.horizon.timed
    views: dict[_View, int] = {}
    view_of, target = (np.empty(len(sheet.columns), dtype=np.int64) for _ in range(2))
    for position, (block, label) in enumerate(sheet.columns):
        source, steps = _source(period, label)
        is_given = source[0] in period.given
        view = _View(block, axes.home[source], is_given, steps if timed else ())
        view_of[position] = views.setdefault(view, len(views))
        target[position] = (axes.givens if is_given else axes.columns).place[source][1]
    block_of = np.array([block for block, _ in sheet.rows], dtype=np.int64)
    block_of[sheet.goal] = 3
    within = np.zeros(len(sheet.rows), dtype=np.int64)
    for block in range(4):
        within[block_of == block] = np.arange(int((block_of == block).sum()))
    entries = sp.coo_array(sheet.matrix)
    order = np.lexsort((block_of[entries.row], view_of[entries.col]))
    rows, columns, numbers = entries.row[order], entries.col[order], entries.data[order]
    changes = (np.diff(view_of[columns], prepend=-1) != 0) | (np.diff(block_of[rows], prepend=-1) != 0)
    first, known = np.flatnonzero(changes), list(views)
    return [
        _Group(
            view=known[view_of[columns[begin]]],
            block=min(int(block_of[rows[begin]]), 2),
            is_goal=bool(block_of[rows[begin]] == 3),
            at=within[rows[begin:end]],
            to=target[columns[begin:end]],
            value=numbers[begin:end],
        )
        for begin, end in zip(first, [*first[1:], len(numbers)], strict=True)
    ]


def _courses(period: Period, groups: Iterable[_Group]) -> dict[tuple[_View, int], sp.coo_array]:
    """Step 3: of each view, the matrix from the times of its home to those of a block of rows."""
    horizon = period.layout.horizon
    times, reach = _times(horizon), _reach(horizon)
    courses: dict[tuple[_View, int], sp.coo_array] = {}
    for view, block in dict.fromkeys((group.view, group.block) for group in groups):
        moved = reach[view.block][view.home] if view.block != view.home else None
        if view.steps:
            course = operator(horizon, view.steps, period.factors, moved)
        else:
            course = moved if moved is not None else sp.csr_array(sp.eye_array(times[view.block]))
        over = reach[block][view.block]
        courses[view, block] = sp.coo_array(course if over is None else over @ course)
    return courses


def _program(
    period: Period,
    sheet: Sheet,
    axes: _Axes,
    groups: Iterable[_Group],
    courses: Mapping[tuple[_View, int], sp.coo_array],
) -> Program:
    """Step 4: the entries of each group at each of the times of its course, joined to the arrays of the horizon."""
    pieces: dict[tuple[bool, bool], list[_Piece]] = defaultdict(list)
    for group in groups:
        view, course = group.view, courses[group.view, group.block]
        rows, columns = axes.goals if group.is_goal else axes.rows, axes.givens if view.is_given else axes.columns
        down = rows.starts[group.block] + len(rows.blocks[group.block]) * course.row
        across = columns.starts[view.home] + len(columns.blocks[view.home]) * course.col
        pieces[group.is_goal, view.is_given].append(_Piece(down, across, course.data, group.at, group.to, group.value))

    def joined(is_goal: bool, is_given: bool) -> sp.coo_array:
        shape = (len(axes.goals if is_goal else axes.rows), len(axes.givens if is_given else axes.columns))
        return _joined(pieces[is_goal, is_given], shape)

    matrix = sp.csc_array(joined(False, False))
    matrix.eliminate_zeros()
    matrix.sort_indices()
    of_goals, given_of_goals = (joined(True, is_given).toarray() for is_given in (False, True))
    blocks = [
        np.array([block == own and not goal for (own, _), goal in zip(sheet.rows, sheet.goal, strict=True)], dtype=bool)
        for block in range(3)
    ]
    times = axes.rows.times
    return Program(
        matrix=matrix,
        given_matrix=sp.csr_array(joined(False, True)),
        rhs=np.concatenate([np.tile(sheet.right[chosen], time) for chosen, time in zip(blocks, times, strict=True)]),
        sense=np.concatenate([np.tile(sheet.sense[chosen], time) for chosen, time in zip(blocks, times, strict=True)]),
        goals={str(key): (of_goals[at], given_of_goals[at]) for at, (_, key) in enumerate(axes.goals.labels)},
        rows=axes.rows,
        columns=axes.columns,
        givens=axes.givens,
        values=values(axes.givens, period),
        integer=sheet.integer,
    )


def _source(period: Period, label: Label) -> tuple[Label, Steps]:
    """The variable that a column shows, and the steps between; itself for a column that is no view."""
    return period.views.get(label, (label, ()))


def _times(horizon: Horizon) -> list[int]:
    """Times of each block: periods, months, the year."""
    return [horizon.count, len(horizon.month_edges) - 1, 1]


def values(givens: Axis, period: Period) -> Floats:
    """The values of the givens of a program."""
    numbers = np.zeros(len(givens))
    for label in givens.labels:
        numbers[givens.every(label)] = period.given[label[0]][label[1]]
    return numbers


class _Piece(NamedTuple):
    """Entries that share a course: each of its own (``at``, ``to``, ``value``) stands at each of the course's."""

    down: Positions
    across: Positions
    share: Floats
    at: Positions
    to: Positions
    value: Floats


def _joined(pieces: Sequence[_Piece], shape: tuple[int, int]) -> sp.coo_array:
    """The matrix of all pieces, laid out at once: by days it has millions of entries."""
    sizes = [len(piece.share) * len(piece.value) for piece in pieces]
    rows, columns = (np.empty(sum(sizes), dtype=np.int32) for _ in range(2))
    numbers = np.empty(sum(sizes))
    stops = np.cumsum(sizes, dtype=np.int64)
    for piece, size, stop in zip(pieces, sizes, stops, strict=True):
        span, grid = slice(stop - size, stop), (len(piece.share), len(piece.value))
        np.add.outer(piece.down, piece.at, out=rows[span].reshape(grid), casting="same_kind")
        np.add.outer(piece.across, piece.to, out=columns[span].reshape(grid), casting="same_kind")
        np.multiply.outer(piece.share, piece.value, out=numbers[span].reshape(grid))
    return sp.coo_array((numbers, (rows, columns)), shape=shape)


def _reach(horizon: Horizon) -> list[list[sp.csr_array | None]]:
    """Weights from the times of a block (second index) to those of another (first index); None for the same.

    A period is in a month by its share; an amount of the year is in every period and month, whole.
    """
    count, months = horizon.count, len(horizon.month_edges) - 1
    by_month = horizon.by_month()
    ones = [sp.csr_array(np.ones((1, n))) for n in (count, months)]
    return [
        [None, sp.csr_array(by_month.T), sp.csr_array(ones[0].T)],
        [by_month, None, sp.csr_array(ones[1].T)],
        [ones[0], ones[1], None],
    ]


def _homes(period: Period, shown: Sequence[tuple[int, Label]]) -> dict[Label, int]:
    """The block of every variable that is no view, also of those that only views mention."""
    homes = {label: block for block, label in shown if label not in period.views}
    if missing := {source for source, _ in period.views.values()} - homes.keys():
        for (block, name), keys in chain(period.columns.keys.items(), period.homes_of_givens().items()):
            homes |= {(name, key): BLOCKS.index(block) for key in keys if (name, key) in missing}
    return homes


def _places(components: Iterable[Any]) -> list[tuple[int, Label]]:
    """Block and label of each variable or row; raises ValueError where one stands in none of the blocks."""
    homes: dict[int, tuple[str, str]] = {}  # Pyomo works a name out anew each time
    labels = []
    for component in components:
        parent = component.parent_component()
        if id(parent) not in homes:
            block, _, name = parent.name.partition(".")
            homes[id(parent)] = block, name
        block, name = homes[id(parent)]
        if block not in BLOCKS or not name:
            raise ValueError(f"{component.name} stands on none of model.period, model.month and model.year")
        labels.append((BLOCKS.index(block), (name, component.index())))
    return labels
