"""Borders between countries on the maps of a page: drawn, or left out throughout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_DRAWN: ContextVar[bool] = ContextVar("borders are drawn", default=True)


@contextmanager
def borders(drawn: bool) -> Iterator[None]:
    """Maps that are drawn within the block have borders, or none.

    >>> with borders(False):
    ...     drawn()
    False
    """
    token = _DRAWN.set(drawn)
    try:
        yield
    finally:
        _DRAWN.reset(token)


def drawn() -> bool:
    """True where maps have borders."""
    return _DRAWN.get()
