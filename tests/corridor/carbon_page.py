"""The tables of docs/carbon.md: ``python -m tests.corridor.carbon_page`` writes them; a test holds them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import corridor
from corridor import Carbon
from corridor.model.result.frame import rows
from tests.corridor.evidence_page import table

PAGE = Path(__file__).parents[2] / "docs" / "carbon.md"
STUDIES = ("handled", "capability")


@cache
def found() -> tuple[Carbon, ...]:
    case = corridor.load()
    return tuple(corridor.carbon(case, study=study) for study in STUDIES)


def totals() -> str:
    """The carbon of both studies, in a few numbers."""
    both = found()
    ranges = [each.range_t_co2e for each in both]
    seas = [float(each.countries.set_index("country").loc["sea", "share"]) for each in both]  # type: ignore[arg-type]
    boxes = [float(each.units.set_index("unit").loc["teu", "kg_per_unit_km"]) for each in both]  # type: ignore[arg-type]
    lines = [
        ["kt CO2e a year", *(f"{each.t_co2e / 1e3:,.0f}" for each in both)],
        [
            "with every factor at the end of its range",
            *(f"{low / 1e3:,.0f} to {high / 1e3:,.0f}" for low, high in ranges),
        ],
        ["kg per tonne delivered", *(f"{each.kg_per_t:,.0f}" for each in both)],
        ["kg per gate tonne", *(f"{each.kg_per_gate_t:,.0f}" for each in both)],
        ["g per tonne and kilometre", *(f"{each.g_per_tkm:.1f}" for each in both)],
        ["kg per TEU-km of containers", *(f"{each:.2f}" for each in boxes)],
        ["at sea", *(f"{each:.0%}" for each in seas)],
        ["ships, kt by factor", *(f"{_counted(each) / 1e3:,.0f}" for each in both)],
        ["the same ships, kt that they burn", *(f"{each.voyages['t_co2e'].sum() / 1e3:,.0f}" for each in both)],
        [
            f"million USD a year at {float(corridor.load()['case'].iloc[0]['carbon_usd_per_t']):g} USD per t CO2e",
            *(f"{each.carbon_usd / 1e6:,.1f}" for each in both),
        ],
        ["of freight", *(f"{each.carbon_usd / each.freight_usd:.1%}" for each in both)],
        ["charged at the Union's border, million USD a year", *(f"{each.cbam_usd / 1e6:,.1f}" for each in both)],
    ]
    return table(["", *STUDIES], lines)


def _counted(each: Carbon) -> float:
    return float((each.voyages["tkm"] * each.voyages["factor_g_per_tkm"]).sum() / 1e6)


def rivals() -> str:
    """Kilograms, days and freight by route, of capability."""
    lines = []
    for row in rows(found()[1].rivals):
        name = f"**{row.name}**, corridor" if row.route == "corridor" else row.route_name
        cells = [f"{row.km:,.0f}", f"{row.kg_per_t:,.0f}", f"{row.kg_per_unit / 1e3:.1f}"]
        known = ["–" if value != value else f"{value:,.0f}" for value in (row.days, row.usd_per_unit)]
        lines.append([name, *cells, *known])
    return table(["route", "km", "kg per t", "t per TEU", "days", "USD per TEU"], lines)


PARTS = {"totals": totals, "rivals": rivals}


def write() -> None:
    """Put the present tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, make in PARTS.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}{make()}\n{end}{rest.split(end)[1]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
