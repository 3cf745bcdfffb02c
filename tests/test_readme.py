"""The README's commands run, and its answer is the answer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import corridor
from corridor.reports.say.headline import headline
from tests.pages import Shown, run, shown

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = [line[2:] for block in CONSOLE for line in block.splitlines() if line.startswith("$ ")]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_readme_names_the_commands() -> None:
    assert "make report" in COMMANDS
    assert "make test" in COMMANDS
    assert len(COMMANDS) >= 9


VERBS = (
    "report",
    "waterfall",
    "prices",
    "ladder",
    "markets",
    "explain",
    "cut",
    "validate",
    "band",
    "library",
    "compare",
    "carbon",
    "frontier",
    "sweep",
    "projects",
    "disrupt",
    "revenue",
    "copy",
)
LONG = (
    *(f"corridor {verb}" for verb in VERBS),
    "corridor check",
    "corridor fleet",
    "corridor growth",
    "corridor levers",
    "corridor solve --periods",
    "corridor tariffs",
    "corridor timetable",
    "corridor solve --year",
    "corridor solve --study",
    "corridor solve --s",
)


def slowly(command: str, *more: object) -> object:
    """A test's parameters, marked as slow where the command is long."""
    return pytest.param(command, *more, marks=[pytest.mark.slow] if command.startswith(LONG) else [], id=command)


ELSEWHERE = {"corridor library": "tests/test_scenario_library.py"}
"""Long commands, and the test that runs each beside other questions about its answer."""
ANSWERS = {answer.command: answer for answer in shown(ROOT / "README.md")}
SHOWN = [
    slowly(each)
    for each in dict.fromkeys(COMMANDS)
    if each.startswith("corridor") and each not in ANSWERS and each not in ELSEWHERE
]


@pytest.mark.parametrize("command", SHOWN)
def test_commands_run(command: str, tmp_path: Path) -> None:
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_make_report_is_a_command_of_the_page() -> None:
    done = subprocess.run(["make", "-n", "report"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ".venv/bin/corridor report --out out --pdf" in done.stdout.splitlines()
    assert "corridor report --out out --pdf" in COMMANDS


@pytest.mark.parametrize(("command", "answer"), [slowly(command, answer) for command, answer in ANSWERS.items()])
def test_answers_shown_are_the_answers(command: str, answer: Shown, tmp_path: Path) -> None:
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert answer.lines == answer.of(done.stdout)


@pytest.mark.slow
def test_python_example_runs(tmp_path: Path) -> None:
    for example in PYTHON:
        words = [sys.executable, "-c", example]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Rail ferries" in done.stdout


@pytest.mark.slow
def test_the_picture_shows_the_present_answer() -> None:
    case = corridor.load()
    picture = (ROOT / "docs" / "map.svg").read_text(encoding="utf-8")
    assert headline(case, corridor.solve(case)) in picture


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
