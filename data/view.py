"""A case as the rules see it, and what they find in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from corridor.model.case import Case, Cell
from corridor.model.faults import Names
from corridor.model.language import say


@dataclass(frozen=True)
class Found:
    """A fault found by a rule: the cell that it points at, and other cells of the row that its verdict rests on.

    The ``remedy`` of a fault is part of its message; a warning has one of its own.
    """

    code: str
    table: str
    row: str
    column: str
    message: str
    rests_on: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def cells(self) -> set[Cell]:
        return {(self.table, self.row, column) for column in (self.column, *self.rests_on)}


@dataclass
class View:
    """A case as rules see it: with the cells whose value is unknown, and the tables of which rows are unknown.

    ``doubtful`` holds, by table, the rows in which something is wrong.
    """

    case: Case
    wrong: Collection[Cell] = ()
    partial: Collection[str] = ()
    doubtful: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def names(self, *tables: str) -> Names:
        """The ids of tables, for the search for the nearest."""
        if tables not in self._names:
            instead = say(
                "add it to {words}, or correct it", words=say(" or ").join(f"{table}.csv" for table in tables)
            )
            self._names[tables] = Names((str(each) for name in tables for each in self.case[name].index), 60, instead)
        return self._names[tables]

    @cached_property
    def _names(self) -> dict[tuple[str, ...], Names]:
        return {}

    @cached_property
    def misnamed(self) -> dict[str, set[str]]:
        """Rows whose id is wrong itself, by table."""
        found: dict[str, set[str]] = defaultdict(set)
        for table, row, column in self.wrong:
            if column == f"{table}_id":
                found[table].add(row)
        return found

    @cached_property
    def nameless(self) -> set[str]:
        """Tables that have a row without an id."""
        return {name for name, frame in self.case.tables.items() if any(str(each)[:1] == "(" for each in frame.index)}

    @cached_property
    def sound(self) -> Case:
        """The case without its doubtful rows, for the rules on the graph."""
        without = {name: set(rows) for name, rows in self.doubtful.items()}
        if without.get("tariff"):  # the link's own tariff does not hold where a row of the tariff table may
            told = self.case["tariff"].loc[sorted(without["tariff"]), "link_id"]
            without["link"] = without.get("link", set()) | {str(each) for each in told}
        if not any(without.get(name) for name in ("commodity", "link", "packing", "tariff", "demand", "segment")):
            return self.case
        tables = dict(self.case.tables)
        for name in ("commodity", "link", "packing", "tariff", "demand", "segment"):
            tables[name] = tables[name][~tables[name].index.isin(list(without.get(name, ())))]
        demand = tables["demand"]
        tables["demand"] = demand[demand["commodity_id"].isin(list(tables["commodity"].index))]
        return replace(self.case, tables=tables)

    @cached_property
    def doubtful_links(self) -> list[Any]:
        """Rows of the links that the sound case leaves out."""
        kept = set(self.sound["link"].index)
        return [row for row in self.case.rows("link") if row.link_id not in kept]

    def unpacked(self, commodity: str) -> bool:
        """True if a doubtful row of the packing table could be about this commodity."""
        rows = self.doubtful.get("packing", ())
        known = set(self.case["commodity"].index)
        return any(
            self.case["packing"].at[row, "commodity_id"] in {commodity, None} - known | {commodity} for row in rows
        )


Rule = Callable[[View], Iterator[Found]]
