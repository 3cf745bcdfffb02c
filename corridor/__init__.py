"""Corridor: how much a freight corridor can carry, and what stops it.

>>> import corridor
>>> case = corridor.load()
>>> answer = corridor.solve(case, "capability")
>>> answer.limits.columns[0]
'resource'
"""

from __future__ import annotations

from typing import Any

from corridor.model.showing import shown_by

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

        from corridor.studies import STUDIES, api

        study = next((each for each in STUDIES if each.verb == name), None)
        if study is not None:
            return api(study)
        return getattr(import_module(_HOME.get(name, "corridor.loading")), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
