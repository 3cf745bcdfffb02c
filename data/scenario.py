"""Scenarios: small files of named changes, and where those of a case lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor.model.case import Change
from corridor.model.faults import CaseError, Fault, nearest

if TYPE_CHECKING:
    from corridor.model.case import Case


@dataclass(frozen=True)
class Scenario:
    """Named changes to a case, in order."""

    name: str
    note: str
    changes: tuple[Change, ...]

    def apply(self, case: Case) -> Case:
        """The case with the changes made; raises CaseError with all their faults."""
        return case.with_(self.changes, scenario=self.name)


def scenarios(folder: Path) -> dict[str, Path]:
    """Scenario files of a case's folder by name."""
    return {path.stem: path for path in sorted((folder / "scenario").glob("*.yaml"))}


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read the scenario of that name; raises CaseError with all faults of the file."""
    known = scenarios(folder)
    if name not in known:
        raise CaseError([Fault("C060", name, f"is no scenario of this case; {nearest(name, known)}")], "the scenario")
    import yaml

    place = f"scenario/{name}.yaml"
    try:
        content: Any = yaml.load(known[name].read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CaseError([Fault("C061", place, f"cannot be read as YAML: {error}")], "the scenario") from None
    faults, changes = [], []
    if not isinstance(content, dict) or not isinstance(content.get("changes"), list):
        raise CaseError([Fault("C061", place, "has no list of changes; write 'changes:' and a list below")], "the scenario")
    for unknown in sorted(set(content) - {"name", "note", "changes"}):
        faults.append(Fault("C062", place, f"{unknown} is no key of a scenario; {nearest(unknown, ['name', 'note', 'changes'])}"))
    for number, each in enumerate(content["changes"], 1):
        if not isinstance(each, dict) or set(each) != {"set", "value"} or not all(isinstance(v, str) for v in each.values()):
            faults.append(Fault("C062", f"{place}, change {number}", "is not of the form {set: table.row.column, value: …}"))
            continue
        try:
            changes.append(Change.parse(f"{each['set']}={each['value']}"))
        except CaseError as error:
            faults += [Fault(fault.code, f"{place}, change {number}", fault.message) for fault in error.faults]
    if faults:
        raise CaseError(faults, "the scenario")
    return Scenario(str(content.get("name", name)), str(content.get("note", "")), tuple(changes))
