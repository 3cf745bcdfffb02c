"""The panel as parts of a page: markup, the script with its hash, and compressed data."""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from corridor.model.language import Words
from corridor.model.result.panel import Panel
from corridor.reports.blocks import Document, Live, leaves

WORKER = ("program.js", "measures.js", "choice.js", "curve.js", "worker.js")
"""Scripts of the worker, behind the solver itself."""
PAGE = ("bytes.js", "link.js", "map.js", "chart.js", "panel.js")
"""Scripts of the page."""


@dataclass(frozen=True)
class Parts:
    """Parts of a page: its ``script``, and ``data`` by id, as gzip in base 85; both empty without a panel."""

    script: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def scripts(self) -> list[str]:
        """The scripts that the page runs."""
        return [self.script] if self.script else []

    @property
    def policy(self) -> list[str]:
        """Directives of the policy of content, beside those for the scripts."""
        return ["worker-src blob:", "connect-src 'none'"] if self.script else []


def live_of(report: Document) -> Parts:
    """The script of a report's panel and everything that it reads; the same bytes for the same panel.

    A page has one panel at most.
    """
    panel = next((block.panel for block in leaves((*report.blocks, *report.annex)) if isinstance(block, Live)), None)
    if panel is None:
        return Parts()
    script = "".join(_script(name) for name in PAGE)
    data = {"live-worker": _worker(), "live-wasm": _wasm(), "live-panel": _packed(json.dumps(plain(panel)))}
    return Parts(script, data)


STARTS = ("starts", "given_starts")
"""Parts of a program that hold the place at which each column or row begins."""
TEXTS = Words(
    {
        "agrees": "This answer, solved in the page, agrees with the one computed beforehand.",
        "moved": "Solved in the page. With no lever moved its answer agrees with the one computed beforehand.",
        "disagrees": "The page disagrees with the answer computed beforehand: do not use this panel.",
        "failed": "The panel stopped: {reason}.",
        "first": "Runs out first: {first}",
        "and": " and ",
        "nothing": "Nothing runs out.",
        "infeasible": "The cargo that has to be carried does not fit.",
        "none": "no answer",
        "about": "about ",
        "same": "the same",
        "limit": "{name}: {t} {unit} per {per}",
        "none_built": "No project of the case adds anything here.",
        "built": "{names}: {usd} million USD, {t} {unit}",
        "times": "{count} × {name}",
        "axis_x": "million USD spent, all together",
        "axis_y": "{unit} a year",
        "strange": "No lever of this panel makes: {words}.",
        "copied": "Copied.",
        "copy": "Copy it from the field.",
        "note": "Made in the panel of a report",
        "why": "moved in the panel of a report",
    }
)
"""Words that the script shows."""


def _script(name: str) -> str:
    return (files("corridor.reports") / "live" / name).read_text(encoding="utf-8")


def _asset(name: str) -> bytes:
    return (files("corridor.reports") / "assets" / "highs" / name).read_bytes()


def _packed(text: str) -> str:
    return _letters(gzip.compress(text.encode(), 9, mtime=0))


def _letters(data: bytes) -> str:
    """Bytes in base 85, a fifth of them more than they are; a comma stands for the sign that begins a tag."""
    return base64.b85encode(data).replace(b"<", b",").decode()


@cache
def _worker() -> str:
    solver = _asset("highs.js").decode()
    return _packed("\n".join([solver, *(_script(name).replace('"use strict";\n', "", 1) for name in WORKER)]))


@cache
def _wasm() -> str:
    return _letters(_asset("highs.wasm.gz"))


def plain(panel: Panel) -> dict[str, Any]:
    """The panel as JSON has it; a number without end is null."""
    changes = panel.case.changes
    return {
        "texts": dict(TEXTS.items()),
        "constants": panel.constants,
        "bases": list(dict.fromkeys(change.scenario for change in changes if change.scenario)),
        "changes": [change.words for change in changes if not change.scenario],
        "unit": panel.unit,
        "start": [lever.value for lever in (*panel.levers, *panel.projects)],
        "projects": [
            {
                "lever": len(panel.levers) + number,
                "id": lever.lever_id,
                "name": lever.name,
                "most": lever.high,
                "usd": panel.costs_usd[lever.lever_id],
            }
            for number, lever in enumerate(panel.projects)
        ],
        "levers": [
            {
                "id": lever.lever_id,
                "name": lever.name,
                "unit": lever.unit,
                "low": lever.low,
                "high": lever.high,
                "step": lever.step,
                "words": lever.words,
                "number": lever.number,
                "relative": lever.cell is None,
            }
            for lever in panel.levers
        ],
        "presets": [
            {
                "name": preset.name,
                "title": preset.title,
                "note": preset.note,
                "start": preset.start,
                "answer": preset.answer,
                "programs": {name: _short(program) for name, program in preset.programs.items()},
                "moves": preset.moves,
                "fixed": preset.fixed,
            }
            for preset in panel.presets
        ],
    }


def _short(program: Mapping[str, Any]) -> dict[str, Any]:
    """A program with the number of entries by column instead of their starts: a few small numbers compress well."""
    made: dict[str, Any] = dict(program)
    for name in STARTS:
        if name in made:
            made[name] = [stop - start for start, stop in pairwise(made[name])]
    plain: dict[str, Any] = _finite(made)
    return plain


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and math.isinf(value) else value
