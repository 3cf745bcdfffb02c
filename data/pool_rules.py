"""Rules on pools of vehicles, on units that ride in units, and on dwell; one function a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from corridor.data.view import Found, View
from corridor.model.language import say
from corridor.model.pools import joined, working


def rides(view: View) -> Iterator[Found]:
    """C214: a unit rides in one other unit on a mode, which rides in none itself and takes no cargo there."""
    outer: dict[tuple[str, str], tuple[str, float]] = {}
    filled = {(row.mode_id, row.unit_id) for row in view.case.rows("packing") if row.unit_id}
    for row in view.case.rows("packing"):
        key = ("packing", row.packing_id, "on_unit_id")
        if row.on_unit_id is None and row.units_per is None:
            continue
        if None in (row.on_unit_id, row.units_per, row.unit_id):
            message = say(
                "a unit that carries units, their number and the unit that rides come together; give all three"
            )
            yield Found("C214", *key, message, ("unit_id", "units_per"))
            continue
        first = outer.setdefault((row.mode_id, row.unit_id), (row.on_unit_id, row.units_per))
        if first != (row.on_unit_id, row.units_per):
            message = say(
                "{unit_id} rides by {mode_id} on {first} ({first2:g}) already; make the rows alike",
                unit_id=row.unit_id,
                mode_id=row.mode_id,
                first=first[0],
                first2=first[1],
            )
            yield Found("C214", *key, message, ("units_per",))
        if (row.mode_id, row.on_unit_id) in filled:
            message = say(
                "{on_unit_id} takes cargo by {mode_id} itself; name a unit that carries units alone",
                on_unit_id=row.on_unit_id,
                mode_id=row.mode_id,
            )
            yield Found("C214", *key, message, ("unit_id",))


def _units(view: View) -> dict[str, set[str]]:
    """Units that may run on each link, by its mode and the commodities that it takes."""
    packed: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for row in view.case.rows("packing"):
        packed[row.mode_id].append((row.commodity_id, {row.unit_id, row.on_unit_id} - {None}))
    return {
        link.link_id: set().union(
            *(
                units
                for commodity, units in packed[link.mode_id]
                if not link.commodities or commodity in link.commodities
            )
        )
        for link in view.case.rows("link")
    }


def pools(view: View) -> Iterator[Found]:
    """C215: a pool is shared with another one of its unit, without a circle; its links take the unit."""
    rows = {row.pool_id: row for row in view.case.rows("pool")}
    takes = _units(view)
    for row in rows.values():
        key = ("pool", row.pool_id)
        other = rows.get(row.with_pool_id)
        if row.unit_id is None:
            continue  # the cell has a fault of its own
        if other is not None and other.unit_id not in (None, row.unit_id):
            message = say(
                "{with_pool_id} is of {unit_id}, this pool of {unit_id2}; share pools of one unit",
                with_pool_id=row.with_pool_id,
                unit_id=other.unit_id,
                unit_id2=row.unit_id,
            )
            yield Found("C215", *key, "with_pool_id", message, ("unit_id",))
        if row.with_pool_id is not None and joined(rows, row.pool_id) == row.pool_id:
            message = say(
                "sharing with {with_pool_id} leads back to this pool; leave one of the cells empty",
                with_pool_id=row.with_pool_id,
            )
            yield Found("C215", *key, "with_pool_id", message)
        wrong = [link for link in row.links if link in takes and row.unit_id not in takes[link]]
        if wrong:
            message = say(
                "no {unit_id} runs on {wrong}; take the links out, or pack a commodity in the unit",
                unit_id=row.unit_id,
                wrong=" ".join(wrong),
            )
            yield Found("C215", *key, "links", message)
        if None not in (row.number, row.available, row.background) and working(row) < 0:
            message = say(
                "{background:g} vehicles in other traffic are more than work; correct number or background",
                background=row.background,
            )
            yield Found("C216", *key, "background", message, ("number", "available"))


def dwells(view: View) -> Iterator[Found]:
    """C217: dwell is of a unit or the carrier of its link."""
    carriers = {row.link_id: row.carrier_id for row in view.case.rows("link")}
    of_link = {link: {*units, carriers[link]} for link, units in _units(view).items()}
    for row in view.case.rows("dwell"):
        if row.item_id is not None and row.link_id in of_link and row.item_id not in of_link[row.link_id]:
            message = say(
                "{item_id} is neither a unit nor the carrier of {link_id}; name one of them, or nothing",
                item_id=row.item_id,
                link_id=row.link_id,
            )
            yield Found("C217", "dwell", row.dwell_id, "item_id", message, ("link_id",))
