"""Mistakes in the tables that carbon is reckoned from: where, what is wrong, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.folder import FULL, Edit, told, write

CARBON = {name: text for name, text in FULL.items() if name not in ("source", "evidence")} | {
    "trade": """\
trade_id,name,commodity_id,origin_id,destination_id,lead_mode_id,lead_km
out,Out,grain,plain,shore,sea,100
""",
    "rival": "rival_id,name,trade_id,days,usd_per_t\nround,Round,out,30,50\n",
    "rival_leg": "rival_leg_id,rival_id,mode_id,length_km\nfirst,round,sea,9000\n",
    "cbam": "cbam_id,name,commodity_id,country,share,embedded_t_per_t\nmill,Mill,grain,KZ,0.5,2\n",
}

ONE_EDIT: dict[str, tuple[Edit, str]] = {
    "trade to its own origin": (
        ("trade", "plain,shore", "plain,plain"),
        "C151 trade.csv line 2, destination_id: plain is its origin, too; give another end",
    ),
    "lead without a mode": (
        ("trade", "sea,100", ",100"),
        "C152 trade.csv line 2, lead_mode_id: a lead of 100 km has no mode, so its carbon is unknown; "
        "name one, or write 0",
    ),
    "lead without a length": (
        ("trade", "sea,100", "sea,0"),
        "C152 trade.csv line 2, lead_km: a lead by sea has no length; give the km, or drop the mode",
    ),
    "route without legs": (
        ("rival", "", "bare,Bare,out,,\n"),
        "C153 rival.csv line 3, rival_id: bare has no legs, so it would emit nothing; "
        "add rows to rival_leg.csv, or drop it",
    ),
    "more goods than there are": (
        ("cbam", "", "more,More,grain,KZ,0.75,1\n"),
        "C154 cbam.csv line 3, share: with 0.75 the shares of grain of KZ add up to 1.25, more than 1; correct them",
    ),
    "more goods with those of any country": (
        ("cbam", "", "any,Any,grain,,0.6,1\n"),
        "C154 cbam.csv line 3, share: with 0.6 the shares of grain of KZ add up to 1.1, more than 1; correct them",
    ),
    "share above one": (
        ("cbam", "0.5", "50"),
        "C012 cbam.csv line 2, share: 50 is above 1; at least 0 and at most 1",
    ),
    "unknown trade": (
        ("rival", ",out,", ",outt,"),
        "C007 rival.csv line 2, trade_id: outt is no trade; did you mean out?",
    ),
    "unknown mode of a leg": (
        ("rival_leg", ",sea,", ",see,"),
        "C007 rival_leg.csv line 2, mode_id: see is no mode; did you mean sea?",
    ),
    "country in small letters": (
        ("cbam", "KZ", "kz"),
        "C009 cbam.csv line 2, country: 'kz' is no country code; give two capital letters, as in KZ",
    ),
    "negative factor": (
        ("mode", FULL["mode"], "mode_id,name,g_co2e_per_tkm\nrail,Rail,-1\nsea,Sea,9\n"),
        "C012 mode.csv line 2, g_co2e_per_tkm: -1 is negative; give 0 or more",
    ),
    "free share above one": (
        ("case", FULL["case"], "case_id,name,base_year,cbam_free_share\ntwo,Two links,2025,97.5\n"),
        "C012 case.csv line 2, cbam_free_share: 97.5 is above 1; at least 0 and at most 1",
    ),
}


def test_nothing_wrong(tmp_path: Path) -> None:
    assert told(write(tmp_path, CARBON)) == []


@pytest.mark.parametrize("name", list(ONE_EDIT))
def test_one_mistake_is_told_once(tmp_path: Path, name: str) -> None:
    edit, message = ONE_EDIT[name]
    assert told(write(tmp_path, CARBON, edit)) == [message]


def test_goods_of_two_countries_do_not_add_up(tmp_path: Path) -> None:
    assert told(write(tmp_path, CARBON, ("cbam", "", "other,Other,grain,CN,0.75,1\n"))) == []


def test_a_leg_whose_route_is_unknown_is_the_only_fault(tmp_path: Path) -> None:
    """Its route may be the very one that seems to have none."""
    assert told(write(tmp_path, CARBON, ("rival_leg", ",round,", ",rownd,"))) == [
        "C007 rival_leg.csv line 2, rival_id: rownd is no rival; did you mean round?"
    ]
