"""From the Pyomo model of one period to arrays: views folded, givens moved to the right-hand side.

Design: the algebra stands in Pyomo once; a datum that may change is a *given* column, and ``rhs = b - G g`` is all
that a what-if is. Lags between periods, once rows and several periods enter :func:`compile_period` where the views
are folded (a lag of a year or less within one cyclic period is the identity).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.optimize.period import Period

Floats = NDArray[np.float64]
Label = tuple[str, Any]
"""Name of a rule, variable or given, and its key."""


@dataclass(frozen=True)
class Program:
    """A linear program: minimise or maximise one of ``goals`` subject to ``lower <= matrix x <= upper``, x >= 0.

    ``matrix`` (rows x columns) and ``given_matrix`` (rows x givens) are sparse; ``sense`` is -1 for >=, 0 for =,
    1 for <=; a goal is a pair of coefficients of the columns and of the givens. Labels name rows, columns, givens.
    """

    matrix: sp.csc_array
    given_matrix: sp.csr_array
    rhs: Floats
    sense: NDArray[np.int64]
    goals: Mapping[str, tuple[Floats, Floats]]
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    givens: tuple[Label, ...]
    values: Floats

    @cached_property
    def row_at(self) -> dict[Label, int]:
        return {label: position for position, label in enumerate(self.rows)}

    @cached_property
    def column_at(self) -> dict[Label, int]:
        return {label: position for position, label in enumerate(self.columns)}

    @cached_property
    def given_at(self) -> dict[Label, int]:
        return {label: position for position, label in enumerate(self.givens)}

    def given(self, values: Mapping[Label, float]) -> Floats:
        """The givens' values with some of them replaced."""
        out = self.values.copy()
        for label, value in values.items():
            out[self.given_at[label]] = value
        return out

    @cached_property
    def rules(self) -> NDArray[np.str_]:
        """The rule of each row."""
        return np.array([name for name, _ in self.rows])

    def places(self, terms: Iterable[tuple[float, Label, str, Any]]) -> NDArray[np.int64]:
        """Where in ``matrix.data`` the coefficients of these terms stand, in their order; -1 for those of givens.

        ``terms`` holds (coefficient, row, variable, key). Raises KeyError for a row or a variable that the program
        does not have, and ValueError where two terms share one place.
        """
        start, rows = self.matrix.indptr, self.matrix.indices
        found = []
        for _, label, name, at in terms:
            row = self.row_at[label]
            if (name, at) in self.given_at:
                found.append(-1)
                continue
            column = self.column_at[name, at]
            low, high = start[column], start[column + 1]
            place = low + int(np.searchsorted(rows[low:high], row))
            if place == high or rows[place] != row:
                raise KeyError((label, name, at))
            found.append(int(place))
        places = np.array(found, dtype=np.int64)
        real = places[places >= 0]
        if len(np.unique(real)) != len(real):
            raise ValueError("two terms stand in one place")
        return places

    def bounds(self, values: Floats, without: str = "") -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows for these values of the givens, infinite where there is no limit.

        The rows of the rule called ``without`` limit nothing.
        """
        right = self.rhs - self.given_matrix @ values
        dropped = self.rules == without if without else np.zeros(len(right), dtype=bool)
        lower = np.where((self.sense == 1) | dropped, -np.inf, right)
        return lower, np.where((self.sense == -1) | dropped, np.inf, right)


def compile_period(period: Period) -> Program:
    """Compile one period that is the whole year.

    Raises ValueError for integer variables, bounds on views, and numbers that are not finite: Pyomo's standard form
    would let them pass in silence.
    """
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        form = LinearStandardFormCompiler().write(period.model, mixed_form=True)
    matrix = sp.csr_array(form.A)
    right = np.asarray(form.rhs, dtype=float)
    if not (np.isfinite(matrix.data).all() and np.isfinite(right).all()):
        raise ValueError("a coefficient of the model is not finite")
    prefix = f"{period.model.period.name}."
    for column in form.columns:
        if not column.is_continuous():
            raise ValueError(f"{column.name} is an integer variable; the model is continuous only")
    labels = [_label(column, prefix) for column in form.columns]
    source = {view.variable: view.source for view in period.views}
    target = [(source.get(name, name), key) for name, key in labels]
    order = list(dict.fromkeys(target))
    position = {label: index for index, label in enumerate(order)}
    for column, (name, _) in zip(form.columns, labels, strict=True):
        if name in source and (column.lb is not None or column.ub is not None):
            raise ValueError(f"{column.name} is a view and cannot have bounds of its own")
        if name not in source and name not in period.given and (column.lb != 0 or column.ub is not None):
            raise ValueError(f"{column.name} must be zero or more, and have its limits as rows")
    fold = sp.csr_array(
        (np.ones(len(target)), (range(len(target)), [position[label] for label in target])),
        shape=(len(target), len(order)),
    )
    folded = sp.csr_array(matrix @ fold)

    rows = [_label(row.constraint, prefix) for row in form.rows]
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    is_goal = np.array([name == "year.objective" for name, _ in rows], dtype=bool)
    is_given = np.array([name in period.given for name, _ in order], dtype=bool)
    # A given that no rule mentions is not compiled: it changes nothing.
    givens = tuple(label for label, given in zip(order, is_given, strict=True) if given)
    kept = np.flatnonzero(~is_goal)
    goal_rows = sp.csr_array(folded[np.flatnonzero(is_goal)])
    names = [key for (name, key), goal in zip(rows, is_goal, strict=True) if goal]
    columns = sp.csc_array(folded[kept][:, np.flatnonzero(~is_given)])
    columns.sort_indices()
    return Program(
        matrix=columns,
        given_matrix=sp.csr_array(folded[kept][:, np.flatnonzero(is_given)]),
        rhs=right[kept],
        sense=sense[kept],
        goals={
            name: (dense[~is_given], dense[is_given]) for name, dense in zip(names, goal_rows.toarray(), strict=True)
        },
        rows=tuple(label for label, goal in zip(rows, is_goal, strict=True) if not goal),
        columns=tuple(label for label, given in zip(order, is_given, strict=True) if not given),
        givens=givens,
        values=np.array([period.given[name][key] for name, key in givens], dtype=float),
    )


def _label(component: Any, prefix: str) -> Label:
    parent = component.parent_component()
    return parent.name.removeprefix(prefix), component.index()


def text(label: Label) -> str:
    """A label as LP files write it: ``flow(rail_1,oil_to_baku,before)``."""
    name, key = label
    if key is None:
        return name
    return f"{name}({','.join(key) if isinstance(key, tuple) else key})"


def lp_text(program: Program, rule: str) -> str:
    """The rows of one rule in LP format, givens as variables, in the order in which they were written."""
    out = []
    every = sp.csr_array(sp.hstack([sp.csr_array(program.matrix), program.given_matrix]))
    names = [text(label) for label in (*program.columns, *program.givens)]
    for index, label in enumerate(program.rows):
        if label[0] != rule:
            continue
        start, stop = every.indptr[index], every.indptr[index + 1]
        terms = sorted(
            (names[j], value)
            for j, value in zip(every.indices[start:stop], every.data[start:stop], strict=True)
            if value
        )
        left = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):.10g} {name}" for name, value in terms)
        relation = {-1: ">=", 0: "=", 1: "<="}[int(program.sense[index])]
        out.append(f"{text(label)}: {left} {relation} {program.rhs[index]:.10g}\n")
    return "".join(out)
