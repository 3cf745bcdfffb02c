"""The verbs that say what stops it: on a small case and the bundled one, as JSON held to docs/json.md and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import corridor as api
from tests.corridor.command import Run
from tests.corridor.test_json import documented, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

SMALL = EXAMPLE | {
    "resource": """\
resource_id,name,kind,capacity,unit,gate_t_per_unit
line,The line to the harbour,line,600000,t,
road,The road,line,100000,t,
berths,The berths,quay,850000,t,1
""",
    "link": EXAMPLE["link"] + "highway,plain,harbour,rail,400,30,unlimited,line,0\n",
    "use": EXAMPLE["use"] + "road_highway,road,highway,tonne,1\nberths_crossing,berths,crossing,tonne,1\n",
    "project": "project_id,name,resource_id,adds,cost_usd,pays\nloops,Passing loops,line,50000,1000000,The railway\n",
}
"""A road beside the line, 700 kt by both; named berths for 850, ships for 900 kt, 1000 on paper; 400 kt came."""
VERBS: dict[str, tuple[str, ...]] = {
    "ladder": ("ladder",),
    "markets": ("markets",),
    "waterfall": ("waterfall",),
    "prices": ("prices",),
    "projects": ("projects", "--draws", "3", "--processes", "1"),
    "cut": ("cut",),
    "explain a resource": ("explain", "line"),
    "explain a link": ("explain", "highway"),
    "explain a demand": ("explain", "grain_out"),
}
every_verb = pytest.mark.parametrize("words", VERBS.values(), ids=VERBS)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write(tmp_path / "case", SMALL))


def fields(value: Any, path: str = "") -> set[str]:
    """The fields of a JSON value, as the page writes them, a * for titles and columns of an explanation."""
    if isinstance(value, list):
        return {field for each in value if isinstance(each, dict) for field in fields(each, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, each in value.items():
        name = "*" if path.startswith("tables") or path.endswith("fields") else key
        inner = f"{path}.{name}" if path else name
        found |= {inner} | fields(each, inner)
    return found


@every_verb
def test_json_has_the_documented_fields(run: Run, folder: str, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert fields(body) == documented(f"corridor {words[0]}")
    assert (body["schema"], body["case"], body["scenario"], body["status"]) == (1, "two", "base", "optimal")


@every_verb
def test_words_are_no_json(run: Run, folder: str, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--case", folder)
    assert (code, err) == (0, "")
    assert out.strip()
    assert not out.lstrip().startswith("{")
    assert "nan" not in re.findall(r"\w+", out)
    assert "inf" not in re.findall(r"\w+", out)


def rows_of(run: Run, folder: str, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = strict(run(*words, "--case", folder, "--json")[1])["rows"]
    return rows


def test_ladder(run: Run, folder: str) -> None:
    """Line or road at 700 kt, whichever is lifted the berths stop it at 850, the ships at 900, the nameplate at 1000.

    Loops of 50 kt cost a million: 20 USD for a tonne more a year.
    """
    first, second, third, last = rows_of(run, folder, "ladder")
    assert [row["resource"] for row in (first, second, third, last)] == ["line", "berths", "crossing", "port"]
    assert [row["t"] for row in (first, second, third, last)] == pytest.approx([700e3, 850e3, 900e3, 1000e3])
    assert [row["gain"] for row in (first, second, third, last)] == pytest.approx([150e3, 50e3, 100e3, 0])
    assert [row["beyond"] for row in (first, second, third, last)] == [False, False, True, False]
    assert first["alternatives"] == ["road"]
    assert second["alternatives"] == []
    assert first["usd_per_t"] == pytest.approx(20)
    assert "usd_per_t" not in last
    body = strict(run("ladder", "--case", folder, "--json")[1])
    assert body["terminals_t"] == 850e3
    out = run("ladder", "--case", folder)[1]
    assert re.search(r"1 +Passing loops +\+0\.05 +20", out)  # 50 kt for a million
    assert "berths nobody has" in " ".join(out.split())
    assert "The terminals that can be named add up to 0.85 Mt" in out


def test_markets(run: Run, folder: str) -> None:
    (row,) = rows_of(run, folder, "markets")
    assert [row["base_t"], row["t"], row["times"]] == pytest.approx([400e3, 700e3, 1.75])
    assert (row["segment"], row["resources"], row["ceiling_t"]) == ("grain_out", ["line"], None)
    assert row["stops"] == "The line to the harbour; or instead The road"
    assert "The line to the harbour; or instead The road" in " ".join(run("markets", "--case", folder)[1].split())


def test_waterfall(run: Run, folder: str) -> None:
    """1000 kt on paper, 850 over the berths, which are narrower than the quay link's 900, 700 by land, 400 came."""
    body = strict(run("waterfall", "--case", folder, "--json")[1])
    bars = {row["kind"]: row["bar_t"] for row in body["rows"] if row["bar_t"] > 1}
    assert bars == pytest.approx({"quay": 150e3, "line": 150e3, "demand": 300e3})
    assert [body["nameplate_t"], body["handled_t"], body["capability_t"]] == pytest.approx([1000e3, 400e3, 700e3])
    assert (body["capability_step"], body["floor"], body["terminals_t"]) == ("contract", 1, 850e3)
    out = run("waterfall", "--case", folder)[1]
    assert "0.15 Mt is explained by no named terminal" in " ".join(out.split())
    assert re.search(r"Fits if each grows to its limit?.*0\.70", " ".join(out.split()))
    assert re.search(r"and sums +0\.60 +0\.40", out)


