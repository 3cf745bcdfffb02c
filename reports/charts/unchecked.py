"""Charts made without the checks of altair, which take twice as long as their drawing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

Given = ParamSpec("Given")


def unchecked(chart: Callable[Given, str]) -> Callable[Given, str]:
    """The same chart, its parts not held against the schema of Vega-Lite each time that one is made."""

    @wraps(chart)
    def made(*args: Given.args, **named: Given.kwargs) -> str:
        from altair.utils.schemapi import debug_mode

        with debug_mode(False):
            return chart(*args, **named)

    return made
