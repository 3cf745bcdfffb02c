"""The page docs/your-own-corridor.md, followed to the letter: every command and every change of a table, in order."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import corridor
from corridor.data.start import files_of_new
from corridor.loading import check_scenarios
from corridor.model.evidence import ABOUT
from corridor.model.faults import CaseError
from corridor.model.schema import schemas
from tests.corridor.command import Run
from tests.data.test_format_page import objections

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "your-own-corridor.md").read_text(encoding="utf-8")
STEP = re.compile(r"```console\n(?P<commands>.*?)```|`(?P<path>mine/[\w./]+)`\n\n```diff\n(?P<diff>.*?)```", re.DOTALL)


def steps() -> Iterator[tuple[str, str]]:
    """Commands (with an empty path) and changes (with the path of the table), in the order of the page."""
    for step in STEP.finditer(PAGE):
        if step["commands"]:
            yield from (("", line.removeprefix("$ corridor ")) for line in step["commands"].splitlines())
        else:
            yield step["path"], step["diff"]


def change(path: Path, diff: str) -> None:
    old = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line.startswith("-"))
    new = "".join(f"{line[1:]}\n" for line in diff.splitlines() if line.startswith("+"))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_block_of_the_page_is_a_step() -> None:
    assert PAGE.count("```") == 2 * len(list(STEP.finditer(PAGE)))


@pytest.mark.slow
def test_the_page_leads_to_a_report(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line carries 0.42 + 0.15 + 0.2 of its 1.0 Mt, so the base year fits after the changes as before."""
    monkeypatch.chdir(tmp_path)
    for path, text in steps():
        if path:
            change(Path(path), text)
            continue
        code, _, err = run(*shlex.split(text))
        assert code == 0, f"{text}: {err}"
    assert (tmp_path / "mine-report" / "report.html").stat().st_size > 100_000
    answer = corridor.solve(corridor.load("mine"), "handled")
    assert answer.value == pytest.approx(770_000)


def test_a_new_case_says_that_it_is_invented(tmp_path: Path) -> None:
    home = corridor.new(tmp_path / "lobito 2025")
    case = corridor.load(home)
    assert (case.name, case.title) == ("lobito_2025", "Lobito 2025")
    assert corridor.warnings(case) == ()
    assert {row.basis for row in case.rows("evidence")} == {"assumed"}
    assert all(row.note for row in case.rows("evidence"))
    assert {table for table, _, _ in case.stated} - set(ABOUT) <= {row.table for row in case.rows("evidence")}
    assert not objections(home)


def test_a_new_case_answers_by_hand(tmp_path: Path) -> None:
    """The line takes 900 kt less 100 kt of others: 800 kt of the 500 kt that move; two ships take more.

    A move of a ship takes 24 + 30 + 6 = 60 h, so two ships make 266.7 moves in 8 000 h, 1.6 Mt of grain alone.
    """
    case = corridor.load(corridor.new(tmp_path / "first"))
    assert check_scenarios(case) == ["good_harvest"]
    assert corridor.solve(case, "capability").value == pytest.approx(800_000)
    assert corridor.solve(case, "handled").value == pytest.approx(500_000)


def test_the_readme_of_a_new_case_names_its_tables() -> None:
    files = files_of_new("first")
    told = set(re.findall(r"`(\w+)\.csv`", files["README.md"].decode()))
    assert told == {name.removesuffix(".csv") for name in files if name.endswith(".csv")}
    assert told <= set(schemas())


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "a,b", 'say "hi"', "Порт", "2025", "+1", "x" * 100, "a\nb"])
def test_any_name_of_a_folder_is_a_case(name: str, tmp_path: Path) -> None:
    case = corridor.load(corridor.new(tmp_path / name))
    assert case.title.isprintable()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CaseError, match="C082"):
        corridor.new(tmp_path)
    with pytest.raises(CaseError, match="C082"):
        corridor.new(tmp_path / "mine.txt")
