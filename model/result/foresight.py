"""What a forecast would be worth: a year carried with its closures known in advance, and the same year without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.horizon import Horizon
from corridor.model.result.answer import SCHEMA, Certificate
from corridor.model.showing import Shown


@dataclass(frozen=True, repr=False)
class Foresight(Shown):
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
    case: str
    scenario: str
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
        """Whether foresight is proved best, and the rolled year keeps to what was truly there."""
        return self.certificate.passed and self.rolling_residual <= self.certificate.tolerance

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: the fields above, tables as lists of rows; nothing infinite, no NaN."""
        return {
            "schema": SCHEMA,
            "case": self.case,
            "scenario": self.scenario,
            "status": "optimal",
            "measure": self.measure,
            "horizon": {"periods": self.horizon.name, "count": self.horizon.count, "cyclic": False},
            "ahead": self.ahead,
            "step": self.step,
            "closures": self.closures,
            "plan_t": self.plan_t,
            "due_t": self.due_t,
            "foresight_t": self.foresight_t,
            "rolling_t": self.rolling_t,
            "worth_t": self.worth_t,
            "worth_share": self.worth_share,
            "most": self.most,
            "left_behind": self.left_behind,
            "segments": self.segments.to_dict("records"),
            "periods": self.periods.to_dict("records"),
            "certificate": {
                "primal_residual": self.certificate.primal_residual,
                "dual_residual": self.certificate.dual_residual,
                "gap": self.certificate.gap,
                "rolling_residual": self.rolling_residual,
                "passed": self.passed,
            },
            "solver": dict(self.solver),
        }
