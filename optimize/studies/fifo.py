"""First come, first served: how long cargo has waited when it leaves, from what was offered and what left."""

from __future__ import annotations

import numpy as np

from corridor.model.horizon import DAY, Floats, Horizon

PIECES = 96
"""Parts of a period in which what leaves is looked at."""


def left_late(horizon: Horizon, offered: Floats, sent: Floats, gone: Floats, waits: float, late_d: float) -> float:
    """Amount sent more than ``late_d`` days after it was offered, where what was offered first leaves first.

    ``offered``, ``sent`` and ``gone`` (lost, or by another way) by period, each even within it; ``waits`` is what
    waits as the year begins. A cyclic year is preceded by one like it.

    >>> year = Horizon.of("365")
    >>> offered, sent = np.ones(365), np.ones(365)
    >>> sent[:20], sent[20:40] = 0.0, 2.0
    >>> round(left_late(year, offered, sent, np.zeros(365), 0.0, 5.0), 1)
    30.0
    """
    edges = np.array(horizon.edges) / DAY
    whole = edges[-1]
    came = np.concatenate([[0.0], np.cumsum(offered)])
    left = np.concatenate([[0.0], np.cumsum(sent + gone)])
    at, total = edges, came
    if horizon.cyclic:
        at = np.concatenate([edges[:-1] - whole, edges])
        total = np.concatenate([came[:-1] - came[-1], came])
    middle = (np.arange(PIECES) + 0.5) / PIECES
    when = edges[:-1, None] + np.diff(edges)[:, None] * middle
    out = left[:-1, None] + np.diff(left)[:, None] * middle
    age = when - np.interp(out - waits, total, at)
    late = (age > late_d).mean(axis=1)
    return float(late @ sent)
