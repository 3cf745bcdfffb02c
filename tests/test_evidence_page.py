"""Tables of docs/evidence.md are those of the present case."""

from __future__ import annotations

import pytest

import corridor
from tests.corridor.evidence_page import QUICK, SLOW, drawn, shown


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in ("before", "validation") else []) for name in QUICK]
)
def test_tables(name: str) -> None:
    assert shown(name) == QUICK[name](corridor.load()), "run python -m tests.corridor.evidence_page"


@pytest.mark.slow
def test_band() -> None:
    band = drawn(corridor.load())
    for name, make in SLOW.items():
        assert shown(name) == make(band), "run python -m tests.corridor.evidence_page"
