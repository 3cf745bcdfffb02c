"""Cooperative games: what each coalition can have, and ways to split what all have together.

A game is the value of every coalition of players, by frozenset; the empty one has nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, fsum
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import linprog

PRICED = 1e-6
"""Price above which a coalition holds the least excess; all prices add up to one."""
Player = TypeVar("Player", bound=Hashable)
TIGHT = 1e-7
"""Relative tolerance: below it two excesses count as one."""


def game_of(players: Sequence[Player], value: Callable[[frozenset[Player]], float]) -> dict[frozenset[Player], float]:
    """The game of a function of coalitions; coalitions in the order of their size."""
    return {coalition: value(coalition) if coalition else 0.0 for coalition in coalitions(players)}


def coalitions(players: Sequence[Player]) -> list[frozenset[Player]]:
    """Every coalition, the empty one first and that of all last."""
    return [frozenset(some) for size in range(len(players) + 1) for some in combinations(players, size)]


def shapley(players: Sequence[Player], game: Mapping[frozenset[Player], float]) -> dict[Player, float]:
    """The Shapley value: what a player adds, in the mean over all orders.

    Source: Shapley, A value for n-person games (1953).
    """
    count = len(players)
    weight = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    shares = {}
    for player in players:
        others = [other for other in players if other != player]
        shares[player] = fsum(
            weight[len(before)] * (game[before | {player}] - game[before]) for before in coalitions(others)
        )
    return shares


def nucleolus(players: Sequence[Player], game: Mapping[frozenset[Player], float]) -> dict[Player, float]:
    """The split whose greatest complaint is least, then its second greatest, and so on; each player has its own worth.

    A complaint is what a coalition could have beyond its share. Nested linear programs: in each the greatest excess
    that is still free is made least; coalitions with a price hold it at every solution and are fixed, so that there is
    one program a player at most. Where the players alone could have more than all, their own worth is no condition.
    Source: Schmeidler (1969); Maschler, Peleg and Shapley, Mathematics of Operations Research 4 (1979).
    """
    whole, count = frozenset(players), len(players)
    scale = max(1.0, *(abs(value) for value in game.values()))
    alone = [game[frozenset([player])] / scale for player in players]
    bounds: list[tuple[float | None, float | None]] = [(worth, None) for worth in alone]
    if sum(alone) > game[whole] / scale + TIGHT:
        bounds = [(None, None)] * count
    inner = [each for each in coalitions(players) if each and each != whole]
    members, worth = _members(players, inner), np.array([game[each] / scale for each in inner])
    fixed, held = np.ones((1, count)), np.array([game[whole] / scale])
    while len(fixed) < count:
        # A coalition whose members have all their sums fixed has its excess fixed, too.
        free = np.abs(members - members @ np.linalg.pinv(fixed) @ fixed).max(axis=1) > TIGHT
        members, worth = members[free], worth[free]
        known = len(fixed)
        level, prices = _least_excess(members, worth, fixed, held, bounds)
        for row in np.argsort(-prices, kind="stable"):
            wider = np.vstack([fixed, members[row]])
            if prices[row] > PRICED and np.linalg.matrix_rank(wider) == len(wider):
                fixed, held = wider, np.append(held, worth[row] - level)
        assert len(fixed) > known, "a level without a coalition that holds it"
    return {player: float(share) * scale for player, share in zip(players, np.linalg.solve(fixed, held), strict=True)}


def _members(players: Sequence[Player], some: Sequence[frozenset[Player]]) -> np.ndarray:
    return np.array([[float(player in each) for player in players] for each in some]).reshape(len(some), len(players))


def _least_excess(
    members: np.ndarray,
    worth: np.ndarray,
    fixed: np.ndarray,
    held: np.ndarray,
    bounds: Sequence[tuple[float | None, float | None]],
) -> tuple[float, np.ndarray]:
    """The least greatest excess of coalitions, and the price of each: above zero only where it always holds."""
    solved = linprog(
        np.append(np.zeros(members.shape[1]), 1.0),
        A_ub=np.hstack([-members, -np.ones((len(members), 1))]),
        b_ub=-worth,
        A_eq=np.hstack([fixed, np.zeros((len(fixed), 1))]),
        b_eq=held,
        bounds=[*bounds, (None, None)],
        method="highs",
    )
    assert solved.status == 0, solved.message
    return float(solved.fun or 0.0), -np.asarray(solved.ineqlin.marginals)


@dataclass(frozen=True)
class Core(Generic[Player]):
    """Splits that no coalition could better: ``least`` and ``most`` of each player.

    Where there is none, ``lacking`` is what the coalitions would have to be given besides; else it is zero.
    """

    least: dict[Player, float]
    most: dict[Player, float]
    lacking: float

    @property
    def empty(self) -> bool:
        return self.lacking > 0


def core(players: Sequence[Player], game: Mapping[frozenset[Player], float]) -> Core[Player]:
    """The core of a game; least and most are empty where it is."""
    whole = frozenset(players)
    scale = max(1.0, *(abs(value) for value in game.values()))
    inner = [each for each in coalitions(players) if each and each != whole]
    matrix, worth = -_members(players, inner), -np.array([game[each] / scale for each in inner])
    equal, right = np.ones((1, len(players))), np.array([game[whole] / scale])
    free: list[tuple[float | None, float | None]] = [(None, None)] * len(players)
    # The least that all together need so that no coalition is better off alone.
    need = linprog(np.ones(len(players)), A_ub=matrix, b_ub=worth, bounds=free, method="highs")
    assert need.status == 0, need.message
    lacking = float(need.fun or 0.0) - game[whole] / scale
    if lacking > TIGHT:
        return Core({}, {}, lacking * scale)
    ends: list[dict[Player, float]] = []
    for sign in (1.0, -1.0):
        shares = {}
        for number, player in enumerate(players):
            goal = np.zeros(len(players))
            goal[number] = sign
            found = linprog(goal, A_ub=matrix, b_ub=worth + TIGHT, A_eq=equal, b_eq=right, bounds=free, method="highs")
            assert found.status == 0, found.message
            shares[player] = sign * float(found.fun or 0.0) * scale
        ends.append(shares)
    return Core(ends[0], ends[1], 0.0)
