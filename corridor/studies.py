"""The registry of studies: one line gives the verb, the function of a script, the JSON, the page and the help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from importlib import import_module
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corridor.model.case import Case

ALL = "all"
"""The scope of every demand; model/scope.py has it, too, which would import pandas here."""
NOTES = {"periods": "--periods", "open_year": "--open", "rules": "--rules", "scope": "--scope"}
"""The parts of a question that a study may be unable to take, and their options."""
QUESTION: Mapping[str, Any] = {
    "periods": "year",
    "open_year": False,
    "rules": (),
    "scope": ALL,
    "time_limit": None,
    "watch": None,
}
"""The question that every study takes, with its defaults: keywords of every function of a script."""


class Measured(StrEnum):
    """Questions that can be put to a case."""

    capability = "capability"
    concurrent = "concurrent"
    handled = "handled"
    free = "free"
    cost_shipper = "cost_shipper"
    cost_resource = "cost_resource"


@dataclass(frozen=True)
class Option:
    """A parameter of a study beside the question: an argument of the verb, or an option where it has a ``flag``.

    ``kind`` is its type, ``more`` has the keywords of typer's Option or Argument: metavar, min, max.
    """

    name: str
    help: str
    flag: str = ""
    kind: Any = str | None
    default: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """One study: ``verb`` of the command and name of the function of a script.

    * ``made``: ``module:function`` below :mod:`corridor.optimize.studies`; the module of the verb if left out
    * ``help``: one line of ``corridor --help``; ``work``: words on stderr while it works
    * ``counts``: it reports how many of how many are done; else its solver is watched
    * ``not_yet``: the parts of the question that it cannot take, each with the reason
    * ``uncut``: closures do not cut its periods once more
    * ``periods``: the horizon where none is given
    * ``cases``: the verb makes its cases itself (scenarios by name, or all of them)
    """

    verb: str
    help: str
    made: str = ""
    options: tuple[Option, ...] = ()
    not_yet: Mapping[str, str] = field(default_factory=dict)
    uncut: bool = False
    work: str = "solving the case"
    counts: bool = False
    periods: str = "year"
    cases: str = ""

    @property
    def function(self) -> Callable[..., Any]:
        """The function ``study(setting, …) -> result``."""
        module, _, name = (self.made or self.verb).partition(":")
        home = import_module(f"corridor.optimize.studies.{module}")
        made: Callable[..., Any] = getattr(home, name or self.verb)
        return made


STUDY = Option("study", "What is asked.", "--study", Measured, Measured.capability)
PROCESSES = Option("processes", "Processes; 0 takes one a core.", "--processes", int, 0, {"min": 0})

STUDIES = (
    Study("solve", "Answer a question: how much gets through, and what stops it.", options=(STUDY,)),
    Study(
        "ladder",
        "The order of the limits: what stops all markets first, what next, up to the nameplate.",
        work="working out the ladder",
    ),
    Study(
        "markets",
        "How far each market goes alone, the others at their floor, and what stops it.",
        work="working out the markets",
    ),
    Study(
        "foresight",
        "The worth of a forecast: the year with its storms known in advance, and as they come.",
        options=(
            replace(STUDY, name="measure"),
            Option("ahead", "Periods that a forecast shows in advance.", "--ahead", int, 0, {"min": 0}),
        ),
        not_yet={
            "open_year": "its years are open already",
            "rules": "the rolling year has no rows of a planner",
            "scope": "its plan is that of all cargo",
        },
        uncut=True,
        work="carrying the year twice",
        periods="24",
    ),
    Study("compare", "Scenarios side by side: measures, limits, ladder, flows, cost, carbon, time, countries."),
    Study("difference", "The difference that changes make, and its cause."),
    Study("validate", "What was published beside what the model says: pass, fail, input or forecast."),
)
"""The studies in the order of ``corridor --help``."""


def by_verb(verb: str) -> Study:
    """The registry line of a verb or function."""
    return next(study for study in STUDIES if study.verb == verb)


def refuse(study: Study, asked: Mapping[str, Any]) -> None:
    """Raise CaseError where a question has a part that the study cannot take yet: all such parts at once."""
    from corridor.model.faults import CaseError, Fault

    usual = {**QUESTION, "periods": study.periods}
    faults = [
        Fault("C173", option, f"{study.verb} cannot take it yet: {study.not_yet[name]}; leave {option} out")
        for name, option in NOTES.items()
        if name in study.not_yet and asked.get(name, usual[name]) not in (usual[name], None, [])
    ]
    if faults:
        raise CaseError(faults, "the question")


def asking(study: Study, case: Case, asked: Mapping[str, Any]) -> Any:
    """The setting of a case for a study; raises CaseError, InfeasibleError, TimeLimitError."""
    from corridor.loading import check
    from corridor.optimize.studies.asked import setting_of

    check(case)
    question = {**QUESTION, "periods": study.periods, **asked}
    return setting_of(case, **question, whole=study.uncut or "periods" in study.not_yet)


def api(study: Study) -> Callable[..., Any]:
    """The function of a script: the study's own parameters, with a case for each setting, and the question.

    Parameters that :data:`corridor.loading.GIVEN_BY` names are filled in here: a study reads no files.
    """
    made = study.function
    own = signature(made).parameters
    settings = [name for name, each in own.items() if each.annotation == "Setting"]
    called = {name: name.replace("setting", "case") for name in settings}
    lead = [
        each.replace(name=called[each.name], annotation="Case") if each.name in called else each
        for each in own.values()
        if each.name not in READ
    ]
    question = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=value, annotation=TYPES[name])
        for name, value in {**QUESTION, "periods": study.periods}.items()
    ]
    whole = Signature([*lead, *question], return_annotation=signature(made).return_annotation)

    def run(*args: Any, **given: Any) -> Any:
        bound = whole.bind(*args, **given)
        asked = {name: bound.arguments.pop(name) for name in QUESTION if name in bound.arguments}
        refuse(study, asked)
        cases = [bound.arguments[name] for name in called.values()]
        first = cases[0][0] if isinstance(cases[0], tuple) and cases[0] else cases[0]
        for name in called.values():
            value = bound.arguments[name]
            many = isinstance(value, tuple)
            made_of = [asking(study, each, asked) for each in (value if many else [value])]
            bound.arguments[name] = tuple(made_of) if many else made_of[0]
        read = {name: partial(READ[name], study, first, asked) for name in READ if name in own}
        return made(*bound.args, **bound.kwargs, **read)

    run.__name__ = run.__qualname__ = study.verb
    run.__module__ = "corridor"
    run.__doc__ = made.__doc__
    run.__wrapped_module__ = made.__module__  # type: ignore[attr-defined]
    run.__signature__ = whole  # type: ignore[attr-defined]
    return run


def _scenario(study: Study, case: Case, asked: Mapping[str, Any], name: str) -> Any:
    """The setting of a case in a scenario of its folder."""
    from corridor.loading import in_scenario

    return asking(study, in_scenario(case, name), asked)


READ: Mapping[str, Callable[..., Any]] = {"scenario": _scenario}
"""Parameters of studies that are filled in here, because a study reads no files: functions of what follows."""
TYPES = {
    "periods": "str",
    "open_year": "bool",
    "rules": "RuleSource | Iterable[RuleSource]",
    "scope": "str",
    "time_limit": "float | None",
    "watch": "Callable[[Progress], None] | None",
}
"""Types of the question, as signatures have them."""
