"""Places of the names on a map: greedy, several candidates each, some passes; widths from a small table of glyphs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.reports.map.plane import Points

# Widths in hundredths of an em: the wider of Fira Sans and Arial.
_GLYPHS = {
    25: "'",
    30: "ijlI!,.:;[] ıİ·і\u2009",
    35: "f()`{}",
    40: 'rt"-|ț',
    45: "*гтғ",
    50: "csvxyzJ/\\şçзсухьэұү",
    55: "0123456789aegkuL#$?^_əğüăéавекчяГқһ–",
    65: "ABEKPSVXYƏŞАБВЕЛРУХЧ",
    70: "CDHNRUÇмДИНПСЭЯ",
    75: "w&жыЦ",
    80: "GOQфшщюО",
    85: "mMМФ",
    90: "%ЖШЫ",
    95: "WЩ",
    100: "@Ю",
}
_WIDTH = {glyph: hundredths / 100 for hundredths, glyphs in _GLYPHS.items() for glyph in glyphs}
_OTHER = 0.6
_BOLD = 1.06

_DIRECTIONS = ((1, 0), (-1, 0), (0.7, -0.7), (0.7, 0.7), (-0.7, -0.7), (-0.7, 0.7), (0, -1), (0, 1))
NEAR = (3.0, 9.0, 17.0, 27.0)
FAR = (9.0, 20.0, 32.0, 46.0, 62.0, 80.0)
LINE_HEIGHT = 1.12
_LEADER_FROM = 17.0
_PASSES = 3
_NEAR_PX = 3.0
_HARD = 1000.0


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text in px, rather too wide than too narrow.

    >>> text_width("Baku", 10)
    23.0
    """
    return round(sum(_WIDTH.get(glyph, _OTHER) for glyph in text) * size * (_BOLD if bold else 1.0), 1)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines of at most the width; a word that is wider is broken, after its joints where it has any.

    >>> wrap("Alat sends what comes", 10, 60), wrap("alat_ferry_terminal", 10, 60)
    (['Alat sends', 'what comes'], ['alat_ferry_', 'terminal'])
    """
    lines: list[str] = []
    for word in text.strip().split(" "):  # no-break and thin spaces hold
        parts = [word] if text_width(word, size) <= width else joints(word, max(1, int(width / size)))
        for number, part in enumerate(parts):
            joined = f"{lines[-1]}{'' if number else ' '}{part}" if lines else part
            if lines and text_width(joined, size) <= width:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines


def joints(word: str, longest: int) -> list[str]:
    """A word without blanks in parts of at most ``longest`` signs, parted after its joints where it has any.

    >>> joints("container_terminal_of_the_port", 16)
    ['container_', 'terminal_', 'of_', 'the_', 'port']
    """
    parts = re.findall(r"[^_/.,:;–-]+[_/.,:;–-]*|[_/.,:;–-]+", word)
    return [part[at : at + longest] for part in parts for at in range(0, len(part), longest)]


def shortened(text: str, most: int) -> str:
    """A text of at most so many signs, the end left out.

    >>> shortened("Alat", 9), shortened("Port of Alat", 9)
    ('Alat', 'Port of…')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


