"""Results in JSON: one rule for numbers, tables, lists and empty cells."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from corridor.model.horizon import Horizon
from corridor.model.result.certificate import Certificate
from corridor.model.result.frame import filled, listed, plain, records
from corridor.model.result.listing import Listing
from tests.cases import answered, series

FRAME = pd.DataFrame({"name": ["a", "b"], "t": [1.5, math.nan], "resources": ["one, two", ""], "most": [math.inf, 2.0]})
PLAIN: dict[str, tuple[object, object]] = {
    "number": (2.0, 2.0),
    "nothing": (math.nan, None),
    "no limit": (math.inf, None),
    "ids": (("a", "b"), ["a", "b"]),
    "table": (FRAME[["name", "t"]], [{"name": "a", "t": 1.5}, {"name": "b", "t": None}]),
    "horizon": (Horizon.of("month"), {"periods": "month", "count": 12, "cyclic": True}),
    "mapping": ({1: (math.nan,)}, {"1": [None]}),
}


@pytest.mark.parametrize("what", PLAIN)
def test_values_are_plain(what: str) -> None:
    value, wanted = PLAIN[what]
    assert plain(value) == wanted


def test_a_certificate_has_its_verdict() -> None:
    assert plain(Certificate(1e-9, 0.0, math.inf, 0.0)) == {
        "primal_residual": 1e-9,
        "dual_residual": 0.0,
        "gap": None,
        "balance": 0.0,
        "choice": None,
        "passed": False,
    }


def test_listings_leave_empty_cells_out() -> None:
    assert filled({"a": None, "b": (), "c": math.nan, "d": math.inf, "e": [{"f": None, "g": 1}]}) == {
        "d": None,
        "e": [{"g": 1}],
    }
    assert listed(FRAME) == [
        {"name": "a", "t": 1.5, "resources": ["one", "two"], "most": None},
        {"name": "b", "resources": [], "most": 2.0},
    ]
    assert records(FRAME, "most") == [{"most": None}, {"most": 2.0}]
    case = series()
    body = Listing(case, "ladder", FRAME, {"floor": 1.0, "note": None}).to_dict()
    assert body == {"schema": 1, "case": "test", "scenario": "base", "status": "optimal", "floor": 1.0} | {
        "rows": listed(FRAME)
    }


def test_a_result_as_text_is_its_json() -> None:
    answer = answered(series())
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert (answer.case, answer.scenario, answer.base_year) == (series(), "base", 2025)