def test_prices(run: Run, folder: str) -> None:
    """One per cent of the line is 6 kt, of the road one, more or less, of C as of T."""
    found = {(row["measure"], row["resource"]): (row["up_t"], row["down_t"]) for row in rows_of(run, folder, "prices")}
    expected = {
        (measure, resource): (brings, brings)
        for measure in ("concurrent", "capability")
        for resource, brings in (("line", 6e3), ("road", 1e3))
    }
    assert found == {key: pytest.approx(value) for key, value in expected.items()}
    assert "6,000" in run("prices", "--case", folder)[1]


def test_cut(run: Run, folder: str) -> None:
    (row,) = rows_of(run, folder, "cut")
    assert [row["lp_t"], row["cut_t"]] == pytest.approx([700e3, 700e3])
    assert row["nearest"] == row["farthest"] == ["highway", "railway"]
    assert "is an upper bound" in run("cut", "--case", folder)[1]


def test_explain(run: Run, folder: str) -> None:
    body = strict(run("explain", "line", "--case", folder, "--json")[1])
    assert (body["name"], body["kind"]) == ("line", "resource")
    assert body["sentences"][0] == "The line to the harbour: 600,000 of 600,000 t used."
    assert body["tables"]["used by"] == [{"demand": "grain_out", "commodity": "grain", "t": pytest.approx(600e3)}]
    ways = strict(run("explain", "grain_out", "--case", folder, "--json")[1])["tables"]["ways"]
    assert {row["number"]: row["t"] for row in ways} == {1: pytest.approx(600e3), 2: pytest.approx(100e3)}
    assert {row["way"] for row in ways} == {"The plain > The harbour > The far shore"}
    assert [row["km"] for row in ways] == [950, 850]  # by the railway of 500 km, and by the highway of 400 km


def test_explain_takes_a_study(run: Run, folder: str) -> None:
    body = strict(run("explain", "line", "--study", "handled", "--case", folder, "--json")[1])
    assert "limit of this answer" in body["sentences"][1]


def test_explain_tells_the_nearest_name(run: Run, folder: str) -> None:
    code, out, err = run("explain", "lien", "--case", folder, "--json")
    assert code == 2
    body = strict(out)
    assert (body["status"], body["name"], body["faults"][0]["code"]) == ("error", "lien", "C022")
    assert "did you mean line?" in body["message"]
    assert body["message"] + "\n" == err


def test_without_a_nameplate(run: Run, folder: str) -> None:
    """The waterfall has nothing to fall from; the ladder ends where nothing binds, without a number."""
    unlimited = ("--set", "gate.port.nameplate_t_per_year=unlimited")
    code, out, _ = run("waterfall", "--case", folder, "--json", *unlimited)
    assert (code, strict(out)["faults"][0]["code"]) == (2, "C071")
    rows = strict(run("ladder", "--case", folder, "--json", *unlimited)[1])["rows"]
    assert [row["gain"] for row in rows] == [pytest.approx(150e3), pytest.approx(50e3), None]
    code, out, _ = run("ladder", "--case", folder, *unlimited)
    assert code == 0
    assert "no limit" in out


