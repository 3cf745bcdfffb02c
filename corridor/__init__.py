"""Corridor: how much a freight corridor can carry, and what stops it.

>>> import corridor
>>> case = corridor.load()
>>> answer = corridor.solve(case, "capability")
>>> answer.limits.columns[0]
'resource'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.model.showing import shown_by

if TYPE_CHECKING:
    from corridor.api import (
        band,
        carbon,
        check,
        cut,
        evidence,
        explain,
        findings,
        foresight,
        ladder,
        load,
        markets,
        prices,
        report,
        scenarios,
        solve,
        validate,
        warnings,
        waterfall,
    )
    from corridor.comparisons import attribution, compare
    from corridor.copies import copy, recalculate
    from corridor.data.scenario import Scenario
    from corridor.disruptions import disrupt, outages
    from corridor.investments import projects
    from corridor.model.case import Case, Change
    from corridor.model.change.words import parse_change
    from corridor.model.evidence import Figure, Provenance
    from corridor.model.faults import CaseError, CaseWarning, Fault, InfeasibleError, TimeLimitError
    from corridor.model.result.answer import Answer, Rung
    from corridor.model.result.band import Band
    from corridor.model.result.carbon import Carbon
    from corridor.model.result.certificate import Certificate
    from corridor.model.result.comparison import Attribution, Comparison
    from corridor.model.result.difference import Difference
    from corridor.model.result.disruption import Disruption, Outages
    from corridor.model.result.explanation import Explanation
    from corridor.model.result.findings import Findings
    from corridor.model.result.foresight import Foresight
    from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep
    from corridor.model.result.projects import Projects
    from corridor.model.result.revenue import Revenue
    from corridor.model.result.waterfall import Waterfall
    from corridor.model.scope import ScopeMeasures
    from corridor.money import difference, revenue
    from corridor.scenario_library import library
    from corridor.sweeps import cost_frontier, frontier, pareto, sweep

__version__ = "0.1.0"

shown_by("corridor.reports.out.notebook")

__all__ = [
    "Answer",
    "Attribution",
    "Band",
    "Carbon",
    "Case",
    "CaseError",
    "CaseWarning",
    "Certificate",
    "Change",
    "Comparison",
    "CostFrontier",
    "Difference",
    "Disruption",
    "Explanation",
    "Fault",
    "Figure",
    "Findings",
    "Foresight",
    "Frontier",
    "InfeasibleError",
    "Outages",
    "Pareto",
    "Projects",
    "Provenance",
    "Revenue",
    "Rung",
    "Scenario",
    "ScopeMeasures",
    "Sweep",
    "TimeLimitError",
    "Waterfall",
    "attribution",
    "band",
    "carbon",
    "check",
    "compare",
    "copy",
    "cost_frontier",
    "cut",
    "difference",
    "disrupt",
    "evidence",
    "explain",
    "findings",
    "foresight",
    "frontier",
    "ladder",
    "library",
    "load",
    "markets",
    "outages",
    "pareto",
    "parse_change",
    "prices",
    "projects",
    "recalculate",
    "report",
    "revenue",
    "scenarios",
    "solve",
    "sweep",
    "validate",
    "warnings",
    "waterfall",
]

_RESULTS = (
    *("Answer", "Band", "Carbon", "Certificate", "Comparison", "Difference", "Disruption", "Explanation", "Findings"),
    *("Foresight", "Frontier", "Projects", "Revenue", "Waterfall"),
)
# Imported where first used, so that `corridor --help` does not wait for pandas.
_HOME = {
    **{name: f"corridor.model.result.{name.lower()}" for name in _RESULTS},
    "Rung": "corridor.model.result.answer",
    "Outages": "corridor.model.result.disruption",
    "Attribution": "corridor.model.result.comparison",
    **dict.fromkeys(("Case", "Change"), "corridor.model.case"),
    "parse_change": "corridor.model.change.words",
    "ScopeMeasures": "corridor.model.scope",
    **dict.fromkeys(("Figure", "Provenance"), "corridor.model.evidence"),
    **dict.fromkeys(("attribution", "compare"), "corridor.comparisons"),
    **dict.fromkeys(("copy", "recalculate"), "corridor.copies"),
    **dict.fromkeys(("disrupt", "outages"), "corridor.disruptions"),
    **dict.fromkeys(("difference", "revenue"), "corridor.money"),
    **dict.fromkeys(("CostFrontier", "Pareto", "Sweep"), "corridor.model.result.frontier"),
    **dict.fromkeys(("cost_frontier", "frontier", "pareto", "sweep"), "corridor.sweeps"),
    "projects": "corridor.investments",
    "Scenario": "corridor.data.scenario",
    "library": "corridor.scenario_library",
    **dict.fromkeys(
        ("CaseError", "CaseWarning", "Fault", "InfeasibleError", "TimeLimitError"), "corridor.model.faults"
    ),
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(_HOME.get(name, "corridor.api")), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
