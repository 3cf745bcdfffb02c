"""The runs of a sweep: grids, lists, ranges drawn by a Latin hypercube or Sobol's sequence, and tables of runs."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.change.draft import Draft, rows_of
from corridor.model.change.filters import ChangeError, conditions
from corridor.model.change.words import cell_address
from corridor.model.evidence import number
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import marked, say
from corridor.model.result.frontier import PRICE, RESULTS, Swept
from corridor.model.schema import CellError, schemas

MOST_RUNS = 100_000
DRAWN = ("latin", "sobol")
FORM = marked(
    "give a list (8,10,12), a grid (8:16:2), multiples (x0.8,x1,x1.2), or a range (8..16) with --design latin"
)
NO_ADDRESS = marked("is not of the form table.row.column, as in resource.rail_ferries.capacity")
SUBJECT = "the sweep"
OverWords = str | Iterable[str] | Mapping[str, Any]
"""``table.row.column=values`` (or several), or values by address."""


@dataclass(frozen=True)
class Axis:
    """A number that is swept: its cells, what they hold, and the values that it takes, or the range of them.

    Where ``relative``, values are multiples of what each cell holds.
    """

    swept: Swept
    cells: tuple[Cell, ...]
    stated: tuple[float, ...]
    values: tuple[float, ...] = ()
    low: float = math.nan
    high: float = math.nan

    def at(self, value: float) -> dict[Cell, float]:
        """The cells with this value."""
        if self.swept.relative:
            return {cell: value * there for cell, there in zip(self.cells, self.stated, strict=True)}
        return dict.fromkeys(self.cells, value)


@dataclass(frozen=True)
class Design:
    """The runs of a sweep: ``rows`` has one of them a row, a column an axis.

    ``prices`` are ids of limits of which each run computes the worth of one planner's unit more.
    """

    name: str
    seed: int | None
    axes: tuple[Axis, ...]
    rows: tuple[tuple[float, ...], ...]
    prices: tuple[str, ...] = ()

    def at(self, row: Sequence[float]) -> dict[Cell, float]:
        """The cells of a run."""
        cells: dict[Cell, float] = {}
        for axis, value in zip(self.axes, row, strict=True):
            cells |= axis.at(value)
        return cells


def design_of(
    case: Case, over: OverWords, design: str | pd.DataFrame = "grid", points: int | None = None, seed: int = 1
) -> Design:
    """The design of these words; raises CaseError with every fault.

    ``design`` is ``grid`` (every combination of lists and grids), or ``latin`` or ``sobol`` (``points`` drawn from
    ranges with ``seed``). It may also be a table of runs whose columns are addresses; ``attrs["name"]`` is its name.
    """
    if isinstance(design, pd.DataFrame):
        return _table_of_runs(case, _words(over), design)
    faults: list[Fault] = []
    if design not in ("grid", *DRAWN):
        known = nearest(design, ("grid", *DRAWN))
        faults.append(
            Fault(
                "C142",
                "--design",
                say(
                    "{design} is no design; {nearest} (or give a CSV file of runs)",
                    design=quoted(design),
                    nearest=known,
                ),
            )
        )
        raise CaseError(faults, SUBJECT)
    drawn = design in DRAWN
    axes = _axes(case, _words(over), drawn, faults)
    if drawn and points is None:
        faults.append(
            Fault(
                "C144", "--points", say("--design {design} needs the number of runs; say --points 100", design=design)
            )
        )
    if not drawn and points is not None:
        faults.append(
            Fault("C144", "--points", say("the grid itself says how many runs there are; add --design latin"))
        )
    if points is not None and points < 1:
        faults.append(Fault("C144", "--points", say("{points} runs are none; give 1 or more", points=points)))
    count = (points or 0) if drawn else math.prod(len(each.values) for each in axes)
    if count > MOST_RUNS:
        remedy = say("draw fewer") if drawn else say("take coarser steps, or ranges with --design latin --points 1000")
        faults.append(
            Fault(
                "C143",
                SUBJECT,
                say(
                    "this makes {count:,} runs, and at most {most:,} go; {remedy}",
                    count=count,
                    most=MOST_RUNS,
                    remedy=remedy,
                ),
            )
        )
    if faults:
        raise CaseError(faults, SUBJECT)
    if not drawn:
        return Design("grid", None, axes, tuple(itertools.product(*(each.values for each in axes))))
    low, span = (np.array([getattr(each, end) for each in axes]) for end in ("low", "high"))
    rows = low + _unit_cube(design, len(axes), count, seed) * (span - low)
    return Design(design, seed, axes, tuple(map(tuple, rows.tolist())))


def _unit_cube(design: str, dimensions: int, points: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    rng = np.random.default_rng(seed)
    if design == "latin":
        return np.asarray(qmc.LatinHypercube(d=dimensions, rng=rng).random(points))
    return np.asarray(qmc.Sobol(d=dimensions, rng=rng).random_base2(math.ceil(math.log2(points))))[:points]


def _words(over: OverWords) -> list[str]:
    """Each number that is swept in words, ``address=values where …``."""
    if isinstance(over, str):
        return [over]
    if not isinstance(over, Mapping):
        return list(over)
    found = []
    for address, values in over.items():
        cell, where, tests = address.partition(" where ")
        text = values if isinstance(values, str) else ",".join(map(str, np.atleast_1d(np.asarray(values, object))))
        found.append(f"{cell}={text}{where}{tests}")
    return found


def _axes(case: Case, words: Sequence[str], drawn: bool, faults: list[Fault]) -> tuple[Axis, ...]:
    if not words:
        faults.append(
            Fault("C140", "--over", say("nothing is swept; say --over resource.rail_ferries.capacity=8:16:2"))
        )
    axes: list[Axis] = []
    for each in words:
        try:
            axes.append(_axis(case, each, drawn))
        except CaseError as error:
            faults += error.faults
    seen: dict[Cell, str] = {}
    for axis in axes:
        for cell in axis.cells:
            if cell in seen:
                place = f"--over {axis.swept.address}"
                said = say(
                    "{listed} is swept twice, here and by {other}; sweep it once",
                    listed=".".join(cell),
                    other=seen[cell],
                )
                faults.append(Fault("C140", place, said))
                break
        seen |= dict.fromkeys(axis.cells, axis.swept.address)
    return tuple(axes)


def _axis(case: Case, words: str, drawn: bool) -> Axis:
    """The axis of ``address=values where …``; raises CaseError."""
    place = f"--over {words}"
    address, equals, rest = words.partition("=")
    spec, where, tests = rest.partition(" where ")
    if not equals or not spec.strip():
        raise _fault("C140", place, say("it is not of the form table.row.column=values; {form}", form=say(FORM)))
    axis = _number(case, address.strip() + where + tests, "x" in spec.replace("max", ""))
    if ".." in spec:
        if not drawn:
            raise _fault("C140", place, say("a range is for a design; add --design latin --points 100, or give a step"))
        low, high = (_values(part, axis, place) for part in spec.split("..", 1))
        if not low[0] < high[0] < math.inf:
            raise _fault(
                "C140",
                place,
                say("the range runs from {low:g} to {high:g}; it must rise, and end", low=low[0], high=high[0]),
            )
        return _checked(Axis(axis.swept, axis.cells, axis.stated, (), low[0], high[0]), place)
    if drawn:
        raise _fault("C140", place, say("a design draws from ranges; write the least and the most as 8..16"))
    values = _grid(spec, axis, place) if ":" in spec else _values(spec, axis, place)
    return _checked(Axis(axis.swept, axis.cells, axis.stated, values), place)


def _number(case: Case, address: str, relative: bool) -> Axis:
    """The axis of an address, without values; raises CaseError where it is no number, or has no multiples."""
    cells = cells_of(case, address)
    table, _, column = cells[0]
    field = schemas()[table].field(column)
    if field is None or field.type not in ("number", "integer"):
        raise _fault(
            "C141",
            address,
            say("{column} holds no number, and only numbers are swept; compare scenarios instead", column=column),
        )
    held = [number(case, cell) for cell in cells]
    stated = tuple(math.nan if each is None else each for each in held)
    if relative:  # as by a change: among many, those without a finite number stay as they are
        kept = [(cell, value) for cell, value in zip(cells, stated, strict=True) if math.isfinite(value)]
        if not kept:
            raise _fault("C141", address, say("it has no finite number to multiply; give the values themselves"))
        cells, stated = tuple(cell for cell, _ in kept), tuple(value for _, value in kept)
    one = stated[0] if len(set(stated)) == 1 else None
    swept = Swept(address, len(cells), one, relative, "1" if relative else unit_of(case, cells[0]))
    return Axis(swept, cells, stated)


def cells_of(case: Case, address: str) -> tuple[Cell, ...]:
    """The cells of ``table.row.column``, or of ``table.*.column where …``; raises CaseError, with the nearest name."""
    cell, where, tests = address.partition(" where ")
    draft = Draft(case.tables)
    try:
        table, row, column = cell_address(cell, filtered=bool(where), reason=say(NO_ADDRESS), code="C020")
        if where and row != "*":
            raise ChangeError(
                "C104",
                say(
                    "{row} is one row, and a filter chooses among all; write {table}.*.{column}",
                    row=row,
                    table=table,
                    column=column,
                ),
            )
        missing = draft.no_such(table, row, column)
        if missing:
            raise CaseError([missing], SUBJECT)
        rows = rows_of(draft, table, row, conditions(tests) if where else (), cell)
    except ChangeError as error:
        raise _fault(error.code, address, str(error)) from None
    return tuple((table, each, column) for each in rows)


def unit_of(case: Case, cell: Cell) -> str:
    """The unit of a number: that of its column, or the one that its resource names."""
    field = schemas()[cell[0]].field(cell[2])
    if cell[0] == "resource" and cell[2] in ("capacity", "background"):
        return str(case.row("resource", cell[1]).unit or "")
    return field.unit if field is not None else ""


def _values(text: str, axis: Axis, place: str) -> tuple[float, ...]:
    return tuple(_value(each.strip(), axis, place) for each in text.split(","))


def _value(text: str, axis: Axis, place: str) -> float:
    if axis.swept.relative != text.startswith("x"):
        raise _fault(
            "C140", place, say("{word} mixes multiples (x1.2) with values; write all of them alike", word=quoted(text))
        )
    bare = text.removeprefix("x")
    if not axis.swept.relative and bare == "unlimited":
        return math.inf
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", bare):
        raise _fault("C140", place, say("{word} is not a number; {form}", word=quoted(text), form=say(FORM)))
    return float(bare)


def _grid(text: str, axis: Axis, place: str) -> tuple[float, ...]:
    parts = text.split(":")
    if len(parts) != 3:
        raise _fault("C140", place, say("a grid is from:to:step, as in 8:16:2"))
    if axis.swept.relative:
        parts = [each if each.strip().startswith("x") else f"x{each.strip()}" for each in parts]
    low, high, step = (_value(each.strip(), axis, place) for each in parts)
    if not step > 0:
        raise _fault("C140", place, say("the step is {step:g}; give one above zero", step=step))
    if not low <= high < math.inf:
        raise _fault(
            "C140", place, say("the grid runs from {low:g} to {high:g}; it must rise, and end", low=low, high=high)
        )
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > MOST_RUNS:
        raise _fault(
            "C143",
            place,
            say(
                "the grid has {count:,} points, and at most {most:,} go; take a coarser step",
                count=count,
                most=MOST_RUNS,
            ),
        )
    return tuple(float(f"{low + step * k:.12g}") for k in range(count))


def _checked(axis: Axis, place: str) -> Axis:
    """The axis, each of whose values its column allows; raises CaseError."""
    table, _, column = axis.cells[0]
    field = schemas()[table].field(column)
    assert field is not None
    faults: dict[str, Fault] = {}
    for value in axis.values or (axis.low, axis.high):
        for there in axis.at(value).values():
            try:
                field.parse("unlimited" if math.isinf(there) else f"{there:.17g}")
            except CellError as error:
                faults.setdefault(str(error), Fault(error.code, place, str(error)))
    if faults:
        raise CaseError(faults.values(), SUBJECT)
    return axis


def _table_of_runs(case: Case, words: Sequence[str], frame: pd.DataFrame) -> Design:
    """The design of a table: a column an address, a row a run; what a sweep itself wrote beside them is passed over."""
    name = str(frame.attrs.get("name", "the table of runs"))
    faults: list[Fault] = []
    if words:
        faults.append(Fault("C148", "--over", say("{name} says itself what is swept; leave --over out", name=name)))
    columns = [name for name in map(str, frame.columns) if name not in RESULTS and not name.startswith(PRICE)]
    if not columns or not len(frame):
        what = say("column is an address (table.row.column)") if not columns else say("row is a run")
        faults.append(
            Fault(
                "C148",
                name,
                say("no {what}; write addresses in the first line and one run in each line below", what=what),
            )
        )
    if len(frame) > MOST_RUNS:
        faults.append(
            Fault(
                "C143",
                name,
                say(
                    "it has {count:,} runs, and at most {most:,} go; split it",
                    count=len(frame),
                    most=MOST_RUNS,
                ),
            )
        )
    axes: list[Axis] = []
    for column in columns if not faults else ():
        texts = [str(each).strip() for each in frame[column]]
        try:
            place = f"{name}, {column}"
            axis = _number(case, column, texts[0].startswith("x"))
            values = tuple(
                _value(text, axis, say("{place}, line {line}", place=place, line=line))
                for line, text in enumerate(texts, 2)
            )
            axes.append(_checked(Axis(axis.swept, axis.cells, axis.stated, values), place))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults, SUBJECT)
    return Design(name, None, tuple(axes), tuple(zip(*(each.values for each in axes), strict=True)))


def _fault(code: str, place: str, message: str) -> CaseError:
    return CaseError([Fault(code, place, message)], SUBJECT)
