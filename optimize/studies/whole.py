"""Whole trains and ships: the measure again with a whole number of voyages a year and of trains a week on each link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from corridor.model.case import Case
from corridor.model.faults import CertificateError
from corridor.model.program import Program
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.solver import Solver
from corridor.optimize.proof.certificate import TOLERANCE, certify
from corridor.optimize.proof.rational import prove

WEEKS = 52.0
"""Weeks of a year: a train that runs each week runs so often."""
GAP = 1e-3
"""Relative gap between bound and answer at which the search ends."""
FLOORS = (1.0, 0.9, 0.75, 0.5, 0.0)
"""Shares of the floor of the capability that are tried in turn."""
NODES = 2_000
"""Upper limit of nodes of the search; a count, so that the answer does not depend on the machine."""


def whole(setting: Setting, answer: Answer) -> dict[str, Any]:
    """``answer``, one of the measure capability, in whole voyages and weekly trains.

    ``t`` of the best answer found in whole numbers; ``bound_t``, above which none can be; ``relaxed_t``, without
    whole numbers; ``columns``, the count of whole numbers; ``floor``, the share of the base year that each market
    keeps: where whole numbers do not let it be that of the capability, the next of ``FLOORS`` of it. Raises
    CertificateError for an answer that is not feasible.
    """
    year = setting.open("capability")
    program = _whole(year.program, setting.case, year.layout.arcs)
    if not program.integer:
        return {}
    solver = Solver(program, deadline=year.solver.deadline)
    solver.highs.setOptionValue("mip_rel_gap", GAP)
    solver.highs.setOptionValue("mip_max_nodes", NODES)
    for part in FLOORS:
        floor = part * share(answer.growth or 0.0)
        question = year.question("capability", floor)
        found = solver.solve(question.goal, maximise=True, given=question.given, without=question.without)
        if found.status == "optimal" and found.bound is not None:
            break
    else:
        return {}
    bounds = program.bounds(program.given(question.given or {}), question.without)
    goal = program.goal(question.goal)
    proof = certify(program, goal, found.columns, np.zeros(0), *bounds, maximise=True, bound=found.bound)
    if not proof.primal_residual <= proof.tolerance:
        raise CertificateError(proof)
    value = _exact(year, setting.case, question, dict(zip(program.columns, found.columns.tolist(), strict=True)))
    if abs(value - found.value) > proof.tolerance * (1 + abs(found.value)):
        raise CertificateError(f"{found.value} kt in whole numbers are {value} kt once these are exact")
    return {
        "t": value * KILO,
        "bound_t": found.bound * KILO,
        "relaxed_t": answer.value,
        "columns": len(program.integer),
        "floor": floor,
    }


def _exact(year: Year, case: Case, question: Question, values: dict[Any, float]) -> float:
    """Kt of the answer with its runs rounded to whole numbers and held there, proved in fractions.

    HiGHS has returned wrong answers marked optimal in programs of whole numbers; the program that is left here has
    none. Raises CertificateError where nothing fits or nothing is proved.
    """
    runs = {label: round(values["runs", label[1]]) for label in year.program.columns.labels if label[0] == "move"}
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    each = [1.0 if year.layout.arcs[label[1]].mode_id in at_sea else WEEKS for label in runs]
    start = year.program.matrix.shape[0]
    places = np.array([year.program.column_at[label] for label in runs], dtype=np.int64)
    program = year.program.extended(
        (KILO / np.array(each), np.arange(start, start + len(runs)), places),
        rows={("whole", label[1]): (0, float(number)) for label, number in runs.items()},
    )
    solver = Solver(program, deadline=year.solver.deadline, algorithm="simplex")
    found = solver.solve(question.goal, maximise=True, given=question.given, without=question.without)
    if found.status != "optimal":
        raise CertificateError(f"nothing fits the whole numbers of the answer: {found.status}")
    proof = prove(program.matrix, program.goal(question.goal), solver.lower, solver.upper, solver.highs.getBasis())
    if not proof.holds or proof.moved > TOLERANCE:
        raise CertificateError(f"the answer in whole numbers is not proved: moved by {proof.moved:.3g}")
    return float(proof.value)


def _whole(program: Program, case: Case, known: Any) -> Program:
    """The program with a whole number of runs for each move: of a week on land, of the year at sea."""
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    moves = [label for label in program.columns.labels if label[0] == "move"]
    places, count, start = program.column_at, program.matrix.shape[1], program.matrix.shape[0]
    values, row_at, column_at = list[float](), list[int](), list[int]()
    for number, label in enumerate(moves):
        each = 1.0 if known[label[1]].mode_id in at_sea else WEEKS
        row_at += [start + number, start + number]
        column_at += [places[label], count + number]
        values += [KILO / each, -1.0]
    return program.extended(
        (np.array(values), np.array(row_at, dtype=np.int64), np.array(column_at, dtype=np.int64)),
        rows={("whole", label[1]): (0, 0.0) for label in moves},
        columns=[("runs", label[1]) for label in moves],
        integer=[("runs", label[1]) for label in moves],
    )


def seldom(case: Case, answer: Answer) -> Iterator[dict[str, Any]]:
    """Links with carriers that run less than once a week: link, arc, carrier, runs a week, the fewest first."""
    move = answer.move
    few = move[(move["what"] == "carrier") & (move["number"] < WEEKS)].sort_values(["number", "arc"])
    for row in rows(few):
        yield {"link": row.link, "arc": row.arc, "carrier": row.item, "a_week": row.number / WEEKS}
