"""The panel beside the inset: what the numbered tags say, the classes of use, the widths."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.lines import CLASSES, LEAST_FLOW_PX, UNKNOWN_USE, Link, Scale
from corridor.reports.map.style import BODY, FAINT, MUTED, SMALL, badge_mark, num, pipe_marks, text_mark

CLASS_NAMES = ("< 50", "50–75", "75–90", "90–99", "full")
USE_TITLE = "Use of the busiest resource, %"
WIDTH_TITLE, WIDTH_TITLE_INSET = "Width, Mt a year", "Width, and numbers at sea, Mt a year"
PIPE, CAPACITY_UNKNOWN, NO_FLOW, USE_UNKNOWN = (
    "white pipe: capacity; fill: flow",
    "dashed edge: capacity not known",
    "no flow",
    "use not known",
)

_LINE = 14.0
_TWO_COLUMNS = 560.0


@dataclass(frozen=True)
class Callout:
    """A numbered tag on a link or at a node, and what it says."""

    number: int
    text: str
    link_id: str | None = None
    node_id: str | None = None


def panel(
    callouts: Sequence[Callout], links: Sequence[Link], scales: Mapping[str, Scale], left: float, width: float
) -> tuple[str, float]:
    """Marks of the panel with its top at zero, and its height; `scales` by the name of the view they hold for."""
    aside = bool(callouts) and width >= _TWO_COLUMNS
    room = width / 2 if aside else width
    marks: list[str] = []
    y = 4.0
    for callout in callouts:
        marks.append(badge_mark(callout.number, left + 8, y + 8))
        for line in wrap(callout.text, BODY, room - 30):
            marks.append(text_mark(line, left + 24, y + 12, size=BODY))
            y += _LINE
        y += 7
    first_column = y
    if aside:
        left, y = left + room, 4.0
    elif callouts:
        y += 4
    for part, height in (_classes(room), _widths(links, scales), _samples(links)):
        marks.append(f'<g transform="translate({num(left)} {num(y)})">{part}</g>')
        y += height
    return "".join(marks), max(y, first_column)


def _classes(width: float) -> tuple[str, float]:
    marks = [text_mark(USE_TITLE, 0, 10, colour=MUTED)]
    step = min(width / len(CLASSES), 62.0)
    for i, ((_, colour), name) in enumerate(zip(CLASSES, CLASS_NAMES, strict=True)):
        marks.append(f'<rect x="{num(i * step)}" y="16" width="{num(step - 2)}" height="9" fill="{colour}"/>')
        marks.append(text_mark(name, i * step + step / 2 - 1, 36, anchor="middle"))
    return "".join(marks), 46


def _widths(links: Sequence[Link], scales: Mapping[str, Scale]) -> tuple[str, float]:
    marks = [text_mark(WIDTH_TITLE_INSET if len(scales) > 1 else WIDTH_TITLE, 0, 10, colour=MUTED)]
    y = 17.0
    for view, scale in scales.items():
        samples = sample_tonnes(links, scale)
        room = max([tonnes * scale.px_per_t for tonnes in samples] + [12.0])
        x = 0.0
        for tonnes in samples:
            thick = tonnes * scale.px_per_t
            label = f"{tonnes / 1e6:g}"
            size = f'width="26" height="{thick:.2f}"'
            marks.append(
                f'<rect x="{num(x)}" y="{y + (room - thick) / 2:.2f}" {size} fill="{CLASSES[1][1]}"/>'
                + text_mark(label, x + 30, y + room / 2 + 3.5)
            )
            x += 30 + text_width(label, SMALL) + 12
        if len(scales) > 1:
            marks.append(text_mark(f"on the {view}", x + 4, y + room / 2 + 3.5, colour=MUTED))
        y += room + 4
    return "".join(marks), y + 4


def sample_tonnes(links: Sequence[Link], scale: Scale) -> list[float]:
    """Up to three round flows for the scale of widths, none thinner than a flow is ever drawn."""
    most = max((link.flow_t for link in links), default=0.0)
    if most <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(most))
    steps = [m * power * f for f in (0.1, 1.0) for m in (1.0, 2.0, 5.0)]
    return [t for t in steps if t <= most and t * scale.px_per_t >= LEAST_FLOW_PX][-3:]


def _samples(links: Sequence[Link]) -> tuple[str, float]:
    """Only the marks that the map has."""
    flowing = [link for link in links if link.flow_t]
    blue = CLASSES[1][1]
    rows: list[tuple[str, Callable[[str], str]]] = [(PIPE, lambda d: "".join(pipe_marks(d, 4.0, 8.0, blue)))]
    if any(link.capacity_t is None for link in flowing):
        rows.append((CAPACITY_UNKNOWN, lambda d: "".join(pipe_marks(d, 4.0, None, blue))))
    if any(link.utilisation is None for link in flowing):
        rows.append((USE_UNKNOWN, lambda d: f'<path d="{d}" stroke="{UNKNOWN_USE}" stroke-width="4"/>'))
    if len(flowing) < len(links):
        rows.append((NO_FLOW, lambda d: f'<path d="{d}" stroke="{FAINT}" stroke-width="1"/>'))
    marks = []
    for i, (words, draw) in enumerate(rows):
        marks.append(f'<g fill="none">{draw(f"M5 {6 + 16 * i}H39")}</g>' + text_mark(words, 52, 9.5 + 16 * i))
    return "".join(marks), 16.0 * len(rows)
