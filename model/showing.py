"""Results in a notebook: a page where a module makes one, else plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from html import escape
from importlib import import_module
from typing import Any, ClassVar

_PAGES = [""]


def shown_by(module: str) -> None:
    """The module whose ``page(thing)`` gives the HTML of a result; it is imported when one is first shown."""
    _PAGES[0] = module


class Shown:
    """A data class that shows itself in a notebook, and in one line elsewhere.

    ``page`` names the page of its study, ``""`` where there is none.
    """

    page: ClassVar[str] = ""

    def _repr_html_(self) -> str:
        module = _PAGES[0]
        try:
            return str(import_module(module).page(self)) if module else plain(self)
        except ModuleNotFoundError as missing:
            if not module.startswith(str(missing.name)):
                raise
            return plain(self)

    def __repr__(self) -> str:
        """Class and what is text or number, without the tables."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]
        case = given.get("case")
        if case is not None and not isinstance(case, str):
            given |= {"case": case.name, "scenario": case.scenario}
        said = [f"{name}={value!r}" for name, value in given.items() if isinstance(value, str | int | float)]
        return f"{type(self).__name__}({', '.join(said)})"


def plain(thing: Any) -> str:
    """A data class as HTML: its line, and every table that has rows as it is."""
    parts = [f"<p>{escape(repr(thing))}</p>"]
    for each in fields(thing):
        value = getattr(thing, each.name)
        for name, table in value.items() if isinstance(value, Mapping) else [(each.name, value)]:
            if hasattr(table, "to_html") and len(table):
                parts.append(f"<p>{escape(str(name))}</p>\n{table.to_html(border=0, na_rep='–')}")
    return "\n".join(parts)
