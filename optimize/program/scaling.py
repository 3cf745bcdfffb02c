"""Scales of rows and columns by powers of two, for the interior point method: it fails on arrays as they are."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from corridor.model.horizon import Floats

COLUMN_LOGS = (-3, 9)
"""Least and largest logarithm to the base 2 of the scale of a column; smaller ones let large reduced costs pass."""
ROUNDS = 8
"""Rounds in which geometric means of rows and columns are brought to one; more change next to nothing."""
TYPICAL = 1e-4
"""Absolute threshold in kt: at or below it a value is no typical one."""


def scales(matrix: sp.csc_array, typical: Floats) -> tuple[Floats, Floats]:
    """Powers of two for rows and columns, by which typical values and the largest typical term of a row become one.

    ``typical`` are values of the columns, nan or nought where they are not known. There, and in rows without such a
    column, the geometric mean of the entries becomes one. Otherwise a residual could pass that is small for one column
    of a row and large for another. Source: Fulkerson and Wolfe, An algorithm for scaling matrices, SIAM Review 4
    (1962).
    """
    entries = matrix.tocoo()
    rows, columns = entries.coords
    sizes = np.log2(abs(entries.data))
    in_row, in_column = (
        np.maximum(np.bincount(at, minlength=n), 1) for at, n in ((rows, matrix.shape[0]), (columns, matrix.shape[1]))
    )
    known = typical > TYPICAL
    column_logs = np.log2(np.where(known, typical, 1.0))
    largest = np.full(matrix.shape[0], -np.inf)
    sized = known[columns]
    np.maximum.at(largest, rows[sized], (sizes + column_logs[columns])[sized])
    led = np.isfinite(largest)
    row_logs = np.where(led, -largest, 0.0)
    for _ in range(ROUNDS):
        means = np.bincount(columns, sizes + row_logs[rows], len(column_logs)) / in_column
        column_logs = np.where(known, column_logs, -means)
        means = np.bincount(rows, sizes + column_logs[columns], len(row_logs)) / in_row
        row_logs = np.where(led, row_logs, -means)
    return np.exp2(np.round(row_logs)), np.exp2(np.clip(np.round(column_logs), *COLUMN_LOGS))
