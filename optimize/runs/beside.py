"""One call in a process of its own, while the work here goes on."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from corridor.model.case import Case
from corridor.model.language import choose, now

SMALL = 500
"""Product of demands and links up to which a case is answered sooner than a process starts."""
Made = TypeVar("Made")


def worth_a_process(case: Case) -> bool:
    """True for a case so large that a process of its own saves time."""
    return len(case["demand"]) * len(case["link"]) > SMALL


class Beside(Generic[Made]):
    """The result of ``call``, a function of some module without arguments or a ``partial`` of one.

    A spawned process works at it from the start, and is ended with the context. The call is made here instead where
    ``processes`` is one, where it cannot be pickled, and where it fails there: errors are those of a call made here.
    """

    def __init__(self, call: Callable[..., Made], processes: int) -> None:
        self.call = call
        self._reader: Connection | None = None
        if processes < 2:
            return
        try:
            letter = pickle.dumps(call)
        except (pickle.PicklingError, AttributeError, TypeError):
            return
        context = get_context("spawn")
        self._reader, writer = context.Pipe(duplex=False)
        self._process = context.Process(target=_answer, args=(writer, now(), letter), daemon=True)
        self._process.start()
        writer.close()

    def __enter__(self) -> Beside[Made]:
        return self

    def __exit__(self, *error: object) -> None:
        if self._reader is not None:
            self._process.terminate()
            self._process.join()
            self._reader.close()
            self._reader = None

    @property
    def apart(self) -> bool:
        """True while a process works at the call, or its result waits."""
        return self._reader is not None

    def result(self, **here: Any) -> Made:
        """The result, once it is there; ``here`` are arguments of a call made here alone. Raises the call's errors."""
        made: list[Made] = []
        if self._reader is not None:
            try:
                made = self._reader.recv()
            except EOFError:  # killed, or ended without a word
                made = []
        return made[0] if made else self.call(**here)


def _answer(writer: Connection, code: str, letter: bytes) -> None:
    """Send the result of a call as a list of one; an empty list where it fails."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interruption ends it without a word
    choose(code)
    try:
        made: list[Any] = [pickle.loads(letter)()]
    except Exception:
        made = []
    writer.send(made)
    writer.close()
