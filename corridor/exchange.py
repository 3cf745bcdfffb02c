"""Verbs that bring a case in and out: a new one, a workbook, a network of another project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.command import AsJson
from corridor.model.language import say
from corridor.shell import SCHEMA, answering, app, print_json, progress


def written(target: Path, as_json: bool) -> None:
    """Print the JSON of a folder or file that was written: schema, status, folder, files."""
    if as_json:
        files = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
        print_json({"schema": SCHEMA, "status": "written", "folder": str(target), "files": files})


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder for the case; a new one, or an empty one.")],
    as_json: AsJson = False,
) -> None:
    """Write a small case to begin with, every number invented and said to be; docs/your-own-corridor.md goes on."""
    with answering(as_json), progress(say("writing the case")):
        from corridor.copies import new as write_new

        target = write_new(folder)
    if as_json:
        written(target, as_json)
        return
    print(say("A case to begin with is in {target}; README.md there names its tables.", target=target))
    print(say("Next: corridor check --case {target}, then corridor solve --case {target}", target=target))
