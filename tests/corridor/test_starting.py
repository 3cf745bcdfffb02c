"""A second command answers from the program on disk; never after a change, and never from a damaged file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridor import command, starting
from corridor.data import programs
from tests.corridor.command import Run
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

SCENARIO = "changes:\n- {set: link.railway.time_h, value: 9}\n- {set: demand.grain_out.t_per_year, value: 300000}\n"
RULE = """import pyomo.core as pyo

def less(model, corridor):
    model.year.less = pyo.Constraint(expr=corridor.tonnes(link="railway") <= 500000)
"""
SECOND = """
import sys
from corridor import cli
from corridor.shell import _run
code = _run()
assert not {"pyomo", "networkx"} & set(sys.modules), "imported"
sys.exit(code)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(programs.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = write(tmp_path / "small", EXAMPLE)
    (folder / "scenario").mkdir()
    (folder / "scenario" / "more.yaml").write_text(SCENARIO)
    return folder


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that read and solved the case."""
    answered: Callable[..., None] = command._answered
    made: list[str] = []

    def counted(study: Any, words: dict[str, Any], answers: list[Any]) -> None:
        made.append(study.verb)
        answered(study, words, answers)

    monkeypatch.setattr(command, "_answered", counted)
    return made


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob(f"*{programs.ENDING}"))


def test_a_second_command_imports_neither_pyomo_nor_networkx(run: Run, cache: Path, small: Path) -> None:
    words = ["solve", "--case", str(small)]
    code, out, err = run(*words)
    environment = {**os.environ, programs.VARIABLE: str(cache)}
    second = subprocess.run(
        [sys.executable, "-c", SECOND, *words], capture_output=True, text=True, env=environment, check=False
    )
    assert (second.returncode, second.stdout) == (code, out), second.stderr
    assert second.stderr == err  # the warnings of the case


def test_the_page_is_that_of_a_command_without_the_cache(run: Run, cache: Path, small: Path, built: list[str]) -> None:
    for options in ([], ["--study", "handled", "--all"], ["--lang", "ru"], ["--set", "resource.line.capacity=500000"]):
        words = ("solve", "--case", str(small), *options)
        pages = [run(*words, "--no-cache"), run(*words), run(*words)]
        assert pages[0] == pages[1] == pages[2]
        assert len(built) == 2
        built.clear()
    assert len(entries(cache)) == 4


def test_the_json_has_a_certificate_and_seconds_of_its_own(
    run: Run, cache: Path, small: Path, built: list[str]
) -> None:
    first, second = (json.loads(run("solve", "--case", str(small), "--json")[1]) for _ in range(2))
    assert len(built) == 1
    assert first["solver"].pop("seconds") > second["solver"].pop("seconds") > 0
    assert first == second
    assert second["certificate"]["passed"]


def test_a_change_is_solved_anew(
    run: Run, cache: Path, small: Path, built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(RULE)
    words = ["solve", "--case", str(small), "--scenario", "more", "--rules", str(rule)]
    page = run(*words)

    def solved() -> None:
        known = len(built)
        made = run(*words)
        assert len(built) == known + 1, "answered from the cache"
        assert run(*words) == made
        assert len(built) == known + 1

    assert page[0] == 0, page[2]
    rule.write_text(RULE.replace("500000", "490000"))
    solved()
    scenario = small / "scenario" / "more.yaml"
    scenario.write_text(scenario.read_text().replace("300000", "310000"))
    solved()
    table = small / "demand.csv"
    table.write_text(table.read_text().replace("400000", "390000"))
    solved()
    monkeypatch.setattr(programs, "page_mark", lambda: "another code, HiGHS or numpy")
    solved()
    words += ["--limits", "none"]
    solved()


def test_a_rule_that_reads_more_than_its_own_text_is_not_kept(tmp_path: Path) -> None:
    known, unknown = tmp_path / "known.py", tmp_path / "unknown.py"
    known.write_text(f"import math\n{RULE}")
    assert starting._known(known)
    for text in ("import json\n", "from . import other\n", "LEFT = open('left.csv').read()\n", "def (\n"):
        unknown.write_text(text + RULE)
        assert not starting._known(unknown)
    assert not starting._known(tmp_path / "absent.py")


def test_a_damaged_entry_is_as_if_absent(run: Run, cache: Path, small: Path, built: list[str]) -> None:
    words = ("solve", "--case", str(small))
    page = run(*words)
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (b"", whole[:20], whole[:-1], bytes(flipped), b"\x80\x04K\x01."):
        entry.write_bytes(damaged)
        assert run(*words) == page
        assert entry.read_bytes() == whole
    assert len(built) == 6


def test_a_program_that_does_not_prove_itself_is_solved_anew(
    run: Run, cache: Path, small: Path, built: list[str]
) -> None:
    words = ("solve", "--case", str(small))
    page = run(*words)
    (entry,) = entries(cache)
    arrays, texts = programs.read(entry.stem) or ({}, {})
    changed = [
        {"columns": arrays["columns"] * 1.001},  # flows that break a limit
        {"prices": arrays["prices"] * 0.9},  # a gap
        {"upper": arrays["upper"] * 1.1},  # another program
        {"goal": arrays["goal"][:-1]},  # no program at all
        {"indices": arrays["indices"] + 10**6},
        {"numbers": np.full(3, np.nan)},
    ]
    for number, change in enumerate(changed, 2):
        assert programs.write(entry.stem, {**arrays, **change}, texts)
        assert run(*words) == page
        assert len(built) == number


@pytest.mark.parametrize("place", ["a file", "/proc/nothing", ""])
def test_a_folder_that_cannot_be_written_to_is_done_without(
    run: Run, small: Path, built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "a file").write_text("in the way")
    monkeypatch.setenv(programs.VARIABLE, str(tmp_path / place) if place else "")
    words = ("solve", "--case", str(small))
    assert run(*words) == run(*words)
    assert len(built) == 2


def test_a_home_that_is_missing_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(programs.VARIABLE)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("~/.cache"))
    assert programs.folder() is None
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: Path("/home/me/.cache/freight-corridor"))
    assert programs.folder() == Path("/home/me/.cache/freight-corridor")


def test_nothing_is_kept_with_a_limit_of_time_or_a_file(run: Run, cache: Path, small: Path, tmp_path: Path) -> None:
    words = ("solve", "--case", str(small))
    assert run(*words, "--time-limit", "60")[0] == 0
    assert run(*words, "--out", str(tmp_path / "a.json"))[0] == 0
    assert run(*words, "--set", "resource.line.capacity=-1")[0] == 2
    assert not entries(cache)


AT_ONCE = """
import sys, numpy
from corridor.data import programs
for number in range(25):
    programs.write("one", {"numbers": numpy.full(20_000, int(sys.argv[1]))}, {"page": sys.argv[1] * 1000})
    arrays, texts = programs.read("one")
    assert set(arrays["numbers"].astype(int).astype(str)) == set(texts["page"]), "mixed"
"""


def test_two_commands_at_once_do_no_harm(cache: Path) -> None:
    environment = {**os.environ, programs.VARIABLE: str(cache)}
    both = [subprocess.Popen([sys.executable, "-c", AT_ONCE, name], env=environment) for name in "12"]
    assert [each.wait() for each in both] == [0, 0]
    assert [path.name for path in cache.iterdir()] == [f"one{programs.ENDING}"]


def test_the_oldest_entries_go(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"numbers": np.arange(1000.0)}
    monkeypatch.setattr(programs, "ROOM", 40_000)
    for at, name in enumerate(("a", "b", "c", "d")):
        assert programs.write(name, numbers, {})
        os.utime(cache / f"{name}{programs.ENDING}", (at, at))
    assert programs.read("a") is not None  # its time is now
    assert programs.write("e", numbers, {})
    assert [path.stem for path in entries(cache)] == ["a", "c", "d", "e"]
    left = cache / f".x{programs.PART}"
    left.write_bytes(b"")
    os.utime(left, (0, 0))
    assert programs.write("e", numbers, {})
    assert not left.exists()
    monkeypatch.setattr(programs, "LARGEST", 1000)
    assert not programs.write("f", numbers, {})
