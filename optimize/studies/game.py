"""The Shapley value of a game of few players."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations


def shapley(count: int, value: Mapping[frozenset[int], float]) -> dict[int, float]:
    """The mean addition of each player over all orders in which they may come; ``value`` is that of every set."""
    weight = [math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count) for size in range(count)]
    shares = {}
    for player in range(count):
        others = [other for other in range(count) if other != player]
        shares[player] = math.fsum(
            weight[size] * (value[frozenset(before) | {player}] - value[frozenset(before)])
            for size in range(count)
            for before in combinations(others, size)
        )
    return shares
