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
from copy import copy
from enum import StrEnum
from inspect import Parameter, Signature
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
    from corridor.studies import Study as Line

INTERRUPTED = 130
QUIET = 1.0
"""Seconds of work before anything is said of it."""
PLAIN_FIRST, PLAIN_EVERY = 2.0, 10.0
"""Seconds of work before the first line on progress, and between two, where stderr is no terminal."""
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
        from corridor.loading import not_yet

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


Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for the page as report.html; or a file of the table (.csv)."),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="With --out: the page as report.pdf, too.")]
COMMON: dict[str, tuple[Any, Any]] = {
    "case": (CaseFolder, None),
    "year": (Year, None),
    "scenario": (Scenarios, None),
    "sets": (Sets, None),
    "periods": (Periods, "year"),
    "open_year": (OpenYear, False),
    "rules": (Rules, None),
    "scope": (ScopeName, ALL),
    "time_limit": (Limit, None),
    "as_json": (AsJson, False),
    "out": (Out, None),
    "pdf": (Pdf, False),
}
"""Options of every study, with their defaults."""


def add_verb(study: Line) -> None:
    """Give the command the verb of a registry line: its own options, then those of every study."""

    def run(**given: Any) -> None:
        _run_study(study, given)

    parameters = []
    for option in study.options:
        kind = typer.Option(option.flag, help=option.help, **option.more) if option.flag else None
        kind = kind or typer.Argument(help=option.help, **option.more)
        parameters.append(_parameter(option.name, Annotated[option.kind, kind], option.default))
    for name, (kind, default) in COMMON.items():
        if name in study.not_yet:
            option = copy(kind.__metadata__[0])
            option.hidden = True
            kind = Annotated[kind.__origin__, option]
        parameters.append(_parameter(name, kind, study.periods if name == "periods" else default))
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    app.command(study.verb, help=study.help)(run)


def _parameter(name: str, kind: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _run_study(study: Line, given: dict[str, Any]) -> None:
    """Load the case, ask it the study, and give the result as JSON, on the terminal and as a page."""
    common = {name: given.pop(name) for name in COMMON}
    asked = {name: str(given[name]) for name in ("study", "name") if given.get(name)}
    late: TimeLimitError | None = None
    with answering(common["as_json"], **asked), _working(study) as told:
        import corridor
        from corridor.model.faults import TimeLimitError as TimeIsOverError
        from corridor.studies import refuse

        question = {name: common[name] for name in ("periods", "open_year", "scope", "time_limit")}
        question["rules"] = common["rules"] or ()
        refuse(study, question)
        check_out(common["out"], common["pdf"])
        loaded = loaded_case(common["case"], common["year"], common["sets"], common["scenario"])
        question["progress" if study.counts else "watch"] = told
        if "processes" in given:
            given["processes"] = given["processes"] or os.cpu_count() or 1
        try:
            result = getattr(corridor, study.verb)(loaded, **given, **question)
        except TimeIsOverError as error:
            if error.answer is None:
                raise
            late, result = error, error.answer
        write_out(result, study, common["out"], common["pdf"])
    if common["as_json"]:
        print_json(result.to_dict() if late is None else {**result.to_dict(), **limit_of_time(late)})
    else:
        print_page(result)
        if common["out"] is not None:
            print(f"Written: {common['out']}")
    if late is not None:
        raise late


@contextmanager
def _working(study: Line) -> Iterator[Any]:
    if study.counts:
        from corridor.reports.out.terminal import counting

        with counting(study.work) as told:
            yield told
    else:
        with watching(study.work) as told:
            yield told


def print_page(result: Any) -> None:
    """Print the short page of a result."""
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    print_blocks(blocks(result, short=True))


def check_out(out: Path | None, pdf: bool) -> None:
    """Raise CaseError for a page that cannot be written, before the work and not after it."""
    from corridor.model.faults import CaseError, Fault

    if pdf and (out is None or out.suffix.lower() in FILES):
        reason = "a PDF goes into a folder; give one by --out FOLDER"
        raise CaseError([Fault("C149", "--pdf", reason)], "the output")


FILES = (".csv", ".svg")
"""Ends of files that --out may name, beside a folder."""


def write_out(result: Any, study: Line, out: Path | None, pdf: bool) -> None:
    """Write a result: its table or figure as a file, or its page into a folder; raises CaseError."""
    if out is None:
        return
    from corridor.loading import write

    if out.suffix.lower() == ".csv":
        write(out.parent, {out.name: result.to_csv().encode()})
        return
    from corridor.reports.out.html import html_of
    from corridor.reports.out.pdf import pdf_of
    from corridor.reports.say import document

    page = document(result, study.help)
    files = {"report.html": html_of(page).encode()}
    if pdf:
        files["report.pdf"] = pdf_of(page)
    write(out, files, ("report.html", "report.pdf"))


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
        from corridor.model.result.frame import filled, listed

        whole = {**body, **filled(totals), "rows": listed(frame)}
        printing.append((lambda: print_json(whole)) if as_json else as_table)

    with answering(as_json), progress(f"working out the {what}"):
        loaded = loaded_case(case, year, sets, scenarios)
        yield loaded, show_rows
    for each in printing:
        each()


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
            body["facts"] = [each.to_dict() for each in getattr(error, "facts", ())]
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
