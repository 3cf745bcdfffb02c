"""Speed and memory of horizons: ours beside raw HiGHS on the same arrays, and beside linopy and plain Pyomo.

Every measurement is a process of its own (:func:`measured` starts ``python -m benchmarks.horizons`` with what to
measure), so that peaks of memory are its own, and nothing is warm that would not be.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import highspy
import numpy as np

from benchmarks.synthetic import SMALL, STUDY, TINY, Setting, corridor_of
from benchmarks.twins import TWINS, Corridor
from corridor.loading import load
from corridor.model import graph
from corridor.model.case import Case
from corridor.model.faults import TimeLimitError
from corridor.model.horizon import Horizon
from corridor.optimize.answer import compiled as compiling
from corridor.optimize.answer import solve as studies
from corridor.optimize.answer.setting import Setting as Asked
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.build import build
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.streams import layout
from corridor.optimize.program.compile import compile_period
from corridor.optimize.program.solver import Solver

Facts = dict[str, Any]
PERIODS = {"year": 1, "month": 12, "week": 52, "day": 365}
LINOPY = Path("build", "linopy")
"""Where ``make benchmarks`` puts linopy: not beside the rest, which would take up what it brings along."""
PAIRED_BELOW = 20.0
"""Seconds up to which a measurement is a median of three, and the raw run is made by itself, not read off ours."""
WHOLE = "year beside it"
STEPS: tuple[tuple[str, Any, str], ...] = (
    ("build", compiling, "build"),
    ("compile", compiling, "compile_period"),
    ("pass", Solver, "load"),
    ("HiGHS", highspy.Highs, "run"),
    ("tables", studies, "courses"),
    ("tables", studies, "sums"),
    ("tables", studies, "answer_tables"),
    ("tables", studies, "period_tables"),
    ("tables", studies, "limits"),
    ("tables", studies, "marginal_limits"),
    ("certificate", studies, "certify"),
    ("certificate", studies, "worst_imbalance"),
)
"""What is timed of an answer: the step, and the function or method that takes it."""


def case_of_name(name: str) -> tuple[Case, str]:
    """A case by its name, and the study that is asked of it."""
    return (load(), "capability") if name == "bundled" else (corridor_of(SMALL), STUDY)


# ---- inside a process of its own


class Stopwatch:
    """Seconds by step, each without the steps that it takes inside itself; and each run of HiGHS."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.runs: list[tuple[int, float]] = []
        self._inside: list[tuple[str, list[float]]] = []

    @contextmanager
    def on(self, *, timed: bool) -> Iterator[None]:
        """Time the steps of an answer; a step that the product no longer has is left out.

        The answer of a ``timed`` horizon has the year as a whole beside it: that is one step.
        """
        steps = (*STEPS, *(((WHOLE, studies, "_measure"),) if timed else ()))
        former = [(owner, name, vars(owner).get(name), step) for step, owner, name in steps if hasattr(owner, name)]
        for owner, name, _, step in former:
            setattr(owner, name, self._around(getattr(owner, name), step))
        try:
            yield
        finally:
            for owner, name, own, _ in former:
                if own is None:
                    delattr(owner, name)
                else:
                    setattr(owner, name, own)

    def _around(self, inner: Callable[..., Any], step: str) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            if any(outer == WHOLE for outer, _ in self._inside):
                return inner(*given, **named)
            start = perf_counter()
            self._inside.append((step, []))
            try:
                return inner(*given, **named)
            finally:
                taken = perf_counter() - start
                _, within = self._inside.pop()
                self.seconds[step] += taken - sum(within)
                if self._inside:
                    self._inside[-1][1].append(taken)
                if step == "HiGHS":
                    self.runs.append((given[0].getNumCol(), taken))

        return timed


