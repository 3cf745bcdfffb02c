"""The measures over a design of a case's numbers: run after run in place, all at one floor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Cell
from corridor.model.faults import CaseError, CertificateError, Fault, InfeasibleError, nearest, quoted
from corridor.model.horizon import Floats
from corridor.model.language import say
from corridor.model.limit_facts import limit_names
from corridor.model.limit_ids import limit_ids
from corridor.model.program import Program
from corridor.model.result.frontier import MEASURED, PRICE, Sweep
from corridor.optimize.answer.lifting import first_rung
from corridor.optimize.answer.measures import Floors, Measures, smallest
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import CHOICE, KILO, segment_of
from corridor.optimize.program.highs import Solution
from corridor.optimize.proof.certificate import certify
from corridor.optimize.runs.pool import Pool, Renumbered
from corridor.optimize.runs.work import HERE, Row, Store, Table, Work, joined, mark_of, parted
from corridor.optimize.studies.coming import coming
from corridor.optimize.studies.designs import SUBJECT, Design, design_of

TOLERANCE = 1e-6
RUNS, HELD = "runs", "held"
"""Tables of kept runs: each at its own floor, and those computed again at the floor of all."""
Check = Callable[[Mapping[Cell, float]], Sequence[Fault]]


@dataclass(frozen=True)
class Job:
    """A run: the values of the axes, and the floors, or None for its own."""

    values: tuple[float, ...]
    floors: Floors | None = None


@dataclass
class Run:
    """The result of a run: gate tonnes by measure, the common growth, the first limit, or why there is nothing."""

    status: str = "optimal"
    growth: float = math.nan
    t: dict[str, float] | None = None
    first: tuple[str, ...] = ()
    reason: str = ""
    residual: float = math.nan
    floors: Floors | None = None
    """Its own: the smaller of the base year and the common growth."""
    prices: dict[str, float] = field(default_factory=dict)
    """Gate tonnes a year that one planner's unit more of a limit adds to the capability at this floor, by its id."""


@dataclass(frozen=True)
class _Straight:
    """Givens that move evenly with the values of the axes."""

    first: Floats
    origin: Floats
    directions: Floats

    def at(self, row: Sequence[float]) -> Floats:
        found: Floats = self.origin + (np.array(row) - self.first) @ self.directions
        return found


class Runs:
    """One model that takes run after run; where the case itself cannot be carried, every run is built anew."""

    def __init__(self, known: tuple[Setting, Design]) -> None:
        self.setting, self.design = known
        self.case = self.setting.case
        parts = {self.case.enters(cell) for axis in self.design.axes for cell in axis.cells}
        self.givens_only = parts <= {"rhs"}
        self.model: Renumbered | None = None
        if "structure" not in parts:
            try:
                self.model = Renumbered(self.setting)
            except (InfeasibleError, CaseError):
                self.model = None
        self.straight = self._straight() if self.givens_only else None
        self.coming = coming(self.setting)

    def _straight(self) -> _Straight | None:
        """The even movement of the givens with each axis, where there is one; a factor multiplies what others set."""
        model = self.model
        if model is None or any(cell[0] == "factor" for axis in self.design.axes for cell in axis.cells):
            return None
        finite = [[row[k] for row in self.design.rows if 0 < row[k] < math.inf] for k in range(len(self.design.axes))]
        if not all(finite):
            return None
        first = [min(each) for each in finite]  # whatever the order of the runs

        def givens(row: Sequence[float]) -> Floats | None:
            year = model.at(self.case.at(self.design.at(row)), givens_only=True)
            return year.program.values if year is model.year else None

        origin = givens(first)
        directions = []
        for k, value in enumerate(first):
            near, far = (givens([*first[:k], value * times, *first[k + 1 :]]) for times in (1.25, 1.5))
            if origin is None or near is None or far is None:
                return None
            with np.errstate(invalid="ignore"):
                rise = np.where(np.isinf(origin), 0.0, (far - origin) / (0.5 * value))
            if not np.allclose(near, origin + 0.25 * value * rise, rtol=1e-12, atol=1e-9):
                return None
            directions.append(rise)
        assert origin is not None
        return _Straight(np.array(first), origin, np.array(directions))

    def __call__(self, job: Job) -> Run:
        case = self.case.at(self.design.at(job.values))
        if self.model is None:
            year = self.setting.at(case).open()
        elif self.straight is not None and all(0 < each < math.inf for each in job.values):
            year = self.model.given(case, self.straight.at(job.values))
        else:
            year = self.model.at(case, givens_only=self.givens_only)
        try:
            if job.floors is not None:
                return held(year, job.floors)
            run = measured(year, self.design.prices)
            if self.coming is not None and run.t is not None:
                run.t[CHOICE] = self.coming.t(case, givens_only=self.givens_only)
            return run
        except InfeasibleError as error:
            return Run("infeasible", reason=str(error))
        except CaseError as error:
            return Run("error", reason="; ".join(fault.message for fault in error.faults))


