"""One case, one set of totals: JSON, terminal pages, tables and reports of any corridor say the same, of it alone."""

from __future__ import annotations

import html
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from corridor.data.read import read
from tests.cases import Tables, written_to
from tests.corridor.command import Run
from tests.data.complete import COMPLETE
from tests.data.folder import Edit, write
from tests.random_cases import gated_tables
from tests.test_neutral import pattern

MEASURES = ("handled", "concurrent", "capability", "free")
OWN = {name: text for name, text in COMPLETE.items() if name not in ("evidence", "driver", "validation", "closure")}
"""Tables of a corridor without evidence, which :func:`other` moves to another part of the world."""
PLACES = """\
node_id,name,country,x_coord,y_coord,label
plain,Oruro,BO,-67.1,-17.96,1
harbour,Arica,CL,-70.3,-18.48,1
shore,Callao,PE,-77.13,-12.05,1
"""


def of(run: Run, folder: Path, *words: str) -> dict[str, Any]:
    code, out, err = run(*words, "--case", str(folder), "--json")
    assert code == 0, err
    body: dict[str, Any] = json.loads(out)
    return body


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-6, abs=1e-3)


def compared(run: Run, folder: Path) -> dict[str, Any]:
    """The case beside itself."""
    return of(run, folder, "compare", "base", "base+base")


def assert_agree(run: Run, folder: Path) -> None:
    """Totals of the verbs agree with those of ``solve``, and parts add up to their totals."""
    case = read(folder).case
    solved = of(run, folder, "solve")
    total, flows = solved["delivered_t"], solved["flows"]
    assert solved["value"] == close(solved["measures_t"]["capability"])
    km = {row.link_id: float(row.length_km) for row in case.rows("link")}
    tkm = math.fsum(row["t"] * km[row["link"]] for row in flows)

    carbon = of(run, folder, "carbon")
    assert (carbon["delivered_t"], carbon["tkm"]) == (close(total), close(tkm))
    assert carbon["gate_t"] == close(solved["value"])
    for parts in ("modes", "countries", "segments"):
        assert math.fsum(row["t_co2e"] for row in carbon[parts]) == close(carbon["t_co2e"])
        assert math.fsum(row["tkm"] for row in carbon[parts]) == close(tkm)
    assert math.fsum(row["t"] for row in carbon["segments"]) == close(total)

    revenue = of(run, folder, "revenue")
    assert (revenue["delivered_t"], revenue["tkm"]) == (close(total), close(tkm))
    assert revenue["gate_t"] == close(solved["value"])
    for parts in ("operators", "countries"):
        assert math.fsum(row["usd"] for row in revenue[parts]) == close(revenue["freight_usd"])
    assert revenue["freight_usd"] == close(carbon["freight_usd"])
    assert revenue["freight_usd"] == close(solved["revenue"]["usd"])

    states = {row["study"]: row for row in solved["revenue"]["states"]}
    assert states["capability"]["usd"] == close(solved["revenue"]["usd"])
    assert [row["study"] for row in revenue["states"]] == list(states)
    beside = {(row["by"], row["name"], row["study"]): row["values"] for row in compared(run, folder)["earned"]}
    for study, state in states.items():
        usd = of(run, folder, "revenue", "--study", study)["freight_usd"]
        assert state["usd"] == close(usd)
        for by, parts in (("operator", "operators"), ("country", "countries")):
            assert math.fsum(row["usd"] for row in state[parts]) == close(usd)
            its = [values for key, values in beside.items() if (key[0], key[2]) == (by, study)]
            assert math.fsum(values["base"] for values in its) == close(usd)
            assert math.fsum(values["base+base"] for values in its) == close(usd)

    waterfall = of(run, folder, "waterfall")
    assert waterfall["capability_t"] == close(solved["value"])
    assert waterfall["handled_t"] == close(solved["measures_t"]["handled"])
    ladder = of(run, folder, "ladder")["rows"]
    assert ladder[0]["t"] == close(solved["measures_t"]["concurrent"])
    if solved["first_limit"] and ladder[0].get("resource"):
        assert ladder[0]["name"] in solved["first_limit"]["names"]


def priced(tables: Tables) -> Tables:
    """The tables with a country for each place, an operator and a tariff for each link, and emission factors."""
    ends = [str(link[end]) for link in tables["link"] for end in ("from_node_id", "to_node_id")]
    countries = {"x": "BO", "q": "BO", "s": "CL", "y": "PE"}
    return {
        **tables,
        "node": [{"node_id": node, "country": countries[node[0]]} for node in dict.fromkeys(ends)],
        "mode": [{**row, "g_co2e_per_tkm": 20, "at_sea": int(row["mode_id"] == "sea")} for row in tables["mode"]],
        "operator": [{"operator_id": "east", "name": "East", "country": "BO"}],
        "link": [
            {**row, "tariff_usd_per_t": 5 + number, "operator": "East" if number % 2 else None}
            for number, row in enumerate(tables["link"])
        ],
    }


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gated_tables())
def test_outputs_of_random_corridors_agree(run: Run, tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> None:
    assert_agree(run, written_to(tmp_path_factory.mktemp("case"), priced(tables)))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    edits: list[Edit] = [("link", "sea,450", "sea,1100"), ("scope", "country in AZ", "country in PE")]
    edits += [("operator", "railways,KZ", "railways,BO"), ("link", "53 46", ""), ("case", "KZ AZ", "")]
    return write(tmp_path / "case", {**OWN, "node": PLACES}, *edits)


def test_outputs_agree(run: Run, other: Path) -> None:
    assert_agree(run, other)


@pytest.mark.slow
def test_the_terminal_and_the_report_say_the_total_of_the_answer(run: Run, other: Path) -> None:
    """970,800 gate tonnes read as 0.97 Mt on both."""
    value = of(run, other, "solve")["value"]
    words = f"{value / 1e6:.2f} Mt"
    code, out, _ = run("solve", "--case", str(other))
    assert (code, words in out) == (0, True)
    assert words in report_of(run, other)


def report_of(run: Run, folder: Path) -> str:
    """The text of the report of a case, without its marks, and the names in its map."""
    code, _, err = run("report", "--case", str(folder), "--draws", "0", "--out", str(folder / "out"))
    assert code == 0, err
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    page = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def strangers(text: str) -> set[str]:
    """Names of the bundled case in a text that are none of this one."""
    ours = " ".join((*OWN.values(), PLACES))
    return {name for name in pattern().findall(text) if not re.search(rf"\b{re.escape(name)}\b", ours, re.IGNORECASE)}


@pytest.mark.parametrize(
    "words",
    [("solve",), ("waterfall",), ("carbon",), ("revenue",)],
    ids=lambda words: words[0],
)
def test_no_page_of_another_corridor_names_this_one(run: Run, other: Path, words: tuple[str, ...]) -> None:
    code, out, err = run(*words, "--case", str(other))
    assert code == 0, err
    assert strangers(out + err) == set()


@pytest.mark.slow
def test_no_report_of_another_corridor_names_this_one(run: Run, other: Path) -> None:
    text = report_of(run, other)
    assert strangers(text) == set()
    assert "given in the evidence" not in text
    assert {"Bolivia", "Chile", "Peru"} & set(re.findall(r"\b[A-Z][a-z]+\b", text))
