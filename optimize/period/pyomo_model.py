"""Sums and look-ups in the Pyomo model of a period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.core as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from corridor.model.program import BLOCKS


def linear(terms: Iterable[tuple[float, Any]]) -> Any:
    """The sum of coefficient times variable."""
    pairs = list(terms)
    return LinearExpression(constant=0, linear_coefs=[c for c, _ in pairs], linear_vars=[v for _, v in pairs])


def find(model: pyo.ConcreteModel, name: str, key: Any) -> Any:
    """The variable of this name and key, in whichever block it is; raises KeyError."""
    for block in BLOCKS:
        component = model.component(block).component(name)
        if component is not None and key in component:
            return component[key]
    raise KeyError((name, key))
