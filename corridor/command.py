"""The verbs of the registry: their options, one run for all of them, JSON, terminal and page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.model.language import said, say
from corridor.shell import answering, app, counting, limit_of_time, loaded_case, print_json, watching, with_warnings
from corridor.study import ALL, Measured, Study

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.model.faults import TimeLimitError

CaseFolder = Annotated[
    Path | None,
    typer.Option("--case", help="Folder or workbook of the case; the bundled Middle Corridor if left out."),
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
StudyName = Annotated[Measured, typer.Option("--study", help="What is asked.")]
ScopeName = Annotated[
    str, typer.Option("--scope", metavar="NAME", help="Cargo that is measured: all, or a scope of the case.")
]


Limit = Annotated[float | None, typer.Option("--time-limit", help="Seconds for the whole question.", min=0.0)]
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
    typer.Option(
        "--out",
        help="Folder for report.html; or a file that ends in .xlsx .csv .parquet .json .svg .geojson .gpkg .zip.",
    ),
]
Whole = Annotated[bool, typer.Option("--all", help="Print the whole page, not one screen of it.")]
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
    "whole": (Whole, False),
    "out": (Out, None),
    "pdf": (Pdf, False),
}
"""Options of every study, with their defaults."""


FILES = (".csv", ".svg", ".xlsx", ".parquet", ".json", ".geojson", ".gpkg", ".zip")
"""Ends of files that --out may name, beside a folder."""


@dataclass(frozen=True)
class Given:
    """The words of a command line: ``own`` options of the verb by name, and the case that the others describe."""

    own: dict[str, Any]
    folder: Path | None
    year: int | None
    sets: list[str] | None
    scenario: list[str] | None

    def case(self) -> Case:
        """The case, loaded and checked, its warnings on stderr; raises CaseError."""
        return loaded_case(self.folder, self.year, self.sets, self.scenario)


def add_verb(study: Study) -> None:
    """Give the command the verb of a registry line: its own options, then those of every study."""

    def run(**given: Any) -> None:
        _run(study, given)

    parameters = [_parameter(each.name, Annotated[each.kind, _typed(each)], each.default) for each in study.options]
    for name, (kind, default) in COMMON.items():
        option = copy(kind.__metadata__[0])
        option.hidden = name in study.not_yet
        default = study.periods if name == "periods" else default
        parameters.append(_parameter(name, Annotated[kind.__origin__, option], default))
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    app.command(study.verb, help=study.help)(run)


def _parameter(name: str, kind: Any, default: Any) -> Parameter:
    default = Parameter.empty if name == "name" and kind.__origin__ is str else default
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _typed(option: Any) -> Any:
    if option.flag:
        return typer.Option(option.flag, help=option.help, **option.more)
    return typer.Argument(help=option.help, **option.more)


def _run(study: Study, words: dict[str, Any]) -> None:
    """Ask the case the study, or its program on disk; give the result as JSON, on the terminal and as a page."""
    if not study.starts:
        _answered(study, words, [])
        return
    from corridor.starting import Start

    start = Start(words)
    if not start.again():
        del words["no_cache"]
        with start.kept() as answers:
            _answered(study, words, answers)


def _answered(study: Study, words: dict[str, Any], answers: list[Any]) -> None:
    """Load the case, ask it the study, and give the result, also in the list once all of it is there."""
    common = {name: words.pop(name) for name in COMMON}
    as_json, out = common["as_json"], common["out"]
    asked = {name: str(words[name]) for name in ("study", "name") if words.get(name)}
    given = Given(words, common["case"], common["year"], common["sets"], common["scenario"])
    late: TimeLimitError | None = None
    with answering(as_json, **asked), _working(study, as_json) as told:
        from corridor.asking import refuse
        from corridor.model.faults import TimeLimitError as TimeIsOverError

        question = {name: common[name] for name in ("periods", "open_year", "scope", "time_limit")}
        question["rules"] = common["rules"] or ()
        refuse(study, {**words, **question, "scenario": given.scenario})
        check_out(out, common["pdf"])
        question["progress" if study.counts else "watch"] = told
        beside: dict[str, Any] = {}
        try:
            if study.run:
                result, beside = getattr(import_module("corridor.verbs"), study.run)(given, question)
            else:
                if "processes" in words:
                    words["processes"] = words["processes"] or os.cpu_count() or 1
                own = {name: value for name, value in words.items() if value is not None}
                result = getattr(import_module("corridor"), study.verb)(given.case(), **own, **question)
        except TimeIsOverError as error:
            if error.answer is None:
                raise
            late, result = error, error.answer
        body = _body(result, beside, late) if as_json or _is_file(out) else {}
        write_out([result, *(each for each in beside.values() if each is not None)], body, study, out, common["pdf"])
    if as_json:
        print_json(body)
    else:
        for each in (result, *beside.values()):
            if each is not None:
                print_page(each, whole=common["whole"])
        if out is not None:
            print(say("Written: {out}", out=out))
    if late is not None:
        raise late
    answers.append(result)


def _body(result: Any, beside: dict[str, Any], late: TimeLimitError | None) -> dict[str, Any]:
    """The answer in JSON, with the results beside it."""
    body = {**result.to_dict(), **{name: each and each.to_dict() for name, each in beside.items()}}
    return body if late is None else {**body, **limit_of_time(late)}


def _is_file(out: Path | None) -> bool:
    return out is not None and out.suffix.lower() in FILES


@contextmanager
def _working(study: Study, as_json: bool) -> Iterator[Any]:
    what = said(study.work)
    with counting(what, as_json=as_json) if study.counts else watching(what) as told:
        yield told


def print_page(result: Any, *, whole: bool = False) -> None:
    """Print the short page of a result, and the names of the tables that only the whole page has; or the whole page."""
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks, rest

    print_blocks(blocks(result) if whole else [*blocks(result, short=True), *rest(result)])


def check_out(out: Path | None, pdf: bool) -> None:
    """Raise CaseError for a page or file that is not written, before the work and not after it."""
    from corridor.model.faults import CaseError, Fault

    faults = []
    if out is not None and out.suffix and out.suffix.lower() not in FILES and not out.is_dir():
        reason = say(
            "a file that ends in {suffix} is not written; end it in {listed}, or name a folder",
            suffix=out.suffix,
            listed=", ".join(FILES),
        )
        faults.append(Fault("C083", f"--out {out}", reason))
    if pdf and (out is None or out.suffix.lower() in FILES):
        faults.append(Fault("C083", "--pdf", say("a PDF goes into a folder; give one by --out FOLDER")))
    if faults:
        raise CaseError(faults, "the output")
    if out is not None:
        from corridor.model.writing import ready

        ready(*((out.parent, [out.name]) if _is_file(out) else (out, ["report.html", "report.pdf"])))


def write_out(results: list[Any], body: dict[str, Any], study: Study, out: Path | None, pdf: bool) -> None:
    """Write results as files by their ending, ``body`` in JSON, or their page into a folder; raises CaseError."""
    if out is None:
        return
    from corridor.model.writing import write

    if _is_file(out):
        from corridor.reports.out.files import files_of

        write(out.parent, files_of(results[0], with_warnings(body), out))
        return
    from corridor.reports.out.html import html_of
    from corridor.reports.out.pdf import pdf_of
    from corridor.reports.say import document

    page = document(results, study.help)
    files = {"report.html": html_of(page).encode()}
    if pdf:
        files["report.pdf"] = pdf_of(page)
    write(out, files, ("report.html", "report.pdf"))
