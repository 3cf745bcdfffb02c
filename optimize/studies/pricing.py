"""Prices of sellers in series: each for itself, together, and at cost, for a market that answers to their sum.

Tonnes are any unit; prices and costs are USD per t of it. Source: Cournot, Researches into the mathematical principles
of the theory of wealth (1838), ch. 9, on complementary goods.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Curve = Callable[[float], float]
"""Tonnes that come at a sum of prices; never rising."""
POINTS = 64
"""Points of a grid; the best of them and its neighbours hold the next, finer grid."""
FINEST = 1e-6
"""USD per t: width of a grid below which the price is known."""
GAIN = 1e-9
"""Relative gain below which a seller keeps its price."""
TURNS = 500
"""Upper limit of rounds in which every seller answers the others once."""
WIDEST = 2.0**30
"""USD per t: a margin at which the search for the best one ends."""


@dataclass(frozen=True)
class Played:
    """Prices by seller, in order; ``settled``: none of them gains by another price; ``turns``: rounds until then."""

    prices: tuple[float, ...]
    turns: int
    settled: bool

    @property
    def price(self) -> float:
        """The sum of the prices."""
        return math.fsum(self.prices)


def sold(quantity: Curve, price: float, room: float) -> float:
    """Tonnes that are carried at a sum of prices: those that come, as far as there is room."""
    return min(quantity(price), room)


def best_price(
    quantity: Curve, cost: float, others: float, *, room: float = math.inf, ceiling: float = math.inf
) -> float:
    """The price of greatest profit of one seller beside the prices of others; the lowest of several.

    ``ceiling`` is a regulated upper limit; where it is below its cost, a seller carries at a loss.
    """

    def profit(price: float) -> float:
        return (price - cost) * sold(quantity, price + others, room)

    if ceiling <= cost:
        return ceiling
    reach = 1.0
    while reach < WIDEST and profit(cost + 2 * reach) > profit(cost + reach) * (1 + GAIN):
        reach *= 2
    low, high = cost, min(ceiling, cost + 4 * reach)
    while high - low > FINEST:
        step = (high - low) / POINTS
        grid = [low + step * number for number in range(POINTS + 1)]
        best = max(grid, key=lambda price: (profit(price), -price))
        low, high = max(low, best - step), min(high, best + step)
    middle = (low + high) / 2
    return min((low, middle, high), key=lambda price: -profit(price))


def apart(
    quantity: Curve,
    costs: Sequence[float],
    start: Sequence[float],
    *,
    room: float = math.inf,
    ceilings: Sequence[float] | None = None,
) -> Played:
    """Best answers in turn, from the prices of ``start``, until no seller gains by another price."""
    prices, limits = list(start), list(ceilings or [math.inf] * len(costs))
    for turn in range(1, TURNS + 1):
        moved = False
        for number, cost in enumerate(costs):
            others = math.fsum(prices) - prices[number]
            better = best_price(quantity, cost, others, room=room, ceiling=limits[number])
            here, there = ((price - cost) * sold(quantity, price + others, room) for price in (prices[number], better))
            if prices[number] > limits[number] or there > here + GAIN * max(abs(here), abs(there), 1e-12):
                prices[number], moved = better, True
        if not moved:
            return Played(tuple(prices), turn, True)
    return Played(tuple(prices), TURNS, False)


def together(
    quantity: Curve, costs: Sequence[float], *, room: float = math.inf, ceilings: Sequence[float] | None = None
) -> float:
    """The one through price of greatest profit of all sellers; a full resource raises it to the price that clears."""
    ceiling = math.inf if ceilings is None else math.fsum(ceilings)
    return best_price(quantity, math.fsum(costs), 0.0, room=room, ceiling=ceiling)


def clearing(quantity: Curve, price: float, room: float) -> float:
    """The price at which no more comes than there is room; ``price`` where that much has room."""
    if quantity(price) <= room:
        return price
    low, high = price, price + 1.0
    while quantity(high) > room and high - price < WIDEST:
        high = price + 2 * (high - price)
    while high - low > FINEST:
        middle = (low + high) / 2
        low, high = (middle, high) if quantity(middle) > room else (low, middle)
    return high
