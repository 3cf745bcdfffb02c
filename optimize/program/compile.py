"""From the Pyomo model of one period to the arrays of a horizon: views folded, givens moved to the right-hand side.

Design: the algebra stands in Pyomo once, for one period. Its compiled matrix is repeated over the horizon by Kronecker
products, ``sum (R S) x A`` with R the times of a block of rows and S the steps of the views; a datum that may change is
a *given* column, and ``rhs = b - G g`` is all that a what-if is.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.horizon import Floats, Horizon, Steps, operator
from corridor.model.program import BLOCKS, Axis, Label, Positions, Program
from corridor.optimize.period.build import Period, uncollected


@uncollected()
def compile_period(period: Period) -> Program:
    """Compile one period and repeat it over its horizon.

    Raises ValueError for integer variables, bounds on views, and numbers that are not finite: Pyomo's standard form
    would let them pass in silence.
    """
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        form = LinearStandardFormCompiler().write(period.model, mixed_form=True)
    matrix = sp.csc_array(form.A)
    right = np.asarray(form.rhs, dtype=float)
    if not (np.isfinite(matrix.data).all() and np.isfinite(right).all()):
        raise ValueError("a coefficient of the model is not finite")
    for column in form.columns:
        if not column.is_continuous():
            raise ValueError(f"{column.name} is an integer variable; the model is continuous only")
    shown = _places(form.columns)
    for column, (_, label) in zip(form.columns, shown, strict=True):
        is_view, is_given = label in period.views, label[0] in period.given
        if is_view and (column.lb is not None or column.ub is not None):
            raise ValueError(f"{column.name} is a view and cannot have bounds of its own")
        if not (is_view or is_given) and (column.lb != 0 or column.ub is not None):
            raise ValueError(f"{column.name} must be zero or more, and have its limits as rows")
    rows = _places(row.constraint for row in form.rows)
    goal = [label[0] == OBJECTIVE for _, label in rows]
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    return _repeat(period, matrix, right, sense, rows, goal, shown)


OBJECTIVE = "objective"


def _repeat(
    period: Period,
    matrix: sp.csc_array,
    right: Floats,
    sense: NDArray[np.int64],
    rows: Sequence[tuple[int, Label]],
    goal: Sequence[bool],
    shown: Sequence[tuple[int, Label]],
) -> Program:
    """The arrays of the horizon from those of the period; ``rows`` and ``shown`` (columns) are (block, label)."""
    horizon = period.layout.horizon
    times = [horizon.count, len(horizon.month_edges) - 1, 1]
    home = _homes(period, shown)
    sources = [period.views.get(label, (label, ())) for _, label in shown]
    kept = list(dict.fromkeys(label for label, _ in sources))
    # A given that no rule mentions is not compiled: it changes nothing.
    axes = [
        Axis(
            [[label for label in kept if home[label] == b and (label[0] in period.given) == g] for b in range(3)], times
        )
        for g in (False, True)
    ]
    row_axis = Axis(
        [[label for (b, label), is_goal in zip(rows, goal, strict=True) if b == k and not is_goal] for k in range(3)],
        times,
    )
    goals = [label[1] for (_, label), is_goal in zip(rows, goal, strict=True) if is_goal]
    goal_axis = Axis([[], [], [(OBJECTIVE, name) for name in goals]], times)
    # The compiled entries, sorted by the group of their column and the block of their row (objective rows last).
    groups: dict[tuple[int, int, bool, Steps], int] = {}
    of_column, target = np.empty(len(shown), dtype=np.int64), np.empty(len(shown), dtype=np.int64)
    for position, ((block, _), (source, steps)) in enumerate(zip(shown, sources, strict=True)):
        is_given = source[0] in period.given
        key = (block, home[source], is_given, steps if horizon.timed else ())
        of_column[position] = groups.setdefault(key, len(groups))
        target[position] = axes[is_given].place[source][1]
    kind = np.array([3 if is_goal else block for (block, _), is_goal in zip(rows, goal, strict=True)], dtype=np.int64)
    within = np.zeros(len(rows), dtype=np.int64)
    for k in range(4):
        within[kind == k] = np.arange(int((kind == k).sum()))
    entries = sp.coo_array(matrix)
    sort = np.lexsort((kind[entries.row], of_column[entries.col]))
    at, to, value = within[entries.row][sort], target[entries.col][sort], entries.data[sort]
    code = of_column[entries.col][sort] * 4 + kind[entries.row][sort]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    keys, reach = list(groups), _reach(horizon)
    courses: dict[tuple[int, int], Any] = {}
    pieces: dict[tuple[bool, bool], list[_Piece]] = defaultdict(list)
    for begin, end in zip(first, [*first[1:], len(code)], strict=True):
        group, k = divmod(int(code[begin]), 4)
        block, origin, is_given, steps = keys[group]
        row_block = min(k, 2)
        if (group, row_block) not in courses:
            moved = reach[block][origin] if block != origin else None
            if steps:
                course = operator(horizon, steps, period.factors, moved)
            else:
                course = moved if moved is not None else sp.csr_array(sp.eye_array(times[block]))
            over = reach[row_block][block]
            courses[group, row_block] = sp.coo_array(course if over is None else over @ course)
        axis, rows_of = axes[is_given], row_axis if k < 3 else goal_axis
        left, span = courses[group, row_block], slice(begin, end)
        down = rows_of.starts[row_block] + len(rows_of.blocks[row_block]) * left.row
        across = axis.starts[origin] + len(axis.blocks[origin]) * left.col
        pieces[k == 3, is_given].append(_Piece(down, across, left.data, at[span], to[span], value[span]))

    def joined(is_goal: bool, is_given: bool) -> sp.coo_array:
        shape = (len(goal_axis if is_goal else row_axis), len(axes[is_given]))
        return _joined(pieces[is_goal, is_given], shape)

    columns = sp.csc_array(joined(False, False))
    columns.eliminate_zeros()
    columns.sort_indices()
    of_goals = [joined(True, is_given).toarray() for is_given in (False, True)]
    values = np.zeros(len(axes[1]))
    for label in axes[1].labels:
        values[axes[1].every(label)] = period.given[label[0]][label[1]]
    return Program(
        matrix=columns,
        given_matrix=sp.csr_array(joined(False, True)),
        rhs=np.concatenate([np.tile(right[kind == k], time) for k, time in enumerate(times)]),
        sense=np.concatenate([np.tile(sense[kind == k], time) for k, time in enumerate(times)]),
        goals={name: (of_goals[0][i], of_goals[1][i]) for i, name in enumerate(goals)},
        rows=row_axis,
        columns=axes[0],
        givens=axes[1],
        values=values,
    )


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
    """How what stands in a block (second index) shows in the times of another (first index); None for the same.

    A period lies in a month by its share; what stands for the year shows in every period and month, whole.
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
    found = {label: block for block, label in shown if label not in period.views}
    for label, _ in period.views.values():
        if label not in found:
            for block, name in enumerate(BLOCKS):
                component = period.model.component(name).component(label[0])
                if component is not None and label[1] in component:
                    found[label] = block
    return found


