"""The hash of a case follows each number; the newest source is the latest date of those in use."""

from dataclasses import replace
from typing import Any

import pandas as pd

from corridor.model.identity import SHORT, hash_of, newest_source
from corridor.reports.say.facts import facts_of
from tests.cases import case_of

CASE: Any = {
    "link": "link_id, from_node_id, to_node_id, directed\nway, a, b, 1",
    "demand": "demand_id, origin_id, destination_id, t_per_year\ncargo, a, b, 400",
}


def source(name: str, locator: str, **more: str) -> dict[str, str]:
    row = {"source_id": name, "item": name, "title": "Page", "url": "text", "locator": locator, "confidence": "low"}
    return {**row, **more}


def test_the_same_tables_have_the_same_hash_and_others_another() -> None:
    case = case_of(CASE)
    assert hash_of(case) == hash_of(case_of(CASE))
    assert hash_of(case.with_(["demand.cargo.t_per_year=401"])) != hash_of(case)
    assert hash_of(case.with_(["demand.cargo.t_per_year=400"])) == hash_of(case)


def test_the_newest_source_is_the_latest_date_of_those_in_use() -> None:
    rows = [
        source("old", "2024-12-31"),
        source("new", "page 3, 2026-02"),
        source("left", "2026-11-01", aside="context", why="no number rests on it"),
    ]
    plain = case_of(CASE)
    table = pd.DataFrame(rows).set_index("source_id").reindex(columns=plain["source"].columns).astype(object)
    case = replace(plain, tables={**plain.tables, "source": table.where(table.notna(), None)})
    assert newest_source(case) == "2026-02"
    facts = facts_of(case.with_(["demand.cargo.t_per_year=401"]))
    assert facts.newest == "February 2026"
    assert "demand.cargo.t_per_year=401" in facts.run
    assert f"case {facts.case_hash}, data to February 2026" in facts.cite
    assert len(facts.case_hash) == SHORT


def test_a_case_without_sources_has_no_date() -> None:
    facts = facts_of(case_of(CASE))
    assert facts.newest == ""
    assert "data to" not in facts.cite
