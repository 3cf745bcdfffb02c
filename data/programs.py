"""Proved programs on disk, in the user's cache folder: under a hash of all that they are made of, and never read else.

An entry is one file: a digest, then arrays of numbers and texts. It is written beside its place and renamed, so two
commands at once do no harm. One that is damaged, cannot be read or cannot be written is as if it were absent.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any
from uuid import uuid4

from corridor.data.places import BUNDLED, bundled
from corridor.model.version import page_mark

APPLICATION = "freight-corridor"
"""Name of the folder among those of other programs."""
VARIABLE = "CORRIDOR_CACHE"
"""Variable of the environment that names another folder; empty, nothing is kept."""
ENDING = ".program"
PART = ".part"
DIGEST = hashlib.sha256
ROOM = 256 * 1024 * 1024
"""Bytes of all entries together; beyond them the oldest go."""
LARGEST = ROOM // 4
"""Bytes of the largest entry that is written."""
STALE_S = 3600.0
"""Seconds after which a part that nobody renamed is taken away."""
MOST_FILES, MOST_BYTES = 2_000, 200_000_000
"""Files of a case, and their bytes, beyond which its programs are not kept: reading them would take too long."""
TEXTS = "texts"
"""Name of the texts of an entry among its arrays."""
Entry = tuple[dict[str, Any], dict[str, Any]]
"""Arrays by name, and texts (or lists and tables of them) by name."""


def folder() -> Path | None:
    """The cache folder of the platform (XDG_CACHE_HOME, LOCALAPPDATA …), or the one that CORRIDOR_CACHE names.

    None where there is none, and where that variable is empty.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named).absolute() if named else None
    from platformdirs import user_cache_path

    try:
        path = user_cache_path(APPLICATION, appauthor=False)
    except (OSError, RuntimeError, KeyError):
        return None
    return path if path.is_absolute() else None


def key_of(question: Any, case: Path, files: Iterable[Path] = ()) -> str | None:
    """The name of an entry: a hash of a question, the files of a case, further files, the code and its packages.

    ``question`` is anything that JSON can hold. None for a case that cannot be read, or is too large.
    """
    whole = DIGEST()
    whole.update(json.dumps([page_mark(), os.path.abspath(case), question], sort_keys=True).encode())
    places = [case] if case.name == BUNDLED and case == bundled() else [case, bundled()]
    try:
        for path in _bounded([*places, *files]):
            whole.update(f"\0{path}\0".encode())
            whole.update(DIGEST(path.read_bytes()).digest())
    except (OSError, ValueError):
        return None
    return whole.hexdigest()[:40]


def _bounded(places: Iterable[Path]) -> Iterator[Path]:
    """The files of places, in order; raises ValueError where they are too many or too large, OSError."""
    count = size = 0
    for place in places:
        for path in [place] if place.is_file() else _files(place):
            count, size = count + 1, size + path.stat().st_size
            if count > MOST_FILES or size > MOST_BYTES:
                raise ValueError("the case is too large")
            yield path


def _files(place: Path) -> Iterator[Path]:
    """The files below a folder in order; none in hidden folders. Raises OSError where there is no such folder."""
    for path in sorted(place.iterdir()):
        if path.is_dir():
            if not path.name.startswith("."):
                yield from _files(path)
        else:
            yield path


def read(key: str) -> Entry | None:
    """An entry by its name; None where it is absent or damaged."""
    import numpy as np

    home = folder()
    if home is None:
        return None
    path = home / f"{key}{ENDING}"
    try:
        raw = path.read_bytes()
        size = DIGEST().digest_size
        if DIGEST(raw[size:]).digest() != raw[:size]:
            return None
        with np.load(io.BytesIO(raw[size:]), allow_pickle=False) as kept:
            arrays = dict(kept)
        texts = json.loads(arrays.pop(TEXTS).tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    with suppress(OSError):
        os.utime(path)  # the oldest are those that nobody has asked for
    return arrays, texts


def write(key: str, arrays: Mapping[str, Any], texts: Mapping[str, Any]) -> bool:
    """Write an entry, and take the oldest away beyond :data:`ROOM`; False where that cannot be."""
    import numpy as np

    home = folder()
    if home is None:
        return False
    packed = io.BytesIO()
    whole = {**arrays, TEXTS: np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)}
    np.savez(packed, **whole)
    body = packed.getvalue()
    if len(body) > LARGEST:
        return False
    part = home / f".{key}.{uuid4().hex}{PART}"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(DIGEST(body).digest() + body)
        os.replace(part, home / f"{key}{ENDING}")
        _tidy(home)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def _tidy(home: Path) -> None:
    """Take away the oldest entries beyond the room for all, and parts that were left behind."""
    entries, now = [], time()
    for path in home.iterdir():
        with suppress(OSError):  # another command may have taken it away
            facts = path.stat()
            if path.name.endswith(ENDING):
                entries.append((facts.st_mtime, facts.st_size, path))
            elif path.name.endswith(PART) and now - facts.st_mtime > STALE_S:
                path.unlink()
    left = sum(size for _, size, _ in entries) - ROOM
    for _, size, path in sorted(entries):
        if left <= 0:
            break
        with suppress(OSError):
            path.unlink()
            left -= size
