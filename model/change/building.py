"""Projects that the changes of a case build."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corridor.model.case import Case
from corridor.model.change.changes import Build


def built(case: Case) -> list[tuple[Any, int]]:
    """Rows of ``project`` that the changes of a case build, and how many times, in order."""
    times: Counter[str] = Counter()
    for change in case.changes:
        if isinstance(change, Build):
            times[change.project] += change.times
    return [(case.row("project", project), count) for project, count in times.items()]
