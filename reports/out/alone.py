"""A figure alone: SVG, PNG or PDF with its title, measure and sources, and its numbers as CSV."""

from __future__ import annotations

import base64
import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import escape

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.language import marked, say
from corridor.model.showing import Shown
from corridor.model.writing import ready, write
from corridor.reports.blocks import Figure
from corridor.reports.map.labels import wrap
from corridor.reports.map.style import FONT, INK, MUTED, num, text_mark

KINDS = (".svg", ".png", ".pdf")
"""Ends of files that a figure is written to."""
WIDTH, MARGIN = 1000, 16
TITLE, SMALL = 18.0, 12.0
SHARP = 2.0
"""Px of a PNG for a px of the figure."""
FACES = {400: "FiraGO-Regular.woff2", 600: "FiraGO-SemiBold.woff2"}


@dataclass(frozen=True, repr=False)
class Picture(Shown):
    """A figure of a case, which a notebook shows: ``name``, its ``question``, and ``figure`` with title and numbers."""

    page: ClassVar[str] = "picture"

    case: Case
    name: str
    question: str
    figure: Figure

    @property
    def title(self) -> str:
        """The finding, or the question where the figure has no title."""
        return self.figure.title or self.question

    def svg(self, width: int = WIDTH, *, fonts: bool = True) -> str:
        """The figure with title, measure, caption and sources as SVG text; its fonts are in it unless left out."""
        inner = self.figure.draw(max(self.figure.narrowest, width - 2 * MARGIN))
        head = inner.split(">", 1)[0]
        wide, high = _side(head, "width"), _side(head, "height")
        whole = wide + 2 * MARGIN
        marks, y = [], float(MARGIN)
        for text, size, colour, bold in self._above():
            for line in wrap(text, size * (1.06 if bold else 1.0), wide):
                y += size * 1.1
                marks.append(text_mark(line, MARGIN, y, size=size, colour=colour, bold=bold))
                y += size * 0.25
        y += 8
        marks.append(inner.strip().replace("<svg ", f'<svg x="{MARGIN}" y="{num(y)}" ', 1))
        y += high + 6
        for text in self._below():
            for line in wrap(text, SMALL, wide):
                y += SMALL * 1.25
                marks.append(text_mark(line, MARGIN, y, size=SMALL, colour=MUTED))
        y += MARGIN
        style = f"<style>{_faces()}</style>" if fonts else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{num(whole)}"'
            f' height="{num(y)}" viewBox="0 0 {num(whole)} {num(y)}" font-family="{FONT}"><title>'
            f'{escape(self.title)}</title>{style}<rect width="100%" height="100%" fill="#FFFFFF"/>'
            f"{''.join(marks)}</svg>\n"
        )

    def png(self, width: int = WIDTH) -> bytes:
        """The figure as PNG, twice as sharp as its width."""
        import vl_convert

        _fonts_known()
        return bytes(vl_convert.svg_to_png(self._plain(width), scale=SHARP))

    def pdf(self, width: int = WIDTH) -> bytes:
        """The figure as PDF of one page."""
        import vl_convert

        _fonts_known()
        return bytes(vl_convert.svg_to_pdf(self._plain(width)))

    def to_csv(self) -> str:
        """The numbers of the figure as CSV; empty where it has none."""
        table = self.figure.numbers
        if table is None:
            return ""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.heading for column in table.columns])
        writer.writerows([_safe(cell) for cell in row] for row in table.rows)
        return text.getvalue()

    def file(self, suffix: str, width: int = WIDTH) -> bytes:
        """The content of a file by its ending, one of :data:`KINDS`."""
        match suffix.lower():
            case ".png":
                return self.png(width)
            case ".pdf":
                return self.pdf(width)
            case _:
                return self.svg(width).encode()

    def save(self, path: str | Path, width: int = WIDTH, *, numbers: bool = False) -> list[Path]:
        """Write ``.svg``, ``.png`` or ``.pdf`` by the end of the name, with ``numbers`` a CSV beside it; the paths."""
        path = Path(path)
        check_path(path)
        made = {path: self.file(path.suffix, width)}
        if numbers and self.figure.numbers is not None:
            made[path.with_suffix(".csv")] = self.to_csv().encode()
        write(path.parent, {each.name: content for each, content in made.items()}, remedy=marked("give another file"))
        return list(made)

    def _above(self) -> list[tuple[str, float, str, bool]]:
        lines = [(self.title, TITLE, INK, True), (self.figure.subtitle, 13.0, MUTED, False)]
        return [line for line in lines if line[0]]

    def _below(self) -> list[str]:
        sources = {row.source_id: row for row in self.case.rows("source")}
        named = [str(sources[each].title) for each in self.figure.sources if each in sources]
        cited = f"Sources: {'; '.join(dict.fromkeys(named))}." if named else ""
        of = f"{self.case.title} {self.case.base_year}" + (
            "" if self.case.scenario == "base" else f", scenario {self.case.scenario}"
        )
        return [each for each in (self.figure.caption, cited, f"{of}. Corridor.") if each]

    def _plain(self, width: int) -> str:
        """The SVG for a renderer that has the fonts."""
        return self.svg(width, fonts=False).replace(FONT, "FiraGO")


def check_path(path: Path) -> None:
    """Raise CaseError for a file that no figure is written to, before the work and not after it."""
    if path.suffix.lower() not in KINDS:
        kind = say("in {suffix}", suffix=path.suffix) if path.suffix else say("without a point and a kind")
        reason = say(
            "a figure is not written to a file that ends {kind}; end it in {listed}", kind=kind, listed=", ".join(KINDS)
        )
        raise CaseError([Fault("C083", str(path), reason)], "the output")
    ready(path.parent, [path.name], remedy=marked("give another file"))


def _side(head: str, side: str) -> float:
    """Px of a side of the picture, from the first mark of its SVG."""
    found = re.search(rf' {side}="([\d.]+)', head)
    assert found is not None, head
    return float(found.group(1))


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; signs of numbers stay."""
    return f"'{cell}" if cell.startswith(("=", "@", "\t")) else cell


@cache
def _faces() -> str:
    """The fonts as rules of a style sheet."""
    folder = files("corridor.reports") / "assets" / "fonts"
    faces = []
    for weight, name in FACES.items():
        data = base64.b64encode((folder / name).read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data}) format('woff2')"
        faces.append(f"@font-face{{font-family:'FiraGO';font-weight:{weight};src:{source}}}")
    return "".join(faces)


@cache
def _fonts_known() -> None:
    import vl_convert

    with as_file(files("corridor.reports") / "assets" / "fonts") as folder:
        vl_convert.register_font_directory(str(folder))
