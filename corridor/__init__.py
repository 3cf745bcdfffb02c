"""Corridor: how much a freight corridor can carry, and what stops it.

>>> import corridor
>>> case = corridor.load()
>>> answer = corridor.solve(case, "capability")
>>> answer.limits.columns[0]
'resource'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from corridor.model.showing import shown_by
from corridor.studies import STUDIES

__version__ = "0.1.0"

shown_by("corridor.reports.out.notebook")

_OTHERS = {
    "corridor.loading": "check evidence load report scenarios warnings",
    "corridor.copies": "copy new recalculate",
    "corridor.writing": "export import_network",
    "corridor.data.scenario": "Scenario",
    "corridor.drawing": "figure",
    "corridor.kept_runs": "runs",
    "corridor.reports.out.alone": "Picture",
    "corridor.model.case": "Case Change",
    "corridor.model.change.words": "parse_change",
    "corridor.model.evidence": "Figure Provenance",
    "corridor.model.faults": "CaseError CaseWarning Fault InfeasibleError TimeLimitError",
    "corridor.model.language": "language",
    "corridor.model.scope": "ScopeMeasures",
}
"""Names that are no studies, by their modules; those of studies come from the registry."""
_HOME = {name: module for module, names in _OTHERS.items() for name in names.split()}
_HOME |= {
    name: f"corridor.model.result.{module}"
    for study in STUDIES
    for module, _, name in (each.partition(":") for each in study.results.split())
}

__all__ = sorted([*_HOME, *(study.verb for study in STUDIES)])


def __getattr__(name: str) -> Any:
    """A public name, imported where it is first used: `corridor --help` does not wait for pandas."""
    if name not in __all__:
        raise AttributeError(f"module 'corridor' has no attribute {name!r}")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    from corridor.asking import api, by_verb

    return api(by_verb(name))


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
