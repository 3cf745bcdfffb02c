"""Colours, type and small SVG marks that the parts of the flow map share."""

from xml.sax.saxutils import escape

FONT = "'FiraGO','Fira Sans','Segoe UI',Arial,sans-serif"
INK, MUTED, FAINT, EDGE = "#1B2733", "#5A6875", "#A9B3BB", "#7F8A94"
SEA, LAND, STATE, COAST, BORDER, WATER_INK, STATE_INK = (
    "#EAF1F5",
    "#F6F4EF",
    "#EBE6DA",
    "#BFCBD3",
    "#BDB29D",
    "#5B82A0",
    "#877D69",
)
BADGE = "#4F0712"
BADGE_RADIUS = 7.5
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


def badge_mark(number: int, x: float, y: float) -> str:
    """A numbered disc."""
    disc = (
        f'<circle cx="{num(x)}" cy="{num(y)}" r="{BADGE_RADIUS}" fill="{BADGE}" stroke="#FFFFFF" stroke-width="1.2"/>'
    )
    return disc + text_mark(str(number), x, y + 3.6, size=SMALL, colour="#FFFFFF", bold=True, anchor="middle")


def pipe_marks(path: str, flow_px: float, capacity_px: float | None, colour: str) -> tuple[str, str, str]:
    """Edge, inside and fill of a pipe; where the capacity is unknown the edge is dashed and hugs the fill."""
    d = f'd="{path}"'
    fill = f'<path {d} stroke="{colour}" stroke-width="{flow_px:.2f}"/>'
    if capacity_px is None:
        return f'<path {d} stroke="{MUTED}" stroke-width="{flow_px + 2.2:.2f}" stroke-dasharray="5 3.5"/>', "", fill
    edge = f'<path {d} stroke="{EDGE}" stroke-width="{capacity_px + 2:.2f}" stroke-linecap="round"/>'
    return edge, f'<path {d} stroke="#FFFFFF" stroke-width="{capacity_px + 0.4:.2f}" stroke-linecap="round"/>', fill
