"""Answers shown in the documents are the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import BLOCK, REST, Shown, pages, run, shown

ANSWERS = [answer for page in pages() if page.name != "README.md" for answer in shown(page)]


@pytest.mark.slow
@pytest.mark.parametrize("answer", [pytest.param(answer, id=answer.id) for answer in ANSWERS])
def test_answers_of_the_documents(answer: Shown, tmp_path: Path) -> None:
    done = run(answer.command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert answer.lines == answer.of(done.stdout)


def test_an_answer_is_parted_from_commands_without_one() -> None:
    text = "```console\n$ corridor solve\n$ corridor check\n```\n\n```console\n$ corridor solve\nOne.\nTwo.\n```\n"
    assert BLOCK.findall(text) == [("$ corridor solve", "One.\nTwo.\n")]


def test_the_rest_of_an_answer_may_be_left_out() -> None:
    short = Shown(Path("page.md"), "corridor solve", ("One.", REST))
    assert short.of("One.\nTwo.\nThree.\n") == ("One.", REST)
    assert short.of("Uno.\n") == ("Uno.",)


def test_the_beginning_of_an_answer_may_be_left_out() -> None:
    last = Shown(Path("page.md"), "corridor solve", (REST, "Two.", "Three."))
    assert last.of("One.\nTwo.\nThree.\n") == (REST, "Two.", "Three.")
    assert last.of("Dos.\nTres.\n") == ("Dos.", "Tres.")
