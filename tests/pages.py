"""Answers shown in README.md and docs/: ``python -m tests.pages [PAGE …]`` runs their commands and writes them anew.

An answer is a ``console`` block of one command and its output. A last line ``…`` leaves the rest of the output out, a
first line ``…`` its beginning; the number of lines beside it is kept.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(\$ corridor [^\n]*)\n((?!\$ ).+?\n)```", re.DOTALL)
REST = "…"


@dataclass(frozen=True)
class Shown:
    """An answer on a page: the command without ``$``, and the lines shown below it."""

    page: Path
    command: str
    lines: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.page.name}: {self.command}"

    def of(self, output: str) -> tuple[str, ...]:
        """The lines that the page should show of an output."""
        lines = tuple(line.rstrip() for line in output.rstrip().splitlines())
        kept = len(self.lines) - 1
        if self.lines and self.lines[-1] == REST and kept < len(lines):
            return (*lines[:kept], REST)
        if self.lines and self.lines[0] == REST and kept < len(lines):
            return (REST, *lines[len(lines) - kept :])
        return lines


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def shown(page: Path) -> Iterator[Shown]:
    """The answers of a page, in order."""
    for command, lines in BLOCK.findall(page.read_text(encoding="utf-8")):
        yield Shown(page, command[2:], tuple(lines.rstrip("\n").split("\n")))


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of a page, run in a folder as a user would; files of docs/ are those of the repository."""
    words = [str(ROOT / word) if word.startswith("docs/") else word for word in shlex.split(command)]
    if words[0] == "corridor":
        words = [sys.executable, "-m", "corridor", *words[1:]]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def rewritten(page: Path, folder: Path) -> str:
    """The text of a page with every answer anew; raises RuntimeError where a command fails."""

    def anew(match: re.Match[str]) -> str:
        answer = Shown(page, match[1][2:], tuple(match[2].rstrip("\n").split("\n")))
        done = run(answer.command, folder)
        if done.returncode:
            raise RuntimeError(f"{answer.id}: {done.stderr}")
        lines = "\n".join(answer.of(done.stdout))
        return f"```console\n{match[1]}\n{lines}\n```"

    return BLOCK.sub(anew, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for name in sys.argv[1:] or [str(page) for page in pages()]:
            target = Path(name).resolve()
            target.write_text(rewritten(target, Path(scratch)), encoding="utf-8")
