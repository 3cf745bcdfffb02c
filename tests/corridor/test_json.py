"""The JSON contract of docs/json.md, and every exit code."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import corridor as api
from corridor import shell
from corridor.model.faults import InfeasibleError, Interrupted, TimeLimitError
from corridor.study import Measured
from tests.corridor.command import Run
from tests.data.folder import Edit, write
from tests.data.format_page import EXAMPLE

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
SECOND_WAY: list[Edit] = [
    ("resource", "", "road,The road,line,100000,t\n"),
    ("link", "", "highway,plain,harbour,rail,400,30,unlimited,line,0\n"),
    ("use", "", "road_highway,road,highway,tonne,1\n"),
]
"""A road beside the line: either of them, lifted, lets more through."""
CUT_OFF: list[Edit] = [
    ("node", "", "island,The island\n"),
    ("demand", "t_per_year", "t_per_year,unmet_usd_per_t"),
    ("demand", "must,400000", "must,400000,"),
    ("demand", "", "lost,grain,plain,island,must,5000,50\n"),
]
"""A demand that no link leads to, and a price of that."""
MARKET = {
    "market": "market_id,kind,name,demands,theta_per_usd,potential_t_per_year\nbuyers,logit,B,grain_out,0.05,900000\n",
    "market_rival": "market_rival_id,market_id,rival_id\nby_sea,buyers,sea\n",
    "rival": "rival_id,name,days,usd_per_t\nsea,By sea,30,40\n",
}
"""A market of its demand, with one rival."""
ANY_KEY = ("facts[].fields", "first_limit.alternatives", "rows", "rows[]", "difference.floor_t")
"""Objects whose keys are ids, so that the page has a * there."""


def documented(section: str) -> set[str]:
    """The fields that a section of the page names, and the list of warnings that every form has."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    return {*re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE), "warnings"}


def printed(value: Any, path: str = "") -> Iterator[str]:
    """The fields of a JSON value, as the page writes them."""
    if isinstance(value, dict):
        for key, each in value.items():
            name = "*" if path in ANY_KEY else key
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from printed(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from printed(each, f"{path}[]") if isinstance(each, dict) else ()


def strict(text: str) -> Any:
    """JSON without the words that are none: NaN, Infinity."""

    def refuse(word: str) -> NoReturn:
        raise AssertionError(f"{word} in the JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write(tmp_path / "case", EXAMPLE))


def test_answer_has_the_documented_fields(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "case", EXAMPLE | MARKET, *SECOND_WAY, *CUT_OFF))
    code, out, err = run("solve", "--case", folder, "--json")
    assert (code, err) == (0, "")
    answer = strict(out)
    assert set(printed(answer)) == documented("corridor solve")
    weekly = [
        ("link", "kind,gate", "kind,gate,departures_per_week"),
        ("link", "line,0", "line,0,"),
        ("link", "quay,1", "quay,1,7"),
    ]
    folder = str(write(tmp_path / "weekly", EXAMPLE | MARKET, *weekly))
    comes = strict(run("solve", "--case", folder, "--study", "expected", "--json")[1])
    more = documented("corridor solve --study expected")
    assert set(printed(comes)) - documented("corridor solve") == more - documented("corridor solve")
    assert answer["schema"] == 1
    assert answer["status"] == "optimal"
    assert answer["certificate"]["passed"] is True


@pytest.mark.parametrize("study", [each.value for each in Measured])
def test_every_study_keeps_to_the_fields(run: Run, folder: str, study: str) -> None:
    code, out, _ = run("solve", "--case", folder, "--study", study, "--json")
    assert code == 0
    answer = strict(out)
    known = documented("corridor solve")
    assert set(printed(answer)) <= known | documented("corridor solve --study expected")
    assert set(answer) - {"choice"} == {field for field in known if "." not in field and "[" not in field}
    assert answer["study"] == study


def test_levers_have_the_documented_fields(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "case", EXAMPLE | MARKET))
    code, out, err = run("levers", "--case", folder, "--set", "link.railway.tariff_usd_per_t=10", "--json")
    assert code == 0, err
    body = strict(out)
    assert {re.sub(r"^absent\.\w+$", "absent.*", field) for field in printed(body)} == documented("corridor levers")


def test_growth_has_the_documented_fields(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "case", EXAMPLE | MARKET))
    code, out, err = run("growth", "--case", folder, "--to", "2027", "--json")
    assert code == 0, err
    assert set(printed(strict(out))) == documented("corridor growth")


