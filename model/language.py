"""The language of texts: sentences with named fields, plural forms and numbers, in English or by a catalogue.

English texts are the keys of the catalogues ``languages/<code>/*.po``; English itself has none and reads no file.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

ENGLISH = "en"
"""The language of the source texts."""
LANGUAGES: Mapping[str, str] = {"en": "English", "ru": "Русский"}
"""Code of each language, and its own name."""
_NOW: ContextVar[str] = ContextVar("language", default=ENGLISH)
_HOME: ContextVar[str] = ContextVar("home", default="")
"""Folder of the case whose names were read last: its texts are known to :func:`say`, too."""
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
Key = str | tuple[str, str]
"""A text, or its context and the text."""


def now() -> str:
    """Code of the current language."""
    return _NOW.get()


def choose(code: str) -> None:
    """Make ``code`` the current language; raises KeyError for one that has no catalogue."""
    _NOW.set(code if code in LANGUAGES else LANGUAGES[code])


def language(code: str) -> AbstractContextManager[None]:
    """Texts in the language ``code`` within the block; raises KeyError for one that has no catalogue."""
    return _within(code)


@contextmanager
def _within(code: str) -> Iterator[None]:
    before = _NOW.set(code if code in LANGUAGES else LANGUAGES[code])
    try:
        yield
    finally:
        _NOW.reset(before)


def say(text: str, /, about: str = "", **fields: Any) -> str:
    """A text in the current language, its fields filled; ``about`` tells apart texts that English writes alike.

    Fields are formatted as Python formats them, numbers with the signs of the language. A text without a translation
    is looked up in those of the case, and else stays English.

    >>> say("{used:,.1f} of {claimed} Mt", used=1234.56, claimed=27)
    '1,234.6 of 27 Mt'
    """
    code = _NOW.get()
    if code == ENGLISH:
        return text.format(**fields) if fields else text
    form = _catalogue(code).get((about, text) if about else text)
    if form is None:
        form = text if fields else translated(text, _texts(_HOME.get(), code))
    return _filled(form if isinstance(form, str) else form[0], fields, code)


def known(text: str) -> str:
    """The translation of a whole text; empty in English, and for a text that has none."""
    code = _NOW.get()
    form = "" if code == ENGLISH else _catalogue(code).get(text, "")
    return form if isinstance(form, str) else form[0]


def plural(one: str, many: str, number: float, /, **fields: Any) -> str:
    """A text in the form that a number takes in the current language; ``{n}`` is the number.

    >>> plural("{n} month", "{n} months", 1), plural("{n} month", "{n} months", 3)
    ('1 month', '3 months')
    """
    fields = {"n": number, **fields}
    code = _NOW.get()
    english = one if number == 1 else many
    if code == ENGLISH:
        return english.format(**fields)
    forms = _catalogue(code).get(one)
    if not isinstance(forms, tuple):
        return _filled(forms or english, fields, code)
    return _filled(forms[_form(code)(number)], fields, code)


def marked(text: T) -> T:
    """A text, or texts, for the catalogue, as they are: :func:`say` translates them where they are printed."""
    return text


class Words(dict[K, V]):
    """A table of texts: it holds the English ones, and gives them in the current language.

    Values are texts, or tuples with texts among them.
    """

    def __getitem__(self, key: K) -> V:
        return cast(V, said(super().__getitem__(key)))

    def get(self, key: Any, default: Any = None) -> Any:
        """The text of a key in the current language, or ``default``."""
        return said(super().get(key, default))

    def values(self) -> Any:
        """The texts in the current language."""
        return [said(value) for value in super().values()]

    def items(self) -> Any:
        """Keys, and texts in the current language."""
        return [(key, said(value)) for key, value in super().items()]

    def __or__(self, other: Mapping[Any, Any]) -> Words[K, V]:  # type: ignore[override]
        return Words(dict.__or__(self, dict(other)))  # dict() copies a dict without its items(): texts stay English


def said(value: Any) -> Any:
    """A text, or the texts of a tuple, in the current language; anything else as it is."""
    if isinstance(value, str):
        return say(value) if value else value
    return tuple(map(said, value)) if isinstance(value, tuple) else value


def localised(number: str) -> str:
    """A number as Python writes it, with the signs of the current language.

    >>> localised("1,234.5")
    '1,234.5'
    """
    code = _NOW.get()
    return number if code == ENGLISH else number.translate(_signs(code))


def numeral(value: float, spec: str = "") -> str:
    """A number in a format of Python, with the signs of the current language.

    >>> numeral(1234.5, ",.2f")
    '1,234.50'
    """
    return localised(format(value, spec))


def texts_of(folder: str | Path) -> Mapping[str, str]:
    """The texts of a case in the current language, by the English ones: ``language/<code>.po`` of its folder."""
    code = _NOW.get()
    if code == ENGLISH or not folder:
        return {}
    _HOME.set(str(folder))
    return _texts(str(folder), code)


def translated(text: str, known: Mapping[str, str]) -> str:
    """A text of a case by its translations; of one that consists of names, each of them, the longest first.

    >>> translated("Port of Baku, Ferry", {"Port of Baku": "Порт Баку", "Ferry": "Паром", "Baku": "Баку"})
    'Порт Баку, Паром'
    """
    if not known or text in known:
        return known.get(text, text)
    pattern = _pattern(tuple(known))
    between = pattern.sub("", text)
    if any(sign.isalpha() for sign in between.replace(" and ", "")):
        return text  # half of a text in another language is worse than none
    named = pattern.sub(lambda match: known[match[0]], text)
    return named.replace(" and ", f" {say('and')} ") if " and " in between else named


@lru_cache(maxsize=4)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest))})(?![^\W_])")


def territory(code: str) -> str:
    """The name of a country in the current language, by its code of ISO 3166-1; of an unknown one the code."""
    from babel import Locale

    return str(Locale.parse(now()).territories.get(code, code))


class _Fields(string.Formatter):
    """Fields of a text: numbers with the signs of the current language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        if format_spec and isinstance(value, (int, float)) and not isinstance(value, bool):
            return localised(text)
        return text


