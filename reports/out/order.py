"""Numbers of sections, figures and sources in a document, the same in HTML and PDF."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from corridor.model.language import marked, say
from corridor.reports.blocks import Block, Document, Figure, Heading, Source, Sources, leaves, unfolded

SLUG_WORDS = 8
"""Words of a title in its address."""
FEW = 3
"""Sections from which on a document has a list of contents."""
NAMED, LONGEST = 4, 32
"""Sources of a figure whose publisher is named, and signs of a title that stands for one."""
ELSEWHERE = marked("without an address")
"""Publisher of the sources that have no address on the web."""


@dataclass(frozen=True)
class Section:
    """A line of the contents; ``number`` is empty for a section without one."""

    number: str
    label: str
    slug: str


@dataclass(frozen=True)
class Publisher:
    """The figures of one publisher: ``parts`` are publications with their figures."""

    name: str
    parts: tuple[tuple[str, str, tuple[Source, ...]], ...]
    """Title, address (or nothing) and figures."""

    @property
    def count(self) -> int:
        return sum(len(sources) for *_, sources in self.parts)


class Order:
    """The numbers of a document; a block is known by its place in memory, since equal blocks may occur twice."""

    def __init__(self, report: Document) -> None:
        self.contents: list[Section] = []
        self._figures: dict[int, str] = {}
        self._slugs: dict[int, str] = {}
        self._sections: dict[int, str] = {}
        self._sources: dict[str, Source] = {}
        self._cited: dict[str, int] = {}
        self._used: Counter[str] = Counter()
        blocks = list(leaves((*report.blocks, *report.annex)))
        for block in blocks:
            if isinstance(block, Sources):
                self._sources |= {source.source_id: source for source in block.sources}
        self._reading = {id(block) for block in leaves(unfolded(report.blocks))}
        for block in blocks:
            self._enter(block)
        headings = [
            block for block in blocks if isinstance(block, Heading) and block.level == 2 and id(block) in self._reading
        ]
        if len(headings) >= FEW:
            self.contents = [
                Section(self._sections.get(id(block), ""), block.short or block.text, self._slugs[id(block)])
                for block in headings
            ]

    def _enter(self, block: Block) -> None:
        match block:
            case Heading():
                self._slugs[id(block)] = self._slug(block.short or block.text, "s")
                if block.short and block.level == 2:
                    self._sections[id(block)] = str(len(self._sections) + 1)
            case Figure():
                self._figures[id(block)] = self._numbered(id(block) in self._reading)
                self._slugs[id(block)] = self._slug(block.name or str(len(self._figures)), "figure")
                for source in block.sources:
                    if source in self._sources:
                        self._cited.setdefault(source, len(self._cited) + 1)

    def _numbered(self, reading: bool) -> str:
        """The next number of a figure; those behind the reading part have numbers of their own."""
        number = sum((each in self._reading) == reading for each in self._figures) + 1
        return str(number) if reading else say("A{number}", number=number, about="figure of the annex")

    def _slug(self, text: str, kind: str) -> str:
        name = f"{kind}-{slug_of(text, SLUG_WORDS)}".strip("-")[:80]
        self._used[name] += 1
        return name if self._used[name] == 1 else f"{name}-{self._used[name]}"

    def slug(self, block: Heading | Figure) -> str:
        """The address of a heading or a figure within the page."""
        return self._slugs[id(block)]

    def section(self, block: Heading) -> str:
        """The number of a section, or nothing."""
        return self._sections.get(id(block), "")

    def figure(self, block: Figure) -> str:
        """The number of a figure, from 1, and from A1 in folds and in the annex."""
        return self._figures[id(block)]

    def cites(self, block: Figure) -> list[tuple[int, str, Source]]:
        """Number, publisher and record of the sources of a figure; an id that the document does not list is left out.

        The first :data:`NAMED` of them have a publisher, the others none.
        """
        ids = sorted((each for each in set(block.sources) if each in self._cited), key=self._cited.__getitem__)
        return [
            (self._cited[each], _short(self._sources[each]) if place < NAMED else "", self._sources[each])
            for place, each in enumerate(ids)
        ]

    def number(self, source: Source) -> int | None:
        """The number by which figures cite a source, or None."""
        return self._cited.get(source.source_id)

    def cited_of(self, block: Sources) -> list[Source]:
        """The sources of a list that a figure cites, in the order of their numbers."""
        cited = [source for source in block.sources if source.source_id in self._cited]
        return sorted(cited, key=lambda source: self._cited[source.source_id])

    def uncited_of(self, block: Sources) -> list[Source]:
        """The sources of a list that no figure cites."""
        return [source for source in block.sources if source.source_id not in self._cited]


def slug_of(text: str, words: int) -> str:
    """The first words of a text as an address has them: letters without accents and figures.

    >>> slug_of("Mean loss, Ələt (TEU)", 3)
    'mean-loss-lt'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])


def _short(source: Source) -> str:
    """The publisher, or the start of the title where there is no address."""
    who = publisher(source)
    if who != say(ELSEWHERE):
        return who
    return source.title if len(source.title) <= LONGEST else source.title[:LONGEST].rsplit(" ", 1)[0] + " …"


def publisher(source: Source) -> str:
    """The publisher of a source: the host of its address.

    >>> publisher(Source("a", "Ships", "3", "", "2024", "News", "https://www.example.org/a?b"))
    'example.org'
    """
    if not webbed(source.url):
        return say(ELSEWHERE)
    return (urlsplit(source.url).hostname or say(ELSEWHERE)).removeprefix("www.")


def webbed(url: str) -> bool:
    """True for an address that a reader may be sent to."""
    if not url.startswith(("http://", "https://")):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def by_publisher(sources: Iterable[Source]) -> list[Publisher]:
    """Sources by publisher, those with most figures first, and within it by publication."""
    groups: dict[str, dict[tuple[str, str], list[Source]]] = {}
    for source in sources:
        parts = groups.setdefault(publisher(source), {})
        parts.setdefault((source.title, source.url if webbed(source.url) else ""), []).append(source)
    made = [
        Publisher(name, tuple((title, url, tuple(each)) for (title, url), each in parts.items()))
        for name, parts in groups.items()
    ]
    return sorted(made, key=lambda each: (each.name == say(ELSEWHERE), -each.count, each.name))
