"""Whatever stands in the tables, a planner is told about faults and never sees a trace."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.data.folder import FULL, told, write

NASTY = ["", " ", "0", "-1", "1", "1e300", "NaN", "inf", "unlimited", "1,5", "=1", "Id", "a b", "must", "never", "*"]
IDS = ["plain", "harbour", "shore", "grain", "wagon", "rail", "railway", "crossing", "line", "ship", "ship_t", "back"]
Spoilt = tuple[str, int, int, str]


def spoil(tables: dict[str, str], cells: list[Spoilt]) -> dict[str, str]:
    """Tables with some cells replaced; the header is line 0, counted round."""
    rows = {name: list(csv.reader(io.StringIO(text))) for name, text in tables.items()}
    for name, line, column, text in cells:
        row = rows[name][line % len(rows[name])]
        row[column % len(row)] = text
    out = {}
    for name, table in rows.items():
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows(table)
        out[name] = file.getvalue()
    return out


SPOILT = st.tuples(
    st.sampled_from(sorted(FULL)),
    st.integers(0, 5),
    st.integers(0, 12),
    st.one_of(st.sampled_from(NASTY), st.sampled_from(IDS), st.text(max_size=5)),
)


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(SPOILT, min_size=1, max_size=6), st.sets(st.sampled_from(sorted(FULL)), max_size=2))
@example([("link", 1, 1, "railway")], {"mode"})
def test_spoilt_cells(cells: list[Spoilt], dropped: set[str]) -> None:
    tables = {name: text for name, text in spoil(FULL, cells).items() if name not in dropped}
    with tempfile.TemporaryDirectory() as folder:
        for fault in told(write(Path(folder), tables)):
            code, place, message = fault.split(" ", 1)[0], *fault.split(" ", 1)[1].split(": ", 1)
            assert code[0] == "C"
            assert place.split(".csv")[0].split(".")[0]
            assert "; " in message, fault  # a remedy follows the reason
            assert "None" not in message, fault
            assert "nan" not in message, fault


@pytest.mark.slow
@settings(max_examples=100)
@given(st.sampled_from(sorted(FULL)), st.binary(max_size=80), st.integers(0, 300))
def test_spoilt_bytes(table: str, noise: bytes, at: int) -> None:
    raw = FULL[table].encode()
    with tempfile.TemporaryDirectory() as folder:
        told(write(Path(folder), {**FULL, table: raw[:at] + noise + raw[at:]}))