def test_values_of_the_example(run: Run, folder: str) -> None:
    """600 kt fit on the line, 400 kt came: once and a half as much."""
    answer = strict(run("solve", "--case", folder, "--json")[1])
    assert answer["value"] == pytest.approx(600_000)
    assert answer["gate"] == {
        "name": "The port",
        "nameplate_t": 1_000_000,
        "measure": "capability",
        "t": pytest.approx(600_000),
        "share": pytest.approx(0.6),
    }
    assert answer["measures_t"]["handled"] == pytest.approx(400_000)
    assert answer["first_limit"]["resources"] == ["line"]
    assert answer["growth"] == pytest.approx(1.5)
    assert [(flow["link"], flow["commodity"]) for flow in answer["flows"]] == [
        ("crossing", "grain"),
        ("railway", "grain"),
    ]
    assert [limit["resource"] for limit in answer["limits"]] == ["line"]


def test_nothing_infinite(run: Run, folder: str) -> None:
    code, out, _ = run("solve", "--case", folder, "--json", "--set", "gate.port.nameplate_t_per_year=unlimited")
    assert code == 0
    answer = strict(out)
    assert answer["gate"]["nameplate_t"] is None
    assert answer["segments"][0]["ceiling_t"] is None


def test_check(run: Run, folder: str) -> None:
    code, out, err = run("check", "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    known = documented("corridor check")
    assert set(printed(body)) == {field for field in known if not field.startswith("recalculated[]")}
    assert body["rows"]["link"] == 2
    assert body["status"] == "sound"


def test_show(run: Run, folder: str) -> None:
    code, out, err = run("show", "link", "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert set(printed(body)) == documented("corridor show")
    railway, crossing = body["rows"]
    assert railway["capacity_t_per_year"] is None
    assert crossing["capacity_t_per_year"] == 900_000
    assert crossing["gate"] is True
    assert "carrier_id" not in crossing


@pytest.mark.parametrize("words", [("solve",), ("check",), ("show", "link")])
def test_error_form(run: Run, folder: str, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--case", folder, "--json", "--set", "link.railway.time_h=soon")
    assert code == 2
    body = strict(out)
    fields = documented("Error form") - {"study", "value", "table"}
    fields |= {"solve": {"study", "value"}, "show": {"table"}}.get(words[0], set())
    assert set(printed(body)) == {field for field in fields if not field.startswith("facts[]")}
    assert body["status"] == "error"
    assert body["message"] + "\n" == err
    assert body["faults"] == [
        {
            "code": "C011",
            "place": "link.railway.time_h",
            "message": "'soon' is not a number; give a number in h, or leave the cell empty",
        }
    ]


@pytest.mark.parametrize("asked", [[], ["--json"]])
def test_infeasible_is_three(run: Run, folder: str, tmp_path: Path, asked: list[str]) -> None:
    """What never crosses must be carried, and the line has not half of what it needs."""
    tables = {**EXAMPLE, "demand": EXAMPLE["demand"] + "home,grain,plain,harbour,never,1300000\n"}
    code, out, err = run("solve", "--case", str(write(tmp_path / "full", tables)), *asked)
    assert code == 3
    assert err.startswith("not everything that must be carried can be:\n  demand home: 600,000 of 1,300,000 t of grain")
    assert "what is full: The line to the harbour" in err
    assert "Traceback" not in err
    if asked:
        body = strict(out)
        assert (body["status"], body["value"], body["faults"]) == ("infeasible", None, [])
        reasons = {each["code"]: each["fields"] for each in body["facts"]}
        home = reasons["infeasible.demand"]
        assert (home["demand"], home["t"], home["asked_t"]) == ("home", pytest.approx(600_000), 1_300_000)
        assert [each["fields"]["resource"] for each in reasons["infeasible.full"]["limits"]] == ["line"]
        (line,) = reasons["infeasible.gives.kind"]["limits"]
        assert (line["fields"]["resource"], line["fields"]["unit"]) == ("line", "t")
        assert line["fields"]["by"] == pytest.approx(700_000)
        assert [each["sentence"] for each in body["facts"]] == [line.strip() for line in body["message"].splitlines()]
    else:
        assert out == ""


def crash(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("a bug")


def crash_at_a_name(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("\udcd0")


def test_own_fault_is_one(run: Run, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(api, "solve", crash)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, out, err = run("solve", "--case", folder, "--json")
    assert (code, out) == (1, "")
    first, second = err.splitlines()
    assert first == "corridor failed by a fault of its own (ZeroDivisionError: a bug)."
    assert second.startswith("Please report it to the maintainers, with the trace in ")
    log = Path(second.split(" in ")[1]).read_text(encoding="utf-8")
    assert log.startswith("corridor solve --case ")
    assert "Traceback" in log
    assert "ZeroDivisionError: a bug" in log


def test_own_fault_at_a_name_of_no_letters(
    run: Run, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the C locale bytes of a path come as lone surrogates, which UTF-8 does not take."""
    monkeypatch.setattr(api, "solve", crash_at_a_name)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(buffer := io.BytesIO(), "utf-8", "backslashreplace"))
    assert run("solve", "--case", folder)[0] == 1
    sys.stderr.flush()
    first, second = buffer.getvalue().decode().splitlines()
    assert first.endswith("(ZeroDivisionError: \\udcd0).")
    assert "\\udcd0" in Path(second.split(" in ")[1]).read_text(encoding="utf-8")


def test_own_fault_without_a_place_for_the_log(run: Run, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(api, "solve", crash)
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    code, out, err = run("solve", "--case", folder)
    assert (code, out) == (1, "")
    assert err.endswith("the trace could not be kept (No space left on device).\n")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("error", "code", "status", "words"),
    [
        (KeyboardInterrupt(), 130, None, "interrupted"),
        (Interrupted("nothing is proved"), 130, None, "interrupted: nothing is proved"),
        (
            TimeLimitError("the solver reached its limit of time"),
            4,
            "time_limit",
            "the solver reached its limit of time",
        ),
        (InfeasibleError("too much"), 3, "infeasible", "too much"),
        (BrokenPipeError(), 0, None, ""),
    ],
    ids=["interrupted", "solver interrupted", "time", "infeasible", "pipe"],
)
def test_other_ways_to_end(
    run: Run,
    folder: str,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    status: str | None,
    words: str,
) -> None:
    def end(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(api, "solve", end)
    found, out, err = run("solve", "--case", folder, "--json")
    assert found == code
    assert err.strip() == words
    if status is None:
        assert out == ""
    else:
        body = strict(out)
        assert (body["status"], body["value"], body["message"]) == (status, None, words)


def test_no_time_at_all_is_four(run: Run, folder: str) -> None:
    code, out, err = run("solve", "--case", folder, "--time-limit", "0", "--json")
    assert (code, strict(out)["status"]) == (4, "time_limit")
    assert err == "the time limit of 0 s was reached: the solver had not begun to iterate; give more time\n"


def test_main_leaves_with_the_code(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["corridor", "check", "--case", folder + "/nowhere"])
    with pytest.raises(SystemExit) as ended:
        shell.main()
    assert ended.value.code == 2


def test_money_and_difference_have_the_documented_fields(run: Run, tmp_path: Path) -> None:
    """A line of 300 kt against 600 kt; 600 kt on a railway of 10 USD earn 6 million."""
    folder = str(write(tmp_path / "case", EXAMPLE | MARKET))
    tariff = ("--set", "link.railway.tariff_usd_per_t=10")
    code, out, err = run("solve", "--case", folder, "--set", "resource.line.capacity=300000", *tariff, "--json")
    assert (code, err) == (0, "")
    answer = strict(out)
    earns = {row["study"]: row["now"] for row in answer["difference"]["earned"] if row["by"] == "operator"}
    assert earns["capability"] == pytest.approx(answer["revenue"]["usd"])
    found = {field for field in printed(answer) if field.startswith("difference")}
    known = {field for field in documented("corridor solve --set") if field.startswith("difference")}
    of_scopes = {field for field in known if field.startswith("difference.scopes[]")}
    assert found | of_scopes == known  # this case has no scope of its own
    assert answer["difference"]["changed"] is True
    assert "difference" not in strict(run("solve", "--case", folder, "--json")[1])
    words = ("solve", "--case", folder, "--set", "resource.line.capacity=300000", "--no-difference", "--json")
    assert "difference" not in strict(run(*words)[1])
    body = strict(run("revenue", "--case", folder, *tariff, "--json")[1])
    assert set(printed(body)) == documented("corridor revenue")
    assert body["freight_usd"] == pytest.approx(6_000_000)


def test_revenue_on_a_terminal(run: Run, folder: str) -> None:
    tariff = ("--set", "link.railway.tariff_usd_per_t=10")
    code, out, _ = run("revenue", "--case", folder, *tariff)
    assert code == 0
    assert "Operators earn 6 million USD of freight a year for 0.60 Mt, 10.0 USD a tonne." in out
    assert "Grain, The plain to The far shore" in run("revenue", "grain_out", "--case", folder, *tariff)[1]
    code, _, err = run("revenue", "grain_outt", "--case", folder)
    assert code == 2
    assert "did you mean grain_out" in err
    out = run("solve", "--case", folder, *tariff)[1]
    assert "This changes nothing in how much fits" in " ".join(out.split())
