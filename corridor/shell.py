"""The frame of the command: warnings and progress on stderr, JSON on stdout, and the exit codes."""

from __future__ import annotations

import gc
import json
import logging
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from corridor.helping import App, HelpContext, usage_message
from corridor.model.language import ENGLISH, LANGUAGES, choose, say

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.model.faults import CaseWarning, TimeLimitError
    from corridor.optimize.program.progress import Progress

INTERRUPTED = 130
QUIET = 1.0
"""Seconds of work before the first words on it."""
PLAIN_FIRST, PLAIN_EVERY = 2.0, 10.0
"""Seconds of work before the first line on progress, and between two, where stderr is no terminal."""
SCHEMA = 1
"""Of the JSON; model/result/frame.py has it, too, which would import pandas here."""
GIVEN: list[CaseWarning] = []
"""Warnings of the cases that this run of the command has loaded, each once."""


class _Verbs(TyperGroup):
    """The verbs; an interruption keeps what is known, of which typer makes a mere exit code."""

    context_class = HelpContext

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = language_first(args)
        choose(language_of(words))  # before the help, which is printed before any option is looked at
        return super().parse_args(ctx, words)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise _StoppedError(str(error)) from error


def language_first(words: list[str]) -> list[str]:
    """The words of a command line with ``--lang`` before the verb, wherever it stands.

    >>> language_first(["solve", "--lang", "ru", "--json"])
    ['--lang', 'ru', 'solve', '--json']
    """
    for place, word in enumerate(words):
        if word == "--lang" or word.startswith("--lang="):
            end = place + (2 if word == "--lang" else 1)
            return [*words[place:end], *words[:place], *words[end:]]
    return words


def language_of(words: list[str]) -> str:
    """The code of ``--lang`` at the beginning of a command line; English where it is none of a catalogue.

    >>> language_of(["--lang", "ru", "solve"]), language_of(["--lang=ru"]), language_of(["solve"])
    ('ru', 'ru', 'en')
    """
    first, second = [*words, "", ""][:2]
    code = second if first == "--lang" else first.removeprefix("--lang=")
    return code if code in LANGUAGES else ENGLISH


class Language(StrEnum):
    """Languages of texts, numbers and names: English, Russian."""

    en = "en"
    ru = "ru"


class _StoppedError(Exception):
    """Interrupted; ``str`` says what is known."""


app = App(
    cls=_Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="How much a freight corridor can carry, and what stops it.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def _print_version(asked: bool) -> None:
    if asked:
        from corridor import __version__

        print(f"corridor {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say on stderr what is being done.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
    lang: Annotated[
        Language, typer.Option("--lang", help="Language of texts, numbers and names; may stand after the verb.")
    ] = Language.en,
) -> None:
    choose(lang.value)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.WARNING, format="%(message)s")


def loaded_case(
    case: Path | None, year: int | None, sets: list[str] | None, scenarios: list[str] | None = None
) -> Case:
    from corridor.loading import load

    loaded = load(case, year=year, scenario=scenarios or (), changes=sets or ())
    warn(loaded)
    return loaded


