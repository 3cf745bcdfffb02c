"""The frame of the command: its options, its JSON, what it says while it works, and its exit codes."""

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

if TYPE_CHECKING:
    import pandas as pd

    from corridor.model.case import Case
    from corridor.model.faults import CaseWarning, TimeLimitError
    from corridor.optimize.program.progress import Progress

INTERRUPTED = 130
QUIET = 1.0
"""Seconds of work before anything is said of it."""
PLAIN_FIRST, PLAIN_EVERY = 2.0, 10.0
"""Seconds of work before the first line on progress, and between two, where stderr is no terminal."""
LISTS = ("alternatives", "resources", "nearest", "farthest", "sources")
"""Columns of findings that hold several ids."""
ALL = "all"
"""The scope of every demand; model/scope.py has it, too, which would import pandas here."""
LISTED = 10
"""Limits that are listed where no number is given."""
GIVEN: list[CaseWarning] = []
"""Warnings of the cases that this run of the command has loaded, each once."""
SCHEMA = 1
"""Of the JSON; model/result/answer.py has it, too, which would import pandas here."""


VERBS = (
    "solve",
    "ladder",
    "markets",
    "waterfall",
    "prices",
    "projects",
    "cut",
    "explain",
    "foresight",
    "disrupt",
    "scenarios",
    "library",
    "compare",
    "frontier",
    "sweep",
    "carbon",
    "revenue",
    "evidence",
    "validate",
    "band",
    "show",
    "copy",
    "check",
    "report",
)
"""The verbs as ``--help`` lists them: the questions, the what-ifs, how sure, the case and its report."""


