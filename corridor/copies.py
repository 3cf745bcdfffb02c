"""Copies of a case, for a planner to edit, and the numbers in them that follow from others."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.data.copies import files_of, rewritten
from corridor.data.exchange.tables import files_of_case
from corridor.data.places import EXAMPLES, bundled, located
from corridor.data.sketch_book import sketch_of
from corridor.data.start import files_of_new, title_of
from corridor.loading import load
from corridor.model.derived import recalculated
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.model.writing import put, write

if TYPE_CHECKING:
    from corridor.model.case import Case, Cell


def copy(folder: str | Path, case: str | Path | None = None) -> Path:
    """Write the bundled case, or the one in the folder or workbook ``case``, into a folder that is new or empty.

    The copy has every table and scenario, and ``copied.json``, by which a changed number is known as the planner's
    own: a warning, where the case itself would be refused for a number beside its evidence. The copy is written whole
    or not at all. Raises CaseError for a folder that holds anything, or cannot be written to, and for a faulty case.
    """
    target, source = Path(folder), located(case)
    there = load(source)
    lay(target, files_of_case(there) if there.letters else files_of(source, there))
    return target


def new(folder: str | Path) -> Path:
    """Write a small case to begin with into a folder that is new or empty; its id and title come from the folder.

    Every number is invented and has a row of evidence that says so. A name that ends in ``.xlsx`` gives a case on one
    sheet: places, links and demands. The case is written whole or not at all. Raises CaseError for a folder that holds
    anything, a file that is there, and where it cannot be written to.
    """
    target = Path(folder)
    if target.suffix.lower() == ".xlsx":
        if target.exists():
            raise CaseError(
                [Fault("C082", str(target), say("the file is there; give the name of a new one"))], say("the output")
            )
        write(target.parent, {target.name: sketch_of(title_of(target.stem))})
        return target
    lay(target, files_of_new(target.resolve().name))
    return target


def lay(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that is new or empty, all or none; raises CaseError."""
    reason = _not_empty(target)
    if reason:
        raise CaseError(
            [Fault("C082", str(target), say("{reason}; give the name of a new folder", reason=reason))],
            "the output",
        )
    part = target.resolve().with_name(f".{target.resolve().name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of a run that was killed
        put({part / name: content for name, content in files.items()})
        part.replace(target.resolve())
    except KeyboardInterrupt:
        shutil.rmtree(part, ignore_errors=True)
        raise
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = say("it cannot be written: {strerror}; give another folder", strerror=error.strerror or error)
        raise CaseError([Fault("C080", str(target), reason)], "the output") from None


def _not_empty(folder: Path) -> str:
    """The reason why a folder cannot take a copy; empty where it can."""
    if folder.is_dir():
        return say("the folder has files") if any(folder.iterdir()) else ""
    return say("a file of that name is in the way") if folder.exists() or folder.is_symlink() else ""


def recalculate(folder: str | Path | None) -> dict[Cell, tuple[float, float]]:
    """Write the derived numbers of a copy anew, where numbers that they rest on have changed.

    Gives the former and the new number by table, row and column. All tables are written, or none. Raises CaseError for
    a faulty case, for the bundled one, and where the folder cannot be written to.
    """
    home = located(folder)
    if home.is_file():
        reason = say("a workbook is not written to; bring it into a folder by corridor copy FOLDER --case FILE.xlsx")
        raise CaseError([Fault("C084", str(home), reason)], "the output")
    if home.resolve() in {bundled(name).resolve() for name in EXAMPLES}:
        reason = say("the bundled case is not written to; make a copy by corridor copy FOLDER, and give it by --case")
        raise CaseError([Fault("C084", str(home), reason)], "the output")
    case: Case = load(home)
    numbers = {cell: pair for cell, pair in recalculated(case).items() if cell in case.stated}
    write(home, rewritten(home, case, {cell: new for cell, (_, new) in numbers.items()}))
    return numbers
