"""Rules of the tables from which carbon is computed: one function a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from corridor.data.view import Found, View
from corridor.model.language import say


def trades(view: View) -> Iterator[Found]:
    """C151, C152: a trade leads elsewhere, and its lead has a mode and a length, or neither."""
    for row in view.case.rows("trade"):
        if row.origin_id and row.origin_id == row.destination_id:
            message = say("{destination_id} is its origin, too; give another end", destination_id=row.destination_id)
            yield Found("C151", "trade", row.trade_id, "destination_id", message, ("origin_id",))
        if row.lead_km and not row.lead_mode_id:
            message = say(
                "a lead of {lead_km:g} km has no mode, so its carbon is unknown; name one, or write 0",
                lead_km=row.lead_km,
            )
            yield Found("C152", "trade", row.trade_id, "lead_mode_id", message, ("lead_km",))
        if row.lead_mode_id and row.lead_km == 0:
            message = say(
                "a lead by {lead_mode_id} has no length; give the km, or drop the mode", lead_mode_id=row.lead_mode_id
            )
            yield Found("C152", "trade", row.trade_id, "lead_km", message, ("lead_mode_id",))


def rivals(view: View) -> Iterator[Found]:
    """C153: a rival route of a trade has legs; without one its carbon would look like none.

    A leg whose route is unknown may be that of any.
    """
    known = set(view.case["rival"].index)
    legs = {row.rival_id for row in view.case.rows("rival_leg")}
    if legs - known:
        return
    for row in view.case.rows("rival"):
        if row.trade_id and row.rival_id not in legs:
            message = say(
                "{rival_id} has no legs, so it would emit nothing; add rows to rival_leg.csv, or drop it",
                rival_id=row.rival_id,
            )
            yield Found("C153", "rival", row.rival_id, "rival_id", message)


def charged_goods(view: View) -> Iterator[Found]:
    """C154: the goods under the border charge are not more than the commodity that they are part of."""
    whole: dict[tuple[str, str | None], float] = defaultdict(float)
    countries: dict[str, set[str | None]] = defaultdict(set)
    for row in view.case.rows("cbam"):
        countries[row.commodity_id].add(row.country)
    for row in view.case.rows("cbam"):
        if row.share is None or row.cbam_id in view.doubtful.get("cbam", ()):
            continue
        for country in [row.country] if row.country else sorted(countries[row.commodity_id], key=str):
            whole[row.commodity_id, country] += row.share
            total = whole[row.commodity_id, country]
            if total > 1 + 1e-9:
                of = row.commodity_id + (f" of {country}" if country else "")
                message = say(
                    "with {share:g} the shares of {of} add up to {total:g}, more than 1; correct them",
                    share=row.share,
                    of=of,
                    total=total,
                )
                yield Found("C154", "cbam", row.cbam_id, "share", message)
                break
