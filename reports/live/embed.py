"""The panel as parts of a page: markup, the script with its hash, and compressed data."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from corridor.model.result.panel import Panel

WORKER = ("program.js", "measures.js", "choice.js", "worker.js")
"""Scripts of the worker, behind the solver itself."""
PAGE = ("link.js", "panel.js")
"""Scripts of the page."""


@dataclass(frozen=True)
class Parts:
    """Parts of a page: its ``script``, the source of ``policy`` that allows it, and ``data`` by id, as base64."""

    script: str
    policy: str
    data: dict[str, str]


def parts_of(panel: Panel) -> Parts:
    """The script of a page and everything that it reads; the same bytes for the same panel."""
    script = "\n".join(_script(name) for name in PAGE)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    data = {"live-worker": _worker(), "live-wasm": _wasm(), "live-panel": _packed(json.dumps(_plain(panel)))}
    return Parts(script, f"'sha256-{digest}'", data)


def _script(name: str) -> str:
    return (files("corridor.reports") / "live" / name).read_text(encoding="utf-8")


def _asset(name: str) -> bytes:
    return (files("corridor.reports") / "assets" / "highs" / name).read_bytes()


def _packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


@cache
def _worker() -> str:
    solver = _asset("highs.js").decode()
    return _packed("\n".join([solver, *(_script(name).replace('"use strict";\n', "", 1) for name in WORKER)]))


@cache
def _wasm() -> str:
    return base64.b64encode(_asset("highs.wasm.gz")).decode()


def _plain(panel: Panel) -> dict[str, Any]:
    """The panel as JSON has it; a number without end is null."""
    return {
        "constants": panel.constants,
        "scenario": panel.case.scenario if panel.case.changes else "",
        "changes": [change.words for change in panel.case.changes],
        "unit": panel.unit,
        "start": [lever.value for lever in panel.levers],
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
                "programs": _finite(preset.programs),
                "moves": preset.moves,
                "fixed": preset.fixed,
            }
            for preset in panel.presets
        ],
    }


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and math.isinf(value) else value
