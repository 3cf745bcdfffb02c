"""The verb ``corridor carbon`` and ``corridor.carbon``: what they print, and that it is one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from tests.corridor.carbon_page import PAGE, PARTS
from tests.corridor.command import Run
from tests.corridor.test_json import documented, printed, strict
from tests.data.folder import write
from tests.data.test_bad_carbon import CARBON

SHIPS = {
    **CARBON,
    "case": "case_id,name,base_year,carbon_usd_per_t,cbam_usd_per_t\ntwo,Two links,2025,85,80\n",
    "node": "node_id,name,country\nplain,The plain,KZ\nharbour,The harbour,KZ\nshore,The far shore,RO\n",
    "mode": "mode_id,name,g_co2e_per_tkm,at_sea\nrail,Rail,20,0\nsea,Sea,60,1\n",
    "trade": "trade_id,name,commodity_id,origin_id,destination_id\nout,Plain to shore,grain,plain,shore\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    carrier = CARBON["carrier"].rstrip("\n").split("\n")
    burns = [carrier[0] + ",t_co2e_per_day_under_way,t_co2e_per_day_in_port", *(f"{row},24,2" for row in carrier[1:])]
    return str(write(tmp_path / "case", {**SHIPS, "carrier": "\n".join(burns) + "\n"}))


def test_fields_are_documented(run: Run, folder: str) -> None:
    code, out, err = run("carbon", "--case", folder, "--study", "handled", "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    assert set(printed(body)) <= documented("corridor carbon")
    assert (body["schema"], body["status"], body["study"]) == (1, "optimal", "handled")
    assert body == {**corridor.carbon(corridor.load(folder), study="handled").to_dict(), "warnings": []}


@pytest.mark.slow
def test_the_bundled_case_has_every_field(run: Run) -> None:
    code, out, _ = run("carbon", "--study", "handled", "--json")
    assert code == 0
    assert set(printed(strict(out))) == documented("corridor carbon")


def test_on_a_terminal(run: Run, folder: str) -> None:
    """200 kt over 500 km at 20 g and 450 km at 60 g: 7,400 t, 37 kg a tonne."""
    code, out, err = run("carbon", "--case", folder, "--study", "handled", "--price", "100", "--all")
    assert (code, err) == (0, "")
    out = " ".join(out.split())
    assert "Moving 200,000 t emits 7,400 t CO2e a year: 37 kg per tonne delivered" in out
    assert "At 85 USD per t CO2e that is 0.6 million USD a year, 3.15 USD per tonne." in out
    assert "Beside rival routes" in out
    assert "Plain to shore" in out
    assert "never added to that of their transport" in " ".join(out.split())
    wide = [line for line in out.splitlines() if len(line.rstrip()) > 170]
    assert [line for line in wide if line.startswith(" ")] == []


def test_prices_are_those_asked_for(run: Run, folder: str) -> None:
    body = strict(run("carbon", "--case", folder, "--price", "60", "--price", "120", "--json")[1])
    assert [row["usd_per_t_co2e"] for row in body["prices"]] == [60, 85, 120]


def test_a_case_without_any_of_it(run: Run, tmp_path: Path) -> None:
    plain = {name: text for name, text in CARBON.items() if name not in ("trade", "rival", "rival_leg", "cbam")}
    code, out, err = run("carbon", "--case", str(write(tmp_path / "case", plain)))
    assert (code, err) == (0, "")
    assert "are unknown: no mode that carries them has an emission factor" in " ".join(out.split())
    assert "Beside rival routes" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--price", "-5"), "greater than or equal to 0"),
        (("--set", "mode.sea.g_co2e_per_tkm=-1"), "C012 mode.sea.g_co2e_per_tkm: -1 is negative; give 0 or more"),
        (("--set", "rival.rond.days=3"), "rond is no row of rival; did you mean round?"),
        (("--set", "trade.out.destination_id=plain"), "C151"),
    ],
)
def test_mistakes(run: Run, folder: str, words: tuple[str, ...], said: str) -> None:
    code, out, err = run("carbon", "--case", folder, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_an_answer_can_be_given(folder: str) -> None:
    case = corridor.load(folder)
    answer = corridor.solve(case, "handled")
    found = corridor.carbon(case, answer, prices=[0.0])
    assert found.study == "handled"
    assert found.t_co2e == pytest.approx(7400)
    assert found.prices["usd_per_t_co2e"].tolist() == [0.0, 85.0]
    assert "<table" in found._repr_html_()
    with pytest.raises(corridor.CaseError, match="C150"):
        corridor.carbon(corridor.load(folder, changes=["link.railway.time_h=30"]), answer)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(PARTS))
def test_the_page_shows_the_present_numbers(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split(f"<!-- begin {name} -->\n")[1].split(f"<!-- end {name} -->")[0].strip("\n")
    assert shown == PARTS[name](), "run python -m tests.corridor.carbon_page"
