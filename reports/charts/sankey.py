"""Streams of cargo from one country over a ship to another, as static SVG: used inside, fitting as the outline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from corridor.model.language import marked, say
from corridor.model.result.users import Stream
from corridor.reports.charts.canvas import PALETTE, SIZE, Canvas
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK

TALL, LOW, GAP, THICK, HEAD = 330.0, 140.0, 5.0, 7.0, 38.0
"""Px: height of all streams on a wide page and on a narrower one, least space between two nodes, width of a node, room
above."""
LEAST = 15.0
"""Px that a node needs for its name."""
MOST = 7
"""Nodes of a column; the smaller ones are one node."""
REST = marked("others")
NARROW, WIDE = 560, 860
"""Px below which a column is left out: that of origins, that of landings."""
COLUMNS = marked(("From", "Sails from", "Lands at", "To"))
OUTLINE, USED, PLATE = 0.22, 0.75, 0.78
"""Opacity of what fits, of what is used, and of the ground of words over a stream."""
OTHER = "#B06A0A"
COUNTED = PALETTE[0]
Key = tuple[str, str, bool, str]
"""Names of both nodes of a band, True for counted cargo, and its market."""


@dataclass
class Node:
    """A bar of a column; ``left`` and ``right`` are the px of its sides at which the next stream begins."""

    name: str
    column: int
    used_t: float = 0.0
    fits_t: float = 0.0
    top: float = 0.0
    tall: float = 0.0
    sides: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def most_t(self) -> float:
        return max(self.used_t, self.fits_t)


def sankey_figure(
    streams: Sequence[Stream], signs: Sequence[str], said: Callable[[float], str], *,
    width: int, title: str, description: str,
) -> str:  # fmt: skip
    """SVG of the streams; ``signs`` name the colours of counted and of other cargo, ``said`` gives tonnes as words."""
    sheet = Canvas(width)
    shown = (1, 3) if width < NARROW else (0, 1, 3) if width < WIDE else (0, 1, 2, 3)
    listed = [(each, tuple(_merged(streams, each.stations[at], at) for at in shown)) for each in streams]
    nodes = _nodes(listed, len(shown))
    whole = sum(max(each.used_t, each.fits_t) for each in streams)
    scale = (TALL if width >= WIDE or width < NARROW else LOW) / whole
    top = _key(sheet, signs) + HEAD
    heads = [say(COLUMNS[at]) for at in shown]
    outer = 0.0 if width < NARROW else max(_room(node, said) for node in nodes if node.column == 0)
    end = max(_room(node, said) for node in nodes if node.column == len(shown) - 1)
    left, right = outer + 6, width - min(end, 0.34 * width) - 8
    step = (right - THICK - left) / (len(shown) - 1)
    xs = [left + step * at for at in range(len(shown))]
    for node in nodes:
        last = node.column == len(shown) - 1
        room = outer if node.column == 0 and outer else width - xs[-1] - THICK - 9 if last else step - THICK - 12
        node.lines = _lines(node, room, said)
    low = top
    for column in range(len(shown)):
        low = max(low, _stacked(nodes, listed, column, (top, scale)))
    _bands(sheet, listed, nodes, xs, scale)
    for at, head in enumerate(heads):
        anchor = "end" if at == 0 and outer else "start"
        sheet.words(head, xs[at] - 6 if anchor == "end" else xs[at], top - 18, anchor=anchor, bold=True)
    for node in nodes:
        _node(sheet, node, xs[node.column], outer=bool(outer))
    return sheet.svg(low + 14, title, description)


def _key(sheet: Canvas, signs: Sequence[str]) -> float:
    across, down = 2.0, 9.0
    items = [*zip(signs, (COUNTED, OTHER), strict=False), (say("outline: fits"), "")]
    for name, paint in items:
        if across > 2 and across + 22 + text_width(name, SIZE) > sheet.width:
            across, down = 2.0, down + 18
        if paint:
            sheet.box(across, down - 5, 14, 10, paint)
        else:
            sheet.box(across + 1, down - 5, 13, 10, "#E6EDF3", edge=COUNTED, line=1)
        sheet.words(name, across + 21, down)
        across += 21 + text_width(name, SIZE) + 16
    return down


def _merged(streams: Sequence[Stream], name: str, column: int) -> str:
    """The name of a node, or that of the rest where the column has too many."""
    sums: dict[str, float] = defaultdict(float)
    for each in streams:
        sums[each.stations[column]] += max(each.used_t, each.fits_t)
    first = sorted(sums, key=lambda each: -sums[each])
    return name if len(first) <= MOST or name in first[: MOST - 1] else say(REST)


def _nodes(listed: Sequence[tuple[Stream, tuple[str, ...]]], columns: int) -> list[Node]:
    made: dict[tuple[int, str], Node] = {}
    for stream, stations in listed:
        for column in range(columns):
            node = made.setdefault((column, stations[column]), Node(stations[column], column))
            node.used_t += stream.used_t
            node.fits_t += stream.fits_t
    return list(made.values())


def _stacked(
    nodes: list[Node], listed: Sequence[tuple[Stream, tuple[str, ...]]], column: int, place: tuple[float, float]
) -> float:
    """Set the nodes of a column one under the other, in the order of the nodes before them; the px at their foot."""
    top, scale = place
    before = {node.name: node.top + node.tall / 2 for node in nodes if node.column == column - 1}

    def order(node: Node) -> tuple[float, float]:
        if not before:
            return 0.0, -node.most_t
        weights = [(max(s.used_t, s.fits_t), before[at[column - 1]]) for s, at in listed if at[column] == node.name]
        t = sum(weight for weight, _ in weights) or 1.0
        return sum(weight * middle for weight, middle in weights) / t, 0.0

    y = top
    for node in sorted((node for node in nodes if node.column == column), key=order):
        node.tall = max(1.0, node.most_t * scale)
        spare = max(0.0, LEAST * len(node.lines) - node.tall) / 2
        node.top = y + spare
        node.sides = {"left": node.top, "right": node.top}
        y = node.top + node.tall + spare + GAP
    return y


def _bands(
    sheet: Canvas, listed: Sequence[tuple[Stream, tuple[str, ...]]], nodes: list[Node], xs: list[float], scale: float
) -> None:
    """Between two columns a band a market and pair of nodes: the outline fits, the inside is used."""
    found = {(node.column, node.name): node for node in nodes}
    for column in range(len(xs) - 1):
        sums: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for stream, stations in listed:
            both = sums[stations[column], stations[column + 1], stream.counted, stream.market]
            both[0] += stream.used_t
            both[1] += stream.fits_t
        places: dict[Key, list[float]] = {}
        for side in ("right", "left"):
            for key in _in_order(sums, found, column, side):
                node = found[(column, key[0]) if side == "right" else (column + 1, key[1])]
                wide = max(sums[key]) * scale
                places.setdefault(key, []).append(node.sides[side] + wide / 2)
                node.sides[side] += wide
        for key, (used, fits) in sums.items():
            start, end = places[key]
            paint = COUNTED if key[2] else OTHER
            ends = (xs[column] + THICK, xs[column + 1], start, end)
            _band(sheet, ends, max(used, fits) * scale, paint, OUTLINE)
            _band(sheet, ends, used * scale, paint, USED)


def _in_order(keys: Iterable[Key], found: dict[tuple[int, str], Node], column: int, side: str) -> list[Key]:
    """Bands at the right or left side of their nodes, by the height of their other ends, so that few cross."""

    def order(key: Key) -> tuple[float, bool, str]:
        other = found[(column + 1, key[1]) if side == "right" else (column, key[0])]
        return other.top, not key[2], key[3]

    return sorted(keys, key=order)


def _band(sheet: Canvas, ends: tuple[float, float, float, float], wide: float, paint: str, opacity: float) -> None:
    if wide < 0.2:
        return
    x, to_x, y, to_y = ends
    half, bend = wide / 2, (x + to_x) / 2
    upper = (
        f"M{x:.1f} {y - half:.1f}C{bend:.1f} {y - half:.1f} {bend:.1f} {to_y - half:.1f} {to_x:.1f} {to_y - half:.1f}"
    )
    lower = (
        f"L{to_x:.1f} {to_y + half:.1f}C{bend:.1f} {to_y + half:.1f} {bend:.1f} {y + half:.1f} {x:.1f} {y + half:.1f}Z"
    )
    edge = paint if opacity == OUTLINE else ""
    sheet.path(upper + lower, paint, edge=edge, line=0.6, opacity=opacity)


def _lines(node: Node, room: float, said: Callable[[float], str]) -> list[str]:
    """The name of a node with its sums, in as many lines as it needs."""
    used, fits = said(node.used_t), said(node.fits_t)
    sums = used if used == fits else f"{used}\u00a0→\u00a0{fits}"
    return wrap(f"{node.name} {sums}", SIZE, room)


def _room(node: Node, said: Callable[[float], str]) -> float:
    return max(text_width(line, SIZE) for line in _lines(node, 1e6, said)) + 8


def _node(sheet: Canvas, node: Node, x: float, *, outer: bool) -> None:
    sheet.box(x, node.top, THICK, node.tall, INK)
    before = node.column == 0 and outer
    spot, anchor = (x - 6, "end") if before else (x + THICK + 5, "start")
    middle = node.top + node.tall / 2
    if spot > x and node.sides["right"] > node.top:  # streams go on behind the words
        wide = max(text_width(text, SIZE) for text in node.lines) + 6
        high = 13.5 * len(node.lines) + 2
        ground = f"M{spot - 3:.1f} {middle - high / 2:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}z"
        sheet.path(ground, "#FFFFFF", opacity=PLATE)
    for number, text in enumerate(node.lines):
        down = middle + 13.5 * (number - (len(node.lines) - 1) / 2)
        sheet.words(text, spot, down, anchor=anchor, halo=not before)
