"""Two years side by side, with closures and without: queue, cargo lost, late and elsewhere, recovery."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.lost import Lost
from corridor.optimize.period.layout import KILO, Part
from corridor.optimize.studies.carried import CarriedYear, Run
from corridor.optimize.studies.fifo import left_late

NOTHING_T, NOTHING_SHARE = 1.0, 1e-3
"""A queue below so many tonnes, or such a share of its peak, is gone."""
DUST_T = 1e-3
"""Tonnes that a part may lose and none is counted."""


FATES = ("served", "unmet", "outside", "waiting")
"""Columns of a part by period that are set side by side."""

MARKET = ("segment", "name", "due_t")
"""Columns of the table of markets, before those of the totals."""


class SideBySide:
    """Two years side by side: with the closures, and without."""

    def __init__(self, year: CarriedYear, before: Run, after: Run, mask: NDArray[np.bool_]) -> None:
        self.year, self.mask = year, mask
        self.horizon, self.count, self.cargo = year.horizon, year.horizon.count, year.layout.parts
        self.runs = {"": after, "usual_": before}
        self.kt = {
            f"{prefix}{name}": np.array([run.of(name, part.part_id, self.count) for part in self.cargo]).reshape(
                -1, self.count
            )
            for prefix, run in self.runs.items()
            for name in FATES
        }
        self.more = {name: self.kt[name] - self.kt[f"usual_{name}"] for name in FATES}
        self.parts_of: dict[str, list[int]] = {}
        for number, part in enumerate(self.cargo):
            self.parts_of.setdefault(part.segment, []).append(number)
        self.stocks = {
            prefix: {segment: self._stock(segment, run) for segment in self.parts_of}
            for prefix, run in self.runs.items()
        }
        self.stocked = {segment: stock - self.stocks["usual_"][segment] for segment, stock in self.stocks[""].items()}

    @property
    def due_t(self) -> float:
        return math.fsum(part.base for part in self.cargo) * KILO

    def totals(self) -> dict[str, Any]:
        """Lost, elsewhere, late, queue and recovery of all cargo, t and days."""
        return self._facts(list(range(len(self.cargo))), self._whole(self.stocked.values()))

    def markets(self) -> pd.DataFrame:
        named = {row.segment_id: row.name for row in self.year.case.rows("segment")}
        body = []
        for segment, at in self.parts_of.items():
            due = math.fsum(self.cargo[number].base for number in at) * KILO
            facts = self._facts(at, self.stocked[segment])
            body.append({"segment": segment, "name": named.get(segment, segment), "due_t": due, **facts})
        return pd.DataFrame(body, columns=[*MARKET, *self.totals()]).astype({"recovery_d": float})

    def parts(self) -> pd.DataFrame:
        facts = [(part.part_id, part.demand_id, part.crosses, part.base * KILO) for part in self.cargo]
        frame = pd.DataFrame(facts, columns=["part", "demand", "crosses", "base_t"])
        for prefix in self.runs:
            for column, name in (("lost_t", "unmet"), ("elsewhere_t", "outside")):
                frame[f"{prefix}{column}"] = self.kt[f"{prefix}{name}"].sum(axis=1) * KILO
        return frame

    def lost(self) -> Lost:
        """Cargo that is not carried on the corridor with the closures, by part."""
        gone = zip(self.cargo, self.kt["unmet"] + self.kt["outside"], strict=True)
        lose = [(part, kt) for part, kt in gone if float(kt.sum()) * KILO > DUST_T]
        return Lost(
            self.horizon,
            {part.part_id: kt for part, kt in lose},
            {part.part_id: part.base for part, _ in lose},
            {part.part_id: part.demand_id for part, _ in lose},
        )

    def periods(self) -> pd.DataFrame:
        horizon = self.horizon
        total = {name: kt.sum(axis=0) * KILO for name, kt in self.kt.items()}
        stock, usual_stock = (self._whole(stocks.values()) for stocks in self.stocks.values())
        columns = {
            "period": np.arange(self.count),
            "label": list(horizon.labels),
            "from_day": np.array(horizon.days[:-1]),
            "days": horizon.hours / DAY,
            "closed": horizon.mean(self.mask.astype(float)) > 0,
            "offered_t": self._whole(map(self._offer, self.cargo)) * KILO,
            "sent_t": total["served"],
            "usual_t": total["usual_served"],
            "lost_t": total["unmet"] - total["usual_unmet"],
            "elsewhere_t": total["outside"] - total["usual_outside"],
            "waiting_t": total["waiting"],
            "stock_t": stock * KILO,
            "usual_waiting_t": total["usual_waiting"],
            "usual_stock_t": usual_stock * KILO,
            "queue_t": total["waiting"] - total["usual_waiting"] + (stock - usual_stock) * KILO,
        }
        return pd.DataFrame(columns)

    def course(self) -> pd.DataFrame:
        frames = [pd.DataFrame(columns=["segment", "period", "queue_t", "lost_t", "elsewhere_t"])]
        for segment, at in self.parts_of.items():
            queue, lost, elsewhere = self._changes(at, self.stocked[segment])
            if max(abs(queue).max(), lost.sum(), elsewhere.sum()) > NOTHING_T:
                columns = {"period": np.arange(self.count), "queue_t": queue, "lost_t": lost, "elsewhere_t": elsewhere}
                frames.append(pd.DataFrame({"segment": segment, **columns}))
        return pd.concat(frames[1:] or frames, ignore_index=True)

    def _changes(self, at: Sequence[int], stocked: Floats) -> tuple[Floats, Floats, Floats]:
        """Queue, lost and elsewhere of some parts by period, t more with the closures than without."""
        waiting, unmet, outside = (self.more[name][at].sum(axis=0) for name in ("waiting", "unmet", "outside"))
        return (waiting + stocked) * KILO, unmet * KILO, outside * KILO

    def _facts(self, at: Sequence[int], stocked: Floats) -> dict[str, Any]:
        queue, lost, elsewhere = self._changes(at, stocked)
        gone = (self.more["unmet"] + self.more["outside"]).sum(axis=1)
        peak = int(queue.argmax())
        there = float(queue[peak]) > NOTHING_T
        return {
            "lost_t": _clean(float(lost.sum())),
            "elsewhere_t": _clean(float(elsewhere.sum())),
            "late_t": _clean(math.fsum(map(self._late, at)) * KILO),
            "queue_t": float(queue[peak]) if there else 0.0,
            "queue_label": self.horizon.labels[peak] if there else "",
            "recovery_d": recovery(self.horizon, queue, self.mask) if there else 0.0,
            "gate_lost_t": _clean(math.fsum(self.cargo[number].weight * gone[number] for number in at) * KILO),
        }

    def _whole(self, courses: Iterable[Floats]) -> Floats:
        return sum(courses, np.zeros(self.count))

    def _stock(self, segment: str, run: Run) -> Floats:
        """Kt in stores of a market's streams; of a stream of several markets by their cargo."""
        shares: dict[str, float] = {}
        for stream in self.year.layout.streams:
            own = math.fsum(part.base for part in stream.parts if part.segment == segment)
            shares[stream.stream_id] = own / math.fsum(part.base for part in stream.parts)
        held = run.courses.get("held", {})
        return self._whole(shares[key[1]] * values for key, values in held.items() if shares[key[1]])

    def _offer(self, part: Part) -> Floats:
        return np.asarray(self.year.period.given["tonnes"][part.part_id], dtype=float)

    def _late(self, number: int) -> float:
        """Kt of a part that leave later than in time with the closures, more than without."""
        part = self.cargo[number]
        late_d = float(self.year.layout.timed_parts[part.part_id].late_d)
        if not late_d < self.horizon.length / DAY:
            return 0.0
        late = []
        for prefix in self.runs:
            sent, unmet, outside, waiting = (self.kt[f"{prefix}{name}"][number] for name in FATES)
            late.append(left_late(self.horizon, self._offer(part), sent, unmet + outside, float(waiting[-1]), late_d))
        return late[0] - late[1]


