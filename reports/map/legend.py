"""The key of the flow map: the limits by number, the classes of use, the widths, and the other signs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corridor.model.language import marked, said, say
from corridor.reports.map.labels import shortened, text_width, wrap
from corridor.reports.map.lines import CLASSES, UNKNOWN_USE, Link, Scale
from corridor.reports.map.style import BODY, FAINT, MUTED, SMALL, badge_mark, num, text_mark

CLASS_NAMES = marked(("< 50", "50–90", "90–99", "full"))
ORDER_TITLE = marked("Order in which the limits come")
USE_TITLE = marked("Use of the busiest resource, %")
WIDTH_TITLE = marked("Width, Mt a year")
WIDTH_TITLE_INSET = marked("Width and numbers, Mt a year")
OUTLINE = marked("outline: room left, where over half is used")
NO_FLOW = marked("no flow in this answer")
USE_UNKNOWN = marked("use not known")

LONGEST_LIMIT = 90
"""Signs of the name of a limit; the end of a longer one is left out."""
_LINE = 14.0
_TWO_COLUMNS, _BESIDE = 520.0, 360.0


@dataclass(frozen=True)
class Callout:
    """A numbered badge on a link or at a node, and its words."""

    number: int
    text: str
    link_id: str | None = None
    node_id: str | None = None


Part = tuple[str, float]
"""Marks with their top at zero, and their height."""


def panel(
    callouts: Sequence[Callout],
    links: Sequence[Link],
    scales: Mapping[str, Scale],
    left: float,
    width: float,
    *,
    short: bool = False,
) -> Part:
    """Marks of the key with its top at zero, and its height; ``scales`` by the name of the view they hold for.

    ``short`` keeps to the limits, the classes and the widths.
    """
    if short:
        return _short(callouts, links, scales, left, width)
    aside = bool(callouts) and width >= _TWO_COLUMNS
    room = width / 2 - 10 if aside else width
    limits, height = _limits(callouts, room)
    marks = [_moved(limits, left, 0.0)] if limits else []
    y = 0.0 if aside or not limits else height + 8
    x = left + width / 2 + 10 if aside else left
    for part, tall in (_classes(room), _widths(links, scales), _samples(links, room)):
        marks.append(_moved(part, x, y))
        y += tall
    return "".join(marks), max(y, height)


def _short(
    callouts: Sequence[Callout], links: Sequence[Link], scales: Mapping[str, Scale], left: float, width: float
) -> Part:
    """The limits, the classes and the widths in as few rows as the width allows."""
    aside = width >= _BESIDE
    half = math.ceil(len(callouts) / 2) if aside else len(callouts)
    marks, y = [], 0.0
    for column, part in enumerate((callouts[:half], callouts[half:])):
        limits, tall = _limits(part, width / 2 - 8 if aside else width, title="" if column else say(ORDER_TITLE))
        marks.append(_moved(limits, left + column * width / 2, 0.0))
        y = max(y, tall)
    y += 8 if callouts else 0
    classes, tall = _classes(width * 0.55 if aside else width)
    widths, more = _widths(links, scales)
    marks += [_moved(classes, left, y), _moved(widths, *((left + width * 0.62, y) if aside else (left, y + tall)))]
    return "".join(marks), y + (max(tall, more) if aside else tall + more)


def _moved(marks: str, x: float, y: float) -> str:
    return f'<g transform="translate({num(x)} {num(y)})">{marks}</g>'


def _limits(callouts: Sequence[Callout], width: float, title: str | None = None) -> Part:
    if not callouts:
        return "", 0.0
    marks, y = (
        [text_mark(say(ORDER_TITLE) if title is None else title, 0, 10, colour=MUTED)] if title != "" else [],
        18.0,
    )
    for callout in callouts:
        marks.append(badge_mark(callout.number, 8, y + 8, callout.text))
        for line in wrap(shortened(callout.text, LONGEST_LIMIT), BODY, width - 28):
            marks.append(text_mark(line, 24, y + 12, size=BODY))
            y += _LINE
        y += 6
    return "".join(marks), y


def _classes(width: float) -> Part:
    marks = [text_mark(say(USE_TITLE), 0, 10, colour=MUTED)]
    step = min(width / len(CLASSES), 58.0)
    for i, ((_, colour), name) in enumerate(zip(CLASSES, said(CLASS_NAMES), strict=True)):
        marks.append(f'<rect x="{num(i * step)}" y="16" width="{num(step - 2)}" height="8" fill="{colour}"/>')
        marks.append(text_mark(name, i * step + step / 2 - 1, 35, anchor="middle"))
    return "".join(marks), 48


def _widths(links: Sequence[Link], scales: Mapping[str, Scale]) -> Part:
    marks = [text_mark(say(WIDTH_TITLE_INSET if "inset" in scales else WIDTH_TITLE), 0, 10, colour=MUTED)]
    samples = sample_tonnes(links)
    y = 18.0
    for view, scale in scales.items():
        room = max([scale.width(t) for t in samples] + [12.0])
        x = 0.0
        for t in samples:
            thick, label = scale.width(t), f"{t / 1e6:g}"
            size = f'width="22" height="{thick:.2f}"'
            marks.append(
                f'<rect x="{num(x)}" y="{y + (room - thick) / 2:.2f}" {size} fill="{CLASSES[0][1]}"/>'
                + text_mark(label, x + 26, y + room / 2 + 3.5)
            )
            x += 26 + text_width(label, SMALL) + 9
        if len(scales) > 1:
            where = say("on the inset") if view == "inset" else say("on the map")
            marks.append(text_mark(where, x + 2, y + room / 2 + 3.5, colour=MUTED))
        y += room + 5
    return "".join(marks), y + 5


def sample_tonnes(links: Sequence[Link]) -> list[float]:
    """Three round flows for the scale of widths, down to a fiftieth of the widest; none without flow.

    >>> sample_tonnes([Link("a", "b", "rail", 6.2e6, None, None)])
    [100000.0, 1000000.0, 5000000.0]
    """
    most = max((link.flow_t for link in links), default=0.0)
    if most <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(most))
    top = max(m * power for m in (1.0, 2.0, 5.0) if m * power <= most)
    middle = power if top >= 2.0 * power else power / 5
    return sorted({power / 10, middle, top})


def _samples(links: Sequence[Link], width: float) -> Part:
    """Only the signs that the map has."""
    flowing = [link for link in links if link.flow_t]
    amber = CLASSES[1][1]
    rows: list[tuple[str, Callable[[str], str]]] = []
    if any(link.capacity_t and link.utilisation and 0.5 < link.utilisation < 0.95 for link in flowing):
        rows.append((say(OUTLINE), lambda d: _line(d, amber, 8.6) + _line(d, "#FFFFFF", 7.0) + _line(d, amber, 4.0)))
    if any(link.utilisation is None for link in flowing):
        rows.append((say(USE_UNKNOWN), lambda d: _line(d, UNKNOWN_USE, 4.0)))
    if len(flowing) < len(links):
        rows.append((say(NO_FLOW), lambda d: _line(d, FAINT, 0.8)))
    marks, y = [], 0.0
    for words, draw in rows:
        marks.append(f'<g fill="none">{draw(f"M2 {num(y + 6)}H32")}</g>')
        for line in wrap(words, SMALL, width - 42):
            marks.append(text_mark(line, 42, y + 9.5))
            y += 12.0
        y += 4.0
    return "".join(marks), y


def _line(path: str, colour: str, width: float) -> str:
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width:.2f}"/>'
