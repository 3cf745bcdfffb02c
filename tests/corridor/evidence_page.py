"""The tables of docs/evidence.md: ``python -m tests.corridor.evidence_page`` writes them; tests hold them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import corridor
from corridor import Band, Case
from corridor.model.answer import rows

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def table(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def mt(tonnes: float) -> str:
    return f"{tonnes / 1e6:.2f}"


def share(value: float) -> str:
    return f"{value:.0%}"


def counts(case: Case) -> str:
    """Rows of evidence by basis, for the base year and for 2022."""
    evidence = case["evidence"]
    lines = []
    for basis in ("known", "derived", "assumed"):
        of = evidence[evidence["basis"] == basis]
        base = of["scenario"].isna() | (of["scenario"] == "")
        lines.append([basis, str(int(base.sum())), str(int((~base).sum()))])
    return table(["basis", "rows for 2025", "rows for 2022"], lines)


def figures(case: Case) -> str:
    """Published figures by what became of them."""
    aside = case["source"]["aside"].fillna("")
    names = {"": "used", "superseded": "superseded", "contradicted": "contradicted", "duplicate": "duplicate"}
    names |= {"out_of_scope": "out of scope", "context": "context"}
    lines = [[name, str(int((aside == key).sum()))] for key, name in names.items()]
    return table(["figures", "number"], [*lines, ["**all**", f"**{len(aside)}**"]])


def validation(case: Case) -> str:
    """What was published beside what the model says."""
    lines = []
    notes = []
    for each in rows(corridor.validate(case)):
        unit = str(each.unit)
        low, high = (number(end, unit) if abs(end) < 1e300 else "" for end in (each.low, each.high))
        ends = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else "–"
        about = f"{each.name} ({each.sources})"
        gap = "–" if each.difference != each.difference else f"{each.difference:+.0%}"
        words = [about, number(each.published, unit), ends, number(each.modelled, unit), gap]
        lines.append([*words, f"**{each.verdict}**" if each.verdict == "fail" else str(each.verdict)])
        if each.verdict in ("fail", "forecast") or (each.role == "input" and "not close" in str(each.note)):
            notes.append(f"* {each.name}. {each.note}")
    head = ["what", "published", "fair", "modelled", "difference", "verdict"]
    return table(head, lines) + "\n\nWhat fails, and what the forecasts say:\n\n" + "\n".join(notes)


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
    """H, C and T, and what comes first."""
    names = {"handled": "H handled", "concurrent": "C concurrent", "capability": "T capability"}
    lines = [
        [names[each.measure], each.of, *(mt(value) for value in (each.stated, each.p5, each.p50, each.p95))]
        for each in rows(found.quantiles)
    ]
    first = [[each.name, each.kind, share(each.share), share(each.share_all)] for each in rows(found.first)]
    ships, assumed, partly = found.kinds().get("ship", 0.0), found.assumed, found.partly
    return "\n\n".join(
        [
            f"Seed {found.seed}, {found.inputs} uncertain numbers; {found.possible:,} of {found.draws:,} draws are "
            "possible.",
            table(["Mt a year", "draws", "as stated", "5 %", "50 %", "95 %"], lines),
            f"**Ships come first in {share(ships)} of the possible draws.** Of what can be explained "
            f"(R² of the regressions on ranks {found.r2['capability']:.2f} for T, {found.r2['concurrent']:.2f} for C) "
            f"{share(assumed['capability'])} for T and {share(assumed['concurrent'])} for C rest on numbers assumed "
            f"outright, {share(partly['capability'])} and {share(partly['concurrent'])} with those assumed in part.",
            table(["comes first", "kind", "of the possible draws", "of all"], first),
        ]
    )


def following(found: Band) -> str:
    """What to measure next."""
    lines = []
    for each in rows(found.drivers.head(12)):
        swing = f"{mt(each.t_low)} to {mt(each.t_high)}"
        alone = [share(each.t_narrows), share(each.c_narrows), share(each.t_together), share(each.c_together)]
        lines.append([each.name, each.basis, each.who, swing, *alone])
    head = ["what", "basis", "who could know it", "T at its 5 and 95 %", "T alone", "C alone"]
    return table([*head, "T with all above", "C with all above"], lines)


def drawn(case: Case) -> Band:
    """The band that the page shows."""
    return corridor.band(case, draws=2000, seed=1, processes=os.cpu_count() or 1)


QUICK: dict[str, Callable[[Case], str]] = {"counts": counts, "figures": figures, "validation": validation}
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
