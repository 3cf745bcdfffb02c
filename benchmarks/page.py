"""The page of measured ratios: tables as Markdown, put between their markers in README.md, which are rewritten."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path

PAGE = Path(__file__).with_name("README.md")
UNKNOWN = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; None is told as a dash.

    >>> print(table(["what", "s"], [["solve", 0.1234], ["build", None]]))
    | what | s |
    |---|---|
    | solve | 0.123 |
    | build | – |
    """
    lines = [list(head), ["---"] * len(head), *([cell(each) for each in row] for row in rows)]
    return "\n".join("|---" * len(head) + "|" if n == 1 else f"| {' | '.join(line)} |" for n, line in enumerate(lines))


def cell(value: object) -> str:
    """A number with three figures, whole numbers whole, text as it is."""
    if value is None:
        return UNKNOWN
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def times(value: float | None, by: float | None) -> str:
    """How many times ``by`` a value is; a dash where one of them is not known."""
    return f"{value / by:.2f} ×" if value is not None and by else UNKNOWN


def rewritten(page: str, name: str, text: str) -> str:
    """The page with what stands between the markers of this name replaced; raises ValueError where they are not."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, marker, rest = page.partition(begin)
    _, closing, after = rest.partition(end)
    if not (marker and closing):
        raise ValueError(f"the page has no markers called {name}")
    return f"{before}{begin}{text}\n{end}{after}"


def machine() -> str:
    """The machine, the versions and the date, in a line."""
    found = [f"{name} {_version(name)}" for name in ("highspy", "pyomo", "numpy", "scipy", "pandas")]
    memory = _memory()
    return ", ".join(
        [
            f"{date.today():%-d %B %Y}",
            f"{cpu_count()} × {_processor()}" + (f", {memory:.0f} GiB" if memory else ""),
            f"{platform.system()}",
            f"Python {platform.python_version()}",
            *found,
        ]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 2**20 for line in lines if line.startswith("MemTotal")), None)
