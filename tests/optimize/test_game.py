"""Splits of cooperative games: printed results, properties, and a search without a solver."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product

import pytest

from corridor.optimize.studies.game import coalitions, core, game_of, nucleolus, shapley

Value = Callable[[frozenset[str]], float]


def airport(some: frozenset[str]) -> float:
    """Cost of the runway that the largest of the users needs, as a saving below zero."""
    costs = {"a": 8.0, "b": 11.0, "c": 13.0, "d": 18.0}
    return -max((costs[player] for player in some), default=0.0)


def test_the_airport_game_has_the_split_that_is_printed() -> None:
    players = ["a", "b", "c", "d"]
    game = game_of(players, airport)
    assert shapley(players, game) == pytest.approx({"a": -2, "b": -3, "c": -4, "d": -9})
    assert nucleolus(players, game) == pytest.approx({"a": -3.25, "b": -3.25, "c": -3.25, "d": -8.25}, abs=1e-5)


def test_the_bankruptcy_of_the_talmud_is_its_nucleolus() -> None:
    claims, left = {"a": 100.0, "b": 200.0, "c": 300.0}, 200.0
    game = game_of(
        list(claims), lambda some: max(0.0, left - sum(claim for name, claim in claims.items() if name not in some))
    )
    assert nucleolus(list(claims), game) == pytest.approx({"a": 50, "b": 75, "c": 75}, abs=1e-5)


def through(some: frozenset[str]) -> float:
    """A corridor of two countries that are needed, and one of two others."""
    return float({"KZ", "AZ"} <= some and bool({"GE", "AM"} & some))


def test_a_second_way_takes_the_worth_of_the_first() -> None:
    players = ["KZ", "AZ", "GE", "AM"]
    game = game_of(players, through)
    assert shapley(players, game) == pytest.approx({"KZ": 5 / 12, "AZ": 5 / 12, "GE": 1 / 12, "AM": 1 / 12})
    assert nucleolus(players, game) == pytest.approx({"KZ": 0.5, "AZ": 0.5, "GE": 0, "AM": 0}, abs=1e-6)
    alone = game_of(players[:3], through)
    assert shapley(players[:3], alone)["GE"] == pytest.approx(1 / 3)


def test_gloves_are_worth_nothing_where_there_are_too_many() -> None:
    # Two left gloves and one right one: the core gives everything to the right one.
    players = ["left", "other left", "right"]
    game = game_of(players, lambda some: float("right" in some and len(some) > 1))
    found = core(players, game)
    assert not found.empty
    assert found.least == pytest.approx({"left": 0, "other left": 0, "right": 1}, abs=1e-5)
    assert found.most == pytest.approx(found.least, abs=1e-5)
    assert nucleolus(players, game) == pytest.approx(found.least, abs=1e-5)
    assert shapley(players, game) == pytest.approx({"left": 1 / 6, "other left": 1 / 6, "right": 2 / 3})


def test_a_majority_of_three_has_no_core() -> None:
    players = ["a", "b", "c"]
    found = core(players, game_of(players, lambda some: float(len(some) >= 2)))
    assert found.empty
    assert found.lacking == pytest.approx(0.5, abs=1e-6)
    assert found.least == {}


def random_game(seed: int, count: int) -> tuple[list[str], dict[frozenset[str], float]]:
    """A game in which coalitions are worth more together than apart."""
    rng = random.Random(seed)
    players = [f"p{number}" for number in range(count)]
    game: dict[frozenset[str], float] = {}
    for some in coalitions(players):
        parts = [game[part] + game[some - part] for part in coalitions(sorted(some)) if part and part != some]
        game[some] = max(parts, default=0.0) + rng.randint(0, 6) if some else 0.0
    return players, game


@pytest.mark.parametrize("seed", range(20))
def test_shapley_is_efficient_symmetric_and_nothing_for_a_dummy(seed: int) -> None:
    players, game = random_game(seed, 4)
    shares = shapley(players, game)
    assert sum(shares.values()) == pytest.approx(game[frozenset(players)])
    renamed = {"p0": "p1", "p1": "p0", "p2": "p2", "p3": "p3"}
    swapped = {frozenset(renamed[each] for each in some): value for some, value in game.items()}
    assert shapley(players, swapped)["p1"] == pytest.approx(shares["p0"])
    with_dummy = {some: game[some - {"dummy"}] for some in coalitions([*players, "dummy"])}
    assert shapley([*players, "dummy"], with_dummy)["dummy"] == pytest.approx(0.0, abs=1e-9)


def complaints(players: list[str], game: dict[frozenset[str], float], shares: dict[str, float]) -> list[float]:
    """Excesses of all coalitions but the empty one and that of all, the greatest first."""
    inner = coalitions(players)[1:-1]
    return sorted((round(game[some] - sum(shares[each] for each in some), 6) for some in inner), reverse=True)


@pytest.mark.parametrize(("seed", "count"), [(seed, count) for seed in range(10) for count in (3, 4)])
def test_no_split_of_a_fine_grid_complains_less_than_the_nucleolus(seed: int, count: int) -> None:
    players, game = random_game(seed, count)
    best = nucleolus(players, game)
    assert sum(best.values()) == pytest.approx(game[frozenset(players)], abs=1e-5)
    ours, step = complaints(players, game, best), 0.25
    moves = [delta for delta in product((-2, -1, 0, 1, 2), repeat=count) if sum(delta) == 0 and any(delta)]
    for delta in moves:
        other = {player: best[player] + step * part for player, part in zip(players, delta, strict=True)}
        if all(other[player] >= game[frozenset([player])] - 1e-9 for player in players):
            assert complaints(players, game, other) >= [each - 1e-5 for each in ours]