def _places(components: Iterable[Any]) -> list[tuple[int, Label]]:
    """Block and label of each variable or row; raises ValueError where one stands in none of the blocks."""
    homes: dict[int, tuple[str, str]] = {}  # Pyomo works a name out anew each time
    found = []
    for component in components:
        parent = component.parent_component()
        if id(parent) not in homes:
            block, _, name = parent.name.partition(".")
            homes[id(parent)] = block, name
        block, name = homes[id(parent)]
        if block not in BLOCKS or not name:
            raise ValueError(f"{component.name} stands on none of model.period, model.month and model.year")
        found.append((BLOCKS.index(block), (name, component.index())))
    return found


def text(label: Label, time: int | None = None) -> str:
    """A label as LP files write it, the number of its time last: ``flow(rail_1,oil_to_baku,before,2)``."""
    name, key = label
    parts = [] if key is None else list(map(str, key)) if isinstance(key, tuple) else [str(key)]
    if time is not None:
        parts.append(str(time))
    return f"{name}({','.join(parts)})" if parts else name


def texts(axis: Axis) -> list[str]:
    """Every position's label as LP files write it; those that hold once without a time, the first period is 1."""
    found = []
    for block, time in zip(axis.blocks, axis.times, strict=True):
        for number in range(1, time + 1):
            found += [text(label, number if time > 1 else None) for label in block]
    return found


def lp_text(program: Program, rule: str) -> str:
    """The rows of one rule in LP format, givens as variables, in the order in which they were written."""
    out = []
    every = sp.csr_array(sp.hstack([sp.csr_array(program.matrix), program.given_matrix]))
    names = [*texts(program.columns), *texts(program.givens)]
    for index, (label, name) in enumerate(zip(program.rows, texts(program.rows), strict=True)):
        if label[0] != rule:
            continue
        start, stop = every.indptr[index], every.indptr[index + 1]
        terms = sorted(
            (names[j], value)
            for j, value in zip(every.indices[start:stop], every.data[start:stop], strict=True)
            if value
        )
        left = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):.10g} {each}" for each, value in terms)
        relation = {-1: ">=", 0: "=", 1: "<="}[int(program.sense[index])]
        out.append(f"{name}: {left} {relation} {program.rhs[index]:.10g}\n")
    return "".join(out)
