"""Two years side by side, with closures and without: queue, cargo lost, late and elsewhere, recovery."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


class SideBySide:
    """Two years side by side: with the closures, and without."""

    def __init__(self, year: CarriedYear, before: Run, after: Run, mask: NDArray[np.bool_]) -> None:
        self.year, self.before, self.after = year, before, after
        self.horizon, self.count = year.horizon, year.horizon.count
        self.parts_of: dict[str, list[Part]] = {}
        for part in year.layout.parts:
            self.parts_of.setdefault(part.segment, []).append(part)
        self.mask = mask
        self.stocked = {
            segment: self._stock(segment, after) - self._stock(segment, before) for segment in self.parts_of
        }

    @property
    def due_t(self) -> float:
        return math.fsum(part.base for part in self.year.layout.parts) * KILO

    def totals(self) -> dict[str, Any]:
        """Lost, elsewhere, late, queue and recovery of all cargo, t and days."""
        return self._facts(self.year.layout.parts, sum(self.stocked.values(), np.zeros(self.count)))

    def markets(self) -> pd.DataFrame:
        named = {row.segment_id: row.name for row in self.year.case.rows("segment")}
        found = []
        for segment, parts in self.parts_of.items():
            facts = self._facts(parts, self.stocked[segment])
            facts["recovery_d"] = math.nan if facts["recovery_d"] is None else facts["recovery_d"]
            due = math.fsum(part.base for part in parts) * KILO
            found.append({"segment": segment, "name": named.get(segment, segment), "due_t": due, **facts})
        return pd.DataFrame(found)

    def parts(self) -> pd.DataFrame:
        found = []
        for part in self.year.layout.parts:
            row: dict[str, Any] = {"part": part.part_id, "demand": part.demand_id, "crosses": part.crosses}
            row |= {"base_t": part.base * KILO}
            for prefix, run in (("", self.after), ("usual_", self.before)):
                row[f"{prefix}lost_t"] = float(run.of("unmet", part.part_id, self.count).sum()) * KILO
                row[f"{prefix}elsewhere_t"] = float(run.of("outside", part.part_id, self.count).sum()) * KILO
            found.append(row)
        return pd.DataFrame(found)

    def lost(self) -> Lost:
        """Cargo that is not carried on the corridor with the closures, by part."""
        gone = {
            part: self.after.of("unmet", part.part_id, self.count) + self.after.of("outside", part.part_id, self.count)
            for part in self.year.layout.parts
        }
        lose = {part: each for part, each in gone.items() if float(each.sum()) * KILO > DUST_T}
        return Lost(
            self.horizon,
            {part.part_id: each for part, each in lose.items()},
            {part.part_id: part.base for part in lose},
            {part.part_id: part.demand_id for part in lose},
        )

    def periods(self) -> pd.DataFrame:
        horizon, parts = self.horizon, self.year.layout.parts
        total = {
            f"{prefix}{name}": KILO * sum((run.of(name, p.part_id, self.count) for p in parts), np.zeros(self.count))
            for prefix, run in (("", self.after), ("usual_", self.before))
            for name in ("served", "unmet", "outside", "waiting")
        }
        stock = [
            sum((self._stock(s, run) for s in self.parts_of), np.zeros(self.count)) for run in (self.after, self.before)
        ]
        columns = {
            "period": np.arange(self.count),
            "label": list(horizon.labels),
            "from_day": np.array(horizon.days[:-1]),
            "days": horizon.hours / DAY,
            "closed": horizon.mean(self.mask.astype(float)) > 0,
            "offered_t": sum((self._offer(p) for p in parts), np.zeros(self.count)) * KILO,
            "sent_t": total["served"],
            "usual_t": total["usual_served"],
            "lost_t": total["unmet"] - total["usual_unmet"],
            "elsewhere_t": total["outside"] - total["usual_outside"],
            "waiting_t": total["waiting"],
            "stock_t": stock[0] * KILO,
            "usual_waiting_t": total["usual_waiting"],
            "usual_stock_t": stock[1] * KILO,
            "queue_t": total["waiting"] - total["usual_waiting"] + (stock[0] - stock[1]) * KILO,
        }
        return pd.DataFrame(columns)

    def course(self) -> pd.DataFrame:
        frames = []
        for segment, parts in self.parts_of.items():
            queue = self._queue(parts, self.stocked[segment]) * KILO
            lost, elsewhere = (self._more(name, parts) * KILO for name in ("unmet", "outside"))
            if max(abs(queue).max(), lost.sum(), elsewhere.sum()) > NOTHING_T:
                columns = {"period": np.arange(self.count), "queue_t": queue, "lost_t": lost, "elsewhere_t": elsewhere}
                frames.append(pd.DataFrame({"segment": segment, **columns}))
        empty = pd.DataFrame(columns=["segment", "period", "queue_t", "lost_t", "elsewhere_t"])
        return pd.concat(frames, ignore_index=True) if frames else empty

    def _facts(self, parts: Sequence[Part], stocked: Floats) -> dict[str, Any]:
        queue = self._queue(parts, stocked) * KILO
        lost, elsewhere = (float(self._more(name, parts).sum()) * KILO for name in ("unmet", "outside"))
        late = math.fsum(self._late(part) for part in parts) * KILO
        peak = int(queue.argmax())
        there = float(queue[peak]) > NOTHING_T
        gate = math.fsum(
            part.weight * float((self._more("unmet", [part]) + self._more("outside", [part])).sum()) for part in parts
        )
        return {
            "lost_t": _clean(lost),
            "elsewhere_t": _clean(elsewhere),
            "late_t": _clean(late),
            "queue_t": float(queue[peak]) if there else 0.0,
            "queue_label": self.horizon.labels[peak] if there else "",
            "recovery_d": recovery(self.horizon, queue, self.mask) if there else 0.0,
            "gate_lost_t": _clean(gate * KILO),
        }

    def _more(self, name: str, parts: Sequence[Part]) -> Floats:
        """Kt by period with the closures more than without."""
        found = np.zeros(self.count)
        for part in parts:
            found += self.after.of(name, part.part_id, self.count) - self.before.of(name, part.part_id, self.count)
        return found

    def _queue(self, parts: Sequence[Part], stocked: Floats) -> Floats:
        return self._more("waiting", parts) + stocked

    def _stock(self, segment: str, run: Run) -> Floats:
        """Kt in stores of a market's streams; of a stream of several markets by their cargo."""
        found = np.zeros(self.count)
        shares: dict[str, float] = {}
        for stream in self.year.layout.streams:
            own = math.fsum(part.base for part in stream.parts if part.segment == segment)
            shares[stream.stream_id] = own / math.fsum(part.base for part in stream.parts)
        for key, values in run.courses.get("held", {}).items():
            if shares[key[1]]:
                found += shares[key[1]] * values
        return found

    def _offer(self, part: Part) -> Floats:
        return np.asarray(self.year.period.given["tonnes"][part.part_id], dtype=float)

    def _late(self, part: Part) -> float:
        """Kt that leave later than in time with the closures, more than without."""
        late_d = float(self.year.layout.timed_parts[part.part_id].late_d)
        if not late_d < self.horizon.length / DAY:
            return 0.0
        found = []
        for run in (self.after, self.before):
            sent, unmet, outside, waiting = (
                run.of(name, part.part_id, self.count) for name in ("served", "unmet", "outside", "waiting")
            )
            found.append(left_late(self.horizon, self._offer(part), sent, unmet + outside, float(waiting[-1]), late_d))
        return found[0] - found[1]


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
