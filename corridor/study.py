"""A study as the registry names it: its verb, options and results, and what it cannot take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any

ALL = "all"
"""The scope of every demand; model/scope.py has it, too, which would import pandas here."""


class Measured(StrEnum):
    """Questions that can be put to a case."""

    capability = "capability"
    concurrent = "concurrent"
    handled = "handled"
    free = "free"
    expected = "expected"
    cost_shipper = "cost_shipper"
    cost_resource = "cost_resource"


class Aim(StrEnum):
    """Aims of a timetable."""

    both = "both"
    wait = "wait"
    sets = "sets"


class Sellers(StrEnum):
    """Sellers that set tariffs for themselves."""

    owner = "owner"
    country = "country"


@dataclass(frozen=True)
class Option:
    """A parameter of a study beside the question: an argument of the verb, or an option where it has a ``flag``.

    ``kind`` is its type, ``more`` has the keywords of typer's Option or Argument: metavar, min, max.
    """

    name: str
    help: str
    flag: str = ""
    kind: Any = str | None
    default: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """One study: ``verb`` of the command and name of the function of a script.

    * ``help``: one line of ``corridor --help``; empty for a function without a verb
    * ``made``: ``module:function`` below :mod:`corridor.optimize.studies`; the module of the verb if left out
    * ``results``: names of the classes that it gives, ``module:Class …`` below :mod:`corridor.model.result`
    * ``options``: of the verb, beside those of every study; ``work``: words on stderr while it works
    * ``counts``: it reports how many of how many are done; else its solver is watched
    * ``not_yet``: the parts of the question that it cannot take (a measure, too: ``expected``), each with the reason
    * ``uncut``: closures do not cut its periods once more; ``periods``: the horizon where none is given
    * ``keeps``: its result may be kept with the case (:data:`KEEP`), as headlines and reports take it
    * ``run``: ``function`` of :mod:`corridor.verbs` that answers the verb where one call of the study does not
    * ``starts``: its proved program is kept on disk, and the same command answers from it (:data:`NO_CACHE`)
    """

    verb: str
    help: str = ""
    made: str = ""
    results: str = ""
    options: tuple[Option, ...] = ()
    not_yet: Mapping[str, str] = field(default_factory=dict)
    work: str = "solving the case"
    counts: bool = False
    uncut: bool = False
    periods: str = "year"
    keeps: bool = False
    run: str = ""
    starts: bool = False

    def __post_init__(self) -> None:
        if self.starts:
            object.__setattr__(self, "options", (*self.options, NO_CACHE))
        if self.keeps:
            object.__setattr__(self, "options", (*self.options, KEEP))

    @property
    def function(self) -> Callable[..., Any]:
        """The function ``study(setting, …) -> result``."""
        module, _, name = (self.made or self.verb).partition(":")
        home = import_module(f"corridor.optimize.studies.{module}")
        made: Callable[..., Any] = getattr(home, name or self.verb)
        return made


KEEP = Option("keep", "Keep the result with the case, for headlines and reports.", "--keep", bool, False)
NO_CACHE = Option("no_cache", "Do not answer from the program on disk, and keep none.", "--no-cache", bool, False)
"""Option of a study that ``starts``."""
FREE = ("draws", "seed", "processes", "runs", "cluster")
"""Options of a study whose result is kept, whatever they are; any other is left out."""