def peak_mb() -> float:
    """Most memory that this process has had, MB; not that of the one that started it."""
    return _memory("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_IN_MB


def now_mb() -> float:
    """Memory that this process has now, MB, or the most that it has had where that is not told."""
    return _memory("VmRSS") or peak_mb()


UNITS_IN_MB = 2**20 if sys.platform == "darwin" else 1024


def _memory(name: str) -> float | None:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return None


def answer(name: str, periods: str, limit: float) -> Facts:
    """From the tables of a case to the tables of its answer, by steps."""
    case, study = case_of_name(name)
    horizon, watch = Horizon.of(periods), Stopwatch()
    start = perf_counter()
    with watch.on(timed=horizon.timed):
        try:
            found = studies.solve(Asked(case, horizon=horizon, time_limit=limit), study)
        except TimeLimitError:
            return {"stopped": perf_counter() - start, "peak": peak_mb(), **_steps(watch)}
    total = perf_counter() - start
    size = {name: found.solver[name] for name in ("rows", "columns")}
    certified = {"value": found.value, "gap": found.certificate.gap, "certified": found.certificate.passed}
    return {"total": total, "peak": peak_mb(), **size, **certified, **_steps(watch)}


def _steps(watch: Stopwatch) -> Facts:
    largest = max((columns for columns, _ in watch.runs), default=0)
    first = next((seconds for columns, seconds in watch.runs if columns == largest), None)
    return {"steps": dict(watch.seconds), "runs": len(watch.runs), "first": first}


class _MetError(Exception):
    """The first run of the whole model has been met."""


def raw(name: str, periods: str, limit: float) -> Facts:
    """HiGHS alone on the arrays and with the options that our first run of the whole model has."""
    case, study = case_of_name(name)
    year = Year(case, study, Horizon.of(periods))
    columns, run = year.program.matrix.shape[1], highspy.Highs.run
    found: Facts = {}

    def met(highs: Any) -> Any:
        if highs.getNumCol() < columns:
            return run(highs)
        alone = highspy.Highs()
        alone.passOptions(highs.getOptions())
        alone.setOptionValue("output_flag", False)
        alone.setOptionValue("time_limit", limit)
        alone.passModel(highs.getLp())
        start = perf_counter()
        run(alone)
        found["raw"] = perf_counter() - start
        found["status"] = alone.modelStatusToString(alone.getModelStatus())
        raise _MetError

    setattr(highspy.Highs, "run", met)  # noqa: B010  (mypy does not let a method be replaced otherwise)
    question = year.question(study, 1.0) if year.layout.measures else Question(study, maximise=False)
    with suppress(_MetError):
        year.ask(question)
    return found


def size(name: str, periods: str) -> Facts:
    """How large a model is, and what the presolve of HiGHS leaves of it."""
    case, study = case_of_name(name)
    year = Year(case, study, Horizon.of(periods))
    rows, columns = year.program.matrix.shape
    year.solver.load()
    highs = year.solver.highs
    goal = year.goal("level" if year.layout.measures else study)
    sign = -1.0 if year.layout.measures else 1.0
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), sign * goal)
    if year.layout.measures:
        year.solver.hold(*year.program.bounds(year.program.given(year.floors(1.0))))
    start = perf_counter()
    highs.presolve()
    left = highs.getPresolvedLp()
    taken = perf_counter() - start
    shape = {"rows": rows, "columns": columns, "numbers": int(year.program.matrix.nnz)}
    return {**shape, "left_rows": left.num_row_, "left_columns": left.num_col_, "presolve": taken}


def formulate(route: str, periods: str, _: float) -> Facts:
    """From the tables of the synthetic case to arrays in HiGHS, once a tiny one has gone the same way.

    The twins are given the layout (the columns and clocks of one period), which ours works out within its time.
    """
    if route == "linopy" and find_spec("linopy") is None:
        return {"missing": "linopy is not installed"}

    def through(setting: Setting, periods: str) -> tuple[Any, float, float]:
        case, horizon = corridor_of(setting), Horizon.of(periods)
        plan = layout(case, STUDY, horizon)
        for worked_out in (plan.flows, plan.moves, plan.clock):
            assert worked_out
        before, start = now_mb(), perf_counter()
        if route in TWINS:
            made = TWINS[route](Corridor(plan))
        else:
            solver = Solver(compile_period(build(case, STUDY, horizon)), algorithm="simplex")
            solver.load()
            made = solver.highs
        return made, perf_counter() - start, before

    through(TINY, "3")
    made, seconds, before = through(SMALL, periods)
    return {"seconds": seconds, "peak": peak_mb(), "before": before, "columns": made.getNumCol()}


def what_if(name: str) -> Facts:
    """Twelve months: what a resource that binds offers is changed in place, against a fresh model of the same."""
    case, study = case_of_name(name)
    year = Year(case, study, Horizon.of("month"))
    question = year.question(study, 1.0) if year.layout.measures else Question(study, maximise=False)
    known = year.ask(question)
    start = perf_counter()
    year.solver.start_from(question.goal)
    vertex = perf_counter() - start
    worth = {
        label: float(abs(known.prices[year.program.rows.every(("resource_limit", label[1]))]).sum())
        for label in year.program.givens.labels
        if label[0] == "available" and ("resource_limit", label[1]) in year.program.row_at
    }
    binding = sorted(worth, key=lambda label: -worth[label])[:3]
    in_place, fresh, worst = [], [], 0.0
    for label in binding:
        given = {**question.given, label: 0.95 * year.program.amount(label)}
        start = perf_counter()
        changed = year.tried(replace(question, given=given))
        in_place.append(perf_counter() - start)
        start = perf_counter()
        anew = Year(case, study, Horizon.of("month"))
        again = anew.tried(replace(question, given=given))
        fresh.append(perf_counter() - start)
        if changed.status == "optimal":
            worst = max(worst, abs(changed.value - again.value) / (1 + abs(again.value)))
    return {"vertex": vertex, "in place": median(in_place), "fresh": median(fresh), "differ": worst}