class Box(NamedTuple):
    """A rectangle on the page, px."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Area shared with another box, zero where they only touch.

        >>> Box(0, 0, 2, 2).overlap(Box(1, 1, 3, 3))
        1
        """
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0

    def within(self, other: "Box") -> bool:
        """True where it lies wholly in another box."""
        inside_x = self.left >= other.left and self.right <= other.right
        return inside_x and self.top >= other.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Name:
    """A text of one or more lines, to be placed beside a point; the earlier in the list, the more it matters."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    gap: float = 4.0  # radius of the symbol at the point
    indent: float = 0.0  # room for a mark before each line
    distances: tuple[float, ...] = NEAR
    also: tuple[tuple[float, float], ...] = ()  # further points to which it may be tied instead

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")


@dataclass(frozen=True)
class PlacedName:
    """A text with its box, and the line to its point if it stands off."""

    name: Name
    box: Box
    leader: tuple[float, float, float, float] | None

    @property
    def baselines(self) -> list[tuple[str, float, float]]:
        """Each line of the text with where it starts."""
        size = self.name.size
        x, y = self.box.left + 1 + self.name.indent, self.box.top + (LINE_HEIGHT - 0.27) * size
        return [(line, x, y + i * LINE_HEIGHT * size) for i, line in enumerate(self.name.lines)]


def candidates(name: Name) -> list[PlacedName]:
    """Every place a name may take, the most wished for first."""
    wide = max(text_width(line, name.size, bold=name.bold) for line in name.lines) + name.indent + 2
    high = LINE_HEIGHT * name.size * len(name.lines)
    found = []
    for distance, (dx, dy), (x, y) in product(name.distances, _DIRECTIONS, ((name.x, name.y), *name.also)):
        reach = name.gap + distance
        edge_x, edge_y = x + dx * reach, y + dy * reach
        left = edge_x - wide / 2 if dx == 0 else edge_x - (wide if dx < 0 else 0.0)
        top = edge_y - high / 2 if dy == 0 else edge_y - (high if dy < 0 else 0.0)
        box = Box(round(left, 1), round(top, 1), round(left + wide, 1), round(top + high, 1))
        leader = (
            (x + dx * name.gap, y + dy * name.gap, edge_x, edge_y) if distance >= _LEADER_FROM or not name.gap else None
        )
        found.append(PlacedName(name, box, leader))
    return found


def place_names(
    names: Sequence[Name], *, frame: Box, taken: Iterable[Box], lines: Points, rivals: Points
) -> list[PlacedName | None]:
    """A place for each name, or None where every candidate would cover another name, a symbol or the edge.

    `taken` are boxes that must stay free. `lines` are points that are better not covered. `rivals` are points to which
    a name should not seem to belong.
    """
    hard = list(taken)
    choices: list[list[tuple[float, PlacedName]]] = []
    for name in names:
        places = candidates(name)
        reach = _reach([place.box for place in places], name)
        close = lines[((lines >= reach[:2]) & (lines <= reach[2:])).all(axis=1)]
        covered = _covered([place.box for place in places], hard)
        free = [(rank, place) for rank, place in enumerate(places) if not covered[rank] and place.box.within(frame)]
        rated = [(_cost(place, rank, close, rivals), place) for rank, place in free]
        choices.append(sorted((each for each in rated if each[0] < _HARD), key=lambda option: option[0]))
    chosen: list[PlacedName | None] = [None] * len(names)
    for _ in range(_PASSES):
        before = list(chosen)
        for i, options in enumerate(choices):
            others = [place.box for j, place in enumerate(chosen) if place is not None and j != i]
            chosen[i] = next((place for _, place in options if not _covers(place.box, others)), None)
        if chosen == before:
            break
    return chosen


def place_centred(
    text_box: tuple[float, float], centres: Points, *, frame: Box, taken: Sequence[Box], lines: Points
) -> Box | None:
    """The first centre at which a text of that width and height covers nothing, or None."""
    wide, high = text_box
    for x, y in centres.tolist():
        box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if box.within(frame) and not _covers(box, taken) and not covered_points(box, lines):
            return box
    return None


def _reach(boxes: Sequence[Box], name: Name) -> Box:
    """The part of the page that the places of a name and its leaders reach."""
    xs, ys = zip(*((name.x, name.y), *name.also), strict=True)
    return Box(
        min(min(box.left for box in boxes), *xs) - _NEAR_PX,
        min(min(box.top for box in boxes), *ys) - _NEAR_PX,
        max(max(box.right for box in boxes), *xs) + _NEAR_PX,
        max(max(box.bottom for box in boxes), *ys) + _NEAR_PX,
    )


def _covers(box: Box, others: Iterable[Box]) -> bool:
    return any(box.overlap(other) > 0 for other in others)


def _covered(boxes: Sequence[Box], others: Sequence[Box]) -> NDArray[np.bool_]:
    """True for the boxes that share an area with one of the others."""
    mine, theirs = np.array(boxes).reshape(-1, 1, 4), np.array(others).reshape(1, -1, 4)
    shared = np.minimum(mine[..., 2:], theirs[..., 2:]) - np.maximum(mine[..., :2], theirs[..., :2])
    return np.asarray((shared > 0).all(axis=2).any(axis=1))


def _cost(place: PlacedName, rank: int, lines: Points, rivals: Points) -> float:
    share = rank / (1 + len(place.name.also))
    return share * 0.35 + 3.2 * covered_points(place.box, lines) + _misread(place, lines, rivals)


def _misread(place: PlacedName, lines: Points, rivals: Points) -> float:
    """Cost of a name that a reader may tie to another place, or whose leader to another line."""
    if place.leader:
        start, end = np.array(place.leader[:2]), np.array(place.leader[2:])
        low, high = np.minimum(start, end) - _NEAR_PX, np.maximum(start, end) + _NEAR_PX
        close = lines[((lines >= low) & (lines <= high)).all(axis=1)]
        length = float(np.hypot(*(end - start)))
        on_way = start + (end - start) * np.arange(9.0, length, _NEAR_PX)[:, None] / length
        near = np.hypot(*(on_way[:, None, :] - close[None, :, :]).transpose(2, 0, 1)) < _NEAR_PX
        return 4.0 * float(near.any(axis=1).sum())
    others = rivals[np.hypot(rivals[:, 0] - place.name.x, rivals[:, 1] - place.name.y) > 0.5]
    own = _distance(place.box, np.array([[place.name.x, place.name.y]]))[0]
    return 7.0 if (_distance(place.box, others) < own + 1.5).any() else 0.0


def _distance(box: Box, points: Points) -> Points:
    """From the points to the edge of the box, zero inside."""
    low, high = np.array([box.left, box.top]), np.array([box.right, box.bottom])
    return np.asarray(np.hypot(*np.maximum(np.maximum(low - points, points - high), 0.0).T))


def covered_points(box: Box, points: Points) -> int:
    """Number of the points in the box."""
    inside = (points >= (box.left, box.top)) & (points <= (box.right, box.bottom))
    return int(np.count_nonzero(inside.all(axis=1)))
