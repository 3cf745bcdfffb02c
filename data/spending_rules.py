"""Rules on the money of projects: who gives it, and in which years it is paid; one function a rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from corridor.data.view import Found, View
from corridor.model.language import say

EXACT = 1e-6
"""Share of a cost by which the parts of its years may miss the whole."""


def funding(view: View) -> Iterator[Found]:
    """C250: grants, loans and parts of partners pay no more of a project than all of it, in any year."""
    by_project: dict[str, list[Any]] = {}
    for row in view.case.rows("funding"):
        if row.share is None or math.isnan(row.share):  # a fault of its own
            continue
        by_project.setdefault(row.project_id, []).append(row)
    for its in by_project.values():
        for at in {row.from_year for row in its}:
            there = [
                row
                for row in its
                if (row.from_year is None or (at is not None and row.from_year <= at))
                and (row.to_year is None or at is None or at <= row.to_year)
            ]
            whole = math.fsum(row.share for row in there)
            if whole > 1 + 1e-9:
                message = say(
                    "funding of {project} adds up to {whole:.4g} of its cost; give shares of 1 at most together",
                    project=there[-1].project_id,
                    whole=whole,
                )
                yield Found("C250", "funding", there[-1].funding_id, "share", message)
                break


def outlays(view: View) -> Iterator[Found]:
    """C315: outlays lie within the construction, each year once; C316: those of a project add up to its cost."""
    works = {row.project_id: row for row in view.case.rows("project")}
    by_project: dict[str, list[Any]] = {}
    for row in view.case.rows("outlay"):
        if row.project_id in works and row.nth_year is not None:
            by_project.setdefault(row.project_id, []).append(row)
    for project, its in by_project.items():
        lead, seen = works[project].build_years, set[int]()
        last = None if lead is None else max(1, int(lead))
        for row in its:
            if last is not None and row.nth_year > last:
                message = say(
                    "year {year} is beyond the construction of {project}, {last}; give years from 1 to {last}",
                    year=row.nth_year,
                    project=project,
                    last=last,
                )
                yield Found("C315", "outlay", row.outlay_id, "nth_year", message)
            if row.nth_year in seen:
                message = say(
                    "year {year} of {project} has an outlay already; put both into one",
                    year=row.nth_year,
                    project=project,
                )
                yield Found("C315", "outlay", row.outlay_id, "nth_year", message)
            seen.add(row.nth_year)
        shares = [row.share for row in its]
        if any(share is None or math.isnan(share) for share in shares):  # a fault of its own
            continue
        whole = math.fsum(shares)
        if abs(whole - 1.0) > EXACT:
            message = say(
                "outlays of {project} add up to {whole:.4g} of its cost; give shares of 1 together",
                project=project,
                whole=whole,
            )
            yield Found("C316", "outlay", its[-1].outlay_id, "share", message)
