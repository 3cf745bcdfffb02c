"""The report as one HTML file: no script, nothing fetched, the same bytes for the same findings."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.reports.blocks import Document, tied

WIDTH, PHONE_WIDTH = 1000, 358
LONGEST_SLUG = 8
"""Words of a heading in its id."""
FONTS = {400: "FiraGO-Regular.woff2", 600: "FiraGO-SemiBold.woff2"}


def html_of(report: Document) -> str:
    """Any document as the text of a self-contained HTML file."""
    template = template_of("report.html")
    return template.render(report=report, width=WIDTH, phone=PHONE_WIDTH, fonts=_fonts(), slug=_slugs())


def _slugs() -> Callable[[str], str]:
    """A function that gives each heading an id of its own in one page."""
    given: Counter[str] = Counter()

    def slug(text: str) -> str:
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        words = re.findall(r"[a-z0-9]+", plain)[:LONGEST_SLUG]
        name = "-".join(("s", *words))
        given[name] += 1
        return name if given[name] == 1 else f"{name}-{given[name]}"

    return slug


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
