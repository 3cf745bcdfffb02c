"""Warnings: their words, the share of each kind in few lines, and the count of the rest."""

from __future__ import annotations

from corridor.model.fault_codes import codes
from corridor.model.faults import CaseWarning, counted, warning_lines


def of_kind(code: str, count: int) -> list[CaseWarning]:
    return [CaseWarning(code, f"link.{code.lower()}_{number}", "too short", "correct it") for number in range(count)]


def test_words_of_one() -> None:
    (one,) = of_kind("W005", 1)
    assert str(one) == "W005 link.w005_0: too short; correct it"
    assert one.to_dict() == {
        "code": "W005",
        "place": "link.w005_0",
        "message": "too short",
        "remedy": "correct it",
    }


def test_few_are_listed_whole() -> None:
    assert len(warning_lines(of_kind("W005", 10))) == 10


def test_many_are_ten_lines_and_a_count_of_the_rest() -> None:
    """Of 40 and 3 and 30 warnings each kind gets at least three lines of the ten; 63 are counted."""
    lines = warning_lines([*of_kind("W005", 40), *of_kind("W004", 3), *of_kind("W001", 30)])
    assert len(lines) == 11
    shown = [line.split()[1] for line in lines[:-1]]
    assert {code: shown.count(code) for code in sorted(set(shown))} == {"W001": 4, "W004": 3, "W005": 3}
    assert lines[-1] == (
        f"and 63 more warnings: {codes()['W001'].wrong} (26), {codes()['W005'].wrong} (37); corridor check lists all"
    )


def test_the_same_doubt_counts_once() -> None:
    assert warning_lines(of_kind("W005", 1) * 3) == ["warning W005 link.w005_0: too short; correct it"]


def test_counts_are_by_kind() -> None:
    assert counted([*of_kind("W005", 2), *of_kind("W004", 1)]) == (
        f"{codes()['W004'].wrong} (1), {codes()['W005'].wrong} (2)"
    )
