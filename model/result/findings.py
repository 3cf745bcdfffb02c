"""An answer together with the studies asked for beside it: the material of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.carbon import Carbon
from corridor.model.result.growth import Growth
from corridor.model.result.levers import Levers
from corridor.model.result.listing import Listing
from corridor.model.result.panel import Panel
from corridor.model.result.projects import Projects
from corridor.model.result.revenue import Revenue
from corridor.model.result.waterfall import Waterfall
from corridor.model.showing import Shown


@dataclass(frozen=True, repr=False)
class Findings(Shown):
    """An answer and the studies of its limits; tables that were not asked for are None.

    ``ladder``: rung, resource, name, kind, unit, available, t, gain, growth, alternatives, alternatives_t, next_slack,
    beyond; of a project that adds to it project, cost_usd, adds_t and usd_per_t (built alone, NaN for nothing), pays,
    gains. ``projects``: all of them priced. ``markets``: segment, name, base_t, floor_t, t, times, ceiling_t,
    resources, stops. ``prices``: measure, resource, name, kind, unit, available, step, step_unit, up_t, down_t.
    ``cut``: commodity, name, direction, lp_t, cut_t, nearest, farthest. ``band``: draws of the uncertain numbers;
    ``validation``: as :func:`corridor.validate` gives it; ``course``: the same question answered by periods;
    ``revenue``: money and days of the answer; ``carbon``: its emissions; ``library``: the scenarios of the case;
    ``levers``: what brings cargo; ``fleet``: vehicles of the base year and of the limits, as :func:`corridor.fleet`
    gives them; ``growth``: the cargo that comes by year. ``panel``: the program that a page solves again.
    ``missing``: the verbs whose result is kept for no such case.
    """

    page: ClassVar[str] = "report"

    case: Case
    answer: Answer
    ladder: Listing | None = None
    waterfall: Waterfall | None = None
    markets: Listing | None = None
    prices: Listing | None = None
    cut: Listing | None = None
    projects: Projects | None = None
    band: Band | None = None
    validation: Listing | None = None
    course: Answer | None = None
    revenue: Revenue | None = None
    carbon: Carbon | None = None
    library: Listing | None = None
    levers: Levers | None = None
    fleet: Listing | None = None
    growth: Growth | None = None
    panel: Panel | None = None
    missing: tuple[str, ...] = ()
