"""docs/case-format.md is made from the schemas; its example answers as it says; other tools can read a case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from frictionless import Package

import corridor as api
from corridor.data.exchange.package import package
from corridor.data.read import bundled
from corridor.model.schema import schemas
from tests.data.folder import FULL, Edit, write
from tests.data.format_page import EXAMPLE, EXAMPLE_SCENARIO, page

PAGE = Path(__file__).parents[2] / "docs" / "case-format.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"


def test_every_table_and_column_is_on_the_page() -> None:
    text = page()
    for schema in schemas().values():
        section = text.split(f"\n### {schema.name}\n")[1].split("\n### ")[0]
        for field in schema.fields:
            assert f"\n| `{field.name}` |" in section
            assert field.meaning in section
    assert len(re.findall(r"^### ", text, flags=re.MULTILINE)) == len(schemas())


def test_links_on_the_page_lead_somewhere() -> None:
    text = page()
    headings = set(re.findall(r"^### (\w+)$", text, flags=re.MULTILINE))
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings


def tables_on_the_page() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r"^`(\w+)\.csv`\n\n```csv\n(.*?)```$", text, flags=re.MULTILINE | re.DOTALL))


def test_the_example_answers_as_the_page_says(tmp_path: Path) -> None:
    """600 kt fit on the line and 900 kt on the ships; 400 kt came."""
    tables = tables_on_the_page()
    assert tables == EXAMPLE
    case = api.load(write(tmp_path, tables))
    answer = api.solve(case)
    assert answer.measures_t["handled"] == pytest.approx(400_000)
    assert answer.measures_t["concurrent"] == pytest.approx(600_000)
    assert answer.measures_t["capability"] == pytest.approx(600_000)
    assert answer.first is not None
    assert answer.first.names == ("The line to the harbour",)
    assert answer.certificate.passed


def test_the_scenario_and_the_change_on_the_page_work(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"```yaml\n{EXAMPLE_SCENARIO}```" in text
    (change,) = re.findall(r"--set ([\w.=]+)`", text)
    folder = write(tmp_path, EXAMPLE)
    (folder / "scenario").mkdir()
    (folder / "scenario" / "base_2022.yaml").write_text(EXAMPLE_SCENARIO, encoding="utf-8")
    answer = api.solve(api.load(folder, year=2022, changes=[change]))
    assert answer.measures_t["handled"] == pytest.approx(300_000)
    assert answer.measures_t["capability"] == pytest.approx(800_000)


def objections(folder: Path) -> list[str]:
    """What frictionless has against a case."""
    report = Package.from_descriptor(package(folder), basepath=str(folder)).validate()
    return [str(message) for (message,) in report.flatten(["message"])]


@pytest.mark.parametrize("tables", [EXAMPLE, FULL], ids=["example", "full"])
def test_frictionless_accepts_a_case(tmp_path: Path, tables: dict[str, str]) -> None:
    assert objections(write(tmp_path, tables)) == []


def test_frictionless_accepts_the_bundled_case() -> None:
    assert objections(bundled()) == []


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("link", "900000", "-4"), 'constraint "minimum"'),
        (("link", "20,unlimited", "unlimited,unlimited"), "Type error"),
        (("link", "harbour,shore", "harbour,shor"), "violates the foreign key"),
        (("link", "crossing", "railway"), "violates the primary key"),
        (("resource", "line,600000", "Line,600000"), 'constraint "pattern"'),
        (("node", "plain,The", "Plain,The"), 'constraint "pattern"'),
    ],
)
def test_frictionless_sees_what_is_wrong(tmp_path: Path, edit: Edit, words: str) -> None:
    """The descriptor says something: frictionless refuses what we refuse."""
    assert any(words in each for each in objections(write(tmp_path, EXAMPLE, edit)))