class _Calendar(dict[Any, float]):
    """A clock that is never late: cargo by the calendar."""

    def __missing__(self, key: Any) -> float:
        return 0.0


def _every_way(edges: Any, starts: Any, ends: Any) -> Any:
    return edges


def _every_unit(layout: Layout) -> frozenset[tuple[str, str]]:
    return frozenset((*layout.loaded, *layout.empty))


REDUCTIONS = ("ways without a circle", "own clock of each stream", "units that nothing limits, by the year")


def reduced(without: str, limit: float) -> Facts:
    """The bundled case by months without some of the reductions (numbers of :data:`REDUCTIONS`, joined)."""
    year, shape = _unreduced(without, "month", limit)
    try:
        found = year.ask(year.question(year.study, 1.0))
    except TimeLimitError:
        return {**shape, "stopped": limit}
    return {**shape, "seconds": found.seconds, "value": found.value}


def default(periods: str, limit: float) -> Facts:
    """HiGHS with its default options on the arrays of the bundled case without any reduction, most tonnes, one run."""
    year, shape = _unreduced("012", periods, limit)
    question, columns = year.question(year.study, 1.0), year.program.matrix.shape[1]
    unscaled = Solver(year.program, algorithm="simplex")
    unscaled.hold(*year.program.bounds(year.program.given(question.given), question.without))
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", limit)
    highs.passModel(unscaled.highs.getLp())
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), -year.goal(question.goal))
    start = perf_counter()
    highs.run()
    taken, status = perf_counter() - start, highs.getModelStatus()
    done = {"seconds": taken, "value": -highs.getInfo().objective_function_value}
    return {**shape, **(done if status == highspy.HighsModelStatus.kOptimal else {"stopped": taken})}


def _unreduced(without: str, periods: str, limit: float) -> tuple[Year, Facts]:
    """The model of the bundled case without some of the reductions, and how large it is."""
    if "0" in without:
        vars(graph)["ways"] = _every_way
    for number, name, other in (("1", "clock", lambda _: _Calendar()), ("2", "ridden", _every_unit)):
        if number in without:
            swapped = cached_property(other)
            swapped.__set_name__(Layout, name)
            setattr(Layout, name, swapped)
    year = Year(*case_of_name("bundled"), Horizon.of(periods), time_limit=limit)
    rows, columns = year.program.matrix.shape
    shape = {"flows": len(year.layout.flows), "rows": rows, "columns": columns, "numbers": int(year.program.matrix.nnz)}
    return year, shape


MEASUREMENTS: dict[str, Callable[..., Facts]] = {
    "answer": answer,
    "raw": raw,
    "size": size,
    "formulate": formulate,
    "what_if": what_if,
    "reduced": reduced,
    "default": default,
}


def main(kind: str, *given: str) -> None:
    """Take one measurement and print it as JSON; numbers among what is given are limits in seconds."""
    words = [float(each.removeprefix("limit=")) if each.startswith("limit=") else each for each in given]
    print(json.dumps(MEASUREMENTS[kind](*words)))


# ---- from the process that asks for it


def measured(kind: str, *given: str, limit: float | None = None) -> Facts:
    """One measurement in a process of its own; {"failed": why} where it did not come to an end.

    ``limit`` is handed on as the solver's; the process has a minute more, or four minutes where there is none.
    """
    words = [kind, *given, *([f"limit={limit}"] if limit is not None else [])]
    path = os.pathsep.join(filter(None, [str(LINOPY) if "linopy" in given else "", os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "benchmarks.horizons", *words]
    print(f"  {' '.join(words)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            timeout=(limit or 180.0) + 60.0,
        )
    except subprocess.TimeoutExpired:
        return {"failed": "took too long"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    found: Facts = json.loads(done.stdout.splitlines()[-1])
    return found


def alternately(*each: tuple[str, ...], limit: float, times: int = 3) -> list[Facts]:
    """Measurements taken in turn, several times if all of them are short: the medians, and in ``times`` how many."""
    turns = [[measured(*words, limit=limit) for words in each]]
    taken = [one.get("total", one.get("raw", one.get("seconds"))) for one in turns[0]]
    if all(seconds is not None and seconds <= PAIRED_BELOW for seconds in taken):
        turns += [[measured(*words, limit=limit) for words in each] for _ in range(times - 1)]
    return [medians([turn[number] for turn in turns]) for number in range(len(each))]


def medians(found: list[Facts]) -> Facts:
    """The median of every number that all of them have, one level down too; what else the first of them says."""
    whole: Facts = {"times": len(found)}
    for name, value in found[0].items():
        each = [one.get(name) for one in found]
        if isinstance(value, dict):
            whole[name] = {step: median(one.get(name, {}).get(step, 0.0) for one in found) for step in value}
        elif isinstance(value, float) and all(isinstance(one, float) for one in each):
            whole[name] = median(one for one in each if one is not None)
        else:
            whole[name] = value
    return whole


if __name__ == "__main__":
    main(*sys.argv[1:])
