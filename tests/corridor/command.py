"""The command run inside the test's own process."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from corridor import cli, shell

Run = Callable[..., tuple[int, str, str]]


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs ``corridor`` with some words and gives exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["corridor", *words])
        monkeypatch.setattr(sys.modules["__main__"], "__package__", "")  # or usage names pytest under python -m pytest
        assert cli.app is shell.app  # importing cli gives the command its verbs
        code = shell._run()
        out, err = capsys.readouterr()
        return code, out, without_progress(err)

    return run


def without_progress(err: str) -> str:
    """What stands on stderr but the lines that a slow machine gets to see."""
    lines = (line for line in err.splitlines(keepends=True) if not line.startswith('{"done": '))
    return "".join(line for line in lines if not line.endswith("…\n") or line[:1] == " ")
