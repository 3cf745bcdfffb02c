"""The verb ``copy``: the case in a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.shell import SCHEMA, AsJson, CaseFolder, answering, app, print_json, progress


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
