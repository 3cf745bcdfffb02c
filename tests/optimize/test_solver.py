"""Long and short solves: two algorithms, progress, deadlines and interruption."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from time import perf_counter
from typing import Any

import highspy
import numpy as np
import pytest
import scipy.sparse as sp

from corridor.model.faults import Interrupted, TimeLimitError
from corridor.model.program import Axis, Program
from corridor.optimize.program import progress, strategy
from corridor.optimize.program import solver as module
from corridor.optimize.program.progress import METHODS, REPORT_EVERY, Progress, far
from corridor.optimize.program.solver import Solver
from corridor.optimize.program.strategy import Algorithm

BOTH: tuple[Algorithm, ...] = ("simplex", "ipm")
Array = np.ndarray[Any, Any]


def program(matrix: Any, rhs: Array, sense: Array, goals: dict[str, Array]) -> Program:
    """A program of arrays, without givens; the solver asks for no labels."""
    rows, columns = matrix.shape
    return Program(
        matrix=sp.csc_array(matrix),
        given_matrix=sp.csr_array((rows, 0)),
        rhs=np.asarray(rhs, dtype=float),
        sense=np.asarray(sense, dtype=np.int64),
        goals={name: (np.asarray(goal, dtype=float), np.zeros(0)) for name, goal in goals.items()},
        rows=Axis([[], [], [("row", at) for at in range(rows)]], [1, 1, 1]),
        columns=Axis([[], [], [("x", at) for at in range(columns)]], [1, 1, 1]),
        givens=Axis([[], [], []], [1, 1, 1]),
        values=np.zeros(0),
    )


def any_program(seed: int, rows: int = 30, columns: int = 50) -> Program:
    """Feasible and bounded: some of each sort of row hold for a known point, and one row bounds the sum."""
    draw = np.random.default_rng(seed)
    matrix = draw.uniform(-1, 2, (rows, columns)) * (draw.random((rows, columns)) < 0.3)
    matrix = np.vstack([matrix, np.ones(columns)])
    point = draw.uniform(0, 3, columns) * (draw.random(columns) < 0.5)
    sense = np.append(draw.choice([-1, 0, 1], rows, p=[0.2, 0.2, 0.6]), 1)
    rhs = matrix @ point + sense * draw.uniform(0, 1, rows + 1)
    goals = {"level": draw.uniform(0, 2, columns), "tie_break": draw.uniform(0.1, 1, columns)}
    return program(matrix, rhs, sense, goals)


@cache
def over_time(nodes: int, links: int, goods: int, periods: int) -> Program:
    """Goods through a network and a cyclic year, with storage, links that are too small and lags: hard when large."""
    draw = np.random.default_rng(7)
    start = draw.integers(0, nodes, links)
    end = (start + draw.integers(1, nodes, links)) % nodes
    lag = draw.integers(0, 3, links)
    flow = np.arange(goods * links * periods).reshape(goods, links, periods)
    stock = flow.size + np.arange(goods * nodes * periods).reshape(goods, nodes, periods)
    met = flow.size + stock.size + np.arange(goods * periods).reshape(goods, periods)
    balance = np.arange(stock.size).reshape(stock.shape)
    capacity = balance.size + np.arange(links * periods).reshape(links, periods)
    demand = balance.size + capacity.size + np.arange(goods * periods).reshape(goods, periods)
    left = (np.arange(periods)[None, :] - lag[:, None]) % periods
    arriving = np.take_along_axis(flow, np.broadcast_to(left, flow.shape), 2)
    origin = draw.integers(0, nodes, goods)
    target = (origin + draw.integers(1, nodes, goods)) % nodes
    each = np.arange(goods)
    parts: list[tuple[Array, Array, Any]] = [
        (balance[:, start], flow, -1.0),
        (balance[:, end], arriving, 1.0),
        (balance, stock, -1.0),
        (balance, np.roll(stock, 1, 2), 1.0),
        (balance[each, origin], met, 1.0),
        (balance[each, target], met, -1.0),
        (
            np.broadcast_to(capacity, flow.shape),
            flow,
            np.broadcast_to(draw.uniform(0.5, 1.5, (goods, 1, 1)), flow.shape),
        ),
        (demand, met, 1.0),
    ]
    rows, columns = (np.concatenate([part[at].ravel() for part in parts]) for at in (0, 1))
    values = np.concatenate([np.broadcast_to(value, at.shape).ravel() for at, _, value in parts])
    shape = (balance.size + capacity.size + demand.size, flow.size + stock.size + met.size)
    season = 1 + 0.3 * np.sin(np.arange(periods) / periods * 2 * np.pi + draw.uniform(0, 6, (links, 1)))
    rhs = np.zeros(shape[0])
    rhs[capacity] = draw.uniform(5, 50, (links, 1)) * season
    rhs[demand] = draw.uniform(20, 80, (goods, 1)) * draw.uniform(0.7, 1.3, (goods, periods))
    sense = np.zeros(shape[0])
    sense[balance.size :] = 1
    level = np.zeros(shape[1])
    level[met] = 10.0
    level[flow] = -0.05 * draw.uniform(1, 5, (goods, links, 1))
    level[stock] = -0.01
    return program(sp.coo_array((values, (rows, columns)), shape=shape), rhs, sense, {"level": level})


def hard() -> Program:
    """5 to 15 s on a good machine; 46 000 columns."""
    return over_time(40, 150, 8, 30)


def proves(given: Program, goal: Array, columns: Array, prices: Array, maximise: bool) -> float:
    """The largest violation among rows, signs of prices and of reduced costs, and the gap, relative to the value."""
    sign = 1.0 if maximise else -1.0
    left, y = given.matrix @ columns, sign * prices
    over = np.where(given.sense >= 0, left - given.rhs, 0)
    under = np.where(given.sense <= 0, given.rhs - left, 0)
    signs = np.where(given.sense == 1, -y, np.where(given.sense == -1, y, 0))
    reduced = sign * goal - given.matrix.T @ y
    value = float(goal @ columns)
    gap = abs(value - float(given.rhs @ prices))
    worst = max(float(each.max()) for each in (over, under, signs, reduced, -columns))
    return max(worst, gap) / max(1.0, abs(value))


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Python's own handler of SIGINT, which pytest's workers may not have."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, former)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("maximise", [True, False])
def test_algorithms_agree(seed: int, maximise: bool) -> None:
    given = any_program(seed)
    solvers = {
        "simplex": Solver(given, algorithm="simplex"),
        "ipm": Solver(given, algorithm="ipm"),
        "crossover": Solver(given, algorithm="ipm", crossover=True),
    }
    found = {name: solver.solve("level", maximise=maximise) for name, solver in solvers.items()}
    for solution in found.values():
        assert solution.status == "optimal"
        assert solution.value == pytest.approx(found["simplex"].value, rel=1e-6)
        goal = given.goals["level"][0]
        assert proves(given, goal, solution.columns, solution.prices, maximise) < 1e-6
    np.testing.assert_allclose(
        found["crossover"].columns, found["simplex"].columns, atol=1e-7
    )  # the vertex, of which there is one


@pytest.mark.parametrize("algorithm", BOTH)
def test_every_question_can_be_asked(algorithm: Algorithm) -> None:
    given = any_program(3)
    here, there = Solver(given, algorithm=algorithm), Solver(given, algorithm="simplex")
    most = here.solve("level", maximise=True)
    assert (here.base is None) == (algorithm == "ipm")
    goal = given.goals["level"][0]
    there.solve("level", maximise=True)
    second, other = here.second_pass(goal, "tie_break"), there.second_pass(goal, "tie_break")
    assert second.status == other.status == "optimal"
    assert second.value == pytest.approx(other.value, rel=1e-5)
    assert float(goal @ second.columns) == pytest.approx(most.value, rel=1e-7)
    lower, upper = given.bounds(given.values)
    tight = np.where(np.isfinite(upper) & (given.sense == 1), 0.9 * upper, upper)
    tighter, too = (each.solve_rows("level", lower, tight, maximise=True) for each in (here, there))
    assert tighter.value == pytest.approx(too.value, rel=1e-6)
    assert here.solve("tie_break", maximise=False).value == pytest.approx(
        there.solve("tie_break", maximise=False).value, rel=1e-6
    )
    again = here.solve("level", maximise=True)
    here.solve("tie_break", maximise=False)
    later = here.solve("level", maximise=True)
    first = [again, most] if algorithm == "ipm" else [again]  # simplex starts from the basis that its first solve left
    for earlier in first:
        np.testing.assert_array_equal(later.columns, earlier.columns)
        np.testing.assert_array_equal(later.prices, earlier.prices)
    assert here.iterations > 0


@pytest.mark.parametrize("algorithm", BOTH)
def test_no_answer(algorithm: Algorithm) -> None:
    sound = any_program(5)
    rhs = sound.rhs.copy()
    rhs[-1] = -1.0  # the sum of what is zero or more
    never = program(sound.matrix, rhs, sound.sense, {"level": sound.goals["level"][0]})
    assert Solver(never, algorithm=algorithm).solve("level", maximise=True).status == "infeasible"
    endless = program(-abs(sound.matrix), np.ones(len(rhs)), np.ones(len(rhs)), {"level": np.ones(50)})
    found = Solver(endless, algorithm=algorithm).solve("level", maximise=True)
    assert (found.status, found.value) == ("unbounded", np.inf)


def test_a_program_that_passes_its_budget_changes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one size both ways are taken: simplex within the budget of iterations, else interior point, to one optimum."""
    given = any_program(1)
    assert not Solver(given).races
    monkeypatch.setattr(strategy, "IPM_COLUMNS", 49)
    within = Solver(given)
    best = within.solve("level", maximise=True)
    assert (within.races, within.algorithm) == (True, "simplex")
    monkeypatch.setattr(strategy, "RACE", 0)
    beyond = Solver(given)
    assert beyond.solve("level", maximise=True).value == pytest.approx(best.value, rel=1e-6)
    assert beyond.algorithm == "ipm"
    beyond.start_from("level")
    assert beyond.own["level"] is not None


