"""Small corridors, twin links, long names, and folders that held another report: figures and paper stay right."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import is_zipfile

import pytest

import corridor
from corridor.model.faults import CertificateError
from corridor.reports.numbers import rounded
from corridor.reports.say.headline import headline
from corridor.reports.say.words import millions, mt, times
from tests.corridor.command import Run
from tests.corridor.test_json import strict
from tests.data.folder import FULL, Edit, write
from tests.data.format_page import EXAMPLE

SMALL: list[Edit] = [
    ("demand", "400000", "22000"),
    ("resource", "600000", "26000"),
    ("link", "900000", "28000"),
    ("gate", "1000000", "30000"),
]
"""22,000 t a year came, 26,000 t fit, and 30,000 t are claimed."""
FULL_WITHOUT_EVIDENCE = {name: text for name, text in FULL.items() if name not in ("evidence", "source")}
TWIN: Edit = ("link", "", "railway_b,plain,harbour,rail,500,20,250000,line,0\n")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "small", EXAMPLE, *SMALL)


def test_the_headline_of_a_small_corridor(small: Path) -> None:
    case = corridor.load(small)
    text = headline(case, corridor.solve(case))
    assert "0.022 Mt" in text
    assert "0.026 Mt" in text
    assert "0.03 Mt" in text
    assert not re.search(r"\b0(\.0+)? Mt", text)


@pytest.mark.parametrize(
    "words",
    [
        ("solve",),
        ("sweep", "--over", "resource.line.capacity=25000,26000"),
        ("frontier", "line"),
        ("markets",),
        ("compare", "base", "base+more"),
    ],
    ids=lambda words: words[0],
)
def test_no_page_of_a_small_corridor_says_zero(run: Run, small: Path, words: tuple[str, ...]) -> None:
    (small / "scenario").mkdir()
    (small / "scenario" / "more.yaml").write_text(
        "changes:\n  - {set: resource.line.capacity, value: 25000}\n", encoding="utf-8"
    )
    code, out, _ = run(*words, "--case", str(small))
    assert code == 0
    assert re.search(r"0\.02[56]0?\b|\b2[56],000\b", out), out
    assert not re.search(r"\b0\.02\b|\b0(\.0)? Mt", out), out


@pytest.mark.parametrize("tonnes", [640.0, 22_000.0, 26_000.0, 99_949.0])
def test_small_amounts_keep_three_digits(tonnes: float) -> None:
    assert float(millions(tonnes)) * 1e6 == pytest.approx(tonnes, rel=5e-3)
    assert float(rounded(tonnes)) * 1e6 == pytest.approx(tonnes, rel=5e-3)
    assert float(mt(tonnes, 0).removesuffix(" Mt")) * 1e6 == pytest.approx(tonnes, rel=5e-3)


def test_large_amounts_are_as_before() -> None:
    assert (millions(7_812_496), rounded(9_234_162), mt(27e6, 0)) == ("7.81", "9.2", "27 Mt")
    assert millions(3.0) == "0.00"  # what solves leave of a difference


def test_less_than_once_never_reads_as_once() -> None:
    assert [times(each) for each in (0.997, 0.9999, 1.0, 0.5)] == ["0.997", "0.9999", "1.00", "0.50"]


def test_parallel_links_have_names_of_their_own(tmp_path: Path) -> None:
    """300,000 and 250,000 t by two railways between the same places: the limit and its alternative differ."""
    edits: list[Edit] = [TWIN, ("link", "500,20,unlimited", "500,20,300000"), ("resource", "600000", "unlimited")]
    case = corridor.load(write(tmp_path, EXAMPLE, *edits))
    first = corridor.solve(case).first
    assert first is not None
    names = dict(zip(corridor.solve(case).use["resource"], corridor.solve(case).use["name"], strict=True))
    assert names["railway"] == "The plain–The harbour (rail), railway"
    assert names["railway_b"] == "The plain–The harbour (rail), railway_b"
    assert names["crossing"] == "The harbour–The far shore (sea)"


def test_a_folder_holds_one_report(small: Path, tmp_path: Path) -> None:
    """Files of an earlier report go, those of others stay."""
    out = tmp_path / "out"
    out.mkdir()
    for name in ("report.pdf", "tables.zip", "map.svg", "notes.txt"):
        (out / name).write_text("of another case", encoding="utf-8")
    case = corridor.load(small)
    corridor.report(case, corridor.solve(case), out)
    assert sorted(path.name for path in out.iterdir()) == ["notes.txt", "report.html", "tables.zip"]
    assert is_zipfile(out / "tables.zip")


def test_carbon_without_factors_is_unknown(run: Run, small: Path) -> None:
    code, out, _ = run("carbon", "--case", str(small))
    assert code == 0
    assert " ".join(out.split()).startswith(
        "The emissions of moving 26,000 t are unknown: no mode that carries them has an emission factor"
    )
    assert "emits 0" not in out
    body = strict(run("carbon", "--case", str(small), "--json")[1])
    assert body["t_co2e"] is None
    assert body["carbon_usd"] is None


def test_a_mode_without_a_factor_beside_others_is_named(run: Run, tmp_path: Path) -> None:
    """500 of 950 km are by rail: 52.6 % of the tonne-kilometres have no factor."""
    modes = ("mode", EXAMPLE["mode"], "mode_id,name,g_co2e_per_tkm\nrail,Railway,\nsea,Ship,10\n")
    _, out, _ = run("carbon", "--case", str(write(tmp_path, EXAMPLE, modes)))
    (said,) = [line for line in " ".join(out.split()).split(". ") if "emission factor" in line]
    assert "Railway" in said
    assert "53" in said


def test_tonnes_too_far_apart_end_in_a_word_about_scale(run: Run, tmp_path: Path) -> None:
    """A billionth of a tonne through a line that 400,000 t ask for: a word about scale, and no fault of our own."""
    packed: list[Edit] = [("resource", "600000,t", "1e-9,t")]
    code, out, err = run("solve", "--case", str(write(tmp_path, FULL_WITHOUT_EVIDENCE, *packed)), "--json")
    assert "warning W008 resource.csv line 2, capacity: 1e-09 t stands beside 1,000,000 t of gate.port" in err
    assert code == 0
    assert strict(out)["certificate"]["passed"] is True


def test_tonnes_too_far_apart_are_the_reason_where_an_answer_does_not_prove_itself(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a proof the tonnes far apart are a fault of the input, and none of Corridor's own."""

    def unproved(*_: object, **__: object) -> None:
        raise CertificateError("the answer does not prove itself")

    packed: list[Edit] = [("resource", "600000,t", "0.001,t")]
    folder = write(tmp_path, FULL_WITHOUT_EVIDENCE, *packed)
    monkeypatch.setattr(corridor, "solve", unproved)
    code, out, _ = run("solve", "--case", str(folder), "--json")
    assert code == 2
    assert [fault["code"] for fault in strict(out)["faults"]] == ["C163"]


def test_no_gate_tonnes_without_a_gate(run: Run, tmp_path: Path) -> None:
    tables = {name: text for name, text in EXAMPLE.items() if name != "gate"}
    edits: list[Edit] = [
        ("link", "quay,1", "quay,0"),
        ("demand", "must,400000", "never,400000"),
    ]
    folder = str(write(tmp_path, tables, *edits))
    for verb in ("solve", "ladder", "prices", "markets"):
        code, out, _ = run(verb, "--case", folder)
        assert code == 0
        assert "gate" not in out, verb
