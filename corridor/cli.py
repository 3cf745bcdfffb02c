"""The command: ``corridor solve``, ``ladder``, ``report`` and the others."""

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
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from corridor.model.case import Case

INTERRUPTED = 130
LISTS = ("alternatives", "resources", "nearest", "farthest")
"""Columns of findings that hold several ids."""
SCHEMA = 1
"""Of the JSON; model/answer.py has it, too, which would import pandas here."""
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="How much a freight corridor can carry, and what stops it.",
    context_settings={"help_option_names": ["-h", "--help"]},
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
    typer.Option("--set", metavar="TABLE.ROW.COLUMN=VALUE", help="Change one cell; may be repeated."),
]
StudyName = Annotated[Study, typer.Option("--study", help="What is asked.")]
Limit = Annotated[float | None, typer.Option("--time-limit", help="Seconds for each run of the solver.", min=0.0)]
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


@app.command()
def solve(
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    time_limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question: how much gets through, and what stops it."""
    with _answering(as_json, study=study.value), _progress("reading and solving the case"):
        from corridor.api import load
        from corridor.api import solve as answer_of

        loaded = load(case, year=year, changes=sets or ())
        answer = answer_of(loaded, study.value, time_limit=time_limit)
    if as_json:
        print(answer.to_json())
    else:
        from corridor.reports.terminal import print_answer

        print_answer(loaded, answer)


@app.command()
def check(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """Check every table of a case and print all faults."""
    with _answering(as_json), _progress("checking the case"):
        loaded = _load(case, year, sets)
    rows = {name: len(frame) for name, frame in loaded.tables.items() if len(frame)}
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "sound"}
        _print_json({**body, "base_year": loaded.base_year, "rows": rows, "faults": []})
        return
    print(f"{loaded.title}, {loaded.base_year}: no faults in {sum(rows.values())} rows of {len(rows)} tables")
    print("  " + ", ".join(f"{name} {count}" for name, count in rows.items()))


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="Table: node, link, resource, demand, …")],
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Print a table of the case."""
    with _answering(as_json, table=table), _progress("reading the case"):
        from corridor.model.faults import CaseError, Fault, nearest
        from corridor.model.schema import schemas

        if table not in schemas():
            message = f"{table} is no table of a case; {nearest(table, schemas())}"
            raise CaseError([Fault("C021", "show", message)], "the question")
        loaded = _load(case, year, sets)
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "sound", "table": table}
        _print_json({**body, "rows": [_record(row._asdict()) for row in loaded.rows(table)]})
        return
    from corridor.reports.terminal import print_table

    print_table(loaded, table)