def test_second_pass_keeps_to_the_best() -> None:
    """Two ways of one worth, the second at a lower cost by the other goal: all of it goes there, and no more than fits.

    Columns x, y, z with x + y + z <= 10 and y <= 4; the best of x + y is 10, and 2x + y + z is least at y = 4, x = 6.
    """
    goals = {"sum": np.array([1.0, 1, 0]), "cost": np.array([2.0, 1, 1])}
    given = program(sp.csc_array(np.array([[1.0, 1, 1], [0, 1, 0]])), np.array([10.0, 4.0]), np.array([1, 1]), goals)
    solver = Solver(given)
    first = solver.solve("sum", maximise=True)
    assert first.value == pytest.approx(10)
    second = solver.second_pass(goals["sum"], "cost")
    assert second.columns == pytest.approx([6, 4, 0])
    assert solver.solve("sum", maximise=True).value == pytest.approx(10)  # nothing of the second pass stays


def test_second_pass_keeps_a_goal_of_small_coefficients() -> None:
    """A millionth a tonne of x, a twentieth less of y, which is cheaper: the best has no y, and so has the second pass.

    The reduced cost of y, 5e-8, is below the tolerance of HiGHS; all of y that fits would lose two per cent.
    """
    goals = {"sum": np.array([1e-6, 0.95e-6, 0]), "cost": np.array([2.0, 1, 1])}
    given = program(sp.csc_array(np.array([[1.0, 1, 1], [0, 1, 0]])), np.array([1e6, 4e5]), np.array([1, 1]), goals)
    solver = Solver(given)
    assert solver.solve("sum", maximise=True).value == pytest.approx(1.0)
    assert solver.second_pass(goals["sum"], "cost").columns == pytest.approx([1e6, 0, 0])


