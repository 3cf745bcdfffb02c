"""Faults in what a planner gave: where, what value, what is wrong, what to do."""

from __future__ import annotations

import difflib
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corridor.model.facts import Fact, told
from corridor.model.fault_codes import codes
from corridor.model.language import marked, plural, said, say


@dataclass(frozen=True, order=True)
class Fault:
    """One fault.

    ``code`` names the rule (``C007``), ``place`` the table, row and column, ``message`` says the value, the
    reason and the remedy.
    """

    code: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.place}: {self.message}"


THE_CASE = marked("the case")
"""Subject of faults in the tables of a case."""
SUBJECTS = marked(
    (
        "the question",
        "the changes",
        "the scenario",
        "the scenarios",
        "the design",
        "the network",
        "the timetable",
        "the output",
        "the PDF",
        "the table of runs",
        "the Pareto set",
        "the frontier",
        "the sweep",
        "the projects",
        "the planner's rules",
    )
)
"""Other subjects of faults."""


class CaseError(Exception):
    """The input has faults; all of them are in ``faults``, by rule and then as they stand in the files."""

    SHOWN_PER_RULE = 10

    def __init__(self, faults: Iterable[Fault], subject: str = THE_CASE) -> None:
        self.faults = tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.code))
        self.subject = subject
        super().__init__(str(self))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Fault, ...], str]]:
        return type(self), (self.faults, self.subject)

    def __str__(self) -> str:
        counts = Counter(fault.code for fault in self.faults)
        head = plural("{n} fault in {subject}", "{n} faults in {subject}", len(self.faults), subject=said(self.subject))
        if 1 < len(counts) < len(self.faults):
            head += f" ({', '.join(f'{code}: {count}' for code, count in counts.items())})"
        lines = [head]
        shown: Counter[str] = Counter()
        for fault in self.faults:
            shown[fault.code] += 1
            if shown[fault.code] <= self.SHOWN_PER_RULE:
                lines.append(f"  {fault}")
            elif shown[fault.code] == self.SHOWN_PER_RULE + 1:
                more = counts[fault.code] - self.SHOWN_PER_RULE
                rest = say("… and {more} more of this rule, {all} in all", more=more, all=counts[fault.code])
                lines.append(f"  {fault.code} {rest}")
        return "\n".join(lines)


WARNINGS_SHOWN = 10
"""Most lines of warnings on stderr, before one that counts the others."""


@dataclass(frozen=True, order=True)
class CaseWarning:
    """One doubt about the input that stops no answer.

    ``code`` names the kind (``W005``), ``place`` the table, row and column, ``message`` the value and the reason,
    ``remedy`` the way out.
    """

    code: str
    place: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.code} {self.place}: {self.message}; {self.remedy}"

    def to_dict(self) -> dict[str, str]:
        """Plain values for JSON: code, place, message, remedy."""
        return {"code": self.code, "place": self.place, "message": self.message, "remedy": self.remedy}


def counted(warnings: Iterable[CaseWarning]) -> str:
    """Warnings counted by kind, in words.

    >>> counted([CaseWarning("W005", "link.a.length_km", "", ""), CaseWarning("W005", "link.b.length_km", "", "")])
    'links shorter than the straight line (2)'
    """
    counts = Counter(warning.code for warning in warnings)
    return ", ".join(f"{say(codes()[code].wrong)} ({count})" for code, count in sorted(counts.items()))


