"""The functions of a script, made of the registry: cases become settings, and what a study reads is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any

from corridor.studies import ALL, STUDIES, Study

if TYPE_CHECKING:
    from corridor.model.case import Case

NOTES = {
    "scenario": "--scenario",
    "periods": "--periods",
    "open_year": "--open",
    "rules": "--rules",
    "scope": "--scope",
}
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


def by_verb(verb: str) -> Study:
    """The registry line of a verb or function."""
    return next(study for study in STUDIES if study.verb == verb)


def refuse(study: Study, asked: Mapping[str, Any]) -> None:
    """Raise CaseError where a question has a part that the study cannot take yet: all such parts at once."""
    from corridor.model.faults import CaseError, Fault

    usual = {**QUESTION, "periods": study.periods, "scenario": None}
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

    Parameters that :data:`READ` names are filled in here: a study reads no files.
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


def _notes(study: Study, case: Case, asked: Mapping[str, Any]) -> dict[str, str]:
    from corridor.loading import notes

    return notes(case)


def _check(study: Study, case: Case, asked: Mapping[str, Any], cells: Any) -> Any:
    from corridor.loading import faults_with

    return faults_with(case, cells)


def _table(study: Study, case: Case, asked: Mapping[str, Any], path: Any) -> Any:
    from corridor.data.design import read_design

    return read_design(path)


def _kept(study: Study, case: Case, asked: Mapping[str, Any], band: Any) -> None:
    from corridor.data.keep import keep

    keep(case, band)


READ: Mapping[str, Callable[..., Any]] = {
    "scenario": _scenario,
    "notes": _notes,
    "check": _check,
    "table": _table,
    "kept": _kept,
}
"""Parameters of studies that are filled in here, because a study reads and writes no files."""
TYPES = {
    "periods": "str",
    "open_year": "bool",
    "rules": "RuleSource | Iterable[RuleSource]",
    "scope": "str",
    "time_limit": "float | None",
    "watch": "Callable[[Progress], None] | None",
}
"""Types of the question, as signatures have them."""
