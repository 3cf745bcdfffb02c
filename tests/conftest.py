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


TOGETHER = ("test_bundled_case", "test_scenario_library", "test_year_page", "test_pdf", "test_evidence_page")
"""Modules whose tests share long answers, which one worker computes once."""


@pytest.hookimpl(tryfirst=True)  # before the plugin that distributes looks for the mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: item.path.stem not in TOGETHER)  # the longest first, so that no worker waits at the end


def pytest_collection_finish() -> None:
    """Tests and modules stay to the end; no collection looks through them again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write tests/golden/*.lp anew")
