"""A sheet for figures that no chart library draws: marks at px, as static SVG; the same input, the same bytes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import FONT, INK, num, text_mark

SIZE, LINE = 12.0, 15.0
"""Px, letters and the distance of two lines."""
HALO = "#FFFFFF"
SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""Share of a text left of its anchor."""
PALETTE = ("#3A78A4", "#B06A0A", "#7A1F3D", "#3B7D5A", "#6B4E9B", "#5A6875")
"""Colours of kinds, in the order in which they come; white letters can be read on each."""


class Canvas:
    """Marks on a sheet of ``width`` px; the height is known when all are drawn."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.marks: list[str] = []

    def box(
        self, x: float, y: float, wide: float, high: float, fill: str = "none", *, edge: str = "", dash: str = "",
        line: float = 1.4,
    ) -> None:  # fmt: skip
        """A rectangle; one of a width below nothing is drawn to the left."""
        if wide < 0:
            x, wide = x + wide, -wide
        stroke = f' stroke="{edge}" stroke-width="{num(line)}"' if edge else ""
        stroke += f' stroke-dasharray="{dash}"' if dash else ""
        size = f'x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}"'
        self.marks.append(f'<rect {size} fill="{fill}"{stroke}/>')

    def line(
        self, x: float, y: float, to_x: float, to_y: float, stroke: str = INK, *, wide: float = 1.2, dash: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        ends = f'x1="{num(x)}" y1="{num(y)}" x2="{num(to_x)}" y2="{num(to_y)}"'
        self.marks.append(f'<line {ends} stroke="{stroke}" stroke-width="{num(wide)}"{dashed}/>')

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str = HALO, line: float = 1.2) -> None:
        at = f'cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"'
        self.marks.append(f'<circle {at} fill="{fill}" stroke="{edge}" stroke-width="{num(line)}"/>')

    def path(self, d: str, fill: str = "none", *, edge: str = "", line: float = 1.2, opacity: float = 1.0) -> None:
        stroke = f' stroke="{edge}" stroke-width="{num(line)}"' if edge else ""
        seen = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self.marks.append(f'<path d="{d}" fill="{fill}"{seen}{stroke}/>')

    def words(
        self, text: str, x: float, y: float, *, anchor: str = "start", colour: str = INK, bold: bool = False,
        size: float = SIZE, halo: bool = False,
    ) -> None:  # fmt: skip
        """A line of text whose middle is at ``y``."""
        mark = text_mark(
            text, x, y + 0.35 * size, size=size, colour=colour, bold=bold, anchor=None if anchor == "start" else anchor,
            halo=HALO if halo else None,
        )  # fmt: skip
        self.marks.append(mark)

    def lines(
        self, texts: Sequence[str], x: float, y: float, *, anchor: str = "start", colour: str = INK, bold: bool = False
    ) -> None:
        """Lines of text around a middle."""
        for place, text in enumerate(texts):
            at = y + LINE * (place - (len(texts) - 1) / 2)
            self.words(text, x, at, anchor=anchor, colour=colour, bold=bold)

    def paragraph(self, text: str, x: float, y: float, wide: float, *, colour: str = INK) -> float:
        """Text from a first line down, wrapped; the middle of the line after it."""
        for line in wrap(text, SIZE, wide):
            self.words(line, x, y, colour=colour)
            y += LINE
        return y

    def svg(self, height: float, title: str, description: str) -> str:
        """The sheet as text, with its title and description."""
        body = "".join(self.marks)
        key = "sheet-" + hashlib.sha256((body + title + description).encode()).hexdigest()[:8]
        size = f'width="{self.width}" height="{num(height)}" viewBox="0 0 {self.width} {num(height)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" role="img"'
            f' aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
            f'<desc id="{key}-desc">{escape(description)}</desc>{body}</svg>\n'
        )


class Scale:
    """Values across a plane: ``low`` at px ``left``, ``high`` at px ``right``."""

    def __init__(self, low: float, high: float, left: float, right: float) -> None:
        self.low, self.high, self.left = low, high, left
        self.per = (right - left) / (high - low or 1.0)

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) * self.per


class Labels:
    """Words on a sheet, of which none covers another: each takes the first of its places that is free."""

    def __init__(self, sheet: Canvas, left: float, right: float) -> None:
        self.sheet, self.left, self.right = sheet, left, right
        self.taken: list[tuple[float, float, float]] = []
        self.lines: list[tuple[float, float]] = []

    def avoid(self, corners: Sequence[tuple[float, float]]) -> None:
        """Keep words off the line through these px, as far as there is another place."""
        for (a, b), (c, d) in pairwise(corners):
            steps = max(1, round(math.dist((a, b), (c, d)) / 4))
            self.lines += [(a + (c - a) * n / steps, b + (d - b) * n / steps) for n in range(steps + 1)]

    def place(
        self, text: str, spots: Sequence[tuple[float, float, str]], *, colour: str = INK, bold: bool = False
    ) -> bool:
        """Write a text at the first free one of ``spots`` (x, middle, anchor); False where none is free."""
        wide = text_width(text, SIZE, bold=bold)
        free = [spot for spot in spots if not self._crossed(spot, wide)]
        for x, middle, anchor in [*free, *spots]:
            start = x - SHIFT[anchor] * wide
            end = start + wide
            inside = start >= self.left and end <= self.right
            if inside and all(end < a or b < start or abs(middle - at) >= LINE for a, b, at in self.taken):
                self.taken.append((start - 3, end + 3, middle))
                self.sheet.words(text, x, middle, anchor=anchor, colour=colour, bold=bold, halo=True)
                return True
        return False

    def _crossed(self, spot: tuple[float, float, str], wide: float) -> bool:
        x, middle, anchor = spot
        start = x - SHIFT[anchor] * wide
        return any(start - 2 < a < start + wide + 2 and abs(b - middle) < SIZE / 2 + 1 for a, b in self.lines)


def name_room(names: Sequence[str], most: float) -> tuple[list[list[str]], float]:
    """Names wrapped to ``most`` px, and the px that the widest line of them takes."""
    lines = [wrap(name, SIZE, most) for name in names]
    return lines, max((text_width(line, SIZE, bold=True) for name in lines for line in name), default=0.0)


def scale_of(most: float, *, few: bool = False, wanted: int = 4) -> tuple[float, list[float]]:
    """The top of an axis and its round marks."""
    if most <= 0:
        return 1.0, [0.0]
    wanted = 2 if few else wanted
    rough = most / wanted
    unit = 10 ** math.floor(math.log10(rough))
    step = next(each * unit for each in (1, 2, 2.5, 5, 10) if each * unit >= rough * (1 - 1e-9))
    ticks = [step * n for n in range(int(most / step * (1 + 1e-9)) + 1)]
    return max(most * 1.06, ticks[-1]), ticks