def warning_lines(
    warnings: Iterable[CaseWarning], most: int = WARNINGS_SHOWN, others: str = "corridor check"
) -> list[str]:
    """Lines that report warnings: at most ``most``, some of every kind, and a count of the rest by kind.

    ``others`` names the command that lists the rest.
    """
    known = sorted(dict.fromkeys(warnings), key=lambda warning: warning.code)
    fair = max(1, most // max(1, len({warning.code for warning in known})))
    of_kind: Counter[str] = Counter()
    ranked: list[tuple[bool, int, CaseWarning]] = []
    for number, warning in enumerate(known):
        of_kind[warning.code] += 1
        ranked.append((of_kind[warning.code] > fair, number, warning))
    shown = {number for _, number, _ in sorted(ranked, key=lambda rank: rank[:2])[:most]}
    lines = [say("warning {warning}", warning=warning) for _, number, warning in ranked if number in shown]
    left = [warning for _, number, warning in ranked if number not in shown]
    if left:
        lines.append(
            plural(
                "and {n} more warning: {counted}; {others} lists all",
                "and {n} more warnings: {counted}; {others} lists all",
                len(left),
                counted=counted(left),
                others=others,
            )
        )
    return lines


class InfeasibleError(Exception):
    """Not everything that must be carried can be: ``facts`` are the reasons, ``str`` their sentences, one a line."""

    def __init__(self, reasons: str | Sequence[Fact]) -> None:
        self.facts = () if isinstance(reasons, str) else tuple(reasons)
        super().__init__(reasons if isinstance(reasons, str) else told(reasons))

    def __reduce__(self) -> tuple[type[InfeasibleError], tuple[str | tuple[Fact, ...]]]:
        return type(self), (self.facts or str(self),)


class CertificateError(Exception):
    """An answer does not prove itself: a fault of Corridor's own."""


class TimeLimitError(Exception):
    """The solver reached its limit of time."""

    def __init__(self, message: str, known: str = "") -> None:
        """``message`` says how far the solver was and what to do, ``known`` what else is known; ``str`` says both.

        ``answer``, set later, is that of a coarser horizon that was finished in time.
        """
        super().__init__(message)
        self.known = known
        self.answer: Any = None

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n{self.known}" if self.known else message


class Interrupted(KeyboardInterrupt):
    """The solver was interrupted and has stopped; ``known`` says how far it was."""

    def __init__(self, known: str = "") -> None:
        super().__init__(known)
        self.known = known


@dataclass(frozen=True)
class Near:
    """The known word nearest to a wrong one, if any is near; ``str`` is the half-sentence of a message.

    ``known`` are all known words, in order. Where no words were compared any more, ``searched`` is False and
    ``instead`` is the half-sentence.
    """

    word: str | None
    known: Sequence[str] = ()
    searched: bool = True
    instead: str = ""

    def __str__(self) -> str:
        if self.word is not None:
            return say("did you mean {word}?", word=self.word)
        if not self.searched:
            return say(self.instead)
        more = " …" if len(self.known) > 8 else ""
        if not self.known:
            return say("there is none yet")
        return say("known: {known}", known=", ".join(self.known[:8]) + more)

    def otherwise(self, remedy: str) -> str:
        """The half-sentence where a word is near, else another remedy."""
        return remedy if self.word is None else str(self)


INSTEAD = marked("add it, or correct it")
"""Remedy where no words are compared any more."""


class Names:
    """Known words, for many searches for the nearest of them.

    Of more than ``MANY`` words only neighbours by beginning or by end are compared. After ``most`` searches no
    more words are compared, so that a table of thousands of wrong ids is reported in a second or two.
    """

    MANY = 400

    def __init__(self, words: Iterable[str], most: int = 60, instead: str = INSTEAD) -> None:
        self.known = sorted(word for word in set(words) if word.isprintable())
        self.left, self.instead = most, instead
        self._near: dict[str, Near] = {}

    def nearest(self, word: str) -> Near:
        """The nearest of the known words."""
        if word not in self._near:
            if self.left <= 0:
                return Near(None, self.known, searched=False, instead=self.instead)
            self.left -= 1
            close = difflib.get_close_matches(word, self._candidates(word), n=1, cutoff=0.6)
            self._near[word] = Near(close[0] if close else None, self.known)
        return self._near[word]

    def _candidates(self, word: str) -> list[str]:
        if len(self.known) <= self.MANY:
            return self.known
        near: dict[str, None] = {}
        for listed, at in ((self.known, word), (self._reversed, word[::-1])):
            place, half = bisect(listed, at), self.MANY // 4
            for each in listed[max(0, place - half) : place + half]:
                near[each if listed is self.known else each[::-1]] = None
        return list(near)

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted(word[::-1] for word in self.known)


def nearest(word: str, words: Iterable[str]) -> Near:
    """The nearest of the known words.

    >>> str(nearest("bakuu", ["baku", "aktau"])), str(nearest("kuryk", ["baku", "aktau"]))
    ('did you mean baku?', 'known: aktau, baku')
    """
    return Names(words).nearest(word)


def quoted(text: str, most: int = 60) -> str:
    """A text as a message shows it: in quotes, on one line, cut where it is long.

    >>> quoted("1\\u00a0000\\n")
    "'1 000 '"
    """
    shown = text if len(text) <= most else text[: most - 1] + "…"
    return "'" + "".join(_visible(sign) for sign in shown) + "'"


def _visible(sign: str) -> str:
    if sign.isprintable():
        return sign
    return " " if sign.isspace() or unicodedata.category(sign) == "Cf" else "\ufffd"