@pytest.mark.parametrize("seed", range(6))
def test_what_ifs_from_a_vertex(seed: int) -> None:
    given = any_program(seed)
    solver, afresh = Solver(given, algorithm="ipm"), Solver(given, algorithm="simplex")
    first = solver.solve("level", maximise=True)
    vertex = solver.start_from("level")
    assert vertex is not None
    lower, upper = given.bounds(given.values)
    rows = [np.where(given.sense == 1, share * upper, upper) for share in (0.7, 1.3, 1.0, 0.7)]
    found = [solver.solve_rows("level", lower, each, maximise=True) for each in rows]
    for each, changed in zip(found, rows, strict=True):
        assert each.value == pytest.approx(afresh.solve_rows("level", lower, changed, maximise=True).value, rel=1e-9)
    assert found[2].value == pytest.approx(first.value, rel=1e-7)
    assert found[2].iterations == 0  # it stands there already
    np.testing.assert_array_equal(found[0].columns, found[3].columns)  # whatever was asked between
    np.testing.assert_array_equal(found[0].prices, found[3].prices)
    cheapest = solver.solve("tie_break", maximise=False)  # a goal without a vertex
    assert cheapest.value == pytest.approx(afresh.solve("tie_break", maximise=False).value, rel=1e-6)


def test_a_vertex_that_is_far_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    given = over_time(10, 30, 3, 6)
    solver = Solver(given, algorithm="ipm")
    before = solver.solve("level", maximise=True)
    assert solver.start_from("level") is not None
    lower, upper = given.bounds(given.values)
    tight = np.where(given.sense == 1, np.random.default_rng(1).uniform(0.2, 1.0, len(upper)) * upper, upper)
    near = solver.solve_rows("level", lower, tight, maximise=True)
    assert near.iterations > 1
    way = (0.0, {**strategy.GO_ON[0][1], "simplex_iteration_limit": 1})
    monkeypatch.setattr(module, "GO_ON", [way])
    far = solver.solve_rows("level", lower, tight, maximise=True)
    assert far.value == pytest.approx(near.value, rel=1e-7)
    assert solver.highs.getOptionValue("simplex_iteration_limit")[1] == 2**31 - 1
    monkeypatch.setattr(module, "WHOLE_COLUMNS", 1)
    assert solver.start_from("level") is None
    again = solver.solve("level", maximise=True)
    np.testing.assert_array_equal(again.columns, before.columns)  # the interior point, as at first


