"""Colours, type and small SVG marks that the parts of the flow map share."""

import math
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from corridor.reports.map.plane import Points

FONT = "FiraGO,'Fira Sans','Noto Sans','Segoe UI',Arial,Helvetica,sans-serif"
INK, MUTED, FAINT = "#1B2733", "#5A6875", "#98A3AC"
SEA, LAND, STATE, COAST, BORDER, WATER_INK, STATE_INK = (
    "#E6EFF4",
    "#F7F5F1",
    "#EAE3D3",
    "#A9BAC6",
    "#B3A78F",
    "#3F6480",
    "#6B6250",
)
BADGE = "#4F0712"
BADGE_RADIUS = 8.0
SMALL, BODY = 10.0, 11.0


def num(value: float) -> str:
    """A coordinate with at most one decimal.

    >>> num(3.04), num(-0.01), num(2.55)
    ('3', '0', '2.5')
    """
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def text_mark(
    text: str,
    x: float,
    y: float,
    *,
    size: float = SMALL,
    colour: str = INK,
    bold: bool = False,
    italic: bool = False,
    halo: str | None = None,
    anchor: str | None = None,
    spacing: float = 0.0,
) -> str:
    """A line of text, escaped."""
    marks = [f'x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{colour}"']
    marks += ['font-weight="600"'] if bold else []
    marks += ['font-style="italic"'] if italic else []
    marks += [f'text-anchor="{anchor}"'] if anchor else []
    marks += [f'letter-spacing="{num(spacing)}"'] if spacing else []
    marks += [f'stroke="{halo}" stroke-width="2.6" stroke-linejoin="round" paint-order="stroke"'] if halo else []
    return f"<text {' '.join(marks)}>{escape(text)}</text>"


def badge_mark(number: int, x: float, y: float, name: str = "") -> str:
    """A numbered disc; ``name`` is that of its limit, for the script of a page."""
    disc = (
        f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(BADGE_RADIUS)}" fill="{BADGE}" stroke="#FFFFFF"'
        ' stroke-width="1.4"/>'
    )
    text = text_mark(str(number), x, y + 3.6, size=SMALL, colour="#FFFFFF", bold=True, anchor="middle")
    return f"<g data-limit={quoteattr(name)}>{disc}{text}</g>" if name else disc + text


def path_of(points: Points, *, closed: bool = False) -> str:
    """SVG path of a line of points, px, one decimal.

    >>> path_of(np.array([[0.0, 0.0], [10.04, 5.0]]))
    'M0 0L10 5'
    """
    pairs = "L".join(f"{num(x)} {num(y)}" for x, y in points.tolist())
    return f"M{pairs}{'z' if closed else ''}"


def arrow_mark(tip: Points, direction: Points, size: float, colour: str) -> str:
    """A solid arrowhead with its middle at a point of a line."""
    length = math.hypot(*direction.tolist()) or 1.0
    along, across = direction / length * size, np.array([-direction[1], direction[0]]) / length * size
    corners = np.array([tip + along * 0.8, tip - along * 0.6 + across * 0.75, tip - along * 0.6 - across * 0.75])
    return f'<path d="{path_of(corners, closed=True)}" fill="{colour}"/>'
