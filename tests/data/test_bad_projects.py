"""Projects that add to nothing, to too much, or whose changes cannot be made."""

from __future__ import annotations

import pytest

from corridor.model.faults import CaseError
from tests.cases import case_of
from tests.optimize.test_projects import written

HEAD = "project_id, resource_id, adds, changes, cost_usd, price_year"


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("none, , , , 5,", "C190", "resource_id is empty"),
        ("half, line, , , 5,", "C190", "adds is empty"),
        ("both, line, 5, resource.line.capacity+=5, 5,", "C190", "keep one of both"),
        ("typo, , , resource.lime.capacity+=5, 5,", "C191", "did you mean line?"),
        ("words, , , make it larger, 5,", "C191", "make it larger"),
        ("year, line, 5, , 5, soon", "C009", "soon"),
    ],
)
def test_a_faulty_project_is_refused(row: str, code: str, words: str) -> None:
    with pytest.raises(CaseError) as error:
        case_of({**written(), "project": f"{HEAD}\n {row}"})
    assert [fault.code for fault in error.value.faults] == [code]
    assert words in str(error.value)


def test_changes_are_made_as_often_as_the_project_is_built() -> None:
    """Ten more of the line and twenty of the crane, three times."""
    row = "works, , , resource.line.capacity+=10; resource.crane.capacity += 20, 5, 2020"
    case = case_of({**written(), "project": f"{HEAD}\n {row}"}).with_(["build works times 3"])
    assert [case.row("resource", each).capacity for each in ("line", "crane")] == [150_030, 50_060]


def test_changes_pass_over_what_has_no_limit() -> None:
    row = "works, , , resource.line.capacity+=10; resource.crane.capacity+=20, 5, 2020"
    case = case_of({**written(line="unlimited"), "project": f"{HEAD}\n {row}"})
    assert case.with_(["build works"]).row("resource", "crane").capacity == 50_020
