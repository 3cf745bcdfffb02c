"""docs/formulation.md shows every rule as the code has it."""

from corridor.optimize.period.rules import RULES
from tests.optimize.formulation_page import PAGE, page


def test_the_page_is_made_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_states_its_algebra_keys_and_unit() -> None:
    for rule in RULES:
        assert all(part in rule.doc for part in (".. math::", "Keys: ", "Unit: ")), rule.name