def measured(year: Year, prices: Sequence[str] = ()) -> Run:
    """All measures of a run at its own floor, its first limit, and the prices of limits by their ids."""
    if not year.layout.base:
        year.ask(Question("tie_break", maximise=False))
        return Run(t=dict.fromkeys(MEASURED, 0.0), residual=0.0, floors={}, prices=dict.fromkeys(prices, 0.0))
    measures = Measured(year)
    common = measures.common
    if year.solver.algorithm == "simplex":
        year.solver.start_from("growth")  # the rung is near
    t = {"concurrent": measures.t("concurrent"), "capability": measures.t("capability")}
    t["handled"] = measures.handled_t
    t["free"] = measures.t("free")
    worth = {name: _one_more(measures, name) for name in prices}
    rung = first_rung(year, common)
    first = rung.resources if rung else ()
    return Run("optimal", measures.growth, t, first, "", measures.residual, measures.floors, worth)


def _one_more(measures: Measures, name: str) -> float:
    """Tonnes a year of one planner's unit more of a limit: a finite step; 0 for a limit that has no row."""
    year, question = measures.year, measures.question("capability")
    label = next((each for each in year.limits.labels if year.limits.id_of(each) == name), None)
    if label is None or not math.isfinite(year.limits.of(label).offers):
        return 0.0
    limit = year.limits.of(label)
    more = year.solver.solve(question.goal, maximise=True, given={**question.given, **limit.given(limit.step)})
    gain = (more.value - measures.solution("capability").value) * KILO if more.status == "optimal" else math.nan
    return max(0.0, gain)


def held(year: Year, floors: Floors) -> Run:
    """Handled and capability of a run at these floors."""
    measures = Measured(year, floors)
    t = {name: measures.t(name) for name in ("capability", "handled")}
    return Run(t=t, residual=measures.residual)


class Measured(Measures):
    """Measures with the worst ``residual`` of their solutions."""

    residual = 0.0

    def solution(self, measure: str) -> Solution:
        """The solution of a measure, its residual taken into account."""
        known = measure in self._solved
        solution = super().solution(measure)
        if not known:
            question, year = self.question(measure), self.year
            bounds = year.program.bounds(year.program.given(question.given), question.without)
            self.residual = max(self.residual, residual(year.program, year.goal(question.goal), solution, bounds))
        return solution


def residual(
    program: Program, goal: Floats, found: Solution, bounds: tuple[Floats, Floats], *, maximise: bool = True
) -> float:
    """The worst of residuals and gap of a solution."""
    return certify(program, goal, found.columns, found.prices, *bounds, maximise=maximise).worst


def proved(solve: str, residuals: Iterable[float]) -> float:
    """The worst residual of some solves; raises CertificateError where it is above :data:`TOLERANCE`."""
    worst = max(residuals, default=0.0)
    if worst > TOLERANCE:
        raise CertificateError(f"{solve} does not prove itself: its worst residual is {worst:.2g}")
    return worst


