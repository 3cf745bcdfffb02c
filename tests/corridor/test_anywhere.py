"""Odd surroundings: no HOME, the C locale, a dumb terminal of 40 columns, a closed pipe, letters of all scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from tests.data.folder import write
from tests.data.format_page import EXAMPLE

SCRIPTS = "Каспий Ақтау ბათუმი ميناء 阿克套 🚢 'x' & y"
"""A name of a folder with blanks, quotes and letters of many scripts."""


def run(*words: str, **more: str | None) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, with these variables of the environment set, or taken away (None)."""
    set_ = {name: value for name, value in {**os.environ, **more}.items() if value is not None}
    command = [sys.executable, "-m", "corridor", *words]
    return subprocess.run(command, env=set_, capture_output=True, check=False, cwd=Path(__file__).parents[2])


def test_a_bare_surrounding_and_a_folder_of_all_scripts(tmp_path: Path) -> None:
    """All at once: no HOME, no language, C locale, dumb and narrow terminal; the folder is read and written."""
    home = tmp_path / SCRIPTS
    home.mkdir()
    folder, out = write(home / "case", EXAMPLE), home / "page of all"
    bare = {"HOME": None, "LANG": None, "LC_ALL": "C", "TERM": "dumb", "COLUMNS": "40", "PYTHONIOENCODING": None}
    done = run("slack", "--case", str(folder), "--out", str(out), PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", **bare)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    assert any("33" in line for line in lines)
    assert b"\x1b" not in done.stdout
    assert all(len(line) <= 40 for line in lines if "/" not in line)
    assert sorted(path.name for path in out.iterdir()) == ["report.html"]
    assert (out / "report.html").read_bytes().rstrip().endswith(b"</html>")


def test_json_is_the_same_everywhere(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", EXAMPLE)
    done = run("slack", "--case", str(folder), "--json", HOME=None, LC_ALL="C", TERM=None, COLUMNS="40")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", EXAMPLE)
    command = [sys.executable, "-m", "corridor", "slack", "--case", str(folder), "--json"]
    end, start = os.pipe()
    os.close(end)
    try:
        done = subprocess.run(command, stdout=start, stderr=subprocess.PIPE, check=False, cwd=Path(__file__).parents[2])
    finally:
        os.close(start)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"fault of its own" not in done.stderr


@pytest.mark.parametrize("kind", [PurePosixPath, PureWindowsPath])
def test_ends_of_names_are_those_of_both_systems(kind: type[PurePosixPath | PureWindowsPath]) -> None:
    """The command takes kinds of files from the end of a name alone, which both systems read alike."""
    from corridor.command import FILES

    for end in FILES:
        for name in (f"table{end}", f"Отчёт 2025{end.upper()}", f"a.b{end}"):
            assert kind("folder", name).suffix.lower() == end


def test_names_that_are_written_fit_windows() -> None:
    """Parts and second names of files have no sign that Windows refuses, and do not end in a point or blank."""
    from corridor.loading import REPORT_FILES

    for name in REPORT_FILES:
        for each in (f".{name}.part", f".{name}.former"):
            assert not set(each) & set('<>:"/\\|?*')
            assert each[-1] not in ". "
