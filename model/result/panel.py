"""The panel of the report: programs that its page solves again, levers that move them, and answers to match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corridor.model.case import Case

NUMBERS = ("value", "percent", "times")
"""The number in the words of a change: the value of a lever, a factor made of per cent more, or a whole number."""


@dataclass(frozen=True)
class PanelLever:
    """One lever: ``value`` is that of the case, ``low`` to ``high`` its reach in ``unit``, ``step`` one notch.

    ``words`` are the changes that it makes, with ``{}`` for the number; ``number`` is one of :data:`NUMBERS`.
    ``cell`` is the cell that it sets, empty where it changes many from where they are. ``moves`` names what follows:
    ``fits``, ``comes``.
    """

    lever_id: str
    name: str
    kind: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    words: tuple[str, ...]
    number: str = "value"
    cell: tuple[str, str, str] | None = None
    moves: tuple[str, ...] = ()

    def changes(self, value: float) -> list[str]:
        """The words of its changes at a value."""
        number = (100.0 + value) / 100.0 if self.number == "percent" else value
        text = f"{number:.0f}" if self.number == "times" else repr(float(number))
        return [words.replace("{}", text) for words in self.words]


@dataclass(frozen=True)
class Preset:
    """One position from which levers start: the case itself (``name`` empty) or a scenario of it.

    * ``start``: value of each lever; ``answer``: what Python computed there, in tonnes, with the first limit's names
    * ``programs``: arrays by program, ``fits`` and ``comes``; a scenario of the same rows and columns has only the
      ``numbers`` that differ, the position of each first
    * ``moves``: by program the entries that levers move, as ``[entry, [factor, [lever, shape], …], …]``; of a scenario
      of the same rows and columns those that differ from the case's
    * ``fixed``: levers that do not follow here
    """

    name: str
    title: str
    note: str
    start: tuple[float, ...]
    answer: Mapping[str, Any]
    programs: Mapping[str, Any]
    moves: Mapping[str, Any]
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    """Levers and presets of a case whose year is solved again in the page.

    ``projects`` are levers behind the others, the times that each is built; ``costs_usd`` of one by id of its lever.
    ``left_out``: names of levers and scenarios that do not follow, each with the reason; ``reason``: why there is no
    panel at all, empty where there is one; ``constants``: tolerances and steps of the algorithms, by name.
    """

    case: Case
    unit: str = ""
    levers: tuple[PanelLever, ...] = ()
    projects: tuple[PanelLever, ...] = ()
    costs_usd: Mapping[str, float] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    constants: Mapping[str, float] = field(default_factory=dict)
