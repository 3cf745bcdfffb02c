"""Each code of a fault has one meaning, a place in the product, and an example on the page, which is as made."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from corridor.data.checks import CHECKS
from corridor.model.fault_codes import codes
from tests import faults_page
from tests.fault_examples import EXAMPLES, NONE

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "faults.md"


def used() -> set[str]:
    """Codes that stand as a text of their own in the product."""
    found = set()
    for room in ("model", "data", "optimize", "reports", "corridor"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and re.fullmatch(r"[CW]\d{3}", str(node.value)):
                    found.add(str(node.value))
    return found


def test_the_register_has_the_codes_of_the_product_and_no_other() -> None:
    assert used() == set(codes())


def test_a_meaning_has_one_code() -> None:
    meanings = [kind.wrong for kind in codes().values()]
    assert len(set(meanings)) == len(meanings)
    assert all(kind.remedy for kind in codes().values())


def test_every_fault_has_an_example() -> None:
    shown = set(faults_page.expected()) | set(EXAMPLES) | set(NONE)
    assert {code for code in codes() if code.startswith("C")} <= shown


def test_the_page_has_every_code_with_its_meaning_and_remedy() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for kind in codes().values():
        assert f"**{kind.code}** " in text
        assert kind.wrong in text
        assert kind.remedy in text


@pytest.mark.slow
def test_the_page_is_as_made() -> None:
    assert "\n".join(faults_page.page()) == PAGE.read_text(encoding="utf-8")


def test_the_rules_have_the_codes_of_their_files() -> None:
    """Every code that a file of rules can yield belongs to one of its rules in the list of checks, and no other."""
    listed: dict[str, set[str]] = {}
    for check in CHECKS:
        listed.setdefault(check.rule.__module__.rpartition(".")[2], set()).update(check.codes.split())
    for name, of_rules in listed.items():
        tree = ast.parse((ROOT / "data" / f"{name}.py").read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        first = [str(call.args[0].value) for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
        assert {code for code in first if re.fullmatch(r"C\d{3}", code)} == of_rules, name
