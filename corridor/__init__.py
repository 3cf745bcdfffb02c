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
    from corridor.api import (
        band,
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
        solve,
        validate,
        waterfall,
    )
    from corridor.model.answer import Answer, Band, Certificate, Explanation, Findings, Rung, Waterfall
    from corridor.model.case import Case, Change
    from corridor.model.evidence import Figure, Provenance
    from corridor.model.faults import CaseError, Fault, InfeasibleError, TimeLimitError
    from corridor.model.foresight import Foresight

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Band",
    "Case",
    "CaseError",
    "Certificate",
    "Change",
    "Explanation",
    "Fault",
    "Figure",
    "Findings",
    "Foresight",
    "InfeasibleError",
    "Provenance",
    "Rung",
    "TimeLimitError",
    "Waterfall",
    "band",
    "check",
    "cut",
    "evidence",
    "explain",
    "findings",
    "foresight",
    "ladder",
    "load",
    "markets",
    "prices",
    "report",
    "solve",
    "validate",
    "waterfall",
]

# Imported where first used, so that `corridor --help` does not wait for pandas.
_HOME = {
    **dict.fromkeys(
        ("Answer", "Band", "Certificate", "Explanation", "Findings", "Rung", "Waterfall"), "corridor.model.answer"
    ),
    **dict.fromkeys(("Case", "Change"), "corridor.model.case"),
    **dict.fromkeys(("Figure", "Provenance"), "corridor.model.evidence"),
    "Foresight": "corridor.model.foresight",
    **dict.fromkeys(("CaseError", "Fault", "InfeasibleError", "TimeLimitError"), "corridor.model.faults"),
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(_HOME.get(name, "corridor.api")), name)
    raise AttributeError(f"module 'corridor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
