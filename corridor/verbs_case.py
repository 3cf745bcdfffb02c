"""The verbs ``check`` and ``copy``: a case held to its rules, and a case in a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.command import (
    GIVEN,
    SCHEMA,
    AsJson,
    CaseFolder,
    Scenarios,
    Sets,
    Year,
    answering,
    app,
    print_json,
    progress,
    warn,
)

LISTED = 100
"""Most lines of warnings that ``check`` prints."""


@app.command()
def check(
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    recalculate: Annotated[
        bool,
        typer.Option("--recalculate", help="First write the derived numbers of a copy anew, where others changed."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check every table of a case and print all faults and warnings."""
    rewritten = {}
    with answering(as_json), progress("checking the case"):
        from corridor.loading import check_scenarios, load

        if recalculate:
            from corridor.copies import recalculate as write_anew

            rewritten = write_anew(case)
        loaded = load(case, year=year, scenario=scenario or (), changes=sets or ())
        warn(loaded, quiet=True)
        names = check_scenarios(loaded) if not loaded.changes else []
    rows = {name: len(frame) for name, frame in loaded.tables.items() if len(frame)}
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "sound"}
        anew = [
            {"cell": ".".join(cell), "former": former, "value": value} for cell, (former, value) in rewritten.items()
        ]
        print_json({**body, "base_year": loaded.base_year, "rows": rows, "recalculated": anew, "faults": []})
        return
    if recalculate:
        print(f"{len(rewritten)} derived number{'s' * (len(rewritten) != 1)} written anew in {case}")
        for cell, (former, value) in rewritten.items():
            print(f"  {loaded.place(*cell)}: {former:.12g} becomes {value:.12g}")
    print(f"{loaded.title}, {loaded.base_year}: no faults in {sum(rows.values())} rows of {len(rows)} tables")
    print("  " + ", ".join(f"{name} {count}" for name, count in rows.items()))
    if names:
        print(f"No faults in its scenarios: {', '.join(names)}")
    if GIVEN:
        from corridor.model.faults import counted, warning_lines

        print(f"{len(GIVEN)} warning{'s' * (len(GIVEN) != 1)}: {counted(GIVEN)}")
        for line in warning_lines(GIVEN, LISTED, "corridor check --json"):
            print(f"  {line}")


@app.command()
def copy(
    folder: Annotated[Path, typer.Argument(help="Folder for the copy; a new one, or an empty one.")],
    case: CaseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a copy of the case to edit: tables, scenarios, and the numbers as they were."""
    with answering(as_json), progress("copying the case"):
        from corridor.copies import copy as copy_to

        target = copy_to(folder, case)
    if as_json:
        files = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
        print_json({"schema": SCHEMA, "status": "written", "folder": str(target), "files": files})
        return
    print(f"Copied to {target}. Edit its tables, then: corridor check --case {target}")
    print(f"Any verb takes it by --case {target}. A number that you change is reported as your own.")
