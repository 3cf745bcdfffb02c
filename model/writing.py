"""Files written whole: beside the one that stands, to the disk, then in its place; several of them all or none."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from corridor.model.faults import CaseError, Fault
from corridor.model.language import marked, say

IN_THE_WAY = marked("a folder of that name is in the way")


def put(files: Mapping[Path, bytes], instead_of: Iterable[Path] = ()) -> None:
    """Write files, and take others away; after an error or interruption all stand as before, and no new one is left.

    A part is written to the disk beside each file before any of them is replaced. So a file is never half written,
    not even where the process is killed. Folders are made if need be. Raises OSError.
    """
    targets = {target.resolve() if target.is_symlink() else target: content for target, content in files.items()}
    parts = {target.with_name(f".{target.name}.part"): target for target in targets}
    gone = [path for path in instead_of if path not in files and path.is_file()]
    with _undone() as undo:
        for (part, target), content in zip(parts.items(), targets.values(), strict=True):
            for folder in reversed([each for each in target.parents if not each.exists()]):
                folder.mkdir(exist_ok=True)
                undo.append((folder, None))
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, say(IN_THE_WAY))
            undo.append((part, None))
            _write(part, content)
        former = {target: target.with_name(f".{target.name}.former") for target in (*parts.values(), *gone)}
        for target, copy in former.items():
            if target.exists():
                undo.append((copy, None))
                _same(target, copy)
        for part, target in parts.items():
            undo.append((target, former[target] if former[target].exists() else None))
            os.replace(part, target)
        for target in gone:
            undo.append((target, former[target]))
            target.unlink()
        undo.clear()
    for copy in former.values():
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def write(
    folder: Path,
    files: Mapping[str, bytes],
    instead_of: Iterable[str] = (),
    *,
    remedy: str = marked("give another folder by --out"),
) -> None:
    """Write files by their names in a folder, whole, and all or none; raises CaseError (C080) with a remedy.

    Files ``instead_of`` which they are written are taken away where they are not among them.
    """
    try:
        put({folder / name: content for name, content in files.items()}, [folder / name for name in instead_of])
    except OSError as error:
        raise _unwritable(folder / next(iter(files)), error, remedy) from None


def ready(folder: Path, names: Sequence[str], *, remedy: str = marked("give another folder by --out")) -> None:
    """Raise CaseError (C080) before the work, not after it, where files of these names could not be written.

    Nothing is made or touched: the nearest folder that exists has to be one, and open to writing.
    """
    nearest = next(each for each in (folder, *folder.absolute().parents) if os.path.lexists(each))
    in_the_way = next((folder / name for name in names if (folder / name).is_dir()), None)
    if in_the_way is not None:
        raise _unwritable(in_the_way, IsADirectoryError(errno.EISDIR, say(IN_THE_WAY)), remedy)
    if not nearest.is_dir():
        raise _unwritable(folder / names[0], NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)), remedy)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise _unwritable(folder / names[0], PermissionError(errno.EACCES, os.strerror(errno.EACCES)), remedy)


def _unwritable(path: Path, error: OSError, remedy: str) -> CaseError:
    reason = say("it cannot be written: {strerror}; {remedy}", strerror=error.strerror or error, remedy=say(remedy))
    return CaseError([Fault("C080", str(path), reason)], "the output")


def _write(part: Path, content: bytes) -> None:
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # a full disk may be known no earlier


def _same(target: Path, copy: Path) -> None:
    """Keep a file under a second name; file systems without links get a copy."""
    copy.unlink(missing_ok=True)
    try:
        os.link(target, copy)
    except OSError:
        shutil.copy2(target, copy)


@contextmanager
def _undone() -> Iterator[list[tuple[Path, Path | None]]]:
    """Undo what a list says, its end first, where the work breaks off: put a former file back, or take a path away."""
    undo: list[tuple[Path, Path | None]] = []
    try:
        yield undo
    except BaseException:
        for path, former in reversed(undo):
            with suppress(OSError):
                if former is not None:
                    os.replace(former, path)
                elif path.is_dir():
                    path.rmdir()
                else:
                    path.unlink(missing_ok=True)
        raise
