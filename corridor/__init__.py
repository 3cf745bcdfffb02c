"""Corridor: how much a freight corridor can carry, and what stops it.

>>> import corridor
>>> case = corridor.load()
>>> answer = corridor.solve(case, "capability")
>>> answer.limits.columns[0]
'resource'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.api import check, cut, explain, findings, ladder, load, markets, prices, report, solve, waterfall
    from corridor.model.answer import Answer, Certificate, Explanation, Findings, Rung, Waterfall
    from corridor.model.case import Case, Change
    from corridor.model.faults import CaseError, Fault, InfeasibleError, TimeLimitError

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Case",
    "CaseError",
    "Certificate",
    "Change",
    "Explanation",
    "Fault",
    "Findings",
    "InfeasibleError",
    "Rung",
    "TimeLimitError",
    "Waterfall",
    "check",
    "cut",
    "explain",
    "findings",
    "ladder",
    "load",
    "markets",
    "prices",
    "report",
    "solve",
    "waterfall",
]

# Imported where first used, so that `corridor --help` does not wait for pandas.
_HOME = {
    "Answer": "corridor.model.answer",
    "Certificate": "corridor.model.answer",
    "Rung": "corridor.model.answer",
    "Explanation": "corridor.model.answer",
    "Findings": "corridor.model.answer",
    "Waterfall": "corridor.model.answer",
    "Case": "corridor.model.case",
    "Change": "corridor.model.case",
    "CaseError": "corridor.model.faults",
    "Fault": "corridor.model.faults",
    "InfeasibleError": "corridor.model.faults",
    "TimeLimitError": "corridor.model.faults",
    **dict.fromkeys(
        ("check", "cut", "explain", "findings", "ladder", "load", "markets", "prices", "report", "solve", "waterfall"),
        "corridor.api",
    ),
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
