"""docs/api.md from the docstrings: ``python -m tests.corridor.api_page > docs/api.md``; a test holds that it is so."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import corridor

INTRODUCTION = """\
# Corridor in Python

<!-- Made by `python -m tests.corridor.api_page > docs/api.md` from the docstrings; change those. -->

What `corridor.__all__` names is the public interface; everything else may change without notice. A session:

```python
>>> import corridor
>>> case = corridor.load()
>>> answer = corridor.solve(case, "capability")
>>> sorted(answer.measures_t)
['capability', 'concurrent', 'expected', 'free', 'handled']
>>> answer.measures_t["concurrent"] <= answer.measures_t["capability"] <= answer.gate.nameplate_t
True
>>> list(answer.limits.columns)[:4]
['resource', 'name', 'kind', 'used']
>>> answer.certificate.passed
True

```

A case is never changed in place: `with_` makes another one, by the same words as `--set`.

```python
>>> more = case.with_(["resource.rail_ferries.capacity=20"])
>>> corridor.solve(more).measures_t["concurrent"] >= answer.measures_t["concurrent"]
True

```

Faults in what was given come together, in one exception that says where each is and what to do:

```python
>>> corridor.load(changes=["resource.rail_feries.capacity=20", "link.nowhere.time_h=1,5"])
Traceback (most recent call last):
    ...
corridor.model.faults.CaseError: 2 faults in the changes
  C022 resource.rail_feries.capacity: rail_feries is no row of resource; did you mean rail_ferries?
  C022 link.nowhere.time_h: nowhere is no row of link; known: ...

```

Every study takes the question as keywords: `periods`, `open_year`, `rules`, `scope`, `time_limit` and `watch`, as
`solve` has them. A study that cannot take a part of it yet refuses it (C173), with the reason.

Tonnes and USD are a year's; tables of an answer are pandas frames, without limit is infinity. The same numbers as JSON
are described in [json.md](json.md), the tables of a case in [case-format.md](case-format.md).
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION]
    functions = [name for name in corridor.__all__ if inspect.isfunction(getattr(corridor, name))]
    for title, names in (
        ("Functions", functions),
        ("Classes", [name for name in corridor.__all__ if name not in functions]),
    ):
        parts.append(f"## {title}\n")
        parts += ["\n".join(_entry(name, getattr(corridor, name))) for name in names]
    return "\n".join(parts)


def _entry(name: str, thing: Any) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    signature = _signature(thing)
    if signature and (inspect.isfunction(thing) or dataclasses.is_dataclass(thing)):
        yield f"`{name}{signature}`"
        yield ""
    yield _prose(thing)
    yield ""
    members = list(_members(thing)) if inspect.isclass(thing) else []
    if members:
        yield from members
        yield ""


def _members(cls: type) -> Iterator[str]:
    for name, member in vars(cls).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property | classmethod)):
            continue
        inner = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        called = name if isinstance(member, property) else name + _signature(inner)
        text = _prose(inner).replace("\n\n", " ").replace("\n", " ")
        yield f"* `{called}`" + (f": {text}" if text else "")


def _signature(thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except ValueError:
        return ""
    kept = [each for name, each in signature.parameters.items() if name not in ("self", "cls")]
    text = str(signature.replace(parameters=kept))
    if inspect.isclass(thing):
        text = text.removesuffix(" -> None")
    return re.sub(r"'([^']*)'(?= =|[,)]|$)", _bare, text).replace("<factory>", "…").replace("frozenset()", "…")


def _bare(quoted: re.Match[str]) -> str:
    """An annotation without its quotes; a default that is a text keeps them."""
    before = quoted.string[: quoted.start()]
    return quoted.group(0) if before.endswith("= ") else quoted.group(1)


def _prose(thing: Any) -> str:
    text = re.sub(r":(?:class|meth|attr|func):`([^`]+)`", r"`\1`", inspect.getdoc(thing) or "")
    return text.replace("``", "`")


def main() -> None:
    """Print the page."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(page(), end="")


if __name__ == "__main__":
    main()