class _Verbs(TyperGroup):
    """The verbs; an interruption keeps what is known, of which typer makes a mere exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=VERBS.index)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise _StoppedError(str(error)) from error


class _StoppedError(Exception):
    """Interrupted; ``str`` says what is known."""


app = typer.Typer(
    cls=_Verbs,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="How much a freight corridor can carry, and what stops it.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


class Study(StrEnum):
    """Questions that can be asked of a case."""

    capability = "capability"
    concurrent = "concurrent"
    handled = "handled"
    free = "free"
    cost_shipper = "cost_shipper"
    cost_resource = "cost_resource"


CaseFolder = Annotated[
    Path | None, typer.Option("--case", help="Folder of the case; the bundled Middle Corridor if left out.")
]
Year = Annotated[int | None, typer.Option("--year", help="Base year, where the case has several (2022, 2025).")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="CHANGE",
        help="A change, as resource.line.capacity=5 (docs/scenario-files.md); may be repeated.",
    ),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario", metavar="NAME", help="Scenario of the case, or a file of one; may be repeated, made in order."
    ),
]
StudyName = Annotated[Study, typer.Option("--study", help="What is asked.")]
ScopeName = Annotated[
    str, typer.Option("--scope", metavar="NAME", help="Cargo that is measured: all, or a scope of the case.")
]


def _refused(scope: str) -> str:
    """Raise CaseError for a scope that a verb cannot take."""
    if scope != ALL:
        from corridor.api import not_yet

        raise not_yet("this verb's numbers")
    return scope


NoScope = Annotated[str, typer.Option("--scope", metavar="NAME", hidden=True, callback=_refused)]
"""The option of a verb that measures all demands and no scope, not yet."""
Limit = Annotated[float | None, typer.Option("--time-limit", help="Seconds for the whole question.", min=0.0)]
Limits = Annotated[
    str, typer.Option("--limits", help="How many limits are listed: a number, all, or none (no first limit either).")
]
Periods = Annotated[
    str, typer.Option("--periods", help="The year by year, quarter, month, week, day, or a number of equal parts.")
]
OpenYear = Annotated[
    bool, typer.Option("--open", help="An open year; else what leaves in December arrives in January.")
]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="FILE", help="Rules of your own (docs/own-rules.md); may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON (docs/json.md).")]


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
) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.WARNING, format="%(message)s")


@contextmanager
def finding(
    what: str,
    case: Path | None,
    year: int | None,
    sets: list[str] | None,
    as_json: bool,
    scenarios: list[str] | None = None,
) -> Iterator[tuple[Case, Callable[..., None]]]:
    """Load the case for a finding; give it with a function that prints the finding's rows as JSON or as a table."""
    printing: list[Callable[[], None]] = []

    def show_rows(frame: pd.DataFrame, as_table: Callable[[], None], **totals: Any) -> None:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "optimal"}
        whole = {**body, **record(totals), "rows": records(frame)}
        printing.append((lambda: print_json(whole)) if as_json else as_table)

    with answering(as_json), progress(f"working out the {what}"):
        loaded = loaded_case(case, year, sets, scenarios)
        yield loaded, show_rows
    for each in printing:
        each()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame for JSON: NaN is left out, no limit is null, ids are lists."""
    return [
        record(
            {
                str(column): value.replace(",", " ").split() if column in LISTS else value
                for column, value in row.items()
                if not (isinstance(value, float) and math.isnan(value))
            }
        )
        for row in frame.to_dict("records")
    ]


def loaded_case(
    case: Path | None, year: int | None, sets: list[str] | None, scenarios: list[str] | None = None
) -> Case:
    from corridor.api import load

    loaded = load(case, year=year, scenario=scenarios or (), changes=sets or ())
    warn(loaded)
    return loaded


def warn(*cases: Case, quiet: bool = False) -> None:
    """Report the warnings of cases on stderr, a few lines in all, and keep them for the JSON.

    ``quiet`` leaves stderr out, for a verb that prints them itself.
    """
    from corridor.api import warnings
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
    """Where JSON is asked for, print faults and infeasibility as JSON too; the exit code is the same."""
    from corridor.model.faults import CaseError, InfeasibleError, TimeLimitError

    try:
        with _scaled():
            yield
    except (CaseError, InfeasibleError, TimeLimitError) as error:
        if as_json:
            status = {CaseError: "error", InfeasibleError: "infeasible", TimeLimitError: "time_limit"}[type(error)]
            faults = [{"code": f.code, "place": f.place, "message": f.message} for f in getattr(error, "faults", ())]
            value = {"value": None} if "study" in asked else {}
            body = {"schema": SCHEMA, **asked, "status": status, **value, "message": str(error), "faults": faults}
            print_json(body)
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
    """What the JSON of a coarser answer says of the finer one that was not finished."""
    return {"status": "time_limit", "message": str(error)}


def print_json(body: dict[str, Any]) -> None:
    """Print an answer, or the error form, with the warnings of its cases."""
    body = {**body, "warnings": [each.to_dict() for each in GIVEN]}
    print(json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False))


def record(row: dict[str, Any]) -> dict[str, Any]:
    """A row for JSON: what is empty is left out, no limit is null."""
    return {column: _plain(value) for column, value in row.items() if value is not None and value != ()}


def _plain(value: Any) -> Any:
    """A value for JSON: no limit is null, and what is empty in a row is left out, however deep."""
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return record(value)
    return None if isinstance(value, float) and math.isinf(value) else value


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
        print(f"interrupted: {error}" if str(error) else "interrupted", file=sys.stderr)
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
    """What typer says of the command line itself."""
    message = str(error.format_message()).replace("Value error, ", "").rstrip(".")
    asks_for_help = message.startswith("Usage:")
    print(message if asks_for_help else f"{message}; see corridor --help", file=sys.stderr)
    return 2


def _own_fault(error: Exception) -> int:
    """Keep the trace in a log and say where to report it."""
    import tempfile
    import traceback

    print(f"corridor failed by a fault of its own ({type(error).__name__}: {error}).", file=sys.stderr)
    trace = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="corridor-", suffix=".log", delete=False, encoding="utf-8") as log:
            log.write(f"corridor {' '.join(sys.argv[1:])}\n\n{trace}")
    except OSError as reason:
        print(f"Please report it to the maintainers; the trace could not be kept ({reason.strerror}).", file=sys.stderr)
        return 1
    print(f"Please report it to the maintainers, with the trace in {log.name}", file=sys.stderr)
    return 1


def most_limits(text: str) -> int | None:
    """The greatest number of limits that ``--limits`` asks for, None for all; raises CaseError."""
    from corridor.model.faults import CaseError, Fault, quoted

    if text in ("all", "none"):
        return None if text == "all" else 0
    if text.isascii() and text.isdigit():
        return int(text)
    reason = f"{quoted(text)} is no number of limits; give a whole number, all or none"
    raise CaseError([Fault("C074", "--limits", reason)], "the question")
