"""The certificate passes on every answer of the suite, and fails on every one that is tampered with."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.model.program import Axis, Program
from corridor.model.result.certificate import Certificate
from corridor.optimize.answer.solve import STUDIES
from corridor.optimize.answer.year import Year
from corridor.optimize.proof.balances import worst_imbalance
from corridor.optimize.proof.certificate import certify
from tests.cases import SUITE, answered, boxes, choice, ferry, oil_and_boxes, series

Tables = dict[str, pd.DataFrame]


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", sorted(SUITE))
def test_passes_on_every_case_of_the_suite(name: str, study: str) -> None:
    certificate = answered(SUITE[name](), study).certificate
    assert certificate.balance is not None
    for each in certificate.residuals:
        assert -1e-12 <= each <= 1e-8


def certificate_of(
    case: Case, tamper: Callable[[Year, Floats, Floats], tuple[Floats, Floats]] | None = None
) -> Certificate:
    """Of flows and prices of one pass, after tampering with them."""
    year = Year(case, "capability")
    found = year.concurrent()
    columns, prices = found.columns.copy(), found.prices.copy()
    if tamper:
        columns, prices = tamper(year, columns, prices)
    bounds = year.program.bounds(year.program.values)
    return certify(year.program, year.goal("growth"), columns, prices, *bounds, maximise=True)


def column(name: str) -> Callable[[Year], int]:
    return lambda year: next(at for at, label in enumerate(year.program.columns) if label[0] == name)


def more(name: str, amount: float) -> Callable[[Year, Floats, Floats], tuple[Floats, Floats]]:
    """One column of a variable changed by an amount."""

    def tamper(year: Year, columns: Floats, prices: Floats) -> tuple[Floats, Floats]:
        columns[column(name)(year)] += amount
        return columns, prices

    return tamper


def priced(change: Callable[[Floats], Floats]) -> Callable[[Year, Floats, Floats], tuple[Floats, Floats]]:
    return lambda _, columns, prices: (columns, change(prices))


def poked(prices: Floats) -> Floats:
    out = prices.copy()
    out[np.argmax(np.abs(out))] += 0.01
    return out


TAMPERED: dict[str, Callable[[Year, Floats, Floats], tuple[Floats, Floats]]] = {
    "a flow more": more("flow", 1.0),
    "a flow less": more("flow", -1.0),
    "a loaded unit less": more("loaded", -0.1),
    "an empty more": more("empty", 0.1),
    "a move less": more("move", -0.001),
    "a delivery more": more("served", 1.0),
    "a level more": more("level", 1.0),
    "growth for nothing": more("growth", 0.01),
    "growth given away": more("growth", -0.01),
    "nothing done": lambda _, columns, prices: (np.zeros_like(columns), prices),
    "a negative column": lambda _, columns, prices: (np.where(columns == 0, -1e-3, columns), prices),
    "no prices": priced(np.zeros_like),
    "prices doubled": priced(lambda prices: 2 * prices),
    "prices turned round": priced(lambda prices: -prices),
    "a price more": priced(poked),
    "not a number": lambda _, columns, prices: (columns * math.nan, prices),
}


def test_arrays_of_an_honest_answer_pass() -> None:
    assert certificate_of(boxes()).passed


@pytest.mark.parametrize("what", sorted(TAMPERED))
def test_fails_on_arrays_that_were_tampered_with(what: str) -> None:
    assert not certificate_of(boxes(), TAMPERED[what]).passed


def small(columns: list[float], prices: list[float]) -> Certificate:
    """Of x + y <= 4, x >= 1, 2x + y as large as can be: x = 4, y = 0 at a price of 2 on the first row proves 8."""
    program = Program(
        matrix=sp.csc_array(np.array([[1.0, 1.0], [1.0, 0.0]])),
        given_matrix=sp.csr_array((2, 0)),
        rhs=np.array([4.0, 1.0]),
        sense=np.array([1, -1]),
        goals={},
        rows=Axis([[], [], [("at most", 1), ("at least", 1)]], [1, 1, 1]),
        columns=Axis([[], [], [("x", 1), ("y", 1)]], [1, 1, 1]),
        givens=Axis([[], [], []], [1, 1, 1]),
        values=np.zeros(0),
    )
    lower, upper = np.array([-np.inf, 1.0]), np.array([4.0, np.inf])
    given = (np.array([2.0, 1.0]), np.array(columns), np.array(prices), lower, upper)
    return certify(program, *given, maximise=True)


ALONE: dict[str, tuple[list[float], list[float], str]] = {
    "above an upper bound": ([5, 0], [2, 0], "primal_residual"),
    "below a lower bound": ([0, 4], [2, 0], "primal_residual"),
    "below zero": ([4.5, -0.5], [2, 0], "primal_residual"),
    "a reduced cost of the wrong sign": ([4, 0], [1.9, 0], "dual_residual"),
    # 2.5 - 0.5 = 2 and 2.5 >= 1: every reduced cost is right; a price of the other sign on a row of one side is not.
    "a price of the wrong sign on a lower bound": ([4, 0], [1.5, 0.5], "dual_residual"),
    "a price of the wrong sign on an upper bound": ([4, 0], [-1, 3], "dual_residual"),
    "prices that are right and prove less": ([4, 0], [2.5, -0.5], "gap"),
    "flows that are right and reach less": ([3, 1], [2, 0], "gap"),
    "one column that is no number": ([4, math.nan], [2, 0], "primal_residual"),
    "one price that is no number": ([4, 0], [2, math.nan], "dual_residual"),
}


def test_a_small_proof_holds() -> None:
    assert small([4, 0], [2, 0]).passed


@pytest.mark.parametrize("what", sorted(ALONE))
def test_each_check_alone_finds_its_fault(what: str) -> None:
    columns, prices, check = ALONE[what]
    found = small(columns, prices)
    residual = getattr(found, check)
    assert math.isnan(residual) or residual > 0.01
    assert not found.passed
    others = {"primal_residual", "dual_residual", "gap"} - {check, "gap" if "number" in what else check}
    if check == "gap":
        assert all(abs(getattr(found, each)) < 1e-12 for each in others)


@pytest.mark.parametrize("table", ["flow", "move", "delivered"])
def test_one_cell_that_is_no_number_is_found_among_several(table: str) -> None:
    case, column = boxes(), "number" if table == "move" else "t"
    whole = answered(case).tables
    for row in range(len(whole[table])):
        frame = whole[table].copy()
        frame.loc[row, column] = math.nan
        assert not worst_imbalance(case, {**whole, table: frame}) <= 1e-6


def without(table: str, row: int) -> Callable[[Tables], None]:
    def tamper(tables: Tables) -> None:
        tables[table] = tables[table].drop(index=row).reset_index(drop=True)

    return tamper


def times(table: str, columns: list[str], factor: float, where: str = "") -> Callable[[Tables], None]:
    def tamper(tables: Tables) -> None:
        frame = tables[table].copy()
        rows = frame.index if not where else frame.query(where).index
        assert len(rows) or not where
        frame.loc[rows, columns] *= factor
        tables[table] = frame

    return tamper


def all_of(*parts: Callable[[Tables], None]) -> Callable[[Tables], None]:
    def tamper(tables: Tables) -> None:
        for part in parts:
            part(tables)

    return tamper


EVERYTHING = (
    times("flow", ["t"], 1.01),
    times("move", ["number"], 1.01),
    times("delivered", ["t", "crossed_t", "gate_t"], 1.01),
)
"""Balanced, but 1 % more than a resource has."""

TABLES: dict[str, tuple[Callable[[], Case], str, Callable[[Tables], None]]] = {
    "a delivery more": (boxes, "capability", times("delivered", ["t", "crossed_t", "gate_t"], 1.001, "part == 'west'")),
    "gate tonnes alone": (boxes, "capability", times("delivered", ["gate_t"], 1.001, "part == 'west'")),
    "gate tonnes of what never crosses": (
        choice,
        "capability",
        times("delivered", ["crossed_t"], 1.1, "part == 'crosses'"),
    ),
    "flow of one link": (boxes, "capability", times("flow", ["t"], 0.999, "arc == 'sea'")),
    "flow turned round": (boxes, "capability", times("flow", ["t"], -1.0, "arc == 'sea'")),
    "too few loaded units": (boxes, "capability", times("move", ["number"], 0.99, "what == 'loaded'")),
    "no empties": (boxes, "capability", times("move", ["number"], 0.0, "what == 'empty'")),
    "half of the empties": (
        boxes,
        "capability",
        times("move", ["number"], 0.5, "what == 'empty' and arc == 'sea_back'"),
    ),
    "carriers one way": (boxes, "capability", times("move", ["number"], 0.9, "what == 'carrier' and arc == 'sea'")),
    "too few carriers": (boxes, "capability", times("move", ["number"], 0.9, "what == 'carrier'")),
    "no carriers": (boxes, "capability", times("move", ["number"], 0.0, "what == 'carrier'")),
    "more than the line": (boxes, "capability", all_of(*EVERYTHING)),
    "more than the fleet": (ferry, "capability", all_of(*EVERYTHING)),
    "more than the quay": (oil_and_boxes, "capability", all_of(*EVERYTHING)),
    "more than a link": (series, "capability", all_of(*EVERYTHING)),
    "more than the nameplate": (
        lambda: oil_and_boxes().with_(["gate.gate.nameplate_t_per_year=320000"]),
        "capability",
        all_of(*EVERYTHING),
    ),
    "a demand not met": (
        choice,
        "capability",
        all_of(
            times("flow", ["t"], 0.9, "destination == 'p'"),
            times("delivered", ["t"], 0.9, "part == 'stays'"),
        ),
    ),
}


@pytest.mark.parametrize("what", sorted(TABLES))
def test_fails_on_tables_that_were_tampered_with(what: str) -> None:
    make, study, tamper = TABLES[what]
    case = make()
    tables = dict(answered(case, study).tables)
    assert worst_imbalance(case, tables) <= 1e-9
    tamper(tables)
    assert worst_imbalance(case, tables) > 1e-5


@pytest.mark.parametrize(
    ("name", "table"), [("boxes", "flow"), ("boxes", "move"), ("choice", "flow"), ("choice", "delivered")]
)
def test_fails_when_any_row_is_dropped(name: str, table: str) -> None:
    case = SUITE[name]()
    whole = answered(case).tables
    for row in range(len(whole[table])):
        tables = dict(whole)
        without(table, row)(tables)
        assert worst_imbalance(case, tables) > 1e-5, whole[table].iloc[row].to_dict()


def test_fails_on_a_tonne_that_skips_the_gate() -> None:
    """Cargo that must cross, sent by land on the layer before: it never gets to the layer after."""
    case = choice()
    tables = dict(answered(case).tables)
    flow = tables["flow"].copy()
    at = flow.query("arc == 'sea' and crosses == 'must'").index
    assert len(at)
    flow.loc[at, "arc"] = "land"
    tables["flow"] = flow
    assert worst_imbalance(case, tables) > 1e-3


def test_a_balance_that_was_not_computed_is_none() -> None:
    certificate = certificate_of(boxes())
    assert certificate.balance is None
    assert certificate.to_dict()["balance"] is None
    assert certificate.passed
    assert len(certificate.residuals) == 3


@pytest.mark.parametrize("bad", [math.nan, math.inf, 2e-6])
def test_passed_wants_finite_small_numbers(bad: float) -> None:
    assert Certificate(0, 0, 0, 0).passed
    for position in range(4):
        assert not Certificate(*(bad if each == position else 0.0 for each in range(4))).passed