def recovery(horizon: Horizon, queue: Floats, closed: NDArray[np.bool_]) -> float | None:
    """Days from the end of a closure until a queue (by period, at its end) is gone; the longest of several closures.

    Within a period it goes on as in the period before. None: it never goes.

    >>> days = np.arange(365) < 10
    >>> year = Horizon.of("365")
    >>> recovery(year, np.array([*range(1, 11), *range(9, -1, -1), *[0] * 345], dtype=float) * 1e3, days)
    10.0
    """
    gone = max(NOTHING_T, NOTHING_SHARE * float(queue.max()))
    edges, count = np.array(horizon.days), horizon.count
    shut = horizon.mean(closed.astype(float)) > 0
    longest = 0.0
    for end in [at for at in range(count) if shut[at] and not shut[(at + 1) % count]]:
        passed = 0.0
        for step in range(count):
            at = (end + step) % count
            if queue[at] <= gone:
                longest = max(longest, passed)
                break
            after = (at + 1) % count
            long = edges[after + 1] - edges[after]
            if queue[after] <= gone:
                long = min(long, _vanishing(queue, edges, at, end)) if step else long
            passed += long
        else:
            return None
    return float(longest)


def _vanishing(queue: Floats, edges: Floats, at: int, end: int) -> float:
    """Days in which what waits at the end of a period goes, at the pace of that period."""
    fell = queue[at - 1] - queue[at]
    pace = fell / (edges[at + 1] - edges[at])
    return float(queue[at] / pace) if pace > 0 else math.inf


def _clean(tonnes: float) -> float:
    """Tonnes without what the solver leaves behind."""
    return tonnes if abs(tonnes) > NOTHING_T / 2 else 0.0
