"""Other ways to write a corridor that change nothing: links in two, places apart, dominated links, all turned round."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases import Row, Tables


def _free(tables: Tables) -> list[Row]:
    """Links without a carrier that are no gate, and that no table but uses and tariffs names."""
    named = {
        part
        for name, rows in tables.items()
        if name not in ("link", "use", "tariff")
        for row in rows
        for value in row.values()
        for part in str(value).split()
    }
    return [
        link
        for link in tables["link"]
        if not link.get("carrier_id")
        and str(link.get("gate") or 0) in ("0", "False")
        and str(link["link_id"]) not in named
        and not any(link.get(column) for column in ("departures_per_week", "spread_d", "via", "rival"))
    ]


def _half(row: Row, *columns: str) -> Row:
    return {name: float(str(value)) / 2 if name in columns and value else value for name, value in row.items()}


def _also(tables: Tables, twins: dict[object, str], names: tuple[str, ...]) -> Tables:
    """Rows of tables that name a link, once more for its twin."""
    made = dict(tables)
    for name in names:
        own = f"{name}_id"
        rows = tables.get(name, [])
        made[name] = [
            *rows,
            *(
                {**row, own: f"{row[own]}_{twins[row['link_id']]}", "link_id": twins[row["link_id"]]}
                for row in rows
                if row.get("link_id") in twins
            ),
        ]
    return made


def links_in_two(tables: Tables) -> Tables:
    """Each free link as two, one behind the other, of half its length and hours; the first takes of the resources."""
    links, nodes = list[Row](), list[Row]()
    chosen = [str(link["link_id"]) for link in _free(tables)]
    for link in tables["link"]:
        name = str(link["link_id"])
        if name not in chosen:
            links.append(link)
            continue
        part, middle = _half(link, "length_km", "time_h"), f"{name}_middle"
        nodes.append({"node_id": middle, "name": middle})
        links.append({**part, "to_node_id": middle})
        links.append({**part, "link_id": f"{name}_on", "from_node_id": middle, "tariff_usd_per_t": None})
    return {**tables, "link": links, "node": [*tables["node"], *nodes]}


def links_side_by_side(tables: Tables) -> Tables:
    """Each free link as two beside each other, of half its capacity; both take of every resource."""
    chosen = {str(link["link_id"]) for link in _free(tables)}
    links, twins = list[Row](), dict[object, str]()
    for link in tables["link"]:
        name = str(link["link_id"])
        if name not in chosen or link.get("capacity_t_per_year") in ("unlimited", float("inf"), None, ""):
            links.append(link)
            continue
        twins[link["link_id"]] = f"{name}_beside"
        part = _half(link, "capacity_t_per_year")
        links += [part, {**part, "link_id": f"{name}_beside"}]
    return _also({**tables, "link": links}, twins, ("use", "tariff"))


def with_dominated_links(tables: Tables) -> Tables:
    """A longer and slower link beside each free one without a limit, which takes as much of every resource."""
    twins, links = dict[object, str](), list[Row]()
    for link in _free(tables):
        if link.get("capacity_t_per_year") not in ("unlimited", float("inf"), None, ""):
            continue
        twins[link["link_id"]] = name = f"{link['link_id']}_detour"
        longer = {column: 2 * float(str(link.get(column) or 0)) + 10 for column in ("length_km", "time_h")}
        links.append({**link, **longer, "link_id": name})
    return _also({**tables, "link": [*tables["link"], *links]}, twins, ("use", "tariff"))


def places_apart(tables: Tables) -> Tables:
    """A second place before each origin and behind each destination, joined to it by a free link of its mode."""
    ends = {str(demand[end]) for demand in tables["demand"] for end in ("origin_id", "destination_id")}
    mode: dict[str, object] = {}
    for link in _free(tables):
        for end in ("from_node_id", "to_node_id"):
            mode.setdefault(str(link[end]), link["mode_id"])
    moved = {end: f"{end}_yard" for end in sorted(ends) if end in mode}
    named = {str(value) for name in ("store", "dwell") for row in tables.get(name, []) for value in row.values()}
    moved = {end: yard for end, yard in moved.items() if end not in named}
    joins: list[Row] = [
        {
            "link_id": f"join_{end}",
            "from_node_id": end,
            "to_node_id": yard,
            "directed": 0,
            "mode_id": mode[end],
            "length_km": 0,
            "time_h": 0,
            "capacity_t_per_year": "unlimited",
        }
        for end, yard in moved.items()
    ]
    nodes: list[Row] = [{"node_id": yard, "name": yard} for yard in moved.values()]
    demands = [
        {
            name: moved.get(str(value), value) if name in ("origin_id", "destination_id") else value
            for name, value in row.items()
        }
        for row in tables["demand"]
    ]
    return {**tables, "node": [*tables["node"], *nodes], "link": [*tables["link"], *joins], "demand": demands}


def turned_round(tables: Tables) -> Tables:
    """Every link and every demand the other way round."""

    def turned(row: Row, start: str, end: str) -> Row:
        return {**row, start: row[end], end: row[start]}

    return {
        **tables,
        "link": [turned(row, "from_node_id", "to_node_id") for row in tables["link"]],
        "demand": [turned(row, "origin_id", "destination_id") for row in tables["demand"]],
    }


RELATIONS: dict[str, Callable[[Tables], Tables]] = {
    each.__name__: each for each in (links_in_two, links_side_by_side, with_dominated_links, places_apart, turned_round)
}
"""Ways to write a corridor anew, by name."""
