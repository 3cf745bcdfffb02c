"""Willingness to pay for the corridor: the inverse demand of a market, and the steps that a linear program takes of it.

Tonnes are kt a year, willingness is USD per t, so that sums are thousand USD.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from corridor.model.horizon import Floats

EDGE = 1e-9
"""Share of the potential that a logit market keeps from nothing and from all: its willingness has no end there."""
NOTHING = 1e-8
"""Share of the potential that counts as nothing, or from the other end as all: above the narrowest step over e."""
FINE, COARSE = 16, 12
"""Number of steps within the window around the last solution, and over the whole range beside it."""
REACH = 12.0
"""Log odds, both ways, over which the coarse steps are laid."""
WINDOW = np.linspace(0.0, 1.0, FINE + 1)
"""Ends of the fine steps as shares of the window."""
TINY = 1e-300
"""Kt: lower limit of an amount of which the logarithm is taken."""
INERTIA = 1e-4
"""USD per t by which shippers of a market of steps keep to their base year where two ways cost the same."""


class Market(Protocol):
    """A market as the study sees it: ``base`` kt on the corridor in the base year, ``potential`` kt on all routes."""

    @property
    def base(self) -> float: ...
    @property
    def potential(self) -> float: ...

    def at(self, kt: float) -> tuple[float, float]:
        """Least and most willingness of the marginal shipper with ``kt`` on the corridor [USD per t]."""
        ...

    def taken(self, usd: float) -> float:
        """Kt that come at a cost of the way [USD per t], where nothing is full."""
        ...

    def steps(self, middle: float, width: float) -> tuple[Floats, Floats]:
        """Kt and USD per t of each step, falling; fine within ``width`` kt of ``middle``."""
        ...

    def worth(self, kt: float) -> float:
        """Willingness summed over the first ``kt`` [thousand USD]."""
        ...

    def surplus(self, usd: float) -> float:
        """Most that willingness exceeds a cost of the way [USD per t], over the tonnes that come [thousand USD]."""
        ...


@dataclass(frozen=True)
class Logit:
    """Shippers who choose between the corridor and its rivals by generalised cost, as in a multinomial logit.

    * ``cost``: generalised cost of the corridor in the base year [USD per t];
    * ``theta``: sensitivity [per USD per t];
    * ``shift``: rise of the rivals' logsum since [USD per t].

    The base year comes out at its own cost by construction.
    Source: Evans, Transportation Research 10 (1976); Fisk, Transportation Research B 14 (1980).
    """

    base: float
    potential: float
    cost: float
    theta: float
    shift: float = 0.0

    @property
    def odds(self) -> float:
        """Log of the corridor's share of the base year against that of all rivals."""
        return math.log(self.base / (self.potential - self.base))

    def at(self, kt: float) -> tuple[float, float]:
        """Willingness with ``kt`` on the corridor: one number [USD per t], but for nothing and for all of it."""
        least, most = NOTHING * self.potential, (1 - NOTHING) * self.potential
        kt = min(max(kt, least), most)
        usd = self.cost + self.shift + (self.odds - math.log(kt / (self.potential - kt))) / self.theta
        return (-math.inf if kt == most else usd), (math.inf if kt == least else usd)

    def taken(self, usd: float) -> float:
        """Kt that come where the way costs so much [USD per t] and nothing is full."""
        odds = self.odds + self.theta * (self.cost + self.shift - usd)
        return self.potential / (1.0 + math.exp(-odds)) if odds > -REACH * 50 else 0.0

    def worth(self, kt: float) -> float:
        """Willingness summed over the first ``kt`` [thousand USD]."""
        return float(self.integral(np.array([min(max(kt, 0.0), self.potential)]))[0])

    def surplus(self, usd: float) -> float:
        """Surplus of the shippers at a cost of the way [thousand USD]: the logsum over theta.

        Source: Small and Rosen, Econometrica 49 (1981).
        """
        odds = self.odds + self.theta * (self.cost + self.shift - usd)
        return self.potential / self.theta * float(np.logaddexp(0.0, odds))

    def integral(self, kt: Floats) -> Floats:
        """Willingness summed from nothing to each ``kt`` [thousand USD]."""
        rest = self.potential - kt
        entropy = kt * np.log(np.maximum(kt, TINY)) + rest * np.log(np.maximum(rest, TINY))
        entropy -= self.potential * math.log(self.potential)
        sums: Floats = (self.cost + self.shift) * kt + (self.odds * kt - entropy) / self.theta
        return sums

    def steps(self, middle: float, width: float) -> tuple[Floats, Floats]:
        """Kt and mean willingness of each step; the base year and the middle are ends of steps."""
        most = self._whole[1]
        low, high = max(0.0, middle - width), min(most, middle + width)
        ends = np.concatenate([self._whole, low + (high - low) * WINDOW, [middle]]).clip(0.0, most)
        ends.sort()
        kt = ends[1:] - ends[:-1]
        apart = kt > EDGE * self.potential
        if not apart.all():
            ends = np.concatenate([ends[:1], ends[1:][apart]])
            kt = ends[1:] - ends[:-1]
        sums = self.integral(ends)
        return kt, (sums[1:] - sums[:-1]) / kt

    @cached_property
    def _whole(self) -> Floats:
        """Ends of steps that no window moves: nothing, all, those of the coarse steps, and the base year."""
        most = (1 - EDGE) * self.potential
        coarse = self.potential / (1.0 + np.exp(-np.linspace(-REACH, REACH, COARSE)))
        return np.concatenate([[0.0, most], coarse, [self.base]])


