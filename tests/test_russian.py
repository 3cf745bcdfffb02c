"""Russian without English: faults and the help, read for Latin words that are no ids, options or names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corridor import cli
from corridor.helping import usage_message
from corridor.model.language import choose, language
from corridor.model.schema import CellError, schemas
from corridor.studies import STUDIES
from tests.data.folder import write
from tests.fault_examples import CASE, EXAMPLES, Example
from tests.faults_page import printed

CYRILLIC = re.compile("[а-яё]{3,}")
LATIN = re.compile(r"(?<![\w.\-=/])[a-z][A-Za-z]+(?![\w/]|\.[a-z])")
"""A Latin word outside an address, an option, a path and a file name; names, which begin with a capital, are none."""
WRITTEN = frozenset(
    [
        *("id", "model", "corridor", "copy", "pyo", "within", "CO2"),  # words of a rule
        *(
            "all",
            "none",
            "and",
            "in",
            "base",
            "unlimited",
            "assumed",
            "latin",
            "sobol",
            "grid",
            "low",
            "middle",
            "high",
        ),
        *("npv", "target", "tonnes", "far", "length", "dask", "scheduler", "FOLDER", "at_most"),
        *("year", "quarter", "month", "week", "day", "axis", "toward"),  # words of a question, columns of a week
    ]
)
"""Words that a planner writes in Latin letters in any language."""
SLOW = {
    "C080": "it solves a whole report first",
    "C091": "its message is that of Python",
    "C271": "its reason is that of the operating system",
}
"""Examples that are left out, with the reason."""


def _ids() -> Iterator[str]:
    for name, schema in schemas().items():
        yield name
        for field in schema.fields:
            yield from (field.name, *field.enum)
    for text in CASE.values():
        yield from (word for cell in re.split(r"[,\n]", text) for word in cell.split() if re.fullmatch("[a-z_]+", cell))


IDS = frozenset(_ids()) | WRITTEN | {study.verb for study in STUDIES}


def english(text: str, known: frozenset[str] = IDS) -> list[str]:
    """Latin words of a text that are no ids, without what is quoted."""
    return [
        word for word in LATIN.findall(re.sub(r"'[^']*'|«[^»]*»|<[^>]*>|\w+://\S+", " ", text)) if word not in known
    ]


def _of(example: Example) -> frozenset[str]:
    """Words that the example itself has, the columns of its files among them."""
    texts = [*(new for _, _, new in example.edits), *(text for text in example.files.values() if isinstance(text, str))]
    given = " ".join(text for text in texts if len(text) < 200)
    return frozenset(re.findall(r"\w+", f"{example.words} {example.rule} {given}"))


@pytest.mark.slow
@pytest.mark.parametrize("code", [code for code in EXAMPLES if code not in SLOW])
def test_a_fault_is_russian(code: str) -> None:
    example = EXAMPLES[code]
    try:
        text = printed(replace(example, words=f"{example.words} --lang ru"))
    finally:
        choose("en")
    faults = [line.strip() for line in text.splitlines() if re.match(r" *[CW]\d{3} ", line)]
    assert any(line.startswith(code) for line in faults), text
    for line in faults:
        assert CYRILLIC.search(line), line
        assert not english(line.split(" ", 1)[1], IDS | _of(example)), line


def test_the_help_is_russian() -> None:
    run, found = CliRunner(), list[str]()
    options = {option.name for study in STUDIES for option in study.options}
    allowed = (
        IDS
        | options
        | {"lang", "en", "ru", "out", "report", "stderr", "root", "cell", "folder", "words"}
        | {
            "owner",
            "both",
            "handled",
            "free",
            "expected",
            "npv",
            "shippers",
            "Id",
            "resource",
            "shipper",
            "March",
            "figure",
            "import",
            "export",
        }
    )
    try:
        for verb in ("", *(each.name or "" for each in cli.app.registered_commands)):
            page = run.invoke(cli.app, [*([verb] if verb else []), "--help", "--lang", "ru"])
            assert page.exit_code == 0
            for line in page.output.splitlines():
                found += english(re.sub(r"^ +\S+", "", line), allowed)
    finally:
        choose("en")
    assert not found


BAD = (
    "",
    "abc",
    "a b",
    "Ж",
    "1,000",
    "12,5",
    "−5",
    "-5",
    "1e30",
    "1e-30",
    "inf",
    "nan",
    "=1",
    "1-Mar",
    "0.5",
    "a\x1bb",
    "9",
)
"""Texts that some column refuses."""


def test_a_fault_of_a_cell_is_russian() -> None:
    seen = set()
    with language("ru"):
        for schema in schemas().values():
            for field in schema.fields:
                for text in BAD:
                    try:
                        field.parse(text)
                    except CellError as error:
                        seen.add(error.code)
                        shown = str(error)
                        known = (
                            IDS | {"USD", "AZ", "GE", "KZ"} | set(re.findall("[A-Za-z]+", field.pattern + field.unit))
                        )
                        assert CYRILLIC.search(shown), shown
                        assert not english(shown, known), shown
    assert seen >= {"C009", "C010", "C011", "C012", "C013", "C014"}


def test_a_message_on_the_command_line_is_russian() -> None:
    said = {
        "No such option: --ot (Possible options: --open, --out)": "нет параметра --ot; похожие: --open, --out",
        "No such command 'slove'. Did you mean 'solve'?": "нет команды slove; может быть, solve?",
        "Missing argument 'name'.": "не указан аргумент name",
        "Invalid value for '--limits': Input should be a valid number, unable": "--limits: это не число",
    }
    for message, text in said.items():
        assert usage_message(message) == message
        with language("ru"):
            assert usage_message(message) == text


NAMES = {
    "Corridor": "the program",
    "HiGHS": "the solver",
    "Typst": "the typesetter of the PDF",
    "CBAM": "a rule of the EU, named so in Russian, too",
}
"""Names that stay in a Russian report, with the reason; verbs, options and ids stay, too."""


@pytest.mark.slow
def test_the_report_is_russian(tmp_path: Path) -> None:
    """The small case has English names, so its own words are allowed; those of the product are not."""
    write(tmp_path / "case", CASE)
    words = ["report", "--case", str(tmp_path / "case"), "--out", str(tmp_path), "--draws", "0", "--no-live"]
    try:
        assert CliRunner().invoke(cli.app, [*words, "--periods", "year", "--lang", "ru"]).exit_code == 0
    finally:
        choose("en")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    own = set(re.findall("[A-Za-z]+", " ".join(CASE.values()).lower() + " ".join(CASE.values())))
    known = IDS | own | set(NAMES) | {"growth", "keep", "band", "levers", "library", "timetable"}
    assert len(CYRILLIC.findall(bare)) > 1000
    assert not sorted(set(english(unescape(bare), frozenset(known))))
