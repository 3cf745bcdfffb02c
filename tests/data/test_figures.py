"""The published figures of the bundled case: none is lost, each is used or set aside, and formulas give their numbers.

Names and numbers are looked up here once more, apart from the code that the check uses.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from urllib.parse import urlsplit

import pytest

import corridor
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.formula import rounds_to

RANGES = {
    "c": [(1, 20)],
    "f": [(1, 56), (60, 68), (70, 71)],
    "g": [(1, 144)],
    "m": [(1, 11)],
    "n": [(1, 7)],
    "o": [(1, 34), (40, 44)],
    "p": [(1, 53), (60, 86)],
    "pr": [(1, 4)],
    "q": [(1, 18), (20, 30), (40, 54)],
    "r": [(1, 64)],
    "s": [(1, 281)],
    "v": [(1, 40)],
    "w": [(1, 240)],
}
"""Numbers of the figures by letter; those between were never given."""
COUNTS = {
    "c": 20,
    "f": 67,
    "g": 144,
    "m": 11,
    "n": 7,
    "o": 39,
    "p": 80,
    "pr": 4,
    "q": 44,
    "r": 64,
    "s": 281,
    "v": 40,
    "w": 240,
}
DIGITS = {letter: 3 if ranges[-1][1] > 99 or letter == "q" else 2 for letter, ranges in RANGES.items()}
FIGURES = {
    f"{letter}{number:0{DIGITS[letter]}d}"
    for letter, ranges in RANGES.items()
    for first, last in ranges
    for number in range(first, last + 1)
}
REASONS = {"superseded", "contradicted", "duplicate", "out_of_scope", "context"}
REPLACED = {"superseded", "contradicted", "duplicate"}
CELL = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){2}")
NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){2}|[a-z]{1,2}[0-9]+")

NO_ADDRESS = {
    "none (general knowledge)",
    "none (computed)",
    "none (address not stored)",
    "search excerpt without stored address",
}

Rows = list[dict[str, str]]


@cache
def table(name: str) -> Rows:
    """The rows of a table as they stand in the file; none where there is no such table."""
    path = bundled() / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def addresses() -> frozenset[str]:
    """Every cell of the bundled tables, as ``table.row.column``."""
    case = read(bundled()).case
    return frozenset(
        f"{name}.{row}.{column}" for name, frame in case.tables.items() for row in frame.index for column in frame
    )


@cache
def at(year: int) -> Case:
    return corridor.load(year=year)


def cited() -> set[str]:
    return {each for row in table("evidence") for each in row["source_id"].split()}


def held() -> set[str]:
    return {each for row in table("validation") for each in row["source_id"].split()}


def aside() -> Rows:
    return [row for row in table("source") if row["aside"]]


def test_no_figure_is_lost_and_none_is_new() -> None:
    ids = [row["source_id"] for row in table("source")]
    assert len(FIGURES) == sum(COUNTS.values()) == 1041
    assert Counter(each.rstrip("0123456789") for each in ids) == COUNTS
    assert sorted(ids) == sorted(FIGURES)


def test_each_figure_is_used_or_set_aside_for_a_reason() -> None:
    used = cited() | held()
    lost = [row["source_id"] for row in table("source") if not row["aside"] and row["source_id"] not in used]
    assert lost == []
    assert {row["aside"] for row in aside()} == REASONS
    assert [row["source_id"] for row in aside() if len(row["why"].strip()) < 8] == []
    assert [row["source_id"] for row in table("source") if not row["aside"] and (row["why"] or row["instead"])] == []


def test_nothing_cited_is_set_aside() -> None:
    assert sorted(cited() & {row["source_id"] for row in aside()}) == []


def test_everything_cited_is_a_figure() -> None:
    assert sorted((cited() | held()) - FIGURES) == []


def test_what_was_replaced_names_what_stands_in_its_place() -> None:
    nothing = [row["source_id"] for row in aside() if row["aside"] in REPLACED and not row["instead"].split()]
    assert nothing == []


def test_every_name_in_instead_is_a_figure_or_a_cell() -> None:
    known = FIGURES | addresses()
    wrong = [(row["source_id"], name) for row in aside() for name in row["instead"].split() if name not in known]
    assert wrong == []
    assert [row["source_id"] for row in aside() if row["source_id"] in row["instead"].split()] == []


def test_nothing_stands_in_place_of_itself_in_a_circle() -> None:
    """What replaces a figure leads, over further figures if need be, to one in use, to a cell, or to an end."""
    instead = {row["source_id"]: row["instead"].split() for row in aside() if row["aside"] in REPLACED}

    def grounded(name: str, seen: frozenset[str]) -> bool:
        if name not in instead:
            return True
        return name not in seen and any(grounded(each, seen | {name}) for each in instead[name])

    assert [name for name in instead if not grounded(name, frozenset())] == []


def is_of_the_web(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    here = host in ("localhost", "127.0.0.1", "0.0.0.0") or host.endswith(".local")
    return parts.scheme in ("http", "https") and "." in host and not here and " " not in url


def test_addresses_are_of_the_web() -> None:
    """No folder of anybody's machine; where no address is known the cell says so in words."""
    none = [row["url"] for row in table("source") if not row["url"].startswith("http")]
    assert set(none) == NO_ADDRESS
    assert len(none) < len(table("source")) / 15
    urls = [row["url"] for row in table("source") if row["url"] not in NO_ADDRESS]
    assert [url for url in urls if not is_of_the_web(url)] == []


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://example.org/a?b=1", True),
        ("file:///home/me/a.pdf", False),
        ("/home/me/a.pdf", False),
        ("http://localhost:8000/a", False),
        ("http://server/a", False),
        ("C:\\a.pdf", False),
        ("", False),
    ],
)
def test_what_is_of_the_web(url: str, good: bool) -> None:
    assert is_of_the_web(url) is good