def warn(*cases: Case, quiet: bool = False) -> None:
    """Report the warnings of cases on stderr, a few lines in all, and keep them for the JSON.

    ``quiet`` leaves stderr out, for a verb that prints them itself.
    """
    from corridor.loading import warnings
    from corridor.model.faults import warning_lines

    fresh = [each for each in dict.fromkeys(found for case in cases for found in warnings(case)) if each not in GIVEN]
    GIVEN.extend(fresh)
    for line in () if quiet else warning_lines(fresh):
        print(line, file=sys.stderr)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on stderr what is being done, once it has taken a second."""
    timer = threading.Timer(QUIET, lambda: print(f"{what} …", file=sys.stderr, flush=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def watching(what: str) -> Iterator[Callable[[Progress], None]]:
    """As ``progress``, with a function to watch a solver by: it says on stderr how far the solver is.

    On a terminal that is one live line, elsewhere a line every ten seconds; nothing in the first second.
    """
    began, said = perf_counter(), -math.inf
    status: Any = None

    def tell(now: Progress) -> None:
        nonlocal said, status
        elapsed = perf_counter() - began
        if now.seconds < QUIET and status is None:
            return
        if sys.stderr.isatty():
            if elapsed < QUIET:
                return
            if status is None:
                from rich.console import Console

                status = Console(stderr=True, highlight=False).status("")
                status.start()
            status.update(str(now))
        elif elapsed >= PLAIN_FIRST and elapsed - said >= PLAIN_EVERY:
            said = elapsed
            print(f"{now} …", file=sys.stderr, flush=True)

    try:
        with progress(what):
            yield tell
    finally:
        if status is not None:
            status.stop()


@contextmanager
def answering(as_json: bool, **asked: str) -> Iterator[None]:
    """With ``as_json`` print faults and infeasibility as JSON too; the exit code is the same."""
    from corridor.model.faults import CaseError, InfeasibleError, TimeLimitError

    try:
        with _scaled():
            yield
    except (CaseError, InfeasibleError, TimeLimitError) as error:
        if as_json:
            from corridor.model.result.frame import plain

            status = {CaseError: "error", InfeasibleError: "infeasible", TimeLimitError: "time_limit"}[type(error)]
            value = {"value": None} if "study" in asked else {}
            body = {"schema": SCHEMA, **asked, "status": status, **value, "message": str(error)}
            print_json(body | {name: plain(getattr(error, name, ())) for name in ("faults", "facts")})
        raise


@contextmanager
def _scaled() -> Iterator[None]:
    """Raise a fault of the input where an answer does not prove itself and its tonnes are too far apart for one."""
    from corridor.model.faults import CaseError, CertificateError, Fault

    try:
        yield
    except CertificateError:
        far = next((each for each in GIVEN if each.code == "W008"), None)
        if far is None:
            raise
        raise CaseError([Fault("C163", far.place, f"{far.message}; {far.remedy}")]) from None


def limit_of_time(error: TimeLimitError) -> dict[str, Any]:
    """Fields in JSON of a coarser answer, on the finer one that was not finished."""
    return {"status": "time_limit", "message": str(error)}


def print_json(body: dict[str, Any]) -> None:
    """Print an answer, or the error form, with the warnings of its cases."""
    print(json.dumps(with_warnings(body), indent=2, ensure_ascii=False, allow_nan=False))


def with_warnings(body: dict[str, Any]) -> dict[str, Any]:
    """An answer in JSON with the warnings of its cases."""
    return {**body, "warnings": [each.to_dict() for each in GIVEN]}


def main() -> None:
    """Run the command; every way to end has its exit code (docs/json.md), and none shows a trace."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    gc.set_threshold(200_000, 20, 20)  # a command lives for seconds; collecting as often as a server does costs a fifth
    code = _run()
    gc.freeze()  # else all that there is would be looked through once more as the program ends
    sys.exit(code)


def _run() -> int:
    from corridor.model.faults import CaseError, InfeasibleError, TimeLimitError

    GIVEN.clear()
    try:
        code = app(standalone_mode=False)  # typer makes exit codes of typer.Exit and of an interruption
        sys.stdout.flush()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort, _StoppedError) as error:
        print(say("interrupted: {error}", error=error) if str(error) else say("interrupted"), file=sys.stderr)
        return INTERRUPTED
    except CaseError as error:
        print(error, file=sys.stderr)
        return 2
    except InfeasibleError as error:
        print(error, file=sys.stderr)
        return 3
    except TimeLimitError as error:
        print(error, file=sys.stderr)
        return 4
    except (BrokenPipeError, SystemExit):  # typer exits by itself where the reader of our output has read enough
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains as it ends
        return 0
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):
            return _usage(error)
        return _own_fault(error)


def _usage(error: Any) -> int:
    """Print the message of typer on the command line itself."""
    message = str(error.format_message()).replace("Value error, ", "").rstrip(".")
    asks_for_help = type(error).__name__ == "NoArgsIsHelpError"
    if not asks_for_help:
        message = say("{message}; see corridor --help", message=usage_message(message))
    print(message, file=sys.stderr)
    return 2


def _own_fault(error: Exception) -> int:
    """Keep the trace in a log and say where to report it."""
    import tempfile
    import traceback

    print(
        say("corridor failed by a fault of its own ({kind}: {error}).", kind=type(error).__name__, error=error),
        file=sys.stderr,
    )
    trace = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="corridor-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(f"corridor {' '.join(sys.argv[1:])}\n\n{trace}")
    except OSError as reason:
        print(
            say(
                "Please report it to the maintainers; the trace could not be kept ({strerror}).",
                strerror=reason.strerror,
            ),
            file=sys.stderr,
        )
        return 1
    print(say("Please report it to the maintainers, with the trace in {name}", name=log.name), file=sys.stderr)
    return 1


def head(case: Case) -> dict[str, Any]:
    """The first lines of the JSON of a verb that is no study."""
    return {"schema": SCHEMA, "case": case.name, "scenario": case.scenario, "status": "sound"}


def warnings_given() -> list[CaseWarning]:
    """The warnings of the cases that were loaded."""
    return GIVEN


@contextmanager
def counting(what: str, *, as_json: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function that shows how many of how many are done, on stderr; lines of JSON for scripts."""
    from corridor.reports.out.counting import counting as bar

    with bar(what, as_json=as_json) as told:
        yield told
