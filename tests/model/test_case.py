"""The memo of a case: values are kept for as long as the tables that they read are the same."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest

from corridor.model.case import Case
from corridor.model.graph import arcs, layered
from tests.cases import series


def counted(case: Case, count: list[int]) -> int:
    """Links of a case, by a nested value; ``count`` has an entry for each computation."""

    def work_out() -> int:
        count.append(1)
        return len(case.known("rows of link", lambda: case.rows("link")))

    return case.known("links", work_out)


CHANGES: dict[str, tuple[str, int]] = {
    "a table that was read": ("link.two.time_h=7", 2),
    "another table": ("mode.way.name=Another", 1),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("before", [True, False])
def test_a_value_is_kept_for_the_tables_that_it_read(change: str, before: bool) -> None:
    """``before``: the inner value is known already, when the outer one is computed."""
    words, times = CHANGES[change]
    case, count = replace(series()), list[int]()
    if before:
        case.known("rows of link", lambda: case.rows("link"))
    assert counted(case, count) == counted(case, count) == 3
    assert len(count) == 1
    counted(case.with_(words), count)
    assert len(count) == times


def test_a_failed_value_is_computed_again() -> None:
    case = replace(series())

    def fails() -> int:
        raise ValueError("the value")

    with pytest.raises(ValueError, match="the value"):
        case.known("value", fails)
    assert case.known("value", lambda: 5) == 5


@pytest.mark.parametrize("make", [arcs, lambda case: layered(case, "cargo", "never")], ids=["arcs", "layered"])
def test_changes_elsewhere_share_the_graph(make: Callable[[Case], object]) -> None:
    case = replace(series())
    graph = make(case)
    assert make(case.with_("mode.way.name=Another")) is graph
    assert make(case.at({("link", "two", "capacity_t_per_year"): 1e5})) is not graph


def test_the_memo_does_not_travel() -> None:
    case = replace(series())
    arcs(case)
    assert "arcs" not in pickle.loads(pickle.dumps(case))._known
