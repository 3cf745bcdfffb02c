"""The template of the catalogues, made of the sources: ``python -m tests.lang_page`` writes it.

``python -m tests.lang_page ru`` prints the texts that the language has no translation of, as a catalogue to fill in.
"""

from __future__ import annotations

import ast
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "model" / "languages"
TEMPLATE = FOLDER / "corridor.pot"
ROOMS = ("corridor", "model", "data", "optimize", "reports")
SEAS = ROOT / "reports" / "assets" / "basemap" / "names.json"
CALLED = re.compile(r'\bsay\("([^"]+)"((?:[^()]|\([^()]*\))*)\)')
"""A text of a template, and its fields."""
MARKS = ("Words", "marked")
"""Functions around texts of a module, which are translated where they are printed."""


class Text(NamedTuple):
    """A text of a source: its context, its plural, the file that has it, and the fields that fill it."""

    context: str
    one: str
    many: str
    file: str
    fields: frozenset[str] = frozenset()


@cache
def texts() -> list[Text]:
    """Every text of the product, in the order of the files; each once."""
    found: dict[tuple[str, str], Text] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).glob("**/*.py")):
            if any((ROOT / part).is_symlink() for part in path.relative_to(ROOT).parents):
                continue
            for text in _of_source(path):
                known = found.setdefault((text.context, text.one), text)
                if text.fields != known.fields:  # a translation may use the fields that all of them have
                    found[text.context, text.one] = known._replace(fields=known.fields & text.fields)
    for path in sorted((ROOT / "reports" / "templates").glob("*.html")):
        for one, rest in CALLED.findall(path.read_text(encoding="utf-8")):
            fields = frozenset(re.findall(r"(\w+)=", rest))
            found.setdefault(("", one), Text("", one, "", f"reports/templates/{path.name}", fields))
    for sea in json.loads(SEAS.read_text(encoding="utf-8"))["seas"]:
        found.setdefault(("", sea["name"]), Text("", sea["name"], "", "reports/assets/basemap/names.json"))
    for row in _rows("sentences.csv"):
        found.setdefault(("", row["sentence"]), Text("", row["sentence"], "", "model/sentences.csv"))
    for row in _rows("fault_codes.csv"):
        if row["code"].startswith("W"):  # the rest is read by docs/faults.md alone
            found.setdefault(("", row["wrong"]), Text("", row["wrong"], "", "model/fault_codes.csv"))
    return list(found.values())


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((ROOT / "model" / name).read_text(encoding="utf-8").splitlines()))


def _of_source(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    if "model.language" not in source and path.parent.name != "corridor":
        return
    name = str(path.relative_to(ROOT))
    if name.startswith("corridor/"):
        yield from (Text("", text, "", name) for text in _helps(ast.parse(source)))
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        first = _text(node.args[0]) if node.args else None
        if called == "say" and first:
            about = next((_text(each.value) or "" for each in node.keywords if each.arg == "about"), "")
            yield Text(about, first, "", name, _fields(node))
        elif called == "plural" and first:
            yield Text("", first, _text(node.args[1]) or "", name, _fields(node) | {"n"})
        elif called in MARKS:
            for text in _values(node.args[0]):
                yield Text("", text, "", name)


def _helps(tree: ast.Module) -> Iterator[str]:
    """Texts of the help: verbs with their options, as the registry or typer has them, and reasons of a study."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("app." in ast.unparse(each) for each in node.decorator_list):
            yield from filter(None, [" ".join((ast.get_docstring(node) or "").split())])
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in ("Study", "Option") and len(node.args) > 1:
            yield from _values(node.args[1])
        for each in node.keywords:
            if each.arg in ("help", "not_yet"):
                yield from _values(each.value)


def _fields(call: ast.Call) -> frozenset[str]:
    return frozenset(each.arg for each in call.keywords if each.arg and each.arg != "about")


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _values(node: ast.expr) -> Iterator[str]:
    """The texts of a table, a tuple or a text; keys are none."""
    match node:
        case ast.Dict(_, values):
            for value in values:
                yield from _values(value)
        case ast.Tuple(elements):
            for element in elements:
                yield from _values(element)
        case ast.Starred(value):
            yield from _values(value)
        case ast.Constant(str() as text) if text:
            yield text


def catalogue(language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """The translations of a language by context and text, its plural forms; texts that have none are left out."""
    made: dict[tuple[str, str], tuple[str, ...]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
                if message.id and all(forms):
                    one = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                    made[str(message.context or ""), str(one)] = tuple(map(str, forms))
    return made


def template(of: Iterable[Text]) -> str:
    """Texts as a template of a catalogue."""
    made = Catalog(project="Corridor", charset="utf-8", fuzzy=False)
    for text in of:
        key = (text.one, text.many) if text.many else text.one
        made.add(key, context=text.context or None, locations=[(text.file, 0)])
    file = BytesIO()
    write_po(file, made, width=0, omit_header=True)
    return file.getvalue().decode()


def lacking(language: str) -> list[Text]:
    """The texts that a language has no translation of."""
    known = catalogue(language)
    return [text for text in texts() if (text.context, text.one) not in known]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(template(each for each in lacking(sys.argv[1]) if each.file.startswith(tuple(sys.argv[2:]) or "")))
    else:
        TEMPLATE.write_text(template(texts()), encoding="utf-8")
