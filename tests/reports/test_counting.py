"""Progress of many runs on stderr: rate and time left, as a line or as JSON, and nothing in the first seconds."""

from __future__ import annotations

import json

import pytest

from corridor.reports.out import counting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets."""
    now = [0.0]
    monkeypatch.setattr(counting, "perf_counter", lambda: now[0])
    return now


def test_lines_have_rate_and_time_left(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    """1,000 runs were kept already; 500 more in 10 s are 50 a second, and 8,500 are left: 170 s."""
    with counting.counting("runs") as told:
        for seconds, done in ((0.0, 1_000), (1.0, 1_050), (10.0, 1_500), (11.0, 1_550), (20.0, 2_000)):
            clock[0] = seconds
            told(done, 10_000)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["runs", "runs"]
    assert "1,500 of 10,000" in lines[0]
    assert "50 a second, 170 s left" in lines[0]
    assert "2,000 of 10,000" in lines[1]


def test_lines_of_json(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with counting.counting("runs", as_json=True) as told:
        for seconds, done in ((1.0, 10), (4.0, 40)):
            clock[0] = seconds
            told(done, 100)
    known = json.loads(capsys.readouterr().err)
    assert known == {"done": 40, "of": 100, "per_second": pytest.approx(7.5), "seconds_left": 8}
