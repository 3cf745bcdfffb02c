"""The text of a scenario file: YAML, its keys, and each change of its list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from corridor.model.change.changes import EVERY, Add, AddRow, Build, Change, Close, Open, Scale, Set
from corridor.model.change.filters import ChangeError, Condition, conditions, parsed_number
from corridor.model.change.words import cell_address, one_row, row_address, times_of
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import marked, said, say
from corridor.model.schema import CellError, unprintable

KEYS = ("name", "title", "note", "base", "changes")
SOURCE = ("source", "why")
FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "set": (("value",), ("where",), "{set: table.row.column, value: …}"),
    "add": ((), ("value", "where", "row"), "{add: table.row.column, value: …} or {add: table, row: {…}}"),
    "scale": (("by",), ("where",), "{scale: table.row.column, by: …}"),
    "close": ((), ("from", "to", "left", "where"), "{close: table.row, from: 01-10, to: 01-22}"),
    "open": ((), ("value", "where"), "{open: table.row, value: …}"),
    "build": ((), ("times",), "{build: project, times: …}"),
}
"""Required keys, optional keys and form of a change, by its first key."""
TWICE = "stands twice"
ANY = marked("write set, add, scale, close, open or build, as in {set: table.row.column, value: …}")


def content_of(path: Path, place: str) -> dict[str, Any]:
    """The keys of a scenario file, all values as texts; raises CaseError where there is no list of changes."""
    import yaml

    content: Any = {}
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _loader())
    except UnicodeDecodeError:
        reason = say("the file is not UTF-8; save it as UTF-8")
    except OSError as error:
        reason = say("the file cannot be read: {strerror}; check its rights", strerror=error.strerror or error)
    except yaml.MarkedYAMLError as error:
        if error.problem_mark:
            place += f" line {error.problem_mark.line + 1}"
        said = error.problem or error.context or ""
        reason = say("this cannot be read as YAML ({said}); mend the line or the one before", said=said)
        if said.endswith(TWICE):
            reason = say("{said}; drop one of the two", said=said)
    except yaml.YAMLError:
        reason = say("the file holds signs that YAML does not allow; save it as plain text in UTF-8")
    else:
        if isinstance(content, dict):
            changes = content.get("changes", [] if content.get("base") else None)
            if isinstance(changes, list) or (changes == "" and content.get("base")):
                return content
        example = "{set: link.railway.time_h, value: 9}"
        reason = say(
            "there is no list of changes; write 'changes:' and below it lines as '- {example}'", example=example
        )
    strange = unknown_keys(content, place) if isinstance(content, dict) else []
    raise CaseError([Fault("C061", place, reason), *strange], "the scenario")


def unknown_keys(content: Mapping[str, Any], place: str) -> list[Fault]:
    """C062: the keys of a scenario are known."""
    return [
        Fault(
            "C062",
            place,
            say("{key} is no key of a scenario; {key2}", key=quoted(str(key)), key2=nearest(str(key), KEYS)),
        )
        for key in content
        if key not in KEYS
    ]


def _loader() -> Any:
    """Reads all values as texts, and refuses a key that stands twice."""
    import yaml

    class Texts(yaml.BaseLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen = set()
            for key, _ in node.value:
                if str(key.value) in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} {TWICE}", key.start_mark)
                seen.add(str(key.value))
            return super().construct_mapping(node, deep)

    return Texts


def text_of(content: Mapping[str, Any], key: str, default: str, place: str, faults: list[Fault]) -> str:
    """The text of a key; where it is none, the default, and a fault is added."""
    value = content.get(key, default)
    if isinstance(value, str):
        if reason := unprintable(value.replace("\n", " ")):
            faults.append(Fault("C062", f"{place}, {key}", f"{quoted(value)} {reason}"))
        return value
    faults.append(Fault("C062", f"{place}, {key}", say("this is a list or a table; write a text")))
    return default


def names_of(base: Any, place: str, faults: list[Fault]) -> list[str]:
    """The scenarios that one is based on: a name, or a list of names."""
    listed = [base] if isinstance(base, str) else base
    if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
        return [each.strip() for each in listed if each.strip()]
    faults.append(Fault("C062", f"{place}, base", say("this is no list of names; write base: a, or base: [a, b]")))
    return []


def changes_of(listed: Any, scenario: str, place: str, faults: list[Fault]) -> tuple[Change, ...]:
    """The changes of a scenario; what is wrong with the others is added to the faults."""
    found = []
    for number, each in enumerate(listed, 1):
        at = say("{place}, change {number}", place=place, number=number)
        try:
            found.append(replace(_change(each), scenario=scenario, place=at))
        except (ChangeError, CellError) as error:
            faults.append(Fault(error.code, at, str(error)))
    return tuple(found)


def _change(each: Any) -> Change:
    """One change of the list; raises ChangeError, CellError."""
    if isinstance(each, str) and each.strip():
        raise ChangeError("C062", say("{change} is no change; {any}", change=quoted(each), any=said(ANY)))
    if not isinstance(each, dict):
        raise ChangeError("C062", say("this is no change; {any}", any=said(ANY)))
    verbs = [key for key in each if key in FORMS]
    if len(verbs) != 1:
        if verbs:
            raise ChangeError(
                "C062", say("{verbs} are two changes; write each on a line of its own", verbs=say(" and ").join(verbs))
            )
        beside = {key for needed, allowed, _ in FORMS.values() for key in (*needed, *allowed)}.union(SOURCE)
        for key in each:
            if key not in beside:
                raise ChangeError(
                    "C062",
                    say(
                        "{change} is no change; {any}", change=quoted(key), any=nearest(key, FORMS).otherwise(said(ANY))
                    ),
                )
        raise ChangeError("C062", say("it does not say what to do; {any}", any=said(ANY)))
    verb = verbs[0]
    needed, allowed, form = FORMS[verb]
    for key in each:
        known = (verb, *needed, *allowed, *SOURCE)
        if key not in known:
            hint = nearest(key, known).otherwise(f"write {form}")
            raise ChangeError("C062", f"{quoted(key)} is no key of a change; {hint}")
    for key in needed:
        if key not in each:
            raise ChangeError("C062", f"{quoted(key)} is missing; write {form}")
    texts = {key: _text(key, value, form) for key, value in each.items() if key not in ("row", "source")}
    where = conditions(texts["where"]) if "where" in texts else ()
    made = _made(verb, each, texts, where, form)
    return replace(made, source=_source(each.get("source", "")), why=texts.get("why", "").strip())


def _made(
    verb: str, each: Mapping[str, Any], texts: Mapping[str, str], where: tuple[Condition, ...], form: str
) -> Change:
    target = texts[verb].strip()
    if verb == "build":
        return Build(target, times_of(texts["times"].strip()) if "times" in texts else 1)
    if verb in ("close", "open"):
        table, row = row_address(target, bool(where))
        if verb == "open":
            return Open(table, row, texts.get("value", "").strip(), where)
        left = parsed_number(texts["left"]) if "left" in texts else 0.0
        return Close(table, row, texts.get("from", "").strip(), texts.get("to", "").strip(), left, where)
    if "row" in each:
        if "value" in each or where:
            raise ChangeError("C062", f"a row is added, or a value, not both; write {form}")
        return AddRow(target, _cells(each["row"]))
    if verb == "add" and "value" not in each:
        raise ChangeError("C062", f"'value' is missing; write {form}")
    address = cell_address(target, filtered=bool(where))
    if where and address[1] != EVERY:
        raise one_row(target)
    if verb == "set":
        return Set(*address, texts["value"].strip(), where)
    number = parsed_number(texts["by" if verb == "scale" else "value"].strip())
    return Scale(*address, number, where) if verb == "scale" else Add(*address, number, where)


def _text(key: str, value: Any, form: str) -> str:
    if isinstance(value, str):
        if reason := unprintable(value.replace("\n", " ")):
            raise ChangeError("C062", f"{quoted(value)} {reason}")
        return value
    raise ChangeError("C062", f"{quoted(key)} is a list or a table, not one text; write {form}")


def _cells(row: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(row, dict) or not row:
        raise ChangeError("C062", "row is not the cells of one row; write row: {node_id: harbour, name: Harbour}")
    for name, cell in row.items():
        if not isinstance(cell, str):
            raise ChangeError(
                "C062", f"{name} of the row is a list or a table; write one text, ids with a blank between"
            )
    return tuple((str(name), cell.strip()) for name, cell in row.items())


def _source(value: Any) -> str:
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
        return " ".join(" ".join(listed).replace(",", " ").split())
    raise ChangeError("C062", "source is a table; write the ids of figures, with a blank between, or assumed")
