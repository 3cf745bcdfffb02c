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

Player = TypeVar("Player", bound=Hashable)
TIGHT = 1e-7
"""Relative tolerance: below it an excess counts as the least that can be had."""


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
    that is still free is made least, and the coalitions that hold it at every solution are fixed. Where the players
    alone could have more than all together, their own worth is no condition. Source: Schmeidler (1969); Maschler, Peleg
    and Shapley, Mathematics of Operations Research 4 (1979).
    """
    whole = frozenset(players)
    scale = max(1.0, *(abs(value) for value in game.values()))
    free = [each for each in coalitions(players) if each and each != whole]
    alone = [game[frozenset([player])] / scale for player in players]
    bounds: list[tuple[float | None, float | None]] = [(worth, None) for worth in alone]
    if sum(alone) > game[whole] / scale + TIGHT:
        bounds = [(None, None)] * len(players)
    fixed: list[tuple[frozenset[Player], float]] = [(whole, game[whole] / scale)]
    while free and np.linalg.matrix_rank(_members(players, [each for each, _ in fixed])) < len(players):
        level = _least(players, game, scale, free, fixed, bounds, None)[0]
        binding = []
        for each in free:
            # The coalition holds the level where no solution of this level gives it more.
            most, _ = _least(players, game, scale, free, fixed, bounds, (each, level))
            if most - (game[each] / scale - level) <= TIGHT:
                binding.append(each)
        assert binding, "a level without a coalition that holds it"
        fixed += [(each, game[each] / scale - level) for each in binding]
        free = [each for each in free if each not in binding]
    _, shares = _least(players, game, scale, free, fixed, bounds, None)
    return {player: float(share) * scale for player, share in zip(players, shares, strict=True)}


def _members(players: Sequence[Player], some: Sequence[frozenset[Player]]) -> np.ndarray:
    return np.array([[float(player in each) for player in players] for each in some])


def _least(
    players: Sequence[Player],
    game: Mapping[frozenset[Player], float],
    scale: float,
    free: Sequence[frozenset[Player]],
    fixed: Sequence[tuple[frozenset[Player], float]],
    bounds: Sequence[tuple[float | None, float | None]],
    at: tuple[frozenset[Player], float] | None,
) -> tuple[float, np.ndarray]:
    """The least greatest excess of the ``free`` coalitions; ``at`` a level, instead the most that a coalition has."""
    count = len(players)
    equal = _members(players, [each for each, _ in fixed])
    right = np.array([value for _, value in fixed])
    above = -_members(players, free) if free else np.zeros((0, count))
    worth = np.array([game[each] / scale for each in free])
    if at is None:
        columns = np.append(np.zeros(count), 1.0)
        found = linprog(
            columns,
            A_ub=np.hstack([above, -np.ones((len(free), 1))]) if len(free) else None,
            b_ub=-worth if len(free) else None,
            A_eq=np.hstack([equal, np.zeros((len(fixed), 1))]),
            b_eq=right,
            bounds=[*bounds, (None, None) if len(free) else (0.0, 0.0)],
            method="highs",
        )
        assert found.status == 0, found.message
        return float(found.fun or 0.0), np.array(found.x)[:count]
    coalition, level = at
    found = linprog(
        -_members(players, [coalition])[0],
        A_ub=above,
        b_ub=level - worth + TIGHT / 10,
        A_eq=equal,
        b_eq=right,
        bounds=list(bounds),
        method="highs",
    )
    assert found.status == 0, found.message
    return -float(found.fun or 0.0), np.array(found.x)


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
