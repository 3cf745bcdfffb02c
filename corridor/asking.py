"""The functions of a script, made of the registry: cases become settings, and what a study reads is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.model.language import say
from corridor.studies import STUDIES
from corridor.study import ALL, FREE, KEEP, Study

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.model.result.listing import Described

NOTES = {
    "scenario": "--scenario",
    "periods": "--periods",
    "open_year": "--open",
    "rules": "--rules",
    "scope": "--scope",
}
"""The parts of a question that a study may be unable to take, and their options."""
COMES = "expected"
"""The cargo that comes: a measure that some studies cannot take yet."""
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
    """Raise CaseError where a question has a part that the study cannot take yet: all such parts at once.

    ``asked`` has the parts of the question, and the study's own parameters where one of them is a measure.
    """
    from corridor.model.faults import CaseError, Fault

    usual = {**QUESTION, "periods": study.periods, "scenario": None}
    faults = [
        Fault(
            "C173",
            option,
            say(
                "{verb} cannot take it yet: {reason}; leave {option} out",
                verb=study.verb,
                reason=say(study.not_yet[name]),
                option=option,
            ),
        )
        for name, option in NOTES.items()
        if name in study.not_yet and asked.get(name, usual[name]) not in (usual[name], None, [])
    ]
    if COMES in study.not_yet:
        faults += [
            Fault(
                "C173",
                each.flag,
                say(
                    "{verb} cannot take {study}: {reason}",
                    verb=study.verb,
                    study=COMES,
                    reason=say(study.not_yet[COMES]),
                ),
            )
            for each in study.options
            if asked.get(each.name) == COMES
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


def _refuse_to_keep(study: Study, own: Mapping[str, Parameter], given: Mapping[str, Any]) -> None:
    """Raise CaseError for a question that no report asks: its result is not kept."""
    from corridor.model.faults import CaseError, Fault

    usual = {name: each.default for name, each in own.items()} | {**QUESTION, "periods": study.periods}
    parts = [name for name in ("periods", "open_year", "rules", "scope") if name in QUESTION]
    parts += [option.name for option in study.options if option.name not in (*FREE, KEEP.name)]
    flags = {option.name: option.flag or option.name.upper() for option in study.options} | dict(NOTES)
    faults = [
        Fault("C174", "--keep", say("a result is kept as the report takes it; leave {option} out", option=flags[name]))
        for name in parts
        if name in given and given[name] not in (usual[name], None, [], ())
    ]
    if faults:
        raise CaseError(faults, "the question")


def outlook_of(case: Case, made: Callable[[], Any]) -> Any:
    """The result of a study; the outlook on its runs, where it made a few of them alone."""
    from corridor.model.result.outlook import Outlook
    from corridor.optimize.runs.work import Tried

    try:
        return made()
    except Tried as few:
        tried = len(few.seconds)
        each = sum(few.seconds) / tried if tried else 0.0
        left = (few.jobs - few.kept) * each / few.processes
        letters = sum(few.letters) / len(few.letters) if few.letters else 0.0
        return Outlook(case, few.jobs, few.kept, tried, each, few.processes, left, letters)


KEPT = """
    With ``keep`` the result is written to ``kept/`` in the folder of the case, from which reports take it as long as
    the tables and scenarios of the case are the same.
    """


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
    question += [Parameter("keep", Parameter.KEYWORD_ONLY, default=False, annotation="bool")] if study.keeps else []
    whole = Signature([*lead, *question], return_annotation=signature(made).return_annotation)

    def run(*args: Any, **given: Any) -> Any:
        bound = whole.bind(*args, **given)
        asked = {name: bound.arguments.pop(name) for name in QUESTION if name in bound.arguments}
        keep = bool(bound.arguments.pop("keep", False))
        refuse(study, {**asked, **bound.arguments})
        if keep:
            _refuse_to_keep(study, own, {**asked, **bound.arguments})
        cases = [bound.arguments[name] for name in called.values()]
        first = cases[0][0] if isinstance(cases[0], tuple) and cases[0] else cases[0]
        for name in called.values():
            value = bound.arguments[name]
            many = isinstance(value, tuple)
            made_of = [asking(study, each, asked) for each in (value if many else [value])]
            bound.arguments[name] = tuple(made_of) if many else made_of[0]
        read = {name: partial(READ[name], study, first, asked) for name in READ if name in own}
        result = outlook_of(first, lambda: made(*bound.args, **bound.kwargs, **read))
        if keep:
            from corridor.data.keep import keep as keep_with

            keep_with(first, study.verb, result)
        return result

    run.__name__ = run.__qualname__ = study.verb
    run.__module__ = "corridor"
    run.__doc__ = f"{made.__doc__}{KEPT}" if study.keeps else made.__doc__
    run.__wrapped_module__ = made.__module__  # type: ignore[attr-defined]
    run.__signature__ = whole  # type: ignore[attr-defined]
    return run


def _scenario(study: Study, case: Case, asked: Mapping[str, Any], name: str) -> Any:
    """The setting of a case in a scenario of its folder."""
    from corridor.loading import in_scenario

    return asking(study, in_scenario(case, name), asked)


def _notes(study: Study, case: Case, asked: Mapping[str, Any]) -> dict[str, Described]:
    from corridor.loading import notes

    return notes(case)


def _check(study: Study, case: Case, asked: Mapping[str, Any], cells: Any) -> Any:
    from corridor.loading import faults_with

    return faults_with(case, cells)


def _table(study: Study, case: Case, asked: Mapping[str, Any], path: Any) -> Any:
    from corridor.data.design import read_design

    return read_design(path)


def _trips(study: Study, case: Case, asked: Mapping[str, Any], path: Any) -> Any:
    from corridor.data.departures import read_departures

    return read_departures(case, path)


def _kept(study: Study, case: Case, asked: Mapping[str, Any], name: str) -> Any:
    """The result of a study that is kept with the case; None for a question with rules of a planner."""
    from corridor.data.keep import kept

    return None if asked.get("rules") else kept(case, name)


def _store(study: Study, case: Case, asked: Mapping[str, Any], folder: Any, question: Mapping[str, Any]) -> Any:
    """The folder that keeps the runs of a study, of one question to one case by one version."""
    from corridor.data.keep import mark_with_scenarios
    from corridor.data.run_folder import RunFolder
    from corridor.model.language import now
    from corridor.model.version import versions

    put = {name: asked.get(name, study.periods if name == "periods" else QUESTION[name]) for name in IN_WORDS}
    head = {
        "study": study.verb,
        "case": case.name,
        "scenario": case.scenario,
        "tables": mark_with_scenarios(case),
        "question": {**put, "language": now(), "rules": _rules(asked.get("rules", ())), **question},
        "versions": versions(),
    }
    return RunFolder(folder, head)


IN_WORDS = ("periods", "open_year", "scope")
"""Parts of a question that are words."""


def _rules(rules: Any) -> list[str]:
    """The marks of the files of a planner's rules; raises CaseError for a rule that is no file."""
    from hashlib import sha256

    from corridor.model.faults import CaseError, Fault

    marks = []
    for rule in [rules] if isinstance(rules, (str, Path)) or callable(rules) else rules:
        if not isinstance(rule, (str, Path)):
            reason = "a rule that is no file has no mark by which its runs are known again; put it into a file, --rules"
            raise CaseError([Fault("C275", "--rules", reason)], "the question")
        marks.append(sha256(Path(rule).read_bytes()).hexdigest()[:16])
    return marks


READ: Mapping[str, Callable[..., Any]] = {
    "scenario": _scenario,
    "notes": _notes,
    "check": _check,
    "table": _table,
    "trips": _trips,
    "kept": _kept,
    "store": _store,
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
