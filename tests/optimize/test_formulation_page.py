"""docs/formulation.md shows every rule as the code has it, and every rule keeps to its form."""

from __future__ import annotations

import pytest

from corridor.optimize.period.build import Period, build
from corridor.optimize.period.rules import RULE, RULES, UNITS
from tests.optimize.formulation_page import PAGE, page
from tests.optimize.test_golden import CASES


def test_the_page_is_made_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_has_its_algebra_keys_and_unit() -> None:
    for rule in RULES:
        assert all(part in rule.doc for part in (".. math::", "Keys: ", "Unit: ")), rule.name


def period_of(rule: str) -> Period:
    make, study, horizon = CASES[rule]
    return build(make(), study, horizon)


@pytest.mark.parametrize("name", sorted(RULE))
def test_rules_of_ones_have_coefficients_of_one(name: str) -> None:
    """An update in place leaves them out."""
    rows = [rows for (_, rule), rows in period_of(name).rows.items() if rule == name]
    sizes = {abs(c) for keyed in rows for terms in keyed.values() for c, *_ in terms}
    assert sizes
    if RULE[name].ones:
        assert sizes == {1.0}


def test_every_name_has_a_unit() -> None:
    """Names of columns, views and givens are those that a planner's rule cannot take."""
    for name in CASES:
        period = period_of(name)
        columns = {column for _, column in period.columns.keys}
        assert columns | {view for view, _ in period.views} | set(period.given) <= {*UNITS, "varied"}
