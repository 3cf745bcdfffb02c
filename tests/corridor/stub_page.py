"""The types of the package, for type checkers: ``python -m tests.corridor.stub_page > corridor/__init__.pyi``."""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from typing import Any

import corridor

HEAD = '"""Types of the package: made by ``python -m tests.corridor.stub_page``; a test holds that they are so."""\n'
KNOWN = {"str", "int", "float", "bool", "None", "object", "dict", "list", "tuple", "bytes"}
HOMES = {
    "Any": "typing",
    "Literal": "typing",
    "Callable": "collections.abc",
    "Iterable": "collections.abc",
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "Path": "pathlib",
    "Case": "corridor.model.case",
    "Cell": "corridor.model.case",
    "RuleSource": "corridor.optimize.period.planner.read",
    "Progress": "corridor.optimize.program.progress",
}
"""Modules of names that signatures use and that are not found in the module of the function."""


def page() -> str:
    """The text of the stub."""
    imports: dict[str, set[str]] = defaultdict(set)
    body = []
    classes: dict[str, set[str]] = defaultdict(set)
    for name in corridor.__all__:
        thing = getattr(corridor, name)
        if inspect.isclass(thing):
            classes[thing.__module__].add(f"{name} as {name}")
            continue
        signature = inspect.signature(thing)
        source = inspect.unwrap(thing)
        home = sys.modules[getattr(source, "__wrapped_module__", source.__module__)]
        body.append(f"def {name}({_parameters(signature)}) -> {signature.return_annotation}: ...")
        for word in set(re.findall(r"[A-Za-z_][A-Za-z_0-9.]*", _annotations(signature))) - KNOWN:
            if word.startswith("pd."):
                continue
            imports[_home(word, home)].add(word)
    lines = [HEAD, "from __future__ import annotations\n"]
    for module in sorted(set(imports) | set(classes)):
        names = sorted({each.split(" as ")[0] for each in classes[module]} | imports[module])
        lines.append(f"from {module} import " + ", ".join(f"{each} as {each}" for each in names))
    if any("pd." in each for each in body):
        lines.insert(2, "import pandas as pd")
    return "\n".join([*lines, "", "__version__: str", "__all__: list[str]", "", *body, ""])


def _annotations(signature: inspect.Signature) -> str:
    parts = [str(each.annotation) for each in signature.parameters.values()]
    return re.sub(r"\[['\"].*?['\"]\]", "", " ".join([*parts, str(signature.return_annotation)]))


def _home(word: str, module: Any) -> str:
    if word in HOMES:
        return HOMES[word]
    return str(getattr(module if hasattr(module, word) else corridor, word).__module__)


def _parameters(signature: inspect.Signature) -> str:
    parts = []
    keyword = False
    for each in signature.parameters.values():
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not keyword:
            keyword = True
            parts.append("*")
        if each.kind is inspect.Parameter.VAR_POSITIONAL:
            keyword = True
        star = "*" if each.kind is inspect.Parameter.VAR_POSITIONAL else ""
        default = "" if each.default is inspect.Parameter.empty else f" = {each.default!r}"
        parts.append(f"{star}{each.name}: {each.annotation}{default}")
    return ", ".join(parts)


def main() -> None:
    """Print the stub."""
    print(page(), end="")


if __name__ == "__main__":
    main()