@dataclass(frozen=True)
class Stepped:
    """Willingness given as steps: ``kt`` at ``usd`` per t each, falling; the base year lies within or between them."""

    base: float
    kt: tuple[float, ...]
    usd: tuple[float, ...]

    @property
    def potential(self) -> float:
        return math.fsum(self.kt)

    def at(self, kt: float) -> tuple[float, float]:
        """Willingness of the next and of the last tonne with ``kt`` on the corridor; without end beyond the steps."""
        ends = np.cumsum(self.kt)
        near = EDGE * self.potential
        last = int(np.searchsorted(ends, kt - near))
        following = int(np.searchsorted(ends, kt + near))
        low = self.usd[following] if following < len(self.usd) else -math.inf
        return low, math.inf if kt <= near else self.usd[min(last, len(self.usd) - 1)]

    def taken(self, usd: float) -> float:
        """Kt whose willingness is at least so much [USD per t]."""
        return math.fsum(kt for kt, willing in zip(self.kt, self.usd, strict=True) if willing + INERTIA >= usd)

    def worth(self, kt: float) -> float:
        """Willingness of the first ``kt``, the highest steps first [thousand USD]."""
        left, sums = kt, 0.0
        for room, usd in zip(self.kt, self.usd, strict=True):
            sums += usd * min(room, max(left, 0.0))
            left -= room
        return sums

    def surplus(self, usd: float) -> float:
        """Surplus of the shippers at a cost of the way [thousand USD], with the inertia that the program lays out."""
        return math.fsum(kt * max(0.0, willing + INERTIA - usd) for kt, willing in zip(self.kt, self.usd, strict=True))

    def steps(self, middle: float, width: float) -> tuple[Floats, Floats]:
        """The steps themselves, that of the base year in two: shippers change where they gain, not where they tie."""
        kt, usd, sent = [], [], 0.0
        for room, price in zip(self.kt, self.usd, strict=True):
            before = min(max(self.base - sent, 0.0), room)
            kt += [before, room - before]
            usd += [price + INERTIA, price - INERTIA]
            sent += room
        chosen = [at for at, room in enumerate(kt) if room > EDGE * self.potential]
        return np.array(kt)[chosen], np.array(usd)[chosen]


def headway_wait(departures: float) -> float:
    """Mean wait for a scheduled service, half its headway [h]; ``departures`` a week."""
    return 84.0 / departures if departures > 0 else math.inf
