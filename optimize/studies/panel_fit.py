"""Numbers of a program as formulas of levers: each fitted to programs compiled with them, and checked on others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    if not low < start < high:
        return (low + high) / 2, low if start >= high else high
    first, second, third = (low + share * (high - low) for share in (0.3, 0.8, 0.5))
    if math.isclose(first, start):
        return third, second
    return first, third if math.isclose(second, start) else second


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
    are the formulas of another case with the same start: those that the programs of this case meet hold here, too.
    """
    compiled = _remembered(compiled)
    base = compiled(start)
    made = Formulas(tuple(start), base)
    quick = _quick(compiled, levers, made, known, seed)
    if quick is not None:
        return quick
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
        missed = _missed(compiled, made, _checks(levers, made, seed))
        if not any(missed.values()):
            return made
        entries = {program: min(own) for program, own in missed.items() if own}
        bad = max(
            (n for n in made.alone if any(at in made.alone[n].get(program, {}) for program, at in entries.items())),
            default=max(made.alone),
        )
        del made.alone[bad]
        made.fixed[bad] = "it acts on the same numbers as other levers in a way that is no product"


def _remembered(compiled: Compiled) -> Compiled:
    """The same numbers, compiled once for the same values."""
    known: dict[tuple[float, ...], dict[str, Floats]] = {}

    def numbers(values: Sequence[float]) -> dict[str, Floats]:
        at = tuple(values)
        if at not in known:
            known[at] = compiled(values)
        return known[at]

    return numbers


def _quick(
    compiled: Compiled, levers: Sequence[PanelLever], made: Formulas, known: Formulas | None, seed: int
) -> Formulas | None:
    """The formulas by fewer programs; None where one of them cannot be compiled, or a check fails.

    Formulas of another case that meet the checks here are taken. Second values of levers that move no number in common
    are compiled together.
    """
    try:
        differs = {program: set(range(len(numbers))) for program, numbers in made.base.items()}
        own: Alone = {}
        if known is not None:
            here = replace(known, base=made.base)
            differs = _missed(compiled, here, [*_checks(levers, here, seed), _built(levers, here, seed)])
            if any(entries - known.terms[program].keys() for program, entries in differs.items()):
                return None
            own = {
                number: entries
                for number, entries in known.alone.items()
                if not any(entries.get(program, {}).keys() & differs[program] for program in made.base)
            }
        new = _together(compiled, levers, made, [number for number in range(len(levers)) if number not in own])
        quick = Formulas(made.start, made.base, alone=dict(sorted((own | new).items())))
        quick.terms = _joined(compiled, levers, quick, known, differs)
        missed = _missed(compiled, quick, [*_checks(levers, quick, seed), _built(levers, quick, seed)])
    except ValueError:
        return None
    return None if any(missed.values()) else quick


def _together(compiled: Compiled, levers: Sequence[PanelLever], made: Formulas, numbers: Sequence[int]) -> Alone:
    """Shape and slope of each number that these levers move; raises ValueError where one of them follows no shape."""
    both = {number: probes(levers[number], made.start[number]) for number in numbers}
    first = {number: _at(compiled, made.start, {number: one}) for number, (one, _) in both.items()}
    moves = {number: _other(made.base, own) for number, own in first.items()}
    alone: Alone = {}
    for group in _apart(moves):
        second = _at(compiled, made.start, {number: both[number][1] for number in group})
        for program, entries in _other(made.base, second).items():
            if entries - set[int]().union(*(moves[number][program] for number in group)):
                raise ValueError("several levers move a number that none of them moves alone")
        for number in group:
            alone[number] = _slopes(made, number, both[number], first[number], second, moves[number])
    return alone


def _other(base: Mapping[str, Floats], numbers: Mapping[str, Floats]) -> dict[str, set[int]]:
    """Entries by program in which numbers differ from those at the start."""
    return {program: set(np.flatnonzero(~_same(own, base[program])).tolist()) for program, own in numbers.items()}


def _apart(moves: Mapping[int, Mapping[str, set[int]]]) -> list[list[int]]:
    """Levers in groups, of which each moves numbers of the same programs, and no two the same number."""
    groups: list[tuple[list[int], dict[str, set[int]]]] = []
    for number, own in moves.items():
        for group, taken in groups:
            if taken.keys() == own.keys() and not any(taken[program] & own[program] for program in own):
                group.append(number)
                for program, entries in own.items():
                    taken[program] |= entries
                break
        else:
            groups.append(([number], {program: set(entries) for program, entries in own.items()}))
    return [group for group, _ in groups]


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
    first, second = (_at(compiled, made.start, {number: value}) for value in values)
    one, two = _other(made.base, first), _other(made.base, second)
    return _slopes(made, number, values, first, second, {program: one[program] | two[program] for program in one})


def _slopes(
    made: Formulas,
    number: int,
    values: tuple[float, float],
    first: Mapping[str, Floats],
    second: Mapping[str, Floats],
    moves: Mapping[str, set[int]],
) -> dict[str, dict[int, tuple[int, float]]]:
    """The same from the numbers at both values, for the entries that the lever moves."""
    start, found = made.start[number], defaultdict[str, dict[int, tuple[int, float]]](dict)
    for program, entries in moves.items():
        before, one, two = made.base[program], first[program], second[program]
        for entry in sorted(entries):
            rises = (float(one[entry] - before[entry]), float(two[entry] - before[entry]))
            if not all(map(math.isfinite, rises)):
                raise ValueError("a limit begins or ends with it")
            shape = _shape(start, values, rises, abs(float(before[entry])))
            if shape is None:
                raise ValueError("it follows no straight line")
            found[program][entry] = (shape, rises[1] / moved(shape, start, values[1]))
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


def _checks(levers: Sequence[PanelLever], made: Formulas, seed: int) -> list[list[float]]:
    """Random positions of the levers that have formulas, at the first of which nothing is built."""
    random = np.random.default_rng(seed)
    return [
        [
            made.start[number]
            if number not in made.alone or (lever.number == "times" and not check)
            else _drawn(lever, float(draw))
            for number, (lever, draw) in enumerate(zip(levers, random.random(len(levers)), strict=True))
        ]
        for check in range(CHECKS)
    ]


def _built(levers: Sequence[PanelLever], made: Formulas, seed: int) -> list[float]:
    """The second of the random positions with every project built at least once."""
    values = _checks(levers, made, seed)[-1]
    return [
        max(value, 1.0) if lever.number == "times" and number in made.alone else value
        for number, (lever, value) in enumerate(zip(levers, values, strict=True))
    ]


def _missed(compiled: Compiled, made: Formulas, checks: Sequence[Sequence[float]]) -> dict[str, set[int]]:
    """Entries by program whose numbers a formula misses at one of the positions."""
    missed: dict[str, set[int]] = {program: set() for program in made.base}
    for values in checks:
        formula = made.at(values)
        for program, numbers in compiled(values).items():
            close = np.isclose(numbers, formula[program], rtol=0.0, atol=1e-12)
            missed[program] |= set(np.flatnonzero(~(_same(numbers, formula[program]) | close)).tolist())
    return missed