@every_verb
@pytest.mark.parametrize("asked", [[], ["--json"]], ids=["words", "json"])
def test_infeasible_is_three(run: Run, tmp_path: Path, words: tuple[str, ...], asked: list[str]) -> None:
    """1300 kt that never cross over 700 kt of line and road."""
    tables = SMALL | {"demand": SMALL["demand"] + "home,grain,plain,harbour,never,1300000\n"}
    code, out, err = run(*words, "--case", str(write(tmp_path / "full", tables)), *asked)
    assert code == 3
    assert err.startswith("not everything that must be carried can be:\n  demand home: 700,000 of 1,300,000 t of grain")
    assert "no more than 700,000 of 1,300,000 t of grain to harbour fit over highway, railway, even alone" in err
    assert "lines would have to give: The line to the harbour by 600,000 t" in err
    assert "Traceback" not in err
    if asked:
        body = strict(out)
        extra = {"name", "study", "value"} if words[0] == "explain" else set()
        assert set(body) == {"schema", "status", "message", "faults", "facts", "warnings"} | extra
        assert [each["sentence"] for each in body["facts"]] == [line.strip() for line in body["message"].splitlines()]
        assert (body["status"], body["faults"], body["message"] + "\n") == ("infeasible", [], err)
    else:
        assert out == ""


@every_verb
def test_nothing_to_ask_of_a_case_without_tonnes(run: Run, folder: str, words: tuple[str, ...]) -> None:
    """Nothing came in the base year: the waterfall needs something to fall to, projects something that grows."""
    for asked in ([], ["--json"]):
        code, out, err = run(*words, "--case", folder, "--set", "demand.grain_out.t_per_year=0", *asked)
        assert code == (2 if words[0] in ("waterfall", "projects") else 0), err
        if asked:
            strict(out)


KEPT: dict[str, Any] = {}


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a verb finds out about the bundled case is found out once, and printed twice."""

    def keep(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def found(case: Any, *rest: Any, **named: Any) -> Any:
            if name not in KEPT:
                KEPT[name] = function(case, *rest, **named)
            return KEPT[name]

        return found

    for name in ("solve", "ladder", "markets", "waterfall", "prices", "cut", "explain"):
        monkeypatch.setattr(api, name, keep(name, getattr(api, name)))


BUNDLED = [
    ("ladder",),
    ("markets",),
    pytest.param(("waterfall",), marks=pytest.mark.slow),
    pytest.param(("prices",), marks=pytest.mark.slow),
    ("cut",),
    ("explain", "rail_ferries"),
]


@pytest.mark.slow
@pytest.mark.parametrize("words", BUNDLED, ids=str)
@pytest.mark.usefixtures("once")
def test_bundled_case(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert body["case"] == "middle_corridor"
    assert fields(body) == documented(f"corridor {words[0]}")
    if words == ("waterfall",):
        assert_adds_up(body, api.solve(api.load()).measures_t)
    code, words_out, err = run(*words)
    assert (code, err) == (0, "")
    assert "Rail ferries" in words_out or words[0] in ("waterfall", "cut")


def assert_adds_up(waterfall: dict[str, Any], measures_t: Mapping[str, float]) -> None:
    """From what is written on the berths to what came, and to what is handled and fits, in both ways to share it."""
    assert waterfall["nameplate_t"] == pytest.approx(27e6, abs=0.5)
    assert waterfall["handled_t"] == pytest.approx(measures_t["handled"], abs=0.5)
    assert waterfall["capability_t"] == pytest.approx(measures_t["capability"], abs=0.5)
    for name in ("bar_t", "shapley_t"):
        shares = [row[name] for row in waterfall["rows"]]
        assert sum(shares) == pytest.approx(27e6 - measures_t["handled"], abs=0.5)
        assert min(shares) >= -0.01


def test_projects_in_words_and_as_a_curve(run: Run, folder: str, tmp_path: Path) -> None:
    """Loops add 50 kt of 100 that the berths have free, for a million: 20 USD a yearly t."""
    code, out, err = run("projects", "--case", folder, "--out", str(tmp_path / "curve.svg"))
    assert (code, err) == (0, "")
    assert "1 +0.05 +0.05 20 +0.05 −0.05" in " ".join(out.split())
    assert "The berths" in " ".join(out.split())  # a limit that no project lifts
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")
    assert run("projects", "--case", folder, "--least", "60000")[0] == 0


def test_wrong_questions_about_projects(run: Run, folder: str, tmp_path: Path) -> None:
    code, out, err = run("projects", "--case", folder, "--of", "throughput", "--least", "0")
    assert (code, out) == (2, "")
    assert "--of" in err
    assert "--least" in err
    idle = ("projects", "--case", folder, "--least", "60000", "--out", str(tmp_path / "curve.svg"))
    assert run(*idle)[0] == 2  # nothing is worth building, so there is no curve
    assert run("projects", "--case", folder, "--out", "curve.txt")[0] == 2