def test_no_text_of_evidence_names_a_folder() -> None:
    path = re.compile(r"(?<![\w/:.])/(?:home|Users|tmp|root|work|mnt|var|shared)/|\b[A-Z]:\\|\.\./")
    wrong = [
        (name, next(iter(row.values())), column)
        for name in ("source", "evidence", "driver", "validation")
        for row in table(name)
        for column, text in row.items()
        if path.search(text)
    ]
    assert wrong == []


def stands_for(case: Case, name: str) -> float:
    """A name's number, taken straight from the tables."""
    if CELL.fullmatch(name):
        frame, row, column = name.split(".")
        return float(case[frame].loc[row, column])  # type: ignore[arg-type]
    return float(case["source"].loc[name, "value"])  # type: ignore[arg-type]


def computed(case: Case, formula: str) -> float:
    """The formula by Python's own arithmetic, its names replaced by their numbers."""
    text = NAME.sub(lambda found: f"({stands_for(case, found.group())!r})", formula)
    assert re.fullmatch(r"[-+*/() .0-9e]+", text), text
    return float(eval(text, {"__builtins__": {}}))


@pytest.mark.parametrize("year", [2025, 2023, 2022, 2026])
def test_every_derived_number_is_what_its_formula_gives(year: int) -> None:
    case = at(year)
    # A ship that is planned does not change what the fleet of today did elsewhere.
    planned = {".".join(cell) for cell, change in case.touched.items() if change.scenario == "opened_2026"}
    wrong, count, close = [], 0, 0
    for (name, row, column), each in evidence_of(case).items():
        if each.basis == "derived" and not each.formula:
            wrong.append((each.evidence_id, "no formula"))
        if not each.formula or planned & {*NAME.findall(each.formula)}:
            continue
        count += 1
        stated, gives = float(case[name].loc[row, column]), computed(case, each.formula)  # type: ignore[arg-type]
        close += abs(gives - stated) <= 0.005 * abs(stated)
        if not rounds_to(gives, stated) or abs(gives - stated) > 0.02 * abs(stated):
            wrong.append((each.evidence_id, f"{stated:g} is not {gives:g}"))
    assert wrong == []
    assert count > 150
    assert close > 0.9 * count  # most are not rounded at all


def test_every_derived_row_has_a_formula() -> None:
    """Also those of the other scenario, whichever is read."""
    rows = table("evidence")
    assert [row["evidence_id"] for row in rows if row["basis"] == "derived" and not row["formula"].strip()] == []
    assert sum(row["basis"] == "derived" for row in rows) > 200


def test_figures_in_a_formula_are_cited_beside_it() -> None:
    """Whoever looks a number up sees every figure that it was computed from."""
    wrong = [
        (row["evidence_id"], name)
        for row in table("evidence")
        for name in NAME.findall(row["formula"])
        if not CELL.fullmatch(name) and name not in row["source_id"].split()
    ]
    assert wrong == []


def test_a_derived_number_that_no_longer_fits_is_found() -> None:
    """The check tells a number, a figure and a reason that are wrong: C055 and C056 are awake on this very case."""
    tables = dict(at(2025).tables)
    source, evidence = tables["source"].copy(), tables["evidence"].copy()
    lost: str = next(row["source_id"] for row in table("source") if row["aside"] == "context" and not row["instead"])
    source.loc[lost, ["aside", "why"]] = None
    derived: str = next(row["evidence_id"] for row in table("evidence") if row["formula"] and not row["scenario"])
    evidence.loc[derived, "formula"] = f"1.5 * ({at(2025).row('evidence', derived).formula})"
    with pytest.raises(corridor.CaseError) as caught:
        corridor.check(Case({**tables, "source": source, "evidence": evidence}))
    assert [(fault.code, lost in fault.message) for fault in caught.value.faults] == [("C055", True), ("C056", False)]


@pytest.mark.parametrize("year", [2025, 2023, 2022, 2026])
@pytest.mark.parametrize("change", ["resource.rail_ferries.capacity=16", "resource.feeders.capacity=5"])
def test_a_what_if_is_not_refused_for_what_follows_from_it(year: int, change: str) -> None:
    """A planner who sets one number is not told to correct another that had been derived from it, in any year."""
    corridor.check(at(year).with_([change]))
