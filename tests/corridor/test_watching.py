"""What is said while the solver works: one live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from corridor import shell
from corridor.optimize.program.progress import Progress

NOW = Progress("interior point", 34, 10_120.0, 12.0, goal="level")
LINE = "interior point, iteration 34, 10.12 Mt, 12 s"


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Screen(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(shell, "perf_counter", made)
    return made


def test_plain_lines(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    said = []
    with shell.watching("solving") as tell:
        for second in range(26):
            clock.seconds = 100.0 + second
            before = len(err.getvalue())
            tell(NOW)
            if len(err.getvalue()) > before:
                said.append(second)
    assert said == [2, 12, 22]
    assert err.getvalue() == 3 * f"{LINE} …\n"


def test_live_line(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with shell.watching("solving") as tell:
        clock.seconds += 0.9
        tell(NOW)
        assert screen.getvalue() == ""
        clock.seconds += 0.2
        tell(NOW)
        tell(NOW)
    assert LINE in screen.getvalue()
    assert screen.getvalue().endswith(("\x1b[2K", "\x1b[?25h", "\r"))  # the line is gone, the cursor back


@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_in_the_first_second(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    err: io.StringIO = Screen() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    with shell.watching("solving") as tell:
        tell(NOW)
    assert err.getvalue() == ""


def test_the_line_goes_when_the_solver_is_interrupted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)

    def interrupted() -> None:
        with shell.watching("solving") as tell:
            clock.seconds += 2
            tell(NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "\x1b[?25h" in screen.getvalue()
    assert sys.stderr is screen