def sweep(
    setting: Setting,
    over: str | Iterable[str] | Mapping[str, Any] = (),
    *,
    design: str | Path | pd.DataFrame = "grid",
    points: int | None = None,
    seed: int = 1,
    own_floor: bool = False,
    prices: Iterable[str] = (),
    processes: int = 1,
    runs: str | Path | None = None,
    cluster: str | None = None,
    dry_run: bool = False,
    check: Check | None = None,
    table: Callable[[Path], pd.DataFrame] | None = None,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """The measures and the first limit of a case over any of its numbers, run after run.

    ``over`` is ``"resource.rail_ferries.capacity=8:16:2"`` or several of the kind, or values by address
    (``{"resource.rail_ferries.capacity": [8, 10]}``): a grid ``from:to:step``, a list, multiples ``x0.8,x1,x1.2``; many
    numbers at once by ``demand.*.t_per_year=x1,x2 where commodity_id = grain``. ``design`` is ``grid`` (every
    combination), or ``latin`` or ``sobol`` (``points`` runs drawn from ranges ``8..16``, by ``seed``). It may also be a
    table of runs whose columns are addresses: a frame, or the path of a CSV file.

    H and T of every run keep the smallest floor of all, unless ``own_floor``. ``prices`` are ids of limits: each run
    has the tonnes a year that one planner's unit more of each adds to T at the run's own floor. The digits depend
    neither on the order of the runs nor on ``processes``; with more than one, a script needs the usual
    ``if __name__ == "__main__":``. A run that cannot be carried, or a number that makes the case faulty, has its reason
    in its row. ``progress`` receives how many runs are done, and of how many. Raises CaseError, CertificateError where
    a run does not prove itself.

    ``runs`` is a folder in which the runs are kept, chunk by chunk; the same sweep goes on there where it was stopped.
    ``cluster`` is the scheduler of a Dask cluster, or its file, instead of ``processes`` (docs/at-scale.md).

    With ``dry_run`` three runs alone are made; :class:`corridor.model.result.outlook.Outlook` says how long all take.
    """
    if table is not None and isinstance(design, str | Path) and str(design).lower().endswith(".csv"):
        design = table(Path(design))
    assert not isinstance(design, Path)
    made = replace(design_of(setting.case, over, design, points, seed), prices=_priced(setting, prices))
    question = {"design": [made.name, made.seed, mark_of((made.axes, made.rows))], "own_floor": own_floor}
    question |= {"prices": list(made.prices)} if made.prices else {}
    work = Work.of(processes, cluster, runs, store, question, len(made.rows), progress, dry_run)
    return run(setting, made, own_floor=own_floor, work=work, check=check)


def _priced(setting: Setting, prices: Iterable[str]) -> tuple[str, ...]:
    """The ids of limits, each once; raises CaseError (C350) with all that are none."""
    asked, known = tuple(dict.fromkeys(prices)), sorted(set(limit_ids(setting.case).values()))
    faults = [
        Fault("C350", "--price", say("{name} is no limit; {nearest}", name=quoted(name), nearest=nearest(name, known)))
        for name in asked
        if name not in known
    ]
    if faults:
        raise CaseError(faults, SUBJECT)
    return asked


def run(
    setting: Setting,
    design: Design,
    *,
    own_floor: bool = False,
    work: Work = HERE,
    check: Check | None = None,
) -> Sweep:
    """Run the design: the measures of every run, H and T at the smallest floor of all runs unless ``own_floor``.

    ``check`` finds the faults of the case with some cells set; it is asked of the ends of each axis, and inward from an
    end that is at fault. The same design gives the same digits in any order and by any ``work``. Raises CaseError,
    CertificateError where a run does not prove itself.
    """
    faulty = _faulty(design, check) if check is not None else {}
    reasons = [_reason(faulty, row) for row in design.rows]
    jobs = [Job(row) for row, reason in zip(design.rows, reasons, strict=True) if not reason]
    case, known = setting.case, (replace(setting, watch=None), design)
    runner = Runs(known)
    with Pool(runner, Runs, known, work, len(jobs)) as pool:
        done = pool.run(jobs, table_of(runner))
        answered = [run for run in done if run.floors is not None]
        floors = {} if own_floor else smallest([run.floors for run in answered if run.floors is not None])
        again = [
            (run, Job(job.values, floors))
            for run, job in zip(done, jobs, strict=True)
            if run.floors is not None and not own_floor and _above(run.floors, floors)
        ]
        others = pool.run([job for _, job in again], table_of(runner, HELD), told=False)
        for (run, _), other in zip(again, others, strict=True):
            assert run.t is not None
            assert other.t is not None
            run.t |= other.t
            run.residual = max(run.residual, other.residual)
    proved("a run", (run.residual for run in answered))
    left = iter(done)
    runs = [Run("error", reason=reason) if reason else next(left) for reason in reasons]
    frame, segments = _frame(design, runs), setting.open().layout.base
    if work.kept is not None:
        listed = [{**row, "first": joined(row["first"])} for row in frame.to_dict("records")]
        work.kept.finish([{str(name): cell for name, cell in row.items()} for row in listed])
    return Sweep(
        case=case,
        over=tuple(axis.swept for axis in design.axes),
        design=design.name,
        seed=design.seed,
        own_floor=own_floor,
        floors_t={segment: each * KILO for segment, each in floors.items()},
        base_t={segment: each * KILO for segment, each in segments.items()},
        names=limit_names(case),
        runs=frame,
        prices=design.prices,
    )


def table_of(runner: Runs, name: str = RUNS) -> Table[Job, Run]:
    """Rows of the runs of a model: changes, measures, first limit, reason, certificate, floors by segment."""
    axes = [axis.swept.address for axis in runner.design.axes]
    segments = list(dict.fromkeys(segment_of(runner.case, each) for each in runner.case["demand"].index))
    measures = ["capability", "handled"] if name == HELD else ["concurrent", "capability", "handled", "free"]
    prices = () if name == HELD else runner.design.prices
    measures += [CHOICE] if name != HELD and runner.coming is not None else []

    def row(job: Job, run: Run) -> Row:
        t, floors = run.t or {}, run.floors or {}
        assert set(floors) <= set(segments), "a floor of a market that the case does not have"
        return {
            **dict(zip(axes, map(float, job.values), strict=True)),
            "status": run.status,
            "growth": float(run.growth),
            **{f"{measure}_t": float(t.get(measure, math.nan)) for measure in measures},
            "first": joined(run.first),
            "reason": run.reason,
            "residual": float(run.residual),
            **{f"{PRICE}{name}": float(run.prices.get(name, math.nan)) for name in prices},
            **{f"floor_kt.{segment}": float(floors.get(segment, math.nan)) for segment in segments},
        }

    def reply(row: Mapping[str, Any]) -> Run:
        answered = row["status"] == "optimal"
        floors = {each: row[f"floor_kt.{each}"] for each in segments if not math.isnan(row[f"floor_kt.{each}"])}
        return Run(
            row["status"],
            row["growth"],
            {measure: row[f"{measure}_t"] for measure in measures} if answered else None,
            parted(row["first"]),
            row["reason"],
            row["residual"],
            floors if answered and name != HELD else None,
            {each: row[f"{PRICE}{each}"] for each in prices} if answered else {},
        )

    return Table(name, row, reply)


def _above(own: Floors, common: Floors) -> bool:
    return any(each > common[segment] * (1 + 1e-12) for segment, each in own.items())


def _faulty(design: Design, check: Check) -> dict[tuple[int, float], str]:
    """The faults of a value of an axis, all else as the case has it, by number of the axis and value.

    A forbidden value is at an end of a range. Only where an end is at fault the values next to it are checked.
    """
    found: dict[tuple[int, float], str] = {}
    for number, axis in enumerate(design.axes):
        values = sorted({row[number] for row in design.rows})
        for inward in (values, values[::-1]):
            for value in inward:
                if (number, value) in found:
                    break
                faults = check(axis.at(value))
                if not faults:
                    break
                found[number, value] = "; ".join(f"{fault.place}: {fault.message}" for fault in faults)
    return found


def _reason(faulty: Mapping[tuple[int, float], str], row: Sequence[float]) -> str:
    return "; ".join(dict.fromkeys(faulty[each] for each in enumerate(row) if each in faulty))


def _frame(design: Design, runs: Sequence[Run]) -> pd.DataFrame:
    nothing = dict.fromkeys((*MEASURED, CHOICE), math.nan)
    measures = [name for name in (*MEASURED, CHOICE) if name != CHOICE or any(CHOICE in (run.t or {}) for run in runs)]
    values: dict[str, Any] = {
        axis.swept.address: [row[number] for row in design.rows] for number, axis in enumerate(design.axes)
    }
    return pd.DataFrame(
        {
            "run": range(1, len(runs) + 1),
            **values,
            "status": [run.status for run in runs],
            "growth": [run.growth for run in runs],
            **{f"{name}_t": [(run.t or nothing).get(name, math.nan) for run in runs] for name in measures},
            "first": [run.first for run in runs],
            "reason": [run.reason for run in runs],
            "residual": [run.residual for run in runs],
            **{f"{PRICE}{name}": [run.prices.get(name, math.nan) for run in runs] for name in design.prices},
        }
    )
