"""The ways that a program with few of them leaves out: none may have a reduced cost below zero."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.network import Mask, Network


def worst_way(network: Network, goal: Mapping[str, float], prices: Floats, places: Floats) -> float:
    """The greatest amount by which the column of an edge falls below its price, over all streams and edges.

    ``goal`` has weights of the goals that are minimised together. ``prices`` are of the rows of the network's matrix;
    balances of cargo have no part in it. ``places`` (streams x places) are the prices of a balance at every place, also
    of those that the program does not have. An edge takes cargo from its tail to its head.
    """
    if network.matrix is None:
        return np.inf
    cost = np.zeros(len(network.keys))
    for name, weight in goal.items():
        cost = cost + weight * network.goals.get(name, np.zeros(len(cost)))
    cost -= network.matrix.T @ prices
    worst = 0.0
    for number, kind in enumerate(network.kind):
        edges, price = network.kinds[kind], places[number]
        reduced = cost[edges] + price[network.tail[edges]] - price[network.head[edges]]
        worst = float(np.max(-reduced[_delivered(network, number)[network.head[edges]]], initial=worst))
    return worst


def _delivered(network: Network, stream: int) -> Mask:
    """True for the places from which edges lead to a delivery of a stream."""
    edges = network.kinds[network.kind[stream]]
    tail, head = network.tail[edges], network.head[edges]
    reached = np.zeros(len(network.places), dtype=bool)
    reached[list(network.ends[stream])] = True
    while (new := tail[reached[head] & ~reached[tail]]).size:
        reached[new] = True
    return reached
