"""Verbs that bring a case in and out: a new one, a workbook, a data package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.command import AsJson, CaseFolder, Scenarios, Sets, Year
from corridor.model.language import say
from corridor.shell import SCHEMA, answering, app, loaded_case, print_json, progress


def written(target: Path) -> None:
    """Print the JSON of a folder or file that was written: schema, status, folder, files."""
    inside = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    folder, files = (target.parent, [target.name]) if target.is_file() else (target, inside)
    print_json({"schema": SCHEMA, "status": "written", "folder": str(folder), "files": files})


@app.command()
def new(
    folder: Annotated[
        Path, typer.Argument(help="Folder for the case, a new or an empty one; or FILE.xlsx for a case on one sheet.")
    ],
    as_json: AsJson = False,
) -> None:
    """Write a small case to begin with, every number invented and said to be; docs/your-own-corridor.md goes on."""
    with answering(as_json), progress(say("writing the case")):
        from corridor.copies import new as write_new

        target = write_new(folder)
    if as_json:
        written(target)
        return
    if target.is_file():
        print(say("A case on one sheet is in {target}: places, links and demands.", target=target))
    else:
        print(say("A case to begin with is in {target}; README.md there names its tables.", target=target))
    print(say("Next: corridor check --case {target}, then corridor solve --case {target}", target=target))


@app.command()
def export(
    target: Annotated[
        Path,
        typer.Argument(help="FILE.xlsx, .geojson or .gpkg; NAME.gmns for GMNS; or a new folder for a data package."),
    ],
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Write the case for other programs: a workbook that --case reads back, a Frictionless data package."""
    with answering(as_json), progress(say("writing the case")):
        from corridor.writing import export as write_case

        write_case(loaded_case(case, year, sets, scenario), target)
    if as_json:
        written(target)
        return
    print(say("Written: {out}", out=target))
    if target.suffix.lower() == ".xlsx":
        print(say("Edit it, then give it to any verb: corridor check --case {target}", target=target))


@app.command("import")
def import_network(
    source: Annotated[Path, typer.Argument(help="Folder of a network of GMNS: node.csv, link.csv.")],
    folder: Annotated[Path, typer.Argument(help="Folder for the case; a new one, or an empty one.")],
    as_json: AsJson = False,
) -> None:
    """Bring a network of GMNS in as a case; one that export wrote comes back whole."""
    with answering(as_json), progress(say("reading the network")):
        from corridor.writing import import_network as bring_in

        target = bring_in(source, folder)
    if as_json:
        written(target)
        return
    print(say("Written: {out}", out=target))
    print(say("Next: corridor check --case {target}, then corridor solve --case {target}", target=target))