_FIELDS = _Fields()
_TWICE = re.compile(r"(?<!\.)\.\.(?!\.)")
"""A full stop after an abbreviation that has its own."""


def _filled(text: str, fields: Mapping[str, Any], code: str) -> str:
    if not fields:
        return text
    return _TWICE.sub(".", _FIELDS.vformat(text, (), fields))


@lru_cache
def _catalogue(code: str) -> Mapping[Key, str | tuple[str, ...]]:
    """Every translated text of a language; of a plural the forms."""
    made: dict[Key, str | tuple[str, ...]] = {}
    for path in sorted((files("corridor.model") / "languages" / code).iterdir(), key=lambda each: each.name):
        if path.name.endswith(".po"):
            made |= _read(path.read_text(encoding="utf-8"), code)
    return made


@lru_cache
def _texts(folder: str, code: str) -> Mapping[str, str]:
    if not folder:
        return {}
    path = Path(folder) / "language" / f"{code}.po"
    if not path.is_file():
        return {}
    read = _read(path.read_text(encoding="utf-8"), code)
    return {str(key): text for key, text in read.items() if isinstance(text, str)}


def _read(text: str, code: str) -> dict[Key, str | tuple[str, ...]]:
    from io import StringIO

    from babel.messages.pofile import read_po

    read: dict[Key, str | tuple[str, ...]] = {}
    for message in read_po(StringIO(text), locale=code):
        forms = message.string
        if not message.id or message.fuzzy or not all(forms if isinstance(forms, (tuple, list)) else (forms,)):
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        whole = tuple(forms) if isinstance(forms, (tuple, list)) else str(forms)
        read[(message.context, key) if message.context else key] = whole
    return read


@lru_cache
def _form(code: str) -> Callable[[float], int]:
    """The number of the plural form that a number takes, by the rules of CLDR; a fraction takes that of two."""
    from gettext import c2py

    from babel.messages.plurals import get_plural

    made: Callable[[int], int] = c2py(get_plural(code).plural_expr)
    return lambda number: made(int(number)) if number == int(number) else made(2)


@lru_cache
def _signs(code: str) -> dict[int, str]:
    from babel import Locale

    symbols = cast(Mapping[str, Any], Locale.parse(code).number_symbols)["latn"]
    return {ord(","): symbols["group"], ord("."): symbols["decimal"]}
