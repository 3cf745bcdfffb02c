"""The answer as a study: coarser horizons first where time is limited, the measures of every scope, and closures."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import pandas as pd

from corridor.model.faults import CaseError, CertificateError, Fault, InfeasibleError, TimeLimitError
from corridor.model.graph import arcs
from corridor.model.horizon import PERIODS, Horizon
from corridor.model.language import say
from corridor.model.money import STATES
from corridor.model.result.answer import Answer
from corridor.model.result.certificate import CHOICE_USD
from corridor.model.scope import ALL, ScopeMeasures, scope_of
from corridor.optimize.answer.choice import FINEST
from corridor.optimize.answer.expected import by_market, expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve as answered
from corridor.optimize.period.layout import CHOICE, COSTS, MEASURES
from corridor.optimize.studies.scopes import of_all_alone, scope_measures

COARSER = ("year", "month", "week")
"""Horizons that are solved before a finer one where time is limited, so that there is an answer when it runs out."""


def solve(setting: Setting, study: str = "capability", *, limits: int | None = None, all_scopes: bool = True) -> Answer:
    """Answer a study: ``capability``, ``concurrent``, ``handled``, ``free``, ``expected``, or one of the two costs.

    ``expected`` is the cargo that comes at the prices, times and reliability of the case, where it has markets; the
    measures of other answers have it, too. Beside a measure by periods it is that of the year as one period, in
    ``whole_t``; as a study it is by periods.

    ``answer.scopes`` has the measures of every scope, ``answer.states`` the freight of the cargo that is used, comes
    and fits. ``all_scopes`` False leaves out, for speed, the scopes and the states that need a solve of their own.
    Beside a measure by periods it leaves out the cargo that comes, too.
    ``limits`` is the greatest number of limits that are listed; 0 leaves out the first limit, too.

    ``periods`` cuts the year: ``year``, ``quarter``, ``month``, ``week``, ``day`` or a number of equal parts; the year
    is steady (cargo that leaves in December arrives in January) unless ``open_year``. Closures that take days from the
    year cut it where they begin and end, by months at least, and ``answer.closures`` has their effect. ``rules`` are a
    planner's own: a Python file, a function ``rule(model, corridor)``, or a list of these (docs/own-rules.md). The
    measures are those of a ``scope`` of the case, the other demands held at their base year; ``all`` is every demand.
    ``time_limit`` is in seconds for the whole question: where the program itself was solved in time the answer comes
    with an unfinished list. ``watch`` receives the progress of the solver.

    Raises CaseError, InfeasibleError, or TimeLimitError, whose ``answer`` is that of the finest horizon that was
    finished, if any; and CertificateError, a fault of Corridor's own, where the answer does not prove itself.
    """
    if setting.scope is not None and study in COSTS:
        reason = say("the costs cannot be taken of a scope, not yet; leave --scope out")
        raise CaseError([Fault("C173", "--scope", reason)], "the question")
    answer: Answer | None = None
    comes: Answer | None = None
    for each in (*_coarser(setting), setting):
        try:
            answer = proved(each, study, limits)
        except TimeLimitError as error:
            if answer is not None:
                error.answer = answer
                error.known = say(
                    "known by then: {value:,.0f} {unit}, by {by}",
                    value=answer.value or 0.0,
                    unit=answer.value_unit,
                    by=_by(answer),
                )
            raise
    assert answer is not None
    beside = all_scopes or setting.horizon is None  # else the year as one period has it
    if study == CHOICE or (study in MEASURES and beside):
        comes = comes_of(setting, answer)
        if comes is not None:
            answer = _with_comes(answer, comes)
    answer = replace(answer, states=earned(setting, answer, comes, whole=all_scopes))
    if setting.closures is None:
        return replace(answer, scopes=_scopes(setting, answer, comes)) if all_scopes else answer
    together = proved(setting, "concurrent", 0) if study == "capability" else answer
    growth = together.growth if answer.growth is None else answer.growth
    measures = {**together.measures_t, **answer.measures_t}
    if growth is not None and growth >= 1:  # all that is left of the base year fits
        measures = {"handled": float(answer.segments["base_t"].sum()), **measures}
    return replace(answer, closures=setting.closures, measures_t=measures, growth=growth, whole_t={})


def answer_of(setting: Setting, answer: Answer | None, study: str) -> Answer:
    """The answer of a case where it is known, else to a study; raises CaseError for the answer of another case."""
    faults = of_another(setting, answer)
    if faults:
        raise CaseError(faults, "the question")
    return solve(setting, study) if answer is None else answer


def of_another(setting: Setting, answer: Answer | None) -> list[Fault]:
    """The fault of an answer of another case; none where it is not known."""
    case = setting.case
    if answer is None or (answer.case.name, answer.scenario) == (case.name, case.scenario):
        return []
    of = f"{answer.case.name}, {answer.scenario}"
    reason = say(
        "is of {of}, and the case is {name}, {scenario}; solve it anew", of=of, name=case.name, scenario=case.scenario
    )
    return [Fault("C150", "the answer", reason)]


def proved(setting: Setting, study: str = "capability", most: int | None = None) -> Answer:
    """The answer of a setting, of its case as it was given; raises CertificateError where it does not prove itself."""
    if study == CHOICE and setting.closures is not None:
        reason = say("the cargo that comes is not known where closures lose cargo, not yet; leave the closures out")
        raise CaseError([Fault("C173", "--study", reason)], "the question")
    answer = (
        expected(setting, most=most, elsewhere=setting.horizon is None or setting.horizon.count <= FINEST)
        if study == CHOICE
        else answered(setting, study, most=most)
    )
    proof = answer.certificate
    if setting.horizon is not None and proof.choice is not None and proof.choice > CHOICE_USD:
        reason = say(
            "the cargo that comes has not settled over {count} periods: willingness and price differ "
            "by {choice:.3g} USD per t; take months, or fewer periods",
            count=setting.horizon.count,
            choice=proof.choice,
        )
        raise CaseError([Fault("C173", "--periods", reason)], "the question")
    if not proof.passed:
        raise CertificateError(f"the answer does not prove itself: {proof}")
    return replace(answer, case=setting.given)


def _coarser(setting: Setting) -> list[Setting]:
    """The same question by coarser periods; none without a limit of time, nor where closures cut the year."""
    horizon = setting.horizon
    if setting.time_limit is None or horizon is None or horizon.name not in PERIODS:
        return []
    names = [each for each in PERIODS[: PERIODS.index(horizon.name)] if each in COARSER]
    made = [Horizon.of(name, setting.case.base_year, cyclic=horizon.cyclic) for name in names]
    return [replace(setting, horizon=each if each.timed else None) for each in made]


def _by(answer: Answer) -> str:
    if answer.horizon is None:
        return say("the year as a whole")
    return say("periods of a {period}", period=answer.horizon.name)


def comes_of(setting: Setting, answer: Answer) -> Answer | None:
    """The cargo that comes in the year as one period, beside the answer to another study.

    None where the case has no markets, closures lose cargo, its base year does not fit, or the time is over.
    """
    if answer.study == CHOICE:
        return answer
    if not setting.case.rows("market") or setting.closures is not None:
        return None
    try:
        comes = expected(replace(setting, horizon=None, watch=None), most=0)
    except (CaseError, InfeasibleError, TimeLimitError):
        return None
    return comes if comes.certificate.passed else None


def _with_comes(answer: Answer, comes: Answer) -> Answer:
    """The answer with the cargo that comes; beside a measure by periods it is that of the year as one period."""
    tables = {**answer.tables, "comes": by_market(comes)}
    if answer.horizon is not None and answer.study != CHOICE:
        return replace(answer, tables=tables, whole_t={**answer.whole_t, **comes.measures_t})
    used = {name: value for name, value in answer.measures_t.items() if name == "handled"}
    return replace(answer, tables=tables, measures_t={**used, **comes.measures_t, **answer.measures_t})


def earned(
    setting: Setting,
    answer: Answer,
    comes: Answer | None,
    *,
    whole: bool = True,
    floor_t: Mapping[str, float] | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables of freight by study, of the year as one period: used, comes, fits, and that of the answer itself.

    A state without an answer is left out; ``whole`` False leaves out all that are not known yet. A cost, a case without
    a tariff, and a year in which closures lose cargo, have their own alone.
    ``floor_t`` as of :func:`corridor.optimize.answer.solve.solve`.
    """
    known = {CHOICE: comes} if comes is not None else {}
    known |= {answer.study: answer}
    earns = any(usd for arc in arcs(setting.case) for usd in arc.tariff.values())
    alone = answer.study in COSTS or setting.closures is not None or not earns
    if whole and not alone:
        for study in STATES:
            if study not in known and study != CHOICE:
                with suppress(CaseError, InfeasibleError, TimeLimitError):
                    known[study] = answered(replace(setting, horizon=None, watch=None), study, floor_t=floor_t, most=0)
    order = dict.fromkeys([*STATES, answer.study])
    return {study: known[study].freight for study in order if study in known}


def _scopes(setting: Setting, answer: Answer, comes: Answer | None) -> tuple[ScopeMeasures, ...]:
    """The measures of every scope; none beside a cost, nor where the time is over."""
    if answer.study in COSTS:
        return ()
    measures = of_all_alone(answer)
    if not measures:
        try:
            measures = scope_measures(replace(setting, horizon=None, scope=None, watch=None))
        except TimeLimitError:
            return ()
    if comes is None or comes.scope != ALL:
        return measures
    return tuple(replace(each, expected_t=_of_scope(each, comes)) for each in measures)


def _of_scope(measures: ScopeMeasures, comes: Answer) -> float | None:
    """Tonnes of a scope that come; None where it leaves out ways, which the cargo that comes may take."""
    scope = scope_of(comes.case, measures.scope)
    if scope.shut:
        return None
    delivered = comes.delivered[comes.delivered["demand"].isin(scope.members)]
    return float(delivered["t" if measures.net else "gate_t"].sum())
