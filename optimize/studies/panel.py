"""The panel of the report: programs, levers and presets, so that its page solves the year again as Python does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from corridor.model.case import Case, other_cells
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.horizon import Floats
from corridor.model.language import say
from corridor.model.program import Program
from corridor.model.result.listing import Described, Listing
from corridor.model.result.panel import Panel, PanelLever, Preset
from corridor.optimize.answer.choice import Base, equilibrium
from corridor.optimize.answer.expected import calibrated
from corridor.optimize.answer.lifting import first_rung, ladder
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import values_of
from corridor.optimize.answer.year import Year
from corridor.optimize.period.build import Period
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.program.highs import Solution
from corridor.optimize.studies.panel_fit import Formulas, fitted
from corridor.optimize.studies.panel_levers import PROJECT, WATER, levers_of, projects_of
from corridor.optimize.studies.panel_program import CONSTANTS, Compact, comes_of, fits_of, offers_of
from corridor.optimize.studies.projects import EQUAL, LEAST_T

MOST = {"helps": 3, "hurts": 4}
"""Number of scenarios of a group that are presets, at most."""
WHOLE = 2
"""Number of programs in a page at most: that of the case, and those of scenarios with other rows or columns."""
ALIKE_T = 10_000.0
"""Tonnes a year: scenarios whose changes are the same multiple of it are one preset, that with the shortest title."""
UNKNOWN = 4
"""Number of presets where it is not known what scenarios do."""
LARGEST = 10_000
"""Columns of a program: upper limit for a page."""
FITS, COMES = "fits", "comes"


@dataclass(frozen=True)
class Plain:
    """A case that others differ from in right-hand sides alone, and its programs by name."""

    case: Case
    programs: Mapping[str, tuple[Compact, Period, Program]]


@dataclass
class Pair:
    """The two programs of one set of rows and columns, in which the numbers of other cases are taken in place."""

    setting: Setting

    def __post_init__(self) -> None:
        self.base: Base | None = None
        self.why = ""
        self.fits = self.setting.open()
        self.comes: Year | None = None
        try:
            self.base = calibrated(self.setting)
            self.comes = self.setting.open(CHOICE)
        except CaseError as error:
            self.why = error.faults[0].message
        self.compact = {name: make() for name, make in self._makers.items()}
        self._plain: Plain | None = None

    @property
    def _makers(self) -> Mapping[str, Callable[[], Compact]]:
        makers: dict[str, Callable[[], Compact]] = {FITS: partial(fits_of, self.fits)}
        if self.comes is not None and self.base is not None:
            makers[COMES] = partial(comes_of, self.comes, self.base)
        return makers

    @property
    def columns(self) -> int:
        """The columns of the larger program."""
        return max(len(year.program.columns) for year in (self.fits, self.comes) if year is not None)

    def numbers(self, case: Case, *, is_plain: bool = False, fits_only: bool = False) -> dict[str, Floats]:
        """The numbers of the programs for a case; raises CaseError, and NeedsRebuild for other rows or columns.

        ``is_plain`` marks a case that others follow: of one that differs in right-hand sides alone these are made
        anew, and no more. With ``fits_only`` the program of the cargo that comes is left out.
        """
        years = {FITS: self.fits} if self.comes is None or fits_only else {FITS: self.fits, COMES: self.comes}
        plain = None if is_plain else self._plain
        if plain is not None and all(plain.case.enters(cell) == "rhs" for cell in other_cells(plain.case, case)):
            quick = {}
            for name, year in years.items():
                compact, period, program = plain.programs[name]
                year.take(period, program)
                year.renumber(case, givens_only=True)
                quick[name] = compact.with_(offers_of(year))
            return quick
        for year in years.values():
            year.renumber(case)
        made = {name: make() for name, make in self._makers.items() if name in years}
        for name, compact in made.items():
            if compact.frame != self.compact[name].frame:
                raise NeedsRebuild("there are other coefficients")
        if is_plain:
            self._plain = Plain(case, {name: (made[name], year.period, year.program) for name, year in years.items()})
        return {name: compact.numbers for name, compact in made.items()}

    def answer(self, case: Case) -> dict[str, Any]:
        """The measures of a case in tonnes, and the names of the first limit; raises InfeasibleError, CaseError."""
        self.numbers(case)
        measures = Measures.of(self.fits)
        first = first_rung(self.fits, measures.common)
        answer: dict[str, Any] = {
            "used": measures.handled_t,
            "alike": measures.t("concurrent"),
            "each": measures.t("capability"),
            "first": list(first.names) if first is not None else [],
        }
        if self.comes is not None and self.base is not None:
            state = equilibrium(self.comes, self.base)
            answer["comes"] = float(self.comes.goal("gate") @ state.solution.columns) * KILO if state.settled else None
        return answer


def presets_of(library: Listing | None, known: Mapping[str, Described]) -> dict[str, Described]:
    """Scenarios from which the levers may start: of those that help and of those that hurt the ones that do most.

    ``library`` is the study of that name, if it is known; without it the first scenarios by name are taken, but those
    of base years.
    """
    if library is None:
        others = [name for name in known if not name.startswith("base_")]
        return {name: known[name] for name in others[:UNKNOWN]}
    frame = library.frame
    changes = frame[["change_t", "comes_change_t"]].astype(float)
    alike = (changes / ALIKE_T).round().fillna(0.0)
    frame = frame.assign(
        most=changes.abs().max(axis=1).round(-3),
        long=[len(known[each].title) if each in known else 0 for each in frame["scenario"]],
    )
    frame = frame.assign(fits=alike["change_t"], comes=alike["comes_change_t"])
    frame = frame.sort_values(["most", "long", "scenario"], ascending=[False, True, True])
    frame = frame.drop_duplicates(["group", "fits", "comes"])
    chosen = [
        str(name)
        for group, count in MOST.items()
        for name in frame.loc[frame["group"] == group, "scenario"].head(count)
    ]
    return {name: known[name] for name in chosen if name in known}


def panel(
    setting: Setting,
    presets: Mapping[str, Described] = MappingProxyType({}),
    *,
    scenario: Callable[[str], Setting],
) -> Panel:
    """The panel of a case: the programs of its year as one period, levers on its tables, and scenarios to start from.

    ``presets`` are names of scenarios, each in words. A scenario that cannot be asked, and a lever whose numbers
    follow no formula, are left out with the reason. Raises InfeasibleError, CaseError, TimeLimitError.
    """
    case, setting = setting.case, setting.whole
    for reason in _refused(setting):
        return Panel(case, reason=reason)
    pair = Pair(setting)
    if not pair.fits.layout.base:
        return Panel(case, reason=say("nothing grows in this case"))
    if pair.columns > LARGEST or pair.fits.program.integer:
        return Panel(case, reason=say("its program is too large for a page, or has whole numbers"))
    left_out: dict[str, str] = {}
    if pair.why:
        left_out[say("the cargo that comes")] = pair.why
    levers = levers_of(case, *_weights(pair))
    if not levers:
        return Panel(case, reason=say("none of its tables has a number that a lever could move"))
    projects, costs = projects_of(case)
    levers += projects
    settings = {name: own for name in presets if (own := _asked(scenario, name, left_out)) is not None}
    starts = {name: _start(levers, made.case) for name, made in settings.items()}
    levers = [
        replace(
            lever,
            low=min([lever.low, *(start[number] for start in starts.values())]),
            high=max([lever.high, *(start[number] for start in starts.values())]),
        )
        if lever.kind != WATER  # beyond its ends ways open and close
        else lever
        for number, lever in enumerate(levers)
    ]
    today = tuple(lever.value for lever in levers)
    made = fitted(_compiled(pair, case, levers, today), levers, today)
    for number, reason in made.fixed.items():
        left_out[levers[number].name] = reason
    kept = [number for number in range(len(levers)) if number not in made.fixed]
    levers = [replace(levers[number], moves=tuple(made.moves(number))) for number in kept]
    today = tuple(today[number] for number in kept)
    made = made.without(made.fixed)
    every = [_preset(pair, case, "", Described(say("Today"), ""), made, today)]
    for name, asked in settings.items():
        start, words = tuple(starts[name][number] for number in kept), presets[name]
        room = sum("numbers" in preset.programs[FITS] for preset in every) < WHOLE
        try:
            every.append(_scenario(pair, made, levers, name, words, asked, start, room=room))
        except (CaseError, InfeasibleError) as error:
            left_out[words.title or name] = _why(error)
        except ValueError as error:
            left_out[words.title or name] = str(error)
    return Panel(
        case,
        pair.fits.unit,
        tuple(lever for lever in levers if lever.kind != PROJECT),
        tuple(lever for lever in levers if lever.kind == PROJECT),
        {lever.lever_id: costs[lever.lever_id] for lever in levers if lever.kind == PROJECT},
        tuple(every),
        left_out,
        constants=dict(CONSTANTS) | {"LEAST_T": LEAST_T, "EQUAL": EQUAL},
    )


def _why(error: CaseError | InfeasibleError) -> str:
    """The first reason of an error."""
    return error.faults[0].message if isinstance(error, CaseError) and error.faults else str(error).splitlines()[0]


def _refused(setting: Setting) -> list[str]:
    """Reasons for which the page cannot solve a question again."""
    if setting.scope is not None:
        return [say("its question has a scope")]
    return [say("closures take cargo from it")] if setting.closures is not None else []


def _asked(scenario: Callable[[str], Setting], name: str, left_out: dict[str, str]) -> Setting | None:
    try:
        made = scenario(name).whole
    except (CaseError, InfeasibleError) as error:
        left_out[name] = _why(error)
        return None
    for reason in _refused(made):
        left_out[name] = reason
        return None
    return made


def _weights(pair: Pair) -> tuple[list[str], list[str], dict[str, float]]:
    """Ids of the limits in the order in which they come, those of the capability by worth, and tonnes by link."""
    year = pair.fits
    measures = Measures.of(year)
    order = list(dict.fromkeys(ladder(year)["resource"]))
    worth = _worth(year, measures.solution("capability"))
    tonnes: dict[str, float] = {}
    columns = measures.solution("capability").columns
    for (arc, *_), kt in values_of(year.program, columns).get("flow", {}).items():
        link = year.layout.arcs[arc].link_id
        tonnes[link] = tonnes.get(link, 0.0) + float(kt) * KILO
    return order, worth, {link: t for link, t in tonnes.items() if t > 1.0}


def _worth(year: Year, solution: Solution) -> list[str]:
    """Ids of the limits with a price, that of the dearest step first."""
    worth = {}
    for label in year.limits.priced(solution.prices):
        limit = year.limits.of(label)
        worth[limit.limit_id] = limit.from_price(abs(float(solution.prices[year.program.row_at[limit.row]])))
    return sorted(worth, key=lambda each: (-worth[each], each))


def _start(levers: Sequence[PanelLever], case: Case) -> tuple[float, ...]:
    """The value of each lever in a case."""
    values = (getattr(case.row(*lever.cell[:2]), lever.cell[2]) if lever.cell else None for lever in levers)
    return tuple(lever.value if value is None else float(value) for lever, value in zip(levers, values, strict=True))


def _compiled(
    pair: Pair, case: Case, levers: Sequence[PanelLever], start: Sequence[float]
) -> Callable[[Sequence[float]], dict[str, Floats]]:
    """The numbers of a case with levers at values, ``start`` being where they are in it."""
    builds = [lever.kind == PROJECT for lever in levers]
    begun = False

    def numbers(values: Sequence[float]) -> dict[str, Floats]:
        nonlocal begun
        moved = [number for number, value in enumerate(values) if value != start[number]]
        changes = [change for number in moved for change in levers[number].changes(values[number])]
        try:
            made = case.with_(changes) if changes else case
            is_plain, begun = not begun, True
            fits = not is_plain and any(builds[number] for number in moved)
            return pair.numbers(made, is_plain=is_plain, fits_only=fits)
        except CaseError as error:
            raise ValueError(error.faults[0].message) from None
        except NeedsRebuild:
            raise ValueError(say("it opens or closes ways, and the program gets other rows")) from None

    return numbers


def _preset(pair: Pair, case: Case, name: str, words: Described, made: Formulas, start: tuple[float, ...]) -> Preset:
    """A preset with the whole of its programs."""
    title = words.title or name.replace("_", " ").strip().capitalize()
    answer = pair.answer(case)
    programs = {
        program: {**pair.compact[program].frame.record, "numbers": numbers.tolist()}
        for program, numbers in made.base.items()
    }
    return Preset(name, title, words.note, start, answer, programs, made.record)


def _scenario(
    pair: Pair,
    today: Formulas,
    levers: Sequence[PanelLever],
    name: str,
    words: Described,
    setting: Setting,
    start: tuple[float, ...],
    *,
    room: bool,
) -> Preset:
    """A preset of a scenario; one of the same rows and columns holds only the numbers that differ from today's.

    Raises ValueError where a program of its own is needed and there is no ``room`` for one.
    """
    case = setting.case
    try:
        pair.numbers(case)
    except NeedsRebuild:
        if not room:
            raise ValueError("it has ways of its own, and the page has no room for another program") from None
        pair = Pair(setting)
        own = fitted(_compiled(pair, case, levers, start), levers, today.start)
        return replace(_preset(pair, case, name, words, own, start), fixed=_names(levers, own))
    own = fitted(_compiled(pair, case, levers, start), levers, today.start, known=today)
    preset = _preset(pair, case, name, words, own, start)
    programs = {}
    for program, numbers in own.base.items():
        differs = np.flatnonzero(~((numbers == today.base[program]) | (np.isnan(numbers))))
        programs[program] = {"differs": [[int(at), float(numbers[at])] for at in differs]}
    moves = {program: _other_moves(today.record[program], own.record[program]) for program in own.base}
    return replace(preset, programs=programs, moves=moves, fixed=_names(levers, own))


def _other_moves(today: list[list[Any]], own: list[list[Any]]) -> list[list[Any]]:
    """The formulas that differ from today's; of an entry that nothing moves any more, the entry alone."""
    known = {entry: terms for entry, *terms in today}
    here = {entry: terms for entry, *terms in own}
    return [[entry, *here.get(entry, [])] for entry in sorted(known | here) if known.get(entry) != here.get(entry)]


def _names(levers: Sequence[PanelLever], own: Formulas) -> tuple[str, ...]:
    return tuple(levers[number].lever_id for number in own.fixed)
