"""The tables of docs/evidence.md: ``python -m tests.corridor.evidence_page`` writes them; tests hold them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

import corridor
from corridor import Band, Case
from corridor.data.keep import kept
from corridor.model.kinds import kind_names
from corridor.model.result.frame import rows

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def table(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def mt(tonnes: float) -> str:
    return f"{tonnes / 1e6:.2f}"


def share(value: float) -> str:
    return f"{value:.0%}"


def counts(case: Case) -> str:
    """Rows of evidence by basis, of the base year and of the other years."""
    evidence = case["evidence"]
    lines = []
    for basis in ("known", "derived", "assumed"):
        of = evidence[evidence["basis"] == basis]
        base = of["scenario"].isna() | (of["scenario"] == "")
        lines.append([basis, str(int(base.sum())), str(int((~base).sum()))])
    return table(["basis", "rows of 2025", "rows of other years"], lines)


def figures(case: Case) -> str:
    """Published figures by what became of them."""
    aside = case["source"]["aside"].fillna("")
    names = {"": "used", "superseded": "superseded", "contradicted": "contradicted", "duplicate": "duplicate"}
    names |= {"out_of_scope": "out of scope", "context": "context"}
    lines = [[name, str(int((aside == key).sum()))] for key, name in names.items()]
    return table(["figures", "number"], [*lines, ["**all**", f"**{len(aside)}**"]])


@cache
def validated() -> pd.DataFrame:
    """The tests of the bundled case."""
    return corridor.validate(corridor.load()).frame


def validation(_: Case) -> str:
    """What was published beside what the model says."""
    lines = []
    notes = []
    for each in rows(validated()):
        unit = str(each.unit)
        low, high = (number(end, unit) if abs(end) < 1e300 else "" for end in (each.low, each.high))
        ends = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else "–"
        about = f"{each.name} ({each.sources})"
        gap = (
            "–"
            if each.difference != each.difference
            else f"{each.difference:+.0%}".replace("+0%", "0%").replace("-0%", "0%")
        )
        words = [about, number(each.published, unit), ends, number(each.modelled, unit), gap]
        lines.append([*words, f"**{each.verdict}**" if each.verdict == "fail" else str(each.verdict)])
        if each.verdict in ("fail", "forecast") or (each.role == "input" and "not close" in str(each.note)):
            notes.append(f"* {each.name}. {each.note}")
    head = ["what", "published", "fair", "modelled", "difference", "verdict"]
    return table(head, lines) + "\n\nFailures and forecasts:\n\n" + "\n".join(notes)


OF_OTHERS = "a forecast is no observation"
BEFORE = {
    "route_capacity": ("fail", "the most of the route's own cargo is judged, no longer one mix of many"),
    "route_2022": ("fail", "the same for 2022"),
    "draught_gain": ("fail", "the claim is of oil and dry cargo, so the gain is divided by these"),
    "ferry_call": ("fail", "the count is of 2023, so it judges a base year of its own"),
    "container_trains": ("fail", "trains now feed the boxes from China, and prove nothing"),
    "transit_2022": ("fail", "boxes by place follow the Georgian count"),
    "boxes_2022": ("fail", "boxes may ride on ferries; the berths stay the limit"),
    "transit_2040": ("fail", OF_OTHERS),
    "caspian_2030": ("fail", OF_OTHERS),
    "boxes_2030": ("fail", f"left out: {OF_OTHERS}, and its tonnes are in the row above"),
    "export_share_dry": ("fail", "left out: the published share holds the oil"),
    "days_constanta": ("fail", "none: waiting for a ship is still a constant"),
    "export_share": ("pass", "nearly all boxes now come from China, so fewer are Kazakh"),
    "queue_wagons_2025": ("pass", "the ferries are two fleets, and fewer of them serve Turkmenbashi"),
}
"""Tests of the first release (2026-11-22) whose verdict or meaning changed: verdict then, and the change since."""
GONE = {
    "boxes_2030": "In containers across the Caspian in 2030",
    "export_share_dry": "Kazakh exports by rail without oil, 2025",
}
"""Names of the tests that were left out since."""


def before(_: Case) -> str:
    """Verdicts of the first release beside those of today."""
    today = {str(row.test): (str(row.name), str(row.verdict)) for row in rows(validated())}
    lines = []
    for key, (verdict, change) in BEFORE.items():
        name, now = today[key] if key in today else (GONE[key], "–")
        lines.append([name, verdict, now, change])
    return table(["test", "2026-11-22", "now", "change"], lines)


def number(value: float, unit: str) -> str:
    if value != value:
        return "–"
    if unit == "t" and abs(value) >= 1e5:
        return f"{mt(value)} Mt"
    if unit in ("share", "yes = 1") or unit.startswith("share"):
        return f"{value:.0%}" if unit != "yes = 1" else {1.0: "yes", 0.0: "no"}[value]
    if unit == "days":
        return f"{value:.1f} d"
    if unit.startswith("times"):
        return f"{value:.2f}"
    return f"{value:,.0f} {unit}"


def band(found: Band) -> str:
    """Quantiles of the measures, and the limits that come first."""
    names = {
        "handled": "used",
        "concurrent": "fits if all grow alike",
        "capability": "fits if each grows to its limit",
        "expected": "comes",
    }
    lines = [
        [names[each.measure], each.of, *(mt(value) for value in (each.stated, each.p5, each.p50, each.p95))]
        for each in rows(found.quantiles)
    ]
    kinds = kind_names(corridor.load())
    first = [[each.name, kinds[each.kind], share(each.share), share(each.share_all)] for each in rows(found.first)]
    ships, assumed, partly = found.kinds.get("ship", 0.0), found.assumed, found.partly
    return "\n\n".join(
        [
            f"Seed {found.seed}, {found.inputs} uncertain numbers; {found.possible:,} of {found.draws:,} trials are "
            "possible.",
            table(["Mt a year", "trials", "as stated", "5 %", "50 %", "95 %"], lines),
            f"**Ships come first in {share(ships)} of the possible trials.** Numbers assumed outright explain "
            f"{share(assumed['capability'])} of the range if each grows to its limit, and "
            f"{share(assumed['concurrent'])} if all grow alike; with those assumed in part "
            f"{share(partly['capability'])} and {share(partly['concurrent'])}. (Shares of what regressions on ranks "
            f"explain: R² {found.r2['capability']:.2f} and {found.r2['concurrent']:.2f}.)",
            table(["comes first", "where", "of the possible trials", "of all"], first),
        ]
    )


def following(found: Band) -> str:
    """Causes whose measurement would narrow the range most."""
    lines = []
    for each in rows(found.drivers.head(12)):
        swing = f"{mt(each.t_low)} to {mt(each.t_high)}"
        alone = [share(each.t_narrows), share(each.c_narrows), share(each.t_together), share(each.c_together)]
        lines.append([each.name, each.basis, each.who, swing, *alone])
    head = ["cause", "basis", "who could know it", "each grows, Mt", "each alone", "alike alone"]
    return table([*head, "each with all above", "alike with all above"], lines)


def drawn(case: Case) -> Band:
    """The band that the page shows: the one kept with the case, drawn anew where it no longer holds."""
    found = kept(case, "band")
    if isinstance(found, Band) and (found.draws, found.seed) == (2000, 1):
        return found
    return corridor.band(case, draws=2000, seed=1, processes=os.cpu_count() or 1)


QUICK: dict[str, Callable[[Case], str]] = {
    "counts": counts,
    "figures": figures,
    "before": before,
    "validation": validation,
}
SLOW: dict[str, Callable[[Band], str]] = {"band": band, "next": following}


def shown(name: str) -> str:
    """What the page has between the marks of that name."""
    found = re.search(f"<!-- begin {name} -->\n(.*?)<!-- end {name} -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, name
    return found.group(1).strip("\n")


def write(quick: bool) -> None:
    """Put the present tables into the page; the quick ones only, or the band too."""
    case = corridor.load()
    parts = {name: make(case) for name, make in QUICK.items()}
    if not quick:
        found = drawn(case)
        parts |= {name: make(found) for name, make in SLOW.items()}
    text = PAGE.read_text(encoding="utf-8")
    for name, part in parts.items():
        marks = (f"<!-- begin {name} -->\n", f"<!-- end {name} -->")
        before, rest = text.split(marks[0])
        text = f"{before}{marks[0]}{part}\n{marks[1]}{rest.split(marks[1])[1]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(quick="--quick" in sys.argv)
