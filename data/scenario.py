"""Scenarios: small files of named changes, and where those of a case lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.model.case import Change
from corridor.model.faults import CaseError, Fault, nearest, quoted

if TYPE_CHECKING:
    from corridor.model.case import Case

KEYS = ("name", "note", "changes")


@dataclass(frozen=True)
class Scenario:
    """Named changes to a case, in order; ``place`` is the file that they stand in, if they come from one."""

    name: str
    note: str
    changes: tuple[Change, ...]
    place: str = ""

    def apply(self, case: Case) -> Case:
        """The case with the changes made; raises CaseError with all their faults."""
        try:
            return case.with_(self.changes, scenario=self.name)
        except CaseError as error:
            if not self.place:
                raise
            found = [Fault(each.code, f"{self.place}, {each.place}", each.message) for each in error.faults]
            raise CaseError(found, "the scenario") from None


def scenarios(folder: Path) -> dict[str, Path]:
    """Scenario files of a case's folder by name."""
    return {path.stem: path for path in sorted((folder / "scenario").glob("*.yaml"))}


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read the scenario of that name; raises CaseError with all faults of the file."""
    known = scenarios(folder)
    if name not in known:
        raise CaseError([Fault("C060", name, f"is no scenario of this case; {nearest(name, known)}")], "the scenario")
    place = f"scenario/{name}.yaml"
    content = _content(known[name], place)
    faults = []
    for key in content:
        if key not in KEYS:
            faults.append(Fault("C062", place, f"{quoted(key)} is no key of a scenario; {nearest(key, KEYS)}"))
    words = {key: content.get(key, default) for key, default in (("name", name), ("note", ""))}
    for key, value in words.items():
        if not isinstance(value, str):
            faults.append(Fault("C062", f"{place}, {key}", "this is a list or a table; write a text"))
    changes = []
    for number, each in enumerate(content["changes"], 1):
        found = _change(each)
        if isinstance(found, str):
            faults.append(Fault("C062", f"{place}, change {number}", found))
        else:
            changes.append(found)
    if faults:
        raise CaseError(faults, "the scenario")
    return Scenario(str(words["name"]), str(words["note"]), tuple(changes), place)


def _content(path: Path, place: str) -> dict[str, Any]:
    """The keys of a scenario file, all values as texts; raises CaseError where there is no list of changes."""
    import yaml

    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8-sig"), yaml.BaseLoader)
    except UnicodeDecodeError:
        reason = "the file is not UTF-8; save it as UTF-8"
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}; check its rights"
    except yaml.MarkedYAMLError as error:
        if error.problem_mark:
            place += f" line {error.problem_mark.line + 1}"
        reason = f"this cannot be read as YAML ({error.problem or error.context}); mend the line or the one before"
    except yaml.YAMLError:
        reason = "the file holds signs that YAML does not allow; save it as plain text in UTF-8"
    else:
        if isinstance(content, dict) and isinstance(content.get("changes"), list):
            return content
        reason = (
            "there is no list of changes; write 'changes:' and below it lines as '- {set: link.rail.time_h, value: 9}'"
        )
    raise CaseError([Fault("C061", place, reason)], "the scenario")


def _change(each: Any) -> Change | str:
    """A change of a scenario, or what is wrong with it."""
    form = "write {set: table.row.column, value: …}"
    if not isinstance(each, dict):
        return f"this is no change; {form}"
    for key in ("set", "value"):
        if key not in each:
            return f"'{key}' is missing; {form}"
        if not isinstance(each[key], str):
            return f"'{key}' is a list or a table, not one text; {form}"
    for key in each:
        if key not in ("set", "value"):
            return f"{quoted(key)} is no key of a change; {form}"
    parts = each["set"].strip().split(".")
    if len(parts) != 3 or not all(parts) or "=" in each["set"]:
        return f"{quoted(each['set'])} is not of the form table.row.column, as in link.rail.length_km; mend it"
    return Change(parts[0], parts[1], parts[2], each["value"])
