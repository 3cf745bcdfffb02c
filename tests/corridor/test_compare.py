"""``corridor compare``: its page, its JSON, and mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import corridor
from tests.corridor.command import Run
from tests.corridor.test_json import documented, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

ANY_KEY = ("floor_t", "values")
WIDE = "name: wide\nchanges:\n  - {set: resource.line.capacity, value: 900000, source: assumed}\n"
BOTH = WIDE.replace("wide", "both") + "  - {set: demand.grain.t_per_year, value: 420000, source: assumed}\n"


def fields(value: Any, path: str = "", parent: str = "") -> Iterator[str]:
    """The fields of a JSON value as the page writes them, with * for names of scenarios and segments."""
    if isinstance(value, dict):
        for key, each in value.items():
            name = "*" if parent in ANY_KEY else key
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from fields(each, inner, key)
    elif isinstance(value, list):
        for each in value:
            yield from fields(each, f"{path}[]")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    home = write(tmp_path / "case", EXAMPLE)
    (home / "scenario").mkdir(exist_ok=True)
    demand = EXAMPLE["demand"].splitlines()[1].split(",")[0]
    for name, text in (("wide", WIDE), ("both", BOTH.replace("demand.grain", f"demand.{demand}"))):
        (home / "scenario" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(home)


def test_json_has_the_documented_fields(run: Run, folder: str) -> None:
    code, out, err = run("compare", "base", "both", "--attribute", "--case", folder, "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    without_markets = {name for name in documented("corridor compare") if not name.startswith("comes[]")}
    assert set(fields(body)) == without_markets
    assert body["attribution"]["method"] == "exact"
    shares = [each["share"] for each in body["attribution"]["changes"]]
    assert sum(shares) == pytest.approx(body["attribution"]["difference"])
    capability = next(each["values"] for each in body["measures"] if each["measure"] == "capability")
    assert body["attribution"]["difference"] == pytest.approx(capability["both"] - capability["base"])
    assert body["floor_t"] == body["attribution"]["floor_t"]


def test_page(run: Run, folder: str) -> None:
    code, out, err = run("compare", "base", "wide", "--case", folder)
    assert (code, err) == (0, "")
    assert "wide: 0.90 Mt fits if each grows to its limit" in out
    assert "The share of each change" not in out


@pytest.mark.parametrize("words", [("--of", "concurrent"), ("--order", "2,1"), ("--group", "1,2"), ("--attribute",)])
def test_what_asks_for_an_attribution(run: Run, folder: str, words: tuple[str, ...]) -> None:
    code, out, _ = run("compare", "base", "both", "--case", folder, *words)
    assert code == 0
    assert "The share of each change" in out


def test_file_composed_and_set(run: Run, folder: str, tmp_path: Path) -> None:
    """A file of a scenario, A+B as one, and --set on all of them."""
    own = tmp_path / "mine.yaml"
    own.write_text(WIDE.replace("wide", "mine").replace("900000", "700000"), encoding="utf-8")
    words = ("compare", "base", str(own), "wide+both", "--case", folder, "--json")
    body = json.loads(run(*words)[1])
    assert [each["name"] for each in body["scenarios"]] == ["base", "mine", "wide+both"]
    growth = {each["measure"]: each["values"] for each in body["measures"]}["concurrent"]
    assert growth["base"] < growth["mine"] < growth["wide+both"]
    less = json.loads(run(*words, "--set", "resource.line.background=100000")[1])
    assert {each["measure"]: each["values"] for each in less["measures"]}["concurrent"]["base"] < growth["base"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "C130 compare: give two scenarios or more, as in: corridor compare base ships_plus_2"),
        (("wide",), "C130 wide: give two scenarios or more"),
        (("wide", "base", "wide"), "C131 wide: is named twice; name each scenario once"),
        (("base", "wyde"), "C060 wyde: is no scenario of this case; did you mean wide?"),
        (("base", "wide", "both", "--attribute"), "C134 --attribute: a difference is shared out between two scenarios"),
        (("base", "wide", "--order", "x"), "C133 --order: x is no list of numbers of changes; write --order 2,1"),
        (("base", "wide", "--order", "4"), "C133 --order: there is no change 4; the changes are: 1 resource.line"),
        (("base", "wide", "--group", "1,9"), "C133 --group: there is no change 9; the changes are: 1 resource.line"),
        (("base", "wide", "--set", "resource.lime.capacity=1"), "C022 resource.lime.capacity: lime is no row"),
    ],
)
def test_mistakes(run: Run, folder: str, words: tuple[str, ...], message: str) -> None:
    code, out, err = run("compare", *words, "--case", folder)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    body = strict(run("compare", *words, "--case", folder, "--json")[1])
    assert body["status"] == "error"
    assert body["faults"]


def test_all_mistakes_at_once(run: Run, folder: str) -> None:
    _, _, err = run("compare", "wyde", "boht", "wyde", "--case", folder)
    assert all(each in err for each in ("3 faults", "C060 wyde", "C060 boht", "C131 wyde"))


def test_infeasible_goes_on_and_none_is_three(run: Run, folder: str, tmp_path: Path) -> None:
    full = "home,grain,plain,harbour,never,1300000\n"
    home = str(write(tmp_path / "full", {**EXAMPLE, "demand": EXAMPLE["demand"] + full}))
    (Path(home) / "scenario").mkdir(exist_ok=True)
    (Path(home) / "scenario" / "less.yaml").write_text(
        "name: less\nchanges:\n  - {set: demand.home.t_per_year, value: 1000, source: assumed}\n", encoding="utf-8"
    )
    code, out, _ = run("compare", "base", "less", "--case", home)
    assert code == 0
    assert "base has no answer: not everything that must be carried can be" in out
    code, _, err = run("compare", "base", "less", "--case", home, "--set", "demand.home.t_per_year=1300000")
    assert code == 3
    assert err.startswith("base: not everything that must be carried can be")


def test_in_python() -> None:
    """Cases need names of their own; the same words as the command."""
    case = corridor.load()
    other = case.with_(["resource.rail_ferries.capacity+=1"])
    with pytest.raises(corridor.CaseError, match=r"C131 base: is named twice"):
        corridor.compare(case, case)
    with pytest.raises(corridor.CaseError, match=r"C130 names: there are 1 names for 2 cases"):
        corridor.compare(case, other, names=["one"])
    with pytest.raises(corridor.CaseError, match=r"C130 compare: give two cases or more"):
        corridor.compare(case)
    with pytest.raises(corridor.CaseError, match=r"capabilty is no study; did you mean capability"):
        corridor.compare(case, other, study="capabilty")
    found = corridor.attribution(case, other, of="capability")
    assert list(found.changes["words"]) == ["resource.rail_ferries.capacity+=1"]
    assert found.difference > 0
