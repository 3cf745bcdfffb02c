"""Options and settings of the whole suite."""

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write tests/golden/*.lp anew")
