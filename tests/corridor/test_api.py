"""docs/api.md says what there is, and what it shows runs."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

import corridor
from corridor.model.faults import CaseError
from tests.corridor.api_page import page
from tests.corridor.stub_page import page as stub_page
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.corridor.api_page > docs/api.md"


def test_every_public_name_has_its_entry() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in corridor.__all__:
        assert f"\n### {name}\n" in text
        assert name in dir(corridor)
    assert sorted(corridor.__all__) == corridor.__all__


def test_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = corridor.nothing  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_session_on_the_page_runs() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8")
    assert found.attempted >= 8
    assert found.failed == 0


def test_answers_and_faults_of_a_folder(tmp_path: Path) -> None:
    case = corridor.load(str(write(tmp_path, EXAMPLE)))
    assert corridor.solve(case, "concurrent").value == pytest.approx(600_000)
    with pytest.raises(CaseError, match="capabilty is no study; did you mean capability"):
        corridor.solve(case, "capabilty")


def test_solve_checks_what_python_changed(tmp_path: Path) -> None:
    """A case changed in Python is checked before it is solved, whether or not the caller did."""
    case = corridor.load(write(tmp_path, EXAMPLE)).with_(["link.railway.capacity_t_per_year=0"])
    with pytest.raises(CaseError, match="C042"):
        corridor.solve(case)
    with pytest.raises(CaseError, match="C042"):
        corridor.check(case)


def test_types_of_the_package_are_those_of_the_functions() -> None:
    stub = Path(corridor.__file__).with_name("__init__.pyi")
    assert stub.read_text(encoding="utf-8") == stub_page(), (
        "run python -m tests.corridor.stub_page > FILE, then move it"
    )
