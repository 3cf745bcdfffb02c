"""A fast start: the answer of a command whose program is on disk, proved, with all that it was made of unchanged.

The program is loaded, solved and certified anew; Pyomo and networkx are not imported, and no table is read. The page
that the same program, tables, options and code gave before is printed, in JSON with the new certificate and seconds.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from codecs import lookup
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from corridor.data import programs
from corridor.data.places import located
from corridor.model.language import now
from corridor.shell import GIVEN, print_json

APART = ("no_cache", "out", "pdf", "time_limit")
"""Options with which nothing is kept."""
KNOWN = frozenset({"__future__", "math", "pyomo", "numpy", "corridor"})
"""Packages that a rule may import and still be known by its own text."""
UNKNOWN = frozenset({"open", "exec", "eval", "compile", "__import__", "input", "globals", "vars", "getattr"})
"""Names by which a rule may depend on more than its own text."""
COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS")
"""Variables of the environment by which rich takes a pipe for a terminal."""


class Start:
    """The entry of one command on disk.

    ``words`` are its options, by name. Nothing is kept of a command with a file or a limit of time to come.
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.began = perf_counter()
        self.as_json = bool(words["as_json"])
        self.key = None if words["no_cache"] else _key(words)

    def again(self) -> bool:
        """Print the answer of the entry, its program solved and certified anew; False where there is none that holds.

        The warnings of the case go to stderr.
        """
        entry = self.key and programs.read(self.key)
        if not entry:
            return False
        from corridor.model.faults import CaseWarning, CertificateError, warning_lines
        from corridor.optimize.proof.again import proved_again

        arrays, texts = entry
        try:
            certificate = proved_again(arrays)
            warnings = [CaseWarning(**each) for each in texts["warnings"]]
            body = json.loads(texts["page"]) if self.as_json else {}
            solver = {**body.get("solver", {}), "seconds": round(perf_counter() - self.began, 3)}
        except (CertificateError, RuntimeError, KeyError, TypeError, ValueError):
            return False  # the case is solved as if nothing had been kept
        GIVEN.extend(warnings)
        for line in warning_lines(warnings):
            print(line, file=sys.stderr)
        if self.as_json:
            del body["warnings"]
            print_json({**body, "certificate": certificate.to_dict(), "solver": solver})
        else:
            sys.stdout.write(texts["page"])
        return True

    @contextmanager
    def kept(self) -> Iterator[list[Any]]:
        """Keep the page that is printed meanwhile, with the program of the answer that is put into the list.

        Nothing is kept after an error, nor of an answer without a program that can be solved again.
        """
        answers: list[Any] = []
        if self.key is None:
            yield answers
            return
        from corridor.optimize.proof.certificate import paired

        with paired() as pairs, _copied() as page:
            yield answers
        proof = answers[0].certificate if answers else None
        for pair in pairs:
            if pair.certificate is proof and pair.certificate.passed:
                from corridor.optimize.proof.again import arrays_of

                texts = {"page": "".join(page), "warnings": [each.to_dict() for each in GIVEN]}
                programs.write(self.key, arrays_of(pair), texts)
                break


def _key(words: Mapping[str, Any]) -> str | None:
    """The name of the entry of a command; None where none is to be kept."""
    if words["out"] is not None or words["pdf"] or words["time_limit"] is not None:
        return None
    rules = [Path(rule) for rule in words["rules"] or ()]
    if not all(map(_known, rules)):
        return None
    scenarios = [Path(name) for name in words["scenario"] or () if Path(name).is_file()]
    beside = [path for each in scenarios for path in [each, *sorted(each.parent.glob("*.y*ml"))]]
    options = {name: value for name, value in words.items() if name not in APART}
    options["case"] = str(words["case"])
    question = {"options": options, "language": now(), "stdout": _stdout()}
    try:
        return programs.key_of(question, located(words["case"]), [*rules, *beside])
    except (OSError, TypeError):
        return None


def _known(rule: Path) -> bool:
    """True for a file of rules that depends on nothing beside its own text."""
    try:
        tree = ast.parse(rule.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, SyntaxError):
        return False
    for node in ast.walk(tree):
        imported: Sequence[str] = ()
        if isinstance(node, ast.Import):
            imported = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported = [node.module or "" if not node.level else "."]
        if any(name.partition(".")[0] not in KNOWN for name in imported):
            return False
        if isinstance(node, ast.Name) and node.id in UNKNOWN:
            return False
    return True


def _stdout() -> list[Any]:
    """All of stdout that a page depends on: width, colours, signs."""
    signs = lookup(sys.stdout.encoding or "utf-8").name
    if not (sys.stdout.isatty() or any(name in os.environ for name in COLOURS)):
        return [os.environ.get("COLUMNS", ""), signs]
    from rich.console import Console

    console = Console(file=sys.stdout)
    return [console.width, console.is_terminal, console.color_system, console.no_color, signs]


class _Copy:
    """A stream that keeps what is written to it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.written = stream, list[str]()

    def write(self, text: str) -> int:
        self.written.append(text)
        return int(self.stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def _copied() -> Iterator[list[str]]:
    """Copy what is written to stdout meanwhile."""
    stream = sys.stdout
    copy: Any = _Copy(stream)
    sys.stdout = copy
    try:
        yield copy.written
    finally:
        sys.stdout = stream
