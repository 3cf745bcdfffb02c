"""The worth of a forecast: a year carried with its closures known in advance, and the same year without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.horizon import Horizon
from corridor.model.result.certificate import Certificate
from corridor.model.result.frame import Result, plain


@dataclass(frozen=True, repr=False)
class Foresight(Result):
    """A year carried with its closures known in advance, and rolling, with what is known at the time.

    ``plan_t`` gate tonnes of the plan; ``due_t`` those that can pass the gate (reach their ends, where there is none)
    before the year ends, given the way; ``foresight_t`` and ``rolling_t`` those that did. ``ahead`` is the number of
    periods that are known beyond the present one, ``step`` how many are decided at a time.

    * ``segments``: segment, name, plan_t, due_t, foresight_t, rolling_t, worth_t, waiting_foresight_t,
      waiting_rolling_t (the most that waited at the end of a period), given_up_foresight_t, given_up_rolling_t.
    * ``periods``: period, label, from_day, days, due_t (as offered), foresight_t, rolling_t, waiting_foresight_t,
      waiting_rolling_t, held_up_foresight_t, held_up_rolling_t (tonnes stopped on the way at its end, outside stores).

    ``closures`` counts those that are not known in advance; ``left_behind`` are units that the rolling year could not
    bring back by its end. ``certificate`` proves the optimum of the year with foresight; ``rolling_residual`` is the
    worst breach, relative, of a row of the true year by the rolled one.
    """

    page: ClassVar[str] = "foresight"

    measure: str
    horizon: Horizon
    ahead: int
    step: int
    closures: int
    plan_t: float
    due_t: float
    foresight_t: float
    rolling_t: float
    left_behind: float
    segments: pd.DataFrame
    periods: pd.DataFrame
    certificate: Certificate
    rolling_residual: float
    solver: Mapping[str, Any]

    @property
    def worth_t(self) -> float:
        """Gate tonnes that it would bring to know the closures in advance."""
        return self.foresight_t - self.rolling_t

    @property
    def worth_share(self) -> float:
        """The worth of foresight as a share of the year with it; 0 where nothing arrives."""
        return self.worth_t / self.foresight_t if self.foresight_t else 0.0

    @property
    def most(self) -> dict[str, float]:
        """The most tonnes that wait, or are stopped on the way, at the end of a period."""
        names = [f"{state}_{year}_t" for state in ("waiting", "held_up") for year in ("foresight", "rolling")]
        return {name: float(self.periods[name].max()) for name in names}

    @property
    def passed(self) -> bool:
        """True where foresight is proved best, and the rolled year keeps the rows of the true one."""
        return self.certificate.passed and self.rolling_residual <= self.certificate.tolerance

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: the fields above, tables as lists of rows; nothing infinite, no NaN."""
        return {
            **self.head(),
            **self.part("measure"),
            "horizon": {**plain(self.horizon), "cyclic": False},
            **self.part("ahead", "step", "closures", "plan_t", "due_t", "foresight_t", "rolling_t", "worth_t"),
            **self.part("worth_share", "most"),
            **self.part("left_behind", "segments", "periods"),
            "certificate": {**self.certificate.to_dict(), **self.part("rolling_residual", "passed")},
            **self.part("solver"),
        }
