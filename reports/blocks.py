"""A report as a document, block by block, before anything is known of HTML or PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from corridor.model.language import now, said

if TYPE_CHECKING:
    from corridor.model.result.panel import Panel


MINUS = re.compile(r"(?<![^\s(])-(?=[\d.])")
"""A hyphen before a number, at the begin of a word."""


def true_minus(text: str) -> str:
    """A text whose negative numbers have the sign of a minus.

    >>> true_minus("-5 of 2025-12, (-0.1), b-2, --over x=-3")
    '−5 of 2025-12, (−0.1), b-2, --over x=-3'
    """
    return MINUS.sub("\u2212", text)


@dataclass(frozen=True)
class Strong:
    """Words that stand out in a paragraph."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", true_minus(self.text))


@dataclass(frozen=True)
class Heading:
    """The title of a section: a finding; ``level`` 3 is that of a part of a section.

    ``short`` is the name of the section in the contents, in four words at most; sections that have one are numbered.
    """

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2
    short: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Plain text, parts of it strong."""

    kind: ClassVar[str] = "paragraph"
    parts: tuple[str | Strong, ...]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "parts", tuple(true_minus(part) if isinstance(part, str) else part for part in self.parts)
        )


@dataclass(frozen=True)
class Note:
    """A muted remark below what it explains."""

    kind: ClassVar[str] = "note"
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", true_minus(self.text))


@dataclass(frozen=True)
class Tile:
    """One figure of the row at the top; ``main`` is the headline's."""

    title: str
    value: str
    share: str
    meaning: str
    main: bool = False


@dataclass(frozen=True)
class Tiles:
    """The row of key figures."""

    kind: ClassVar[str] = "tiles"
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table; ``wide`` is its share of the width where it holds text that may wrap.

    ``main`` is the column that a phone shows beside the first; else that is the last column of numbers.

    Where a page is too narrow for the table, columns of least ``weight`` are left out first.
    """

    title: str
    unit: str = ""
    right: bool = False
    wide: float = 0.0
    main: bool = False
    weight: float = 1.0

    @property
    def heading(self) -> str:
        return f"{self.title}, {self.unit}" if self.unit else self.title


def amounts(unit: str, *titles: str) -> tuple[Column, ...]:
    """Columns of numbers in one unit.

    >>> [column.heading for column in amounts("t", "Lost", "Late")]
    ['Lost, t', 'Late, t']
    """
    return tuple(Column(title, said(unit), right=True) for title in titles)


@dataclass(frozen=True)
class Bar:
    """A bar in a row of a table, 0 to 1 of its column; ``mark`` is a line across it."""

    share: float
    mark: float | None = None
    dark: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text; ``bars`` is one more column at the right, ``strong`` numbers the rows that are totals.

    ``small`` is for long lists at the end of a report. ``paper`` marks a table of a fold or of a figure that a
    short PDF prints, too: one of a :class:`Document` with ``files``.
    """

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    bars: tuple[Bar | None, ...] = ()
    bar_title: str = ""
    strong: tuple[int, ...] = ()
    small: bool = False
    paper: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(tuple(map(true_minus, row)) for row in self.rows))
        assert all(len(row) == len(self.columns) for row in self.rows), self.caption
        assert len(self.bars) in (0, len(self.rows)), self.caption


PHONE = 340
"""Px, the text of a page on a phone: a figure that can be read there is drawn at that width, too."""


@dataclass(frozen=True)
class Figure:
    """A picture; ``draw`` gives its SVG at a width in pixels, so that letters keep their size on every page.

    ``title`` is a finding of ten words at most; ``subtitle`` is measure, unit and year; ``alt`` is the finding with
    its main numbers. ``narrowest`` is the width below which the picture cannot be read. ``name`` is the word that
    ``corridor figure`` takes. ``numbers`` are folded below it in HTML, come in the annex of a PDF, and are not printed
    on a terminal. ``sources`` are ids of the table of sources, for the footnote.
    """

    kind: ClassVar[str] = "figure"
    draw: Callable[[int], str]
    title: str
    caption: str
    alt: str
    narrowest: int = 640
    subtitle: str = ""
    name: str = ""
    numbers: Table | None = None
    sources: tuple[str, ...] = ()


