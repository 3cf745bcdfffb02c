"""The reason why as much cargo comes in a scenario as in the case, by the limits and links that its changes reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case, Cell
from corridor.model.graph import arcs
from corridor.model.market import shippers
from corridor.model.result.frame import rows
from corridor.model.schema import schemas
from corridor.optimize.answer.choice import base_year
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.differences import changed_cells

FULL = 1 - 1e-6
"""Share of what is available from which a resource is full."""
CHOOSES = ("choice", "price")
"""Grounds of the columns that shippers choose by."""
ASKS = ("demand", "segment", "market", "market_step")
"""Tables of the cargo that is asked for."""
WAYS = ("link", "tariff")
"""Tables whose rows belong to a link."""


@dataclass(frozen=True)
class Today:
    """The cargo that comes in the case: ids of full resources, and the kinds of markets on each link."""

    full: frozenset[str]
    kinds: Mapping[str, frozenset[str]]


def today(setting: Setting) -> Today:
    """Full resources and used links of the cargo that comes; raises CaseError, InfeasibleError."""
    answer, known = expected(setting, most=0), shippers(setting.case)
    link_of = {arc.arc_id: arc.link_id for arc in arcs(setting.case)}
    kinds: dict[str, set[str]] = defaultdict(set)
    for way in rows(paths(setting.case, answer.flow, answer.delivered)):
        kind = known[way.demand].kind if way.demand in known else "fixed"
        for arc in way.ways:
            kinds[link_of[arc]].add(kind)
    return Today(
        frozenset(str(row.resource) for row in rows(answer.use) if row.share >= FULL),
        {link: frozenset(its) for link, its in kinds.items()},
    )


def stays(case: Case, now: Today) -> tuple[str, tuple[str, ...]]:
    """The code of the reason, one of those that docs/json.md lists, and the columns that it rests on.

    A case is compared with the base year in which its markets are calibrated.
    """
    own = {name: schema.id_column for name, schema in schemas().items()}
    cells = changed_cells(base_year(case), case)
    asks = [cell for cell in cells if cell[0] in ASKS]
    others = [cell for cell in cells if cell[0] not in ASKS]
    ways = [cell for cell in others if cell[0] == "link" and cell[2] == own["link"]]
    if ways:
        return "ways", _columns(ways)
    chosen = [cell for cell in others if _ground(cell) in CHOOSES]
    if chosen:
        links = {_link(case, cell) for cell in chosen}
        kinds = frozenset[str]().union(*(now.kinds.get(link, frozenset()) for link in links if link))
        code = "unused" if None not in links and not kinds else "captive" if kinds and "logit" not in kinds else "small"
        return code, _columns(chosen)
    room = [cell for cell in others if cell[2] == own[cell[0]] or case.enters(cell) in ("rhs", "coefficient")]
    if room:
        full = {_resource(case, cell) for cell in room} & now.full
        return "elsewhere" if full else "room", _columns(room)
    return ("asked", _columns(asks)) if asks else ("nothing", ())


def _ground(cell: Cell) -> str:
    field = schemas()[cell[0]].field(cell[2])
    return "" if field is None else field.ground


def _columns(cells: list[Cell]) -> tuple[str, ...]:
    """The columns of cells, as ``table.column``."""
    return tuple(dict.fromkeys(f"{table}.{column}" for table, _, column in cells))


def _link(case: Case, cell: Cell) -> str | None:
    """The link of a price or time; None where it belongs to no single link."""
    table, row, _ = cell
    if table not in WAYS or row not in case[table].index:
        return None
    return str(case.row(table, row).link_id)


def _resource(case: Case, cell: Cell) -> str | None:
    """The resource of a capacity: itself, that of a factor or use, or the fleet of a size."""
    table, row, _ = cell
    if row not in case[table].index:
        return None
    found: Any = case.row(table, row)
    if table == "resource":
        return row
    resource = getattr(found, "resource_id", None)
    if resource is None and table in ("size", "factor"):
        size = row if table == "size" else found.size_id
        fleets = {each.carrier_id: each.resource_id for each in case.rows("carrier")}
        carriers = {each.size_id: each.carrier_id for each in case.rows("size")}
        resource = fleets.get(carriers.get(size))
    return None if resource is None else str(resource)
