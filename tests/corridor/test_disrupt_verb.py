"""The verb ``disrupt``: what it prints, its JSON, its faults; and an answer of a case with closures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corridor.command import Run
from tests.corridor.test_findings import fields
from tests.corridor.test_json import documented, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

DAYS = ("--from", "03-02", "--to", "03-31")
CLOSED = "close link.railway from 03-02 to 03-31"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write(tmp_path / "case", EXAMPLE))


def test_an_outage(run: Run, folder: str) -> None:
    code, out, err = run("disrupt", "railway", *DAYS, "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert fields(body) == documented("corridor disrupt")
    assert body["lost_t"] + body["queue_t"] > 0
    code, out, _ = run("disrupt", "railway", *DAYS, "--case", folder)
    assert code == 0
    assert "closed from 2 to 31 March" in " ".join(out.split())


def test_every_outage(run: Run, folder: str) -> None:
    code, out, err = run("disrupt", *DAYS, "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert fields(body) == documented("corridor disrupt of all")
    assert [row["rank"] for row in body["rows"]] == list(range(1, len(body["rows"]) + 1))
    code, out, _ = run("disrupt", "--month", "Feb", "--case", folder)
    assert code == 0
    assert "from 1 to 28 February" in " ".join(out.split())


def test_an_answer_says_what_closures_do(run: Run, folder: str) -> None:
    asked = strict(run("disrupt", "railway", *DAYS, "--case", folder, "--json")[1])
    code, out, _ = run("solve", "--case", folder, "--set", CLOSED, "--json")
    assert code == 0
    closures = strict(out)["closures"]
    assert fields(closures) == documented("corridor disrupt") & fields(closures)
    assert {name: closures[name] for name in ("lost_t", "queue_t", "recovery_d")} == pytest.approx(
        {name: asked[name] for name in ("lost_t", "queue_t", "recovery_d")}
    )
    code, out, _ = run("solve", "--case", folder, "--set", CLOSED)
    assert code == 0
    assert "0.00 times" not in out
    assert "closed from 2 to 31 March" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("raiway", *DAYS), "did you mean railway?"),
        (("railway", "--from", "03-41", "--to", "03-31"), "no day of the year"),
        (("railway", "--from", "03-01"), "to is missing"),
        (("railway", *DAYS, "--left", "2"), "no share"),
        (("railway", "--month", "Marz"), "no month"),
    ],
)
def test_faults(run: Run, folder: str, words: tuple[str, ...], said: str) -> None:
    code, out, err = run("disrupt", *words, "--case", folder)
    assert (code, out) == (2, "")
    assert said in err
