"""Options and settings of the whole suite."""

import gc
import os

import pytest
from hypothesis import Phase, settings

# The same examples on every machine and every run; the time of one example says nothing on a busy machine.
settings.register_profile(
    "corridor",
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
settings.load_profile("corridor")

# Collecting as often as a server does costs the tests a fifth of their time; the command does without it, too.
gc.set_threshold(100_000, 20, 10)

# Workers of pytest-xdist set COLUMNS to 80; a page is as wide in them as in a pipe.
os.environ.pop("COLUMNS", None)

# No test answers from the cache of the user's home; tests/corridor/test_starting.py has folders of its own.
os.environ["CORRIDOR_CACHE"] = ""


LONGEST = ("test_readme", "test_scenario_library", "test_year_page", "test_pages", "test_bundled_case", "test_any_page")
"""Modules that take longest come first, so that no worker waits at the end; a module's tests share long answers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_collection_finish() -> None:
    """Tests and modules stay to the end; no collection looks through them again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write tests/golden/*.lp anew")
