"""The report as one HTML file: no script, nothing fetched, the same bytes for the same findings."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.reports.blocks import Document, tied

WIDTH, PHONE_WIDTH = 1000, 358
FONTS = {400: "FiraGO-Regular.woff2", 600: "FiraGO-SemiBold.woff2"}


def html_of(report: Document) -> str:
    """Any document as the text of a self-contained HTML file."""
    template = template_of("report.html")
    return template.render(report=report, width=WIDTH, phone=PHONE_WIDTH, fonts=_fonts())


@cache
def template_of(name: str, **filters: Callable[..., str]) -> Template:
    """A template of the package by name, which reads ``filters`` besides :func:`corridor.reports.blocks.tied`."""
    loader = PackageLoader("corridor.reports")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(tied=tied, **filters)
    return environment.get_template(name)


@cache
def _fonts() -> dict[int, str]:
    """The fonts by weight, as base64."""
    folder = files("corridor.reports") / "assets" / "fonts"
    return {weight: base64.b64encode((folder / name).read_bytes()).decode() for weight, name in FONTS.items()}
