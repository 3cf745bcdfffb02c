"""A call in a process of its own: its result, its errors, and the calls of a report that are made so."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import pytest

from corridor.asking import READ, by_verb
from corridor.model.case import other_cells
from corridor.model.faults import CaseError, Fault
from corridor.optimize.answer.setting import Setting
from corridor.optimize.runs.beside import Beside, worth_a_process
from corridor.optimize.studies.panel import panel
from corridor.reporting import _by_periods
from tests.cases import ferry


def process_of(value: int, *, here: bool = False) -> tuple[int, int, bool]:
    """The value, and the process that was asked for it."""
    return value, os.getpid(), here


def refused(*, here: bool = False) -> int:
    """An error that cannot be sent; a number where the call is made here."""
    if here:
        return 7
    raise CaseError([Fault("C020", "nowhere", "nothing")], "the question")


def test_a_call_is_made_in_a_process_of_its_own_and_here_where_it_fails_there() -> None:
    with Beside(partial(process_of, 3), 2) as beside, Beside(refused, 2) as failing:
        value, process, here = beside.result(here=True)
        assert (value, here) == (3, False)
        assert process != os.getpid()
        assert failing.result(here=True) == 7


@pytest.mark.parametrize("call", [partial(process_of, 3), lambda here: process_of(3, here=here)])
def test_a_call_is_made_here_for_one_process_and_where_it_cannot_be_sent(call: Any) -> None:
    with Beside(call, 1 if isinstance(call, partial) else 2) as beside:
        assert beside.result(here=True) == (3, os.getpid(), True)


def test_an_error_is_that_of_the_call() -> None:
    with Beside(refused, 1) as beside, pytest.raises(CaseError, match="nothing"):
        beside.result()


def test_both_long_calls_of_a_report_can_be_sent() -> None:
    case = ferry()
    scenario = partial(READ["scenario"], by_verb("findings"), case, {"rules": ()})
    for call in (
        partial(_by_periods, case, "capability", "month", ()),
        partial(panel, Setting(case), {}, scenario=scenario),
    ):
        with Beside(call, 2) as beside:
            assert beside.apart


def test_a_small_case_is_worth_no_process() -> None:
    assert not worth_a_process(ferry())


def test_cells_in_which_cases_differ() -> None:
    case = ferry()
    row = str(case["resource"].index[0])
    changed = case.with_([f"resource.{row}.capacity=12345", f"resource.{row}.background=0"])
    assert other_cells(case, case) == []
    assert other_cells(case, changed) == [("resource", row, "capacity")]
