"""What a script calls for many runs and for frontiers; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.data.checks import faults_of
from corridor.loading import ready
from corridor.model.case import Case, Cell
from corridor.model.change.changes import Set
from corridor.model.faults import Fault
from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep

if TYPE_CHECKING:
    import pandas as pd


def sweep(
    case: Case,
    over: str | Iterable[str] | Mapping[str, Any] = (),
    *,
    design: str | Path | pd.DataFrame = "grid",
    points: int | None = None,
    seed: int = 1,
    own_floor: bool = False,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """The measures and the first limit of a case over any of its numbers, run after run.

    ``over`` is ``"resource.rail_ferries.capacity=8:16:2"`` or several of the kind, or values by address
    (``{"resource.rail_ferries.capacity": [8, 10]}``): a grid ``from:to:step``, a list, multiples ``x0.8,x1,x1.2``; many
    numbers at once by ``demand.*.t_per_year=x1,x2 where commodity_id = grain``. ``design`` is ``grid`` (every
    combination), ``latin`` or ``sobol`` (``points`` runs drawn from ranges ``8..16``, by ``seed``), or a table of runs
    whose columns are addresses (a frame, or the path of a CSV file).

    H and T of every run keep the smallest floor of all, unless ``own_floor``. The digits depend neither on the order of
    the runs nor on ``processes``; with more than one, a script needs the usual ``if __name__ == "__main__":``. A run
    that cannot be carried, or a number that makes the case faulty, is told in its row. Raises CaseError,
    CertificateError.
    """
    from corridor.data.design import read_design
    from corridor.optimize.studies.designs import design_of
    from corridor.optimize.studies.sweep import sweep as sweep_of

    case = ready(case)
    if isinstance(design, Path) or (isinstance(design, str) and design.lower().endswith(".csv")):
        design = read_design(Path(design))
    made = design_of(case, over, design, points, seed)
    return sweep_of(case, made, own_floor=own_floor, processes=processes, check=_faults_with(case), progress=progress)


def frontier(
    case: Case, address: str, low: float | None = None, high: float | None = None, *, measure: str = "capability"
) -> Frontier:
    """How far a measure goes as one capacity goes from ``low`` to ``high``, with every breakpoint.

    ``address`` is a cell that stands on right-hand sides (a capacity, a background, a ceiling, the nameplate, a factor
    on a resource), or the id of a resource, segment or link. Without ends it goes from half to twice what the case has,
    and not below where the base year still fits. Raises CaseError (for a number that changes coefficients, too, which
    :func:`sweep` takes), InfeasibleError, CertificateError.
    """
    from corridor.optimize.studies.frontier import frontier as frontier_of

    case = ready(case)
    return frontier_of(case, address, low, high, measure=measure, check=_faults_with(case))


def cost_frontier(case: Case, cost: str = "resource") -> CostFrontier:
    """The least ``resource`` or ``shipper`` cost of a volume over the gate, with every breakpoint.

    Every market carries at least its base year (or what fits of it). Raises CaseError, InfeasibleError,
    CertificateError.
    """
    from corridor.optimize.studies.frontier import cost_frontier as cost_frontier_of

    case = ready(case)
    return cost_frontier_of(case, cost)


def pareto(case: Case, points: int = 50) -> Pareto:
    """The ways to carry the base year's tonnes of which none is better in cost, carbon and time at once.

    At most ``points`` corners are looked for. Raises CaseError, InfeasibleError, CertificateError.
    """
    from corridor.optimize.studies.pareto import pareto as pareto_of

    case = ready(case)
    return pareto_of(case, points)


def _faults_with(case: Case) -> Callable[[Mapping[Cell, float]], Sequence[Fault]]:
    def faults(cells: Mapping[Cell, float]) -> Sequence[Fault]:
        return faults_of(case.with_([Set(*cell, _text(value)) for cell, value in cells.items()]))

    return faults


def _text(value: float) -> str:
    return "unlimited" if value == float("inf") else f"{value:.17g}"
