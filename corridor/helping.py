"""The help of the command, and its messages on a command line, in the current language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand

from corridor.model.language import ENGLISH, known, marked, now, say

Made = TypeVar("Made", bound=Callable[..., Any])
"""A function that becomes a verb."""
HEADINGS = marked(("Options", "Arguments", "Commands", "Show this message and exit."))
"""Words of typer on every page of help."""
SIGNS = marked(
    (
        *("OPTIONS", "COMMAND", "ARGS", "NAME", "NAMES", "FILE", "FOLDER", "CHANGE", "TABLE", "CELL", "ADDRESS"),
        *("MM-DD", "TABLE.ROW.COLUMN=VALUES", "str", "int", "float", "path", "int range", "float range", "text"),
    )
)
"""Kinds of values as the help names them."""
KIND = re.compile(r"[A-Z]{3,}(?:[.=-][A-Z]+)*|(?<=<)[a-z ]+(?=>)|\bMM-DD\b")
"""A word of a line of options that may be one of :data:`SIGNS`."""
USAGE: tuple[tuple[str, str], ...] = (
    (
        r"No such option:? '?(?P<name>-[\w-]+)'?[. ]*\(Possible options: (?P<near>.*)\)",
        "no option {name}; near: {near}",
    ),
    (r"No such option:? '?(?P<name>-[\w-]+)'?\.?", "no option {name}"),
    (r"No such command '(?P<name>.*?)'\. Did you mean '(?P<near>.*?)'.*", "no verb {name}; did you mean {near}?"),
    (r"No such command '(?P<name>.*?)'\.?", "no verb {name}"),
    (r"Missing argument '(?P<name>.*?)'.*", "the argument {name} is missing"),
    (r"Missing option '(?P<name>.*?)'.*", "the option {name} is missing"),
    (r"Option '(?P<name>.*?)' requires an argument\.?", "the option {name} needs a value"),
    (r"Got unexpected extra arguments?(\(s\))? \((?P<name>.*)\)", "no words more are taken: {name}"),
    (
        r"Invalid value for '(?P<name>.*?)': '(?P<word>.*?)' is not one of (?P<words>.*)",
        "{name}: {word} is not one of {words}",
    ),
    (r"Invalid value for '(?P<name>.*?)': Input should be a valid (number|integer).*", "{name}: this is no number"),
    (
        r"Invalid value for '(?P<name>.*?)': Input should be greater than or equal to (?P<least>.*)",
        "{name}: at least {least}",
    ),
)
"""Messages of typer on a command line, and the texts of :data:`SHORT` that take their place in another language."""
SHORT = marked(
    (
        *(
            "no option {name}",
            "no option {name}; near: {near}",
            "no verb {name}",
            "no verb {name}; did you mean {near}?",
        ),
        *("the argument {name} is missing", "the option {name} is missing", "the option {name} needs a value"),
        *("no words more are taken: {name}", "{name}: {word} is not one of {words}"),
        *("{name}: this is no number", "{name}: at least {least}"),
    )
)
"""Texts of :data:`USAGE`."""


def usage_message(message: str) -> str:
    """A message of typer in the current language; one of an unknown form stays English.

    >>> usage_message("No such option '--foo'.")
    "No such option '--foo'."
    """
    if now() == ENGLISH:
        return message
    for pattern, text in USAGE:
        if match := re.fullmatch(pattern, message.strip(), re.DOTALL):
            return say(text, **{name: word.replace("'", "") for name, word in match.groupdict().items() if word})
    return message


def _said(text: str) -> str:
    """A text of the help, by paragraphs, in the current language; as it is where it has no translation."""
    return "\n\n".join(known(" ".join(each.split())) or each for each in text.split("\n\n"))


def _kinds(line: str) -> str:
    return KIND.sub(lambda match: known(match[0]) or match[0], line)


def _explained(text: str) -> str:
    """The explanation of an option: its help, then default and bounds in brackets."""
    words, gap, extra = text.rpartition("  [")
    if not gap:
        words, extra = ("", text[1:]) if re.fullmatch(r"\[.*\]", text) else (text, "")
    if not extra:
        return _said(words)
    parts = [_extra(part) for part in extra.removesuffix("]").split("; ")]
    return f"{_said(words)}{gap or '['}{'; '.join(parts)}]"


def _extra(part: str) -> str:
    if part.startswith("default: "):
        return say("default: {value}", value=part.removeprefix("default: "))
    return say("required") if part == "required" else part


_Plain: Any = typer.Context.formatter_class


class Help(_Plain):  # type: ignore[misc]
    """A page of help in the current language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        english = now() == ENGLISH
        super().write_usage(prog, args if english else _kinds(args), prefix if english else f"{say('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        super().write_heading(_said(heading))

    def write_text(self, text: str) -> None:
        """A paragraph."""
        super().write_text(_said(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], *sizes: Any, **named: Any) -> None:
        """Words of the command line, each with its explanation."""
        if now() != ENGLISH:
            rows = [(_kinds(first), _explained(second)) for first, second in rows]
        super().write_dl(rows, *sizes, **named)


class HelpContext(typer.Context):
    """A command line whose help is in the current language."""

    formatter_class = Help


class Verb(TyperCommand):
    """A verb with its help in the current language."""

    context_class = HelpContext

    def get_short_help_str(self, limit: int = 45) -> str:
        """The help of the verb on one line."""
        whole = self.help
        self.help = _said(whole or "")
        try:
            return super().get_short_help_str(limit)
        finally:
            self.help = whole


class App(typer.Typer):
    """The command; its verbs have their help in the current language."""

    @cached_property
    def _group(self) -> Any:
        return typer.main.get_command(self)

    def __call__(self, *words: Any, **more: Any) -> Any:
        """Run the command, whose verbs are put together at the first call alone."""
        return self._group(*words, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Made], Made]:
        """A decorator that makes a verb of a function."""
        return super().command(name, **{"cls": Verb, **more})