@pytest.mark.parametrize(("option", "value"), [("ipm_iteration_limit", 2), ("ipm_optimality_tolerance", 1e-1)])
def test_an_interior_point_that_is_not_there_yet_is_no_answer(option: str, value: float) -> None:
    """HiGHS may stop early, or call optimal what is so only nearly: then come crossover and simplex."""
    given = any_program(2)
    hasty = Solver(given, algorithm="ipm")
    hasty.highs.setOptionValue(option, value)
    found = hasty.solve("level", maximise=True)
    assert found.value == pytest.approx(Solver(given).solve("level", maximise=True).value, rel=1e-9)
    assert hasty.highs.getInfo().basis_validity == highspy.BasisValidity.kBasisValidityValid
    assert hasty.highs.getOptionValue("solver")[1] == "choose"


@pytest.mark.parametrize("algorithm", BOTH)
def test_deadline(algorithm: Algorithm) -> None:
    solver = Solver(hard(), algorithm=algorithm, time_limit=1.0)
    with pytest.raises(TimeLimitError) as late:
        solver.solve("level", maximise=True)
    message = str(late.value)
    assert message.startswith("the time limit of 1 s was reached: the ")
    assert message.endswith("; give more time, or coarser periods by --periods month")
    with pytest.raises(TimeLimitError, match="had not begun"):  # one limit for all runs
        solver.solve("level", maximise=True)


def test_deadline_is_shared_and_the_clock_of_highs_runs_on() -> None:
    given = any_program(4)
    solver = Solver(given)
    solver.solve("level", maximise=True)
    spent = solver.highs.getRunTime()
    solver.deadline = perf_counter() + 1000
    solver.solve("tie_break", maximise=False)
    assert spent < solver.highs.getOptionValue("time_limit")[1] <= spent + 1000
    with pytest.raises(TimeLimitError, match=r"^the time limit was reached: .*; give more time$"):
        Solver(given, deadline=perf_counter()).solve("level", maximise=True)
    assert Solver(given, deadline=perf_counter() + 1e6, time_limit=5).deadline == pytest.approx(
        perf_counter() + 5, abs=1
    )


@pytest.mark.parametrize("algorithm", BOTH)
@pytest.mark.usefixtures("ctrl_c")
def test_interruption(algorithm: Algorithm) -> None:
    phase = {"simplex": "simplex", "ipm": "interior point"}[algorithm]
    timers: list[threading.Timer] = []

    def at_work(now: Progress) -> None:
        if now.phase == phase and now.iterations and not timers:
            timers.append(threading.Timer(0.1, lambda: signal.raise_signal(signal.SIGINT)))
            timers[0].start()

    solver = Solver(hard(), algorithm=algorithm, watch=at_work)
    with pytest.raises(KeyboardInterrupt) as stopped:
        solver.solve("level", maximise=True)
    assert isinstance(stopped.value, Interrupted)
    assert stopped.value.known.startswith(f"{METHODS[phase]} was at iteration ")
    assert stopped.value.known.endswith("; nothing is proved")
    assert solver.highs.cbLogging.callbacks == solver.highs.cbIpmInterrupt.callbacks == []


@pytest.mark.usefixtures("ctrl_c")
def test_a_large_program_is_interrupted_without_being_watched() -> None:
    threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT)).start()
    with pytest.raises(Interrupted, match="nothing is proved"):
        Solver(hard()).solve("level", maximise=True)


def test_a_handler_of_ones_own_is_called_and_comes_back() -> None:
    called: list[int] = []

    def own(number: int, frame: object) -> None:
        called.append(number)

    former = signal.signal(signal.SIGINT, own)
    try:
        solver = Solver(any_program(1), watch=lambda now: signal.raise_signal(signal.SIGINT))
        with pytest.raises(Interrupted):
            solver.solve("level", maximise=True)
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, former)
    assert called == [signal.SIGINT]


