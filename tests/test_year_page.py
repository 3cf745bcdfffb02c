"""What docs/year-by-periods.md says of 2025 by months and weeks is what the case says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import corridor

PAGE = Path(__file__).parent.parent / "docs" / "year-by-periods.md"


@pytest.mark.slow
def test_months_and_weeks_of_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    case = corridor.load()
    months, weeks = (corridor.solve(case, periods=periods) for periods in ("month", "week"))
    assert months.value is not None
    assert weeks.value is not None
    whole = months.whole_t["capability"]
    assert f"| T, million gate tonnes | **{months.value / 1e6:.3f}** | {whole / 1e6:.3f} |" in text
    assert f"That is the {(months.value - whole) / 1e3:.1f} kt above." in text
    assert f"By weeks T is {weeks.value / 1e6:.3f} Mt, {(months.value - weeks.value) / 1e3:.1f} kt less" in text
    periods = months.tables["periods"]
    for words, column in (("waiting at its origin", "waiting_t"), ("in stores", "stock_t")):
        kt = float(re.findall(rf"\| most cargo {words}, end of February \| about (\d+) kt", text)[0])
        assert periods[column].idxmax() == 1
        assert periods[column].max() / 1e3 == pytest.approx(kt, rel=0.05)
    low, high = re.findall(r"\(February\) and the strongest \(July\), kt \| about (\d+) and (\d+) \|", text)[0]
    assert (periods["gate_t"].idxmin(), periods["gate_t"].idxmax()) == (1, 6)
    assert (periods["gate_t"].min() / 1e3, periods["gate_t"].max() / 1e3) == pytest.approx(
        (float(low), float(high)), rel=0.02
    )


@pytest.mark.slow
@pytest.mark.parametrize("study", ["cost_shipper", "handled"])
def test_other_studies_by_weeks_prove_themselves(study: str) -> None:
    answer = corridor.solve(corridor.load(), study, periods="week")
    assert answer.certificate is not None
    assert answer.certificate.passed
    assert answer.certificate.balance < 1e-9  # the tables hold what the figures of use hold
