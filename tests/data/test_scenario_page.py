"""docs/scenario-files.md: its scenarios can be made, its words are those of its files, its faults are told."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import corridor
import corridor as api
from corridor.data.read import bundled
from corridor.data.scenario import read_scenario
from corridor.data.scenario_file import changes_of
from corridor.model.case import Case
from corridor.model.change.changes import Change
from corridor.model.change.words import parse_change
from corridor.model.faults import CaseError

PAGE = (Path(__file__).parents[2] / "docs" / "scenario-files.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PAIRS = re.findall(r"^\| `(\{.*\})` \| `(.*)` \|$", PAGE, re.MULTILINE)
COMMANDS = [line[2:] for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


def as_file(text: str) -> Change:
    faults: list[Any] = []
    (change,) = changes_of([yaml.load(text, yaml.BaseLoader)], "page", "page.yaml", faults)
    assert not faults
    return change


@pytest.fixture(scope="module")
def case() -> Case:
    return corridor.load()


def put(folder: Path, text: str) -> Path:
    path = folder / f"{yaml.safe_load(text)['name']}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_sound(tmp_path: Path, case: Case) -> None:
    made = read_scenario(bundled(), str(put(tmp_path, FILES[0]))).apply(case)
    api.check(made)
    before = corridor.load(scenario="measures_2030")
    ferries = [case.row("resource", "rail_ferries").capacity for case in (made, before)]
    assert ferries[0] == ferries[1] + 2


@pytest.mark.parametrize(("text", "words"), PAIRS)
def test_the_words_are_those_of_the_file(case: Case, text: str, words: str) -> None:
    assert as_file(text) == parse_change(words)
    assert as_file(text).words == words
    case.with_([words])


def test_every_change_of_the_page_is_there() -> None:
    assert len(PAIRS) == 14


@pytest.mark.parametrize("command", COMMANDS)
def test_the_scenarios_of_the_commands_are_there(tmp_path: Path, command: str) -> None:
    """The commands as the shell reads them, without the work that each of them then does."""
    path = put(tmp_path, FILES[0])
    words = [str(path) if word == path.name else word for word in shlex.split(command)]
    told = {name: [after for word, after in pairwise(words) if word == name] for name in ("--scenario", "--set")}
    year = int(words[words.index("--year") + 1]) if "--year" in words else None
    if words[1] == "scenarios":
        told["--scenario"] = [words[2]]
    loaded = corridor.load(year=year, scenario=told["--scenario"], changes=told["--set"])
    assert loaded.changes


def test_the_python_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    (text,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(text, "scenario-files.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("measures_2030 + eu_links with changes ['resource.feeders.capacity+=2', 'close link.")


def test_the_faults_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, FILES[1])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseError) as error:
        corridor.load(scenario="trial.yaml")
    (text,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert str(error.value) == text.rstrip("\n")
