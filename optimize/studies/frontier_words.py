"""The words of a frontier: the number that an address names, and the range that it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from corridor.model.case import Case, Cell
from corridor.model.evidence import number
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import say
from corridor.model.schema import schemas

AROUND = 0.5, 2.0
"""Factors on the number of the case: the default ends of the range."""
SUBJECT = "the frontier"
Check = Callable[[Mapping[Cell, float]], Sequence[Fault]]


def number_of(case: Case, address: str, *, any_number: bool = False) -> Cell:
    """The cell of an address, or of an id alone; raises CaseError where it is none, or moves more than capacities.

    With ``any_number`` it may move whatever a number moves.
    """
    if "." not in address:
        limits = {name: table.limit for name, table in schemas().items() if table.limit}
        tables = [table for table in limits if address in case[table].index]
        if not tables:
            known = [str(each) for table in limits for each in case[table].index]
            said = say("it is no resource, segment or link of this case; {nearest}", nearest=nearest(address, known))
            raise fault("C022", quoted(address), say("{reason} (or give table.row.column)", reason=said))
        if len(tables) > 1:
            listed = f" {say('or')} ".join(f"{table}.{address}.{limits[table]}" for table in tables)
            raise fault(
                "C077", quoted(address), say("several tables have a row of that id; write {listed}", listed=listed)
            )
        cell = (tables[0], address, limits[tables[0]])
    else:
        cell = case.cell(address)
    if any_number and _is_number(cell):
        return cell
    if case.enters(cell) not in ("rhs", "coefficient"):  # coefficients are looked at along the line
        raise not_straight(cell)
    return cell


def stated_in(case: Case, cell: Cell) -> float:
    """The number of a cell; NaN where it is empty."""
    found = number(case, cell)
    return math.nan if found is None else found


def _is_number(cell: Cell) -> bool:
    field = schemas()[cell[0]].field(cell[2])
    return field is not None and field.type in ("number", "integer")


def not_straight(cell: Cell) -> CaseError:
    """The error of a cell that is no number, or whose change is no straight line of the answer."""
    if not _is_number(cell):
        said = say(
            "{cell} holds no number; a frontier is of a capacity, as resource.rail_ferries.capacity", cell=cell[2]
        )
        return fault("C145", ".".join(cell), said)
    said = say("it changes coefficients or costs, so the answer is no row of straight pieces; sweep it instead: ")
    return fault(
        "C145",
        ".".join(cell),
        say("{said}corridor sweep --over {listed}=x0.8,x1,x1.2", said=said, listed=".".join(cell)),
    )


def range_of(case: Case, cell: Cell, low: float | None, high: float | None, check: Check | None) -> tuple[float, float]:
    """Both ends, half and twice the stated number where none is given; raises CaseError."""
    place, stated = ".".join(cell), stated_in(case, cell)
    given = {"--from": low, "--to": high}
    known = math.isfinite(stated) and stated > 0
    if not known and None in given.values():
        has = say("has no limit") if math.isinf(stated) else say("is {stated:g}", stated=stated)
        missing = f" {say('and')} ".join(name for name, end in given.items() if end is None)
        raise fault(
            "C146",
            place,
            say(
                "it {has} in this case, so there is no range to take by itself; give {missing}",
                has=has,
                missing=missing,
            ),
        )
    low, high = (times * stated if end is None else end for end, times in zip((low, high), AROUND, strict=True))
    if cell[0] == "factor" and given["--to"] is None:
        high = min(high, 1.0)
    if not math.isfinite(low) or not math.isfinite(high) or low < 0 or low >= high:
        raise fault(
            "C146",
            place,
            say("from {low:g} to {high:g} is no range; give --from below --to, both zero or more", low=low, high=high),
        )
    faults = check({cell: high}) if check is not None else ()
    if faults:
        raise CaseError(faults, say("the frontier, at {cell} = {value:g}", cell=place, value=high))
    return low, high


def fault(code: str, place: str, message: str) -> CaseError:
    """The error of a question for a frontier, with one fault."""
    return CaseError([Fault(code, place, message)], SUBJECT)
