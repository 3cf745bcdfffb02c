"""A case in which nothing can move, or nothing is asked, answers with zeros by every verb and by any period."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corridor
from tests.corridor.command import Run
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

ASKED = """\
demand_id,commodity_id,origin_id,destination_id,gate,t_per_year,unmet_usd_per_t
grain_out,grain,plain,shore,must,{tonnes},500
"""
OPEN = ASKED.format(tonnes=400_000)
NOTHING = {
    "a closed link": {"demand": OPEN, "link": EXAMPLE["link"].replace("unlimited", "0")},
    "a line still to be built": {"demand": OPEN, "resource": EXAMPLE["resource"].replace("600000", "0")},
    "a store without room": {
        "demand": OPEN,
        "store": "store_id,name,node_id,capacity_t,dwell_d\nsilo,Silo,harbour,0,3\n",
    },
    "no tonnes": {"demand": ASKED.format(tonnes=0)},
}
"""What stops all cargo, or leaves none, as tables beside the example's."""


@pytest.fixture(params=sorted(NOTHING))
def still(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path / "case", {**EXAMPLE, **NOTHING[request.param]})


@pytest.mark.parametrize("study", ["capability", "cost_shipper"])
def test_every_study_by_months_is_proved(still: Path, study: str) -> None:
    """Nothing is carried; where tonnes are asked and find no way, shippers pay 500 USD for each of the 400,000."""
    case = corridor.load(still)
    answer = corridor.solve(case, study, periods="month")
    assert answer.certificate.passed
    assert answer.flow["t"].sum() == 0
    asked = float(case["demand"]["t_per_year"].sum())
    assert answer.value == pytest.approx(500 * asked if study.startswith("cost") else 0)


@pytest.mark.parametrize("verb", ["disrupt", "foresight", "carbon"])
def test_every_verb_ends(run: Run, still: Path, verb: str) -> None:
    code, out, err = run(verb, "--case", str(still), "--json")
    assert code == (2 if verb == "foresight" and "C075" in out else 0), err
    json.loads(out, parse_constant=lambda name: pytest.fail(name))
