"""The page docs/faults.md, from the register of codes; examples are messages that the command prints or a test expects.

``python -m tests.faults_page > docs/faults.md`` writes it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corridor import cli, shell
from corridor.data.read import bundled
from corridor.model.fault_codes import Kind, codes
from tests.data.folder import write
from tests.fault_examples import CASE, EXAMPLES, FILES, NONE, Example

TESTS = Path(__file__).parent
HEAD = """\
# Faults and warnings

A fault stops a command: all faults are printed at once on stderr, each with its code, its place, the value, the reason
and the remedy, and the command ends with 2. A warning stops nothing (`corridor check` lists them all). A code keeps its
meaning. With `--json` faults come as `{"status": "error", "faults": [{"code": …, "place": …, "message": …}]}`.

This page is made by `python -m tests.faults_page`.
"""


def expected() -> dict[str, str]:
    """Messages of faults that tests expect word for word, the first of each code."""
    found: dict[str, str] = {}
    for path in sorted((TESTS / "data").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"(C\d{3}) [^\\:]+: [^\\]*(;|, or|: )[^\\]*", node.value)
                if match and "…" not in node.value:
                    found.setdefault(match[1], node.value)
    return found


def printed(example: Example) -> str:
    """Everything that the command of an example prints on stderr."""
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        added = {name: text for table, name, text in example.edits if not table}
        gone = {table for table, old, new in example.edits if table and CASE[table] == old and not new}
        edits = [edit for edit in example.edits if edit[0] and edit[0] not in gone]
        write(Path("case"), {name: text for name, text in {**CASE, **added}.items() if name not in gone}, *edits)
        for name, text in {**FILES, **example.files}.items():
            file = Path(name) if name in example.files else Path("case") / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        words = [*example.words.split(), *([] if example.bare else ["--case", "case"])]
        if example.rule:
            Path("rules.py").write_text(example.rule, encoding="utf-8")
            words += ["--rules", "rules.py"]
        return _run(words)


def _run(words: list[str]) -> str:
    out = io.StringIO()
    assert cli.app is shell.app  # importing cli gives the command its verbs
    before, sys.argv = sys.argv, ["corridor", *words]
    try:
        with contextlib.redirect_stderr(out), contextlib.redirect_stdout(io.StringIO()):
            shell._run()
    finally:
        sys.argv = before
    return out.getvalue()


def example_of(code: str, known: dict[str, str]) -> str:
    """A message of a code; raises ValueError where none comes."""
    if code in NONE:
        return NONE[code]
    if code not in EXAMPLES:
        return known[code]
    text = printed(EXAMPLES[code])
    for line in text.splitlines():
        if line.strip().startswith(f"{code} "):
            return line.strip().replace(str(bundled()), "middle_corridor")
    raise ValueError(f"{code}: {text[:600]}")


def page() -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    known, section = expected(), ""
    for kind in codes().values():
        if kind.section != section:
            section = kind.section
            yield f"## {section}\n"
        yield from _entry(kind, known)


def _entry(kind: Kind, known: dict[str, str]) -> Iterator[str]:
    if kind.code.startswith("W"):
        yield f"**{kind.code}** Warning of {kind.wrong}. {kind.remedy}\n"
        return
    yield f"**{kind.code}** {kind.wrong} {kind.remedy}\n"
    yield f"    {example_of(kind.code, known)}\n"


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "100")
    print("\n".join(page()), end="")
