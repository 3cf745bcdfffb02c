"""Writes that break off at each call, on a full disk or in a read-only folder: the earlier files stay."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corridor.model import writing
from corridor.model.faults import CaseError

FORMER = {"report.html": b"former page", "map.svg": b"former map", "report.pdf": b"former print"}
FILES = {"report.html": b"page" * 9, "map.svg": b"map" * 9}
CALLS = ("open", "write", "fsync", "link", "replace", "mkdir", "unlink")


def there(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones as well."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


class Broken(BaseException):
    """An end that no ``except Exception`` sees, as an interruption is."""


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, BaseException], list[str]]]:
    """A function that lets the n-th call to the disk fail; it gives the list of calls as they are made."""

    def at(number: int, error: BaseException) -> list[str]:
        made: list[str] = []

        def watch(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*given: Any, **more: Any) -> Any:
                made.append(name)
                if len(made) == number:
                    raise error
                return real(*given, **more)

            return call

        for name in ("fsync", "link", "replace"):
            monkeypatch.setattr(os, name, watch(name, getattr(os, name)))
        for name in ("open", "mkdir", "unlink"):
            monkeypatch.setattr(Path, name, watch(name, getattr(Path, name)))
        return made

    yield at
    monkeypatch.undo()


def _calls(folder: Path, breaking: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    made: list[str] = breaking(0, Broken())
    writing.write(folder, FILES, FORMER)
    monkeypatch.undo()
    return len(made)


@pytest.mark.parametrize("kind", [OSError(errno.ENOSPC, "No space left on device"), Broken()], ids=["full", "stopped"])
@pytest.mark.parametrize("former", [FORMER, {}], ids=["former", "none"])
def test_whole_or_as_before_at_every_call(
    tmp_path: Path, breaking: Any, monkeypatch: pytest.MonkeyPatch, former: dict[str, bytes], kind: BaseException
) -> None:
    def fresh(name: str) -> Path:
        folder = tmp_path / name
        if former:
            folder.mkdir()
            for each, content in former.items():
                (folder / each).write_bytes(content)
        return folder

    calls = _calls(fresh("whole"), breaking, monkeypatch)
    assert there(tmp_path / "whole") == FILES
    assert calls >= 6
    for number in range(1, calls + 1):
        folder = fresh(f"at_{number}")
        breaking(number, kind)
        broken = False
        try:
            writing.write(folder, FILES, FORMER)
        except (CaseError, Broken):
            broken = True
        monkeypatch.undo()
        seen = {name: each for name, each in there(folder).items() if name[0] != "."}
        if seen != FILES:  # once all is in its place, second names of former files may be left
            assert broken
            assert there(folder) == former, number


def test_a_fault_names_file_and_reason(tmp_path: Path, breaking: Any) -> None:
    breaking(1, OSError(errno.EROFS, "Read-only file system"))
    with pytest.raises(CaseError, match=r"C080 .*page\.html.*Read-only file system; give another folder"):
        writing.write(tmp_path, {"page.html": b"1"})


def test_no_link_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "page.html").write_bytes(b"former")
    writing.write(tmp_path, {"page.html": b"new"})
    assert there(tmp_path) == {"page.html": b"new"}


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "page.html").write_bytes(b"former")
    (tmp_path / "page.html").symlink_to(tmp_path / "far" / "page.html")
    writing.write(tmp_path, {"page.html": b"new"})
    assert (tmp_path / "page.html").is_symlink()
    assert there(tmp_path / "far") == {"page.html": b"new"}


LIMITED = """
import resource, signal, sys
from pathlib import Path
from corridor.model.writing import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write(Path(sys.argv[1]), {"small.csv": b"1" * 10, "large.csv": b"2" * 5000})
except Exception as error:
    print(error)
"""


def test_a_file_too_large_for_the_disk(tmp_path: Path) -> None:
    """The limit of the size of a file, as a full disk gives it: in the middle of a write."""
    assert resource.RLIMIT_FSIZE is not None
    (tmp_path / "large.csv").write_bytes(b"former")
    run = [sys.executable, "-c", LIMITED, str(tmp_path)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "C080" in said
    assert there(tmp_path) == {"large.csv": b"former"}


KILLED = """
import os, signal, sys
from pathlib import Path
from corridor.model import writing
real = os.replace
def replace(*given):
    os.kill(os.getpid(), signal.SIGKILL)
os.replace = replace
writing.write(Path(sys.argv[1]), {"page.html": b"new" * 1000})
"""


def test_a_killed_write_leaves_the_former_file_and_the_next_one_clears_up(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"former")
    run = [sys.executable, "-c", KILLED, str(tmp_path)]
    assert subprocess.run(run, check=False).returncode == -signal.SIGKILL
    assert there(tmp_path)["page.html"] == b"former"
    writing.write(tmp_path, {"page.html": b"newer"})
    assert there(tmp_path) == {"page.html": b"newer"}


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(CaseError, match="a folder of that name is in the way"):
        writing.write(tmp_path, {"map.svg": b"1", "report.html": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_only_this_module_writes_files() -> None:
    """No other file of the product opens one to write, but a log, a copy, and a folder of the system."""
    import ast

    root = Path(__file__).parents[2]
    found = set()
    for room in ("corridor", "model", "data", "optimize", "reports"):
        for path in (root / room).glob("*.py") if room == "corridor" else (root / room).rglob("*.py"):
            if "assets" in path.parts:  # scripts that fetch fonts and maps, no part of a run
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
                if name in ("write_text", "write_bytes", "NamedTemporaryFile", "mkdir", "unlink", "rmdir", "rmtree"):
                    found.add(path.relative_to(root).as_posix())
    of_the_system = {"corridor/shell.py", "corridor/copies.py", "data/book.py", "corridor/writing.py"}
    lines_of_help = {"corridor/helping.py"}  # a method of that name, of a page of help
    appended = {"data/run_folder.py"}  # chunks are written beside and renamed, too: tests/optimize/test_kept_runs.py
    kept = {
        "data/programs.py"
    }  # entries of a cache are written beside and renamed, too: tests/corridor/test_starting.py
    assert found == {"model/writing.py", *of_the_system, *lines_of_help, *appended, *kept}