def figure(
    chart: Callable[..., str],
    *subjects: object,
    title: str,
    alt: str,
    caption: str = "",
    narrowest: int = PHONE,
    subtitle: str = "",
    name: str = "",
    numbers: Table | None = None,
    sources: tuple[str, ...] = (),
) -> Figure:
    """A figure of ``chart(*subjects, width=, title=, description=)``; ``alt`` is its description."""
    return Figure(
        lambda width: chart(*subjects, width=width, title=title, description=alt),
        title,
        caption,
        alt,
        narrowest,
        subtitle,
        name,
        numbers,
        sources,
    )


@dataclass(frozen=True)
class Source:
    """A published figure that the case rests on."""

    source_id: str
    item: str
    value: str
    unit: str
    year: str
    title: str
    url: str


@dataclass(frozen=True)
class Sources:
    """The list of sources."""

    kind: ClassVar[str] = "sources"
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Fold:
    """Blocks behind a title that opens them: the annex of a PDF, left out of a short page."""

    kind: ClassVar[str] = "fold"
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Pair:
    """Blocks side by side where the page is wide enough, else one under the other.

    ``share`` is the part of the width, 0 to 1, that ``left`` has.
    """

    kind: ClassVar[str] = "pair"
    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.58

    def __post_init__(self) -> None:
        assert 0.2 <= self.share <= 0.8, self.share


@dataclass(frozen=True)
class Live:
    """The panel that solves the year again in an HTML page; other pages leave it out.

    ``panel`` is the study of that name. A page without scripts shows ``instead``, the presets as a table.
    """

    kind: ClassVar[str] = "live"
    panel: Panel
    title: str
    instead: Table | None = None


Block = Heading | Paragraph | Note | Tiles | Figure | Table | Sources | Fold | Pair | Live


@dataclass(frozen=True)
class Facts:
    """The identity of a report.

    ``version`` of the model, ``case_hash`` of the tables, ``newest`` the date of the newest source, ``licence`` of the
    report, ``cite`` the sentence to cite it by, ``run`` the question that was computed.
    """

    version: str
    case_hash: str
    newest: str
    licence: str
    cite: str
    run: str = ""


@dataclass(frozen=True)
class Document:
    """A report: ``name`` for window and foot of page, ``title`` the answer in a sentence, ``lead`` the rest of it.

    ``sure`` is one line on the range of the answer, or nothing. ``annex`` are blocks behind the reading part.
    ``files`` is the name of the file that holds every table of a report whose PDF prints only those marked for paper;
    empty where the PDF prints all.
    """

    name: str
    title: str
    subtitle: str
    lead: str
    blocks: tuple[Block, ...]
    language: str = field(default_factory=now)
    sure: str = ""
    facts: Facts | None = None
    annex: tuple[Block, ...] = field(default=())
    files: str = ""


def leaves(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in the order of reading: a fold or a pair is followed by the blocks in it.

    >>> [block.kind for block in leaves([Pair((Note("a"),), (Fold("b", (Note("c"),)),))])]
    ['pair', 'note', 'fold', 'note']
    """
    for block in blocks:
        yield block
        match block:
            case Fold(_, inner):
                yield from leaves(inner)
            case Pair(left, right):
                yield from leaves((*left, *right))


def unfolded(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a short page: those outside every fold.

    >>> unfolded([Note("a"), Fold("b", (Note("c"),))])
    [Note(text='a')]
    """
    return [
        Pair(tuple(unfolded(block.left)), tuple(unfolded(block.right)), block.share)
        if isinstance(block, Pair)
        else block
        for block in blocks
        if not isinstance(block, Fold)
    ]


def lead(sentences: Sequence[str]) -> Paragraph:
    """Sentences as a paragraph, the first of them strong."""
    first, *rest = sentences
    return Paragraph((Strong(first), *(f" {sentence}" for sentence in rest)))


def tied(text: str) -> str:
    """A text in which no number is parted from its unit at the end of a line.

    >>> tied("27 Mt of 90 t").count("\u00a0")
    2
    """
    return re.sub(r"(?<=\d) (?=(?:Mt|kt|t|TEU|million|млн|тыс|т|ДФЭ|долл)\b|%)", "\u00a0", text)
