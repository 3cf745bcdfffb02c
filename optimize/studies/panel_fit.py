"""Numbers of a program as formulas of levers: each fitted to programs compiled with them, and checked on others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.horizon import Floats
from corridor.model.result.panel import PanelLever

EQUAL = 1e-9
"""Relative tolerance within which a formula meets a number of a compiled program."""
SHAPES = ("linear", "reciprocal")
"""Shapes in which a number follows a lever: its value, and one over it."""
CHECKS = 2
"""Random positions of all levers at which the formulas are checked; at the first one nothing is built."""
Compiled = Callable[[Sequence[float]], dict[str, Floats]]
"""The numbers of each program with the levers at these values."""
Part = tuple[int, int]
"""A lever and its shape, by position."""
Alone = dict[int, dict[str, dict[int, tuple[int, float]]]]
"""Shape and slope of each entry that a lever moves, by lever, program and entry."""


@dataclass
class Formulas:
    """Formulas of the entries that levers move, by program.

    ``terms[program][entry]`` are factors by the levers whose movements they are multiplied with; ``fixed`` are the
    levers that follow no formula, by position, each with the reason.
    """

    start: tuple[float, ...]
    base: dict[str, Floats]
    terms: dict[str, dict[int, dict[tuple[Part, ...], float]]] = field(default_factory=dict)
    alone: Alone = field(default_factory=dict)
    fixed: dict[int, str] = field(default_factory=dict)

    def at(self, values: Sequence[float]) -> dict[str, Floats]:
        """The numbers of each program with the levers at these values."""
        made = {program: numbers.copy() for program, numbers in self.base.items()}
        for program, entries in self.terms.items():
            for entry, terms in entries.items():
                made[program][entry] += math.fsum(
                    factor * math.prod(self.moved(part, values) for part in parts) for parts, factor in terms.items()
                )
        return made

    def moved(self, part: Part, values: Sequence[float]) -> float:
        """The movement of a lever from its start, in its shape."""
        lever, shape = part
        return moved(shape, self.start[lever], values[lever])

    @property
    def record(self) -> dict[str, list[list[Any]]]:
        """The formulas as lists, by program: ``[entry, [factor, [lever, shape], …], …]``."""
        return {
            program: [
                [entry, *([factor, *map(list, parts)] for parts, factor in terms.items())]
                for entry, terms in sorted(entries.items())
            ]
            for program, entries in self.terms.items()
        }

    def without(self, levers: Collection[int]) -> Formulas:
        """The formulas of the other levers, numbered anew; these levers are in none of them."""
        kept = {old: new for new, old in enumerate(each for each in range(len(self.start)) if each not in levers)}
        terms = {
            program: {
                entry: {tuple((kept[lever], shape) for lever, shape in parts): factor for parts, factor in own.items()}
                for entry, own in entries.items()
            }
            for program, entries in self.terms.items()
        }
        start = tuple(self.start[old] for old in kept)
        return Formulas(start, self.base, terms, {kept[old]: own for old, own in self.alone.items()})

    def moves(self, lever: int) -> list[str]:
        """The programs that a lever moves."""
        return [
            program
            for program, entries in self.terms.items()
            if any(lever == own for terms in entries.values() for parts in terms for own, _ in parts)
        ]


def moved(shape: int, start: float, value: float) -> float:
    """The movement of a number from where it starts."""
    return value - start if shape == 0 else 1.0 / value - 1.0 / start


def probes(lever: PanelLever, start: float) -> tuple[float, float]:
    """Two values of a lever beside its start."""
    if lever.number == "times":
        return 1.0, lever.high
    low, high = lever.low, lever.high
    return (
        (low + 0.3 * (high - low), low + 0.8 * (high - low))
        if low < start < high
        else (
            (low + high) / 2,
            low if start >= high else high,
        )
    )


def fitted(
    compiled: Compiled,
    levers: Sequence[PanelLever],
    start: Sequence[float],
    known: Formulas | None = None,
    seed: int = 1,
) -> Formulas:
    """The formulas of all levers that follow one; raises ValueError where the start itself cannot be compiled.

    A number may follow a lever linearly or as one over it, and several levers as products. A lever that moves rows or
    columns, or whose numbers follow neither shape, is fixed. So is the last of several where a check fails. ``known``
    are the formulas of another case with the same start: those of numbers that do not differ there hold here, too.
    """
    base = compiled(start)
    made = Formulas(tuple(start), base)
    differs = {
        program: set(range(len(numbers)))
        if known is None
        else set(np.flatnonzero(~_same(numbers, known.base[program])).tolist())
        for program, numbers in base.items()
    }
    for number, lever in enumerate(levers):
        own = known.alone.get(number) if known is not None else None
        if own is not None and not any(own.get(program, {}).keys() & differs[program] for program in base):
            made.alone[number] = own
            continue
        try:
            made.alone[number] = _alone(compiled, made, number, probes(lever, start[number]))
        except ValueError as error:
            made.fixed[number] = str(error)
    while True:
        made.terms = _joined(compiled, levers, made, known, differs)
        bad = _blamed(compiled, levers, made, seed)
        if bad is None:
            return made
        del made.alone[bad]
        made.fixed[bad] = "it acts on the same numbers as other levers in a way that is no product"


def _at(compiled: Compiled, start: Sequence[float], values: dict[int, float]) -> dict[str, Floats]:
    return compiled([values.get(number, value) for number, value in enumerate(start)])


def _same(one: Floats, other: Floats) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= EQUAL * np.maximum(np.abs(one), np.abs(other))
    same: NDArray[np.bool_] = (one == other) | near
    return same


def _alone(
    compiled: Compiled, made: Formulas, number: int, values: tuple[float, float]
) -> dict[str, dict[int, tuple[int, float]]]:
    """Shape and slope of each number that one lever moves, by program and entry; raises ValueError with the reason."""
    start, found = made.start, defaultdict[str, dict[int, tuple[int, float]]](dict)
    first, second = (_at(compiled, start, {number: value}) for value in values)
    for program, one in first.items():
        before, two = made.base[program], second[program]
        for entry in np.flatnonzero(~(_same(one, before) & _same(two, before))).tolist():
            rises = (float(one[entry] - before[entry]), float(two[entry] - before[entry]))
            if not all(map(math.isfinite, rises)):
                raise ValueError("a limit begins or ends with it")
            shape = _shape(start[number], values, rises, abs(float(before[entry])))
            if shape is None:
                raise ValueError("it follows no straight line")
            found[program][entry] = (shape, rises[1] / moved(shape, start[number], values[1]))
    return found


def _shape(start: float, values: tuple[float, float], rises: tuple[float, float], size: float) -> int | None:
    """The shape in which two rises follow two values; None for another one."""
    for shape in range(len(SHAPES)):
        if shape and min(start, *values) <= 0:
            continue
        ways = [moved(shape, start, value) for value in values]
        wanted = rises[1] * ways[0] / ways[1]
        if abs(wanted - rises[0]) <= 10 * EQUAL * max(size, *map(abs, rises)):
            return shape
    return None


def _joined(
    compiled: Compiled,
    levers: Sequence[PanelLever],
    made: Formulas,
    known: Formulas | None,
    differs: Mapping[str, set[int]],
) -> dict[str, dict[int, dict[tuple[Part, ...], float]]]:
    """The formulas of single levers, and of pairs of them that move the same numbers."""
    alone = made.alone
    terms: dict[str, dict[int, dict[tuple[Part, ...], float]]] = {name: defaultdict(dict) for name in made.base}
    for number, programs in alone.items():
        for program, entries in programs.items():
            for entry, (shape, slope) in entries.items():
                terms[program][entry][((number, shape),)] = slope
    for one, two in combinations(alone, 2):
        shared = {name: alone[one].get(name, {}).keys() & alone[two].get(name, {}).keys() for name in made.base}
        if not any(shared.values()):
            continue
        if known is not None and not any(shared[name] & differs[name] for name in shared):
            for program, common in shared.items():
                for entry in sorted(common):
                    key = tuple((each, alone[each][program][entry][0]) for each in (one, two))
                    if key in known.terms[program].get(entry, {}):
                        terms[program][entry][key] = known.terms[program][entry][key]
            continue
        values = {each: probes(levers[each], made.start[each])[0] for each in (one, two)}
        both = _at(compiled, made.start, values)
        for program, common in shared.items():
            for entry in sorted(common):
                parts = [(each, *alone[each][program][entry]) for each in (one, two)]
                ways = [moved(shape, made.start[each], values[each]) for each, shape, _ in parts]
                before, after = float(made.base[program][entry]), float(both[program][entry])
                rest = after - before - math.fsum(slope * way for (*_, slope), way in zip(parts, ways, strict=True))
                if abs(rest) > EQUAL * max(1e-12, abs(before), abs(after)):
                    key = tuple((each, shape) for each, shape, _ in parts)
                    terms[program][entry][key] = rest / math.prod(ways)
    return {program: dict(entries) for program, entries in terms.items()}


def _drawn(lever: PanelLever, draw: float) -> float:
    value = lever.low + draw * (lever.high - lever.low)
    return float(round(value)) if lever.number == "times" else value


def _blamed(compiled: Compiled, levers: Sequence[PanelLever], made: Formulas, seed: int) -> int | None:
    """The last of the levers whose numbers a formula misses at a random position; None where all are met."""
    random, alone = np.random.default_rng(seed), made.alone
    for check in range(CHECKS):
        draws = random.random(len(levers))
        values = [
            made.start[number]
            if number not in alone or (lever.number == "times" and not check)
            else _drawn(lever, float(draw))
            for number, (lever, draw) in enumerate(zip(levers, draws, strict=True))
        ]
        wanted, formula = compiled(values), made.at(values)
        for program, numbers in wanted.items():
            close = np.isclose(numbers, formula[program], rtol=0.0, atol=1e-12)
            missed = np.flatnonzero(~(_same(numbers, formula[program]) | close))
            if len(missed):
                entry = int(missed[0])
                return max((number for number in alone if entry in alone[number].get(program, {})), default=max(alone))
    return None
