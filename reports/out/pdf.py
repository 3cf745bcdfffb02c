"""The report as PDF, laid out by Typst: the same document as the HTML, tagged (PDF/UA-1), the same bytes again."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.reports.blocks import Document
from corridor.reports.out.letters import FAMILIES, check_letters
from corridor.reports.out.plain import plain
from corridor.reports.out.tags import with_row_headers

if TYPE_CHECKING:
    from types import ModuleType


def pdf_of(report: Document) -> bytes:
    """Any document as a PDF; raises CaseError where typst is not installed or a letter has no font."""
    typst = _typst()
    words = json.dumps(plain(report) | {"fonts": FAMILIES}, ensure_ascii=False)
    check_letters(words)
    folder = files("corridor.reports")
    with as_file(folder / "assets" / "fonts") as fonts:
        made = typst.compile(
            (folder / "templates" / "report.typ").read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]),
            ignore_system_fonts=True,
            sys_inputs={"document": words},
            format="pdf",
            pdf_standards=["ua-1"],
        )
    assert isinstance(made, bytes)
    return with_row_headers(made)


def _typst() -> ModuleType:
    try:
        import typst
    except ModuleNotFoundError:
        message = say("the PDF needs the package typst: pip install freight-corridor[pdf]")
        raise CaseError([Fault("C081", "report.pdf", message)], "the output") from None
    return typst