@pytest.mark.usefixtures("ctrl_c")
def test_other_threads_do_not_touch_the_handler() -> None:
    seen: list[object] = []
    status: list[str] = []

    def solve() -> None:
        solver = Solver(any_program(1), watch=lambda now: seen.append(signal.getsignal(signal.SIGINT)))
        status.append(solver.solve("level", maximise=True).status)

    thread = threading.Thread(target=solve)
    thread.start()
    thread.join()
    assert status == ["optimal"]
    assert set(seen) == {signal.default_int_handler}


@pytest.mark.parametrize("algorithm", BOTH)
def test_watch(algorithm: Algorithm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REPORT_EVERY", 0.0)
    told: list[Progress] = []
    given = over_time(10, 30, 3, 6)
    watched = Solver(given, algorithm=algorithm, watch=told.append)
    found = watched.solve("level", maximise=True)
    phase = {"simplex": "simplex", "ipm": "interior point"}[algorithm]
    assert list(dict.fromkeys(now.phase for now in told)) == ["presolve", phase]
    last = [now for now in told if now.value is not None][-1]
    assert last.value == pytest.approx(found.value, rel=1e-4)
    assert last.iterations == found.iterations
    assert (last.goal, last.maximise) == ("level", True)
    assert [now.seconds for now in told] == sorted(now.seconds for now in told)
    silent = Solver(given, algorithm=algorithm).solve("level", maximise=True)
    np.testing.assert_array_equal(silent.columns, found.columns)  # listening changes no digit
    assert watched.highs.cbLogging.callbacks == []


def test_watch_is_told_a_few_times_a_second() -> None:
    told: list[float] = []
    Solver(over_time(20, 40, 4, 12), watch=lambda now: told.append(perf_counter())).solve("level", maximise=True)
    assert told
    assert all(later - earlier >= REPORT_EVERY for earlier, later in pairwise(told))


@pytest.mark.parametrize("algorithm", BOTH)
def test_what_the_watcher_raises_comes_out(algorithm: Algorithm) -> None:
    def fail(now: Progress) -> None:
        raise OSError("no more stderr")

    given = over_time(10, 30, 3, 6)
    solver = Solver(given, algorithm=algorithm, watch=fail)
    with pytest.raises(OSError, match="no more stderr"):
        solver.solve("level", maximise=True)
    solver.watch = None
    expected = Solver(given, algorithm=algorithm).solve("level", maximise=True)
    np.testing.assert_array_equal(solver.solve("level", maximise=True).columns, expected.columns)


def test_nothing_is_heard_of_small_programs_that_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it listens")

    monkeypatch.setattr(highspy.Highs, "startCallback", fail)
    monkeypatch.setattr(signal, "signal", fail)
    assert Solver(any_program(1)).solve("level", maximise=True).status == "optimal"
    with pytest.raises(AssertionError, match="it listens"):
        Solver(any_program(1), watch=lambda now: None).solve("level", maximise=True)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Progress("presolve", 0, None, 1.2), "presolve, 1 s"),
        (Progress("interior point", 34, 10_120.0, 12.3, goal="level"), "interior point, iteration 34, 10.12 Mt, 12 s"),
        (
            Progress("interior point", 9, 10_120.0, 4.0, bound=11_300.0, goal="level"),
            "interior point, iteration 9, 10.12 to 11.30 Mt, 4 s",
        ),
        (
            Progress("simplex", 11_104, None, 5.0, bound=1.5, goal="growth"),
            "simplex, iteration 11,104, at most 1.50 times the base year, 5 s",
        ),
        (
            Progress("simplex", 7, None, 5.0, bound=2_500_000.0, goal="cost_shipper", maximise=False),
            "simplex, iteration 7, at least 2,500.00 million USD, 5 s",
        ),
        (Progress("crossover", 40, 3.0, 5.0, bound=3.0, goal="tie_break"), "crossover, iteration 40, 5 s"),
    ],
)
def test_progress_in_words(now: Progress, words: str) -> None:
    assert str(now) == words


def test_how_far_in_words() -> None:
    assert far(Progress("presolve", 0, None, 1.2)) == "the solver had not begun to iterate"
    now = Progress("interior point", 34, 10_120.0, 12.3, bound=10_120.0, goal="level")
    assert far(now) == "the interior point method was at iteration 34 after 12 s, 10.12 Mt"
    assert far(Progress("crossover", 40, None, 5.0)) == "the solver was at iteration 40 after 5.0 s"


def test_what_is_known_travels_with_the_error() -> None:
    late = TimeLimitError("too late", "by month: 10.12 Mt")
    assert str(late) == "too late\nby month: 10.12 Mt"
    late.known = "by quarter: 10 Mt"
    for error in (late, Interrupted("far")):
        assert pickle.loads(pickle.dumps(error)).known == error.known
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
