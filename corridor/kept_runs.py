"""Runs kept in folders: their list, two of them compared, SQL over them, and the verb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.command import AsJson
from corridor.model.language import say
from corridor.shell import SCHEMA, answering, app, print_json

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "runs"
"""Folder that is asked where none is named."""


def runs(
    folder: str | Path | list[str | Path] = FOLDER, sql: str = "", *, against: str | Path | None = None
) -> pd.DataFrame:
    """Runs that a study has kept in a folder (``runs=`` of sweep, band, library and projects), as a frame.

    ``sql`` is a question in the SQL of DuckDB to the table ``runs``; all runs if left out. Several folders are tables
    of their names. ``against`` compares with the runs of another folder, column by column: runs, same, and mean, least
    and most of the differences. Raises CaseError.
    """
    from corridor.data.run_query import asked, compared

    places = folder if isinstance(folder, list) else [folder]
    if against is not None:
        return compared(places[0], against)
    return asked(places, sql or "select * from runs")


@app.command("runs")
def _runs(
    words: Annotated[
        list[str] | None, typer.Argument(help="Folders of runs, two to compare them, and a question in SQL.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File of the table (.csv).")] = None,
    as_json: AsJson = False,
) -> None:
    """Runs that were kept by --runs: list them, compare two folders, or ask them in SQL."""
    with answering(as_json):
        from corridor.command import check_out
        from corridor.data.run_query import compared, is_sql, listed, numbers_of
        from corridor.model.writing import write

        check_out(out, False)
        sql = [each for each in words or () if is_sql(each)]
        places: list[str | Path] = [each for each in words or () if not is_sql(each)]
        if sql:
            frame = runs(places or [FOLDER], sql[-1])
        elif len(places) == 2 and all((Path(place) / "run.json").is_file() for place in places):
            frame = compared(*places)
        else:
            frame = listed(places or [FOLDER])
        if out is not None:
            write(out.parent, {out.name: frame.to_csv(index=False, lineterminator="\n").encode()})
    if as_json:
        print_json({"schema": SCHEMA, "status": "sound", "rows": numbers_of(frame)})
        return
    _print(frame)
    if out is not None:
        print(say("Written: {out}", out=out))


def _print(frame: pd.DataFrame) -> None:
    """Print a frame as a table, its columns by their own names."""
    from corridor.reports.blocks import Column, Table
    from corridor.reports.out.terminal import print_blocks

    columns = tuple(Column(str(name), right=frame[name].dtype.kind in "fiu") for name in frame)
    body = tuple(tuple(_text(cell) for cell in row) for row in frame.itertuples(index=False))
    print_blocks([Table(columns, body)])


def _text(cell: Any) -> str:
    """A cell of a frame as a table prints it: six digits of a number, nothing where there is none."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == round(cell) or abs(cell) >= 1e4 else f"{cell:.6g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
