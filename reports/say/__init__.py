"""Pages of studies: one file a study makes the blocks that terminal, HTML, PDF and notebook print."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from corridor.reports.blocks import Block, Document


def blocks(result: Any, *, short: bool = False) -> list[Block]:
    """The blocks of a result, by the module that its ``page`` names: ``page(result, *, short)`` there."""
    module = import_module(f"corridor.reports.say.{result.page}")
    made: list[Block] = module.page(result, short=short)
    return made


def document(results: Sequence[Any], title: str) -> Document:
    """The pages of results of one case, one after the other, as a document under a title."""
    case = results[0].case
    subtitle = f"{case.title}, {case.base_year}, {case.scenario}"
    return Document(case.title, title, subtitle, "", tuple(block for each in results for block in blocks(each)))