@app.command()
def ladder(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """The order of the limits: what stops all markets first, what next, up to the nameplate."""
    with _finding("ladder", case, year, sets, as_json) as (loaded, show_rows):
        from corridor.api import ladder as ladder_of
        from corridor.optimize.studies import terminals
        from corridor.reports.terminal_tables import print_ladder

        frame, named = ladder_of(loaded), terminals(loaded)
        show_rows(frame, lambda: print_ladder(frame, named), terminals_t=named)


@app.command()
def markets(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """How far each market goes alone, the others at their floor, and what stops it."""
    with _finding("markets", case, year, sets, as_json) as (loaded, show_rows):
        from corridor.api import markets as markets_of
        from corridor.reports.terminal_tables import print_markets

        frame = markets_of(loaded)
        show_rows(frame, lambda: print_markets(frame))


@app.command()
def waterfall(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """From the nameplate down to what is handled, by kind of limit."""
    with _finding("waterfall", case, year, sets, as_json) as (loaded, show_rows):
        from corridor.api import waterfall as waterfall_of
        from corridor.reports.terminal_tables import print_waterfall

        found = waterfall_of(loaded)
        totals = {
            "nameplate_t": found.nameplate_t,
            "handled_t": found.handled_t,
            "capability_t": found.capability_t,
            "capability_step": found.capability_step,
            "terminals_t": found.terminals_t,
            "floor": found.floor,
        }
        show_rows(found.bars, lambda: print_waterfall(found), **totals)


@app.command()
def prices(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """What one planner's unit more, or less, of each resource brings: a ferry, a path a day, 1 %."""
    with _finding("prices", case, year, sets, as_json) as (loaded, show_rows):
        from corridor.api import prices as prices_of
        from corridor.reports.terminal_tables import print_prices

        frame = prices_of(loaded)
        show_rows(frame, lambda: print_prices(frame), floor=frame.attrs.get("floor"))


@app.command()
def cut(case: CaseFolder = None, year: Year = None, sets: Sets = None, as_json: AsJson = False) -> None:
    """Minimum cuts of the graph by commodity and direction: an upper bound beside the program's answer."""
    with _finding("cut", case, year, sets, as_json) as (loaded, show_rows):
        from corridor.api import cut as cut_of
        from corridor.reports.terminal_tables import print_cut

        frame = cut_of(loaded)
        show_rows(frame, lambda: print_cut(frame))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="Id of a resource, a link or a demand.")],
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Who uses a resource, link or demand, which limit holds it, what would change it."""
    with _answering(as_json, name=name), _progress("solving the case"):
        from corridor.api import explain as explain_it
        from corridor.api import solve as answer_of

        loaded = _load(case, year, sets)
        found = explain_it(loaded, name, answer_of(loaded, study.value))
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "optimal"}
        tables = {title: _records(frame) for title, frame in found.tables.items()}
        _print_json({**body, "name": found.name, "kind": found.kind, "sentences": found.sentences, "tables": tables})
        return
    from corridor.reports.terminal_tables import print_explanation

    print_explanation(found)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="Folder to write report.html and map.svg into.")] = Path("out"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too.")] = False,
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    time_limit: Limit = None,
) -> None:
    """Solve the case and write the report: one HTML file that opens anywhere, and a PDF if asked for."""
    with _progress("solving the case and writing the report"):
        from corridor.api import load
        from corridor.api import report as write_report
        from corridor.api import solve as answer_of

        loaded = load(case, year=year, changes=sets or ())
        answer = answer_of(loaded, study.value, time_limit=time_limit)
        path = write_report(loaded, answer, out, pdf=pdf)
    from corridor.reports.words import headline

    print(headline(loaded, answer))
    print(f"Report: {path}")


@contextmanager
def _finding(
    what: str, case: Path | None, year: int | None, sets: list[str] | None, as_json: bool
) -> Iterator[tuple[Case, Callable[..., None]]]:
    """Load the case for a finding; give it with a function that prints the finding's rows as JSON or as a table."""
    printing: list[Callable[[], None]] = []

    def show_rows(frame: pd.DataFrame, as_table: Callable[[], None], **totals: Any) -> None:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "optimal"}
        whole = {**body, **_record(totals), "rows": _records(frame)}
        printing.append((lambda: _print_json(whole)) if as_json else as_table)

    with _answering(as_json), _progress(f"working out the {what}"):
        loaded = _load(case, year, sets)
        yield loaded, show_rows
    for each in printing:
        each()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame for JSON: NaN is left out, no limit is null, ids are lists."""
    return [
        _record(
            {
                str(column): value.replace(",", " ").split() if column in LISTS else value
                for column, value in row.items()
                if not (isinstance(value, float) and math.isnan(value))
            }
        )
        for row in frame.to_dict("records")
    ]


def _load(case: Path | None, year: int | None, sets: list[str] | None) -> Case:
    from corridor.api import load

    return load(case, year=year, changes=sets or ())


@contextmanager
def _progress(what: str) -> Iterator[None]:
    """Say on stderr what is being done, once it has taken a second."""
    timer = threading.Timer(1.0, lambda: print(f"{what} …", file=sys.stderr, flush=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _answering(as_json: bool, **asked: str) -> Iterator[None]:
    """Where JSON is asked for, print faults and infeasibility as JSON too; the exit code is the same."""
    from corridor.model.faults import CaseError, InfeasibleError, TimeLimitError

    try:
        yield
    except (CaseError, InfeasibleError, TimeLimitError) as error:
        if as_json:
            status = {CaseError: "error", InfeasibleError: "infeasible", TimeLimitError: "time_limit"}[type(error)]
            faults = [{"code": f.code, "place": f.place, "message": f.message} for f in getattr(error, "faults", ())]
            value = {"value": None} if "study" in asked else {}
            body = {"schema": SCHEMA, **asked, "status": status, **value, "message": str(error), "faults": faults}
            _print_json(body)
        raise


def _print_json(body: dict[str, Any]) -> None:
    print(json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False))


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A row for JSON: what is empty is left out, no limit is null."""
    return {column: _plain(value) for column, value in row.items() if value is not None and value != ()}


def _plain(value: Any) -> Any:
    """A value for JSON: no limit is null, in a list too."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def main() -> None:
    """Run the command; every way to end has its exit code (docs/json.md), and none shows a trace."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    gc.set_threshold(200_000, 20, 20)  # a command lives for seconds; collecting as often as a server does costs a fifth
    sys.exit(_run())


def _run() -> int:
    from corridor.model.faults import CaseError, InfeasibleError, TimeLimitError

    try:
        code = app(standalone_mode=False)  # typer makes exit codes of typer.Exit and of an interruption
        sys.stdout.flush()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
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
