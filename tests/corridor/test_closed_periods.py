"""A year with works is cut by any period, ends, proves itself, and keeps what its days leave."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.reports.say.words import by_period
from tests.corridor.command import Run
from tests.corridor.test_same_question import ASKED
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

WORKS = "closure_id,name,table,row,from_day,to_day,kind,known\nworks,Works,resource,line,03-01,03-10,works,{known}\n"
LEFT = 600_000 * 355 / 365
"""Tonnes of the line of 600,000 t a year in the 355 days that are left of 365."""


def closed(folder: Path, known: int = 1) -> Path:
    return write(folder, {**EXAMPLE, "closure": WORKS.format(known=known)})


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ("year", "by month and closure"),
        ("quarter", "by month and closure"),
        ("week", "by week and closure"),
        ("24", "in 24 parts and closure"),
    ],
)
def test_every_cut_gives_the_same_tonnes(tmp_path: Path, periods: str, words: str) -> None:
    answer = corridor.solve(corridor.load(closed(tmp_path)), periods=periods)
    assert answer.value == pytest.approx(LEFT)
    assert answer.certificate.passed
    assert by_period(answer) == words


@pytest.mark.parametrize("known", [0, 1])
@pytest.mark.parametrize("periods", ["month", "week"])
def test_foresight_ends(tmp_path: Path, periods: str, known: int) -> None:
    """One link at its limit has nothing to choose, so a forecast is worth nothing."""
    found = corridor.foresight(corridor.load(closed(tmp_path, known)), periods=periods)
    assert found.passed
    assert found.plan_t == pytest.approx(LEFT)
    assert found.rolling_t == pytest.approx(found.foresight_t)
    assert found.foresight_t <= found.due_t <= found.plan_t


@pytest.mark.parametrize("words", [("foresight", "--periods", "week"), ("solve", "--periods", "week")])
def test_the_command_ends(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--case", str(closed(tmp_path)))
    assert (code, "fault" in err) == (0, False)
    assert "week" in out


@pytest.mark.parametrize("verb", ASKED)
def test_every_verb_sees_the_closed_days(tmp_path: Path, verb: str) -> None:
    assert ASKED[verb](corridor.load(closed(tmp_path))) == pytest.approx(LEFT)
