"""Scenarios: small files of named changes, where those of a case lie, and how several are put together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.data.scenario_file import changes_of, content_of, names_of, text_of, unknown_keys
from corridor.model.change.apply import make
from corridor.model.change.changes import Cell, Change, Set
from corridor.model.change.draft import Draft
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import say
from corridor.model.schema import Value

if TYPE_CHECKING:
    from corridor.model.case import Case

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Scenario:
    """Named changes to a case, made in order after those of the scenarios that it is based on.

    ``place`` is the file that holds them, if they come from one; ``title`` is their name in a list or a figure.
    """

    name: str
    note: str
    changes: tuple[Change, ...]
    place: str = ""
    base: tuple[Scenario, ...] = ()
    title: str = ""

    @property
    def whole(self) -> tuple[Scenario, ...]:
        """All that it is made of, in order: what it is based on first, each once, itself last."""
        return (*dict.fromkeys(part for each in self.base for part in each.whole), self)

    def apply(self, case: Case) -> Case:
        """The case with the changes made; raises CaseError with all their faults."""
        return compose(case, [self])


def compose(case: Case, scenarios: Sequence[Scenario]) -> Case:
    """A case with the changes of scenarios made in order; one that is named or based on more than once is made once.

    Raises CaseError with all faults of the changes, and where a scenario undoes what another one, unrelated, has done.
    """
    parts = list(dict.fromkeys(part for each in scenarios for part in each.whole))
    if not parts:
        return case
    faults = list(_contradictions(case, parts)) if len(parts) > 1 else []
    changed = case
    for part in parts:
        try:
            changed = changed.with_(part.changes, scenario=part.name)
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults, "the scenario" if len(parts) == 1 else "the scenarios")
    before = [case.scenario] if case.changes else []
    return changed.with_((), scenario=" + ".join([*before, *dict.fromkeys(each.name for each in scenarios)]))


@dataclass
class _Deed:
    """The last change of one cell by one scenario, the value after it, and a mark if it replaces the value before."""

    change: Change
    value: Value
    replaces: bool


def _contradictions(case: Case, parts: Sequence[Scenario]) -> Iterator[Fault]:
    """C102, C103: of two scenarios, neither of them based on the other, none undoes what the other has done.

    The scenario of a base year is the ground on which all others stand.
    """
    years = {
        part: any(
            isinstance(change, Set) and change.table == "case" and change.column == "base_year"
            for change in part.changes
        )
        for part in parts
    }
    draft = Draft(case.tables, case.touched, case.closed)
    deeds: dict[Cell, dict[Scenario, _Deed]] = {}
    for part in parts:
        for change in part.changes:
            try:
                effects = make(draft, change)
            except CaseError:
                continue  # told where the changes are made
            for effect in effects:
                for cell, value in effect.given:
                    deed = deeds.setdefault(cell, {}).setdefault(part, _Deed(change, value, False))
                    deed.change, deed.value = change, value
                    deed.replaces = deed.replaces or not change.relative
    for cell, by in deeds.items():
        for later, deed in by.items():
            for earlier, former in by.items():
                if earlier is later:
                    break
                if (
                    earlier in later.whole
                    or years[earlier] > years[later]
                    or not deed.replaces
                    or (former.replaces and _same(former.value, deed.value))
                ):
                    continue
                yield _undone(".".join(cell), later.name, deed, earlier.name, former)


def _undone(address: str, later: str, deed: _Deed, earlier: str, former: _Deed) -> Fault:
    """C102, C103: how one scenario undoes what another has done to a cell."""
    place = ", ".join(part for part in (deed.change.place or later, address) if part)
    there = f" ({former.change.place})" if former.change.place else ""
    if former.replaces:
        message = say(
            "{later} makes it {value} and {earlier}{there} {value2}; take one of the two, or write"
            " base: {earlier} into {later}, and {later} holds",
            later=later,
            value=_shown(deed.value),
            earlier=earlier,
            there=there,
            value2=_shown(former.value),
        )
        return Fault("C102", place, message)
    message = say(
        "{later} makes it {value}, and what {earlier}{there} adds to it is lost; name {later} before {earlier}",
        later=later,
        value=_shown(deed.value),
        earlier=earlier,
        there=there,
    )
    return Fault("C103", place, message)


def _same(one: Value, other: Value) -> bool:
    return one == other or (one != one and other != other)  # NaN, an empty number, is not itself


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return "unlimited" if math.isinf(value) else "empty" if value != value else f"{value:.12g}"
    return (
        "empty" if value is None or value == () else quoted(" ".join(value) if isinstance(value, tuple) else str(value))
    )


def scenarios(folder: Path) -> dict[str, Path]:
    """Scenario files of a case's folder by name, whether they end in .yaml or .yml."""
    paths = sorted((folder / "scenario").glob("*"), reverse=True)  # of two of a name the one in .yaml
    there = {path.stem: path for path in paths if path.suffix in SUFFIXES and path.is_file()}
    return dict(sorted(there.items()))


def strangers(folder: Path) -> list[tuple[str, str, str]]:
    """Files and folders beside the scenarios that are none, each with the reason and the remedy.

    Hidden ones, and texts that a folder usually has (README, .md), are left out.
    """
    found, home = [], folder / "scenario"
    if home.exists() and not home.is_dir():
        return [
            ("scenario", say("this is a file, so the case has no scenarios"), say("make it a folder of .yaml files"))
        ]
    known = scenarios(folder) if home.is_dir() else {}
    for path in sorted(home.glob("*")) if home.is_dir() else ():
        if path.name[:1] == "." or path.name.lower().startswith("readme") or path.suffix.lower() == ".md":
            continue
        if path.suffix in SUFFIXES and path.is_file():
            if known[path.stem] != path:
                reason = say("{name} has the same name and is read instead", name=known[path.stem].name)
                found.append((path.name, reason, say("rename one of the two")))
            continue
        sort = "folder" if path.is_dir() else "file" if path.is_file() else say("link or pipe")
        found.append(
            (
                path.name,
                say("this {sort} is no scenario and is passed over", sort=sort),
                say("name it .yaml, or take it away"),
            )
        )
    return found


def sources_of_scenarios(folder: Path) -> set[str]:
    """Figures that changes in the scenarios of a case's folder name as their source, in files that can be read."""
    found: set[str] = set()
    for name in scenarios(folder):
        with suppress(CaseError):
            found.update(*(change.source.split() for change in read_scenario(folder, name).changes))
    return found


def read_scenario(folder: Path, name: str) -> Scenario:
    """Read a scenario with all that it is based on: one of the case by name, or any by the path of its file.

    Raises CaseError with all faults of the files.
    """
    return _read(folder, name, Path(), ())


def _read(folder: Path, name: str, beside: Path, chain: tuple[Path, ...]) -> Scenario:
    """As :func:`read_scenario`; a base is looked for ``beside`` the file that names it, too."""
    path, place = _found(folder, name, beside)
    if path.resolve() in chain:
        circle = [each.stem for each in (*chain[chain.index(path.resolve()) :], path)]
        reason = say(
            "the scenarios are based on each other in a circle, {circle}; drop one base", circle=" on ".join(circle)
        )
        raise CaseError([Fault("C101", f"{place}, base", reason)], "the scenario")
    content = content_of(path, place)
    faults = unknown_keys(content, place)
    named, note = text_of(content, "name", path.stem, place, faults), text_of(content, "note", "", place, faults)
    title = text_of(content, "title", path.stem.replace("_", " ").capitalize(), place, faults)
    if named != path.stem:
        reason = say(
            "the scenario is called {named}, its file {stem}; call both the same", named=quoted(named), stem=path.stem
        )
        faults.append(Fault("C100", f"{place}, name", reason))
    base = []
    for each in names_of(content.get("base", ""), place, faults):
        try:
            base.append(_read(folder, each, path.parent, (*chain, path.resolve())))
        except CaseError as error:
            faults += [
                Fault("C060", f"{place}, base", f"{fault.place} {fault.message}")
                if fault.code == "C060" and fault.place == each
                else fault
                for fault in error.faults
            ]
    changes = changes_of(content.get("changes", []), named, place, faults)
    if faults:
        raise CaseError(faults, "the scenario")
    return Scenario(named, note, changes, place, tuple(base), title.strip())


def _found(folder: Path, name: str, beside: Path) -> tuple[Path, str]:
    """The file of a scenario and how a message calls it; raises CaseError where there is none."""
    known = scenarios(folder)
    if name.endswith(SUFFIXES) or "/" in name:
        path = Path(name) if Path(name).exists() else beside / name
        if path.is_file():
            return path, str(path)
        reason = say(
            "is no file; give the path of one, or the name of a scenario of this case ({known})",
            known=", ".join(known) or "none",
        )
        raise CaseError([Fault("C060", name, reason)], "the scenario")
    for suffix in SUFFIXES if beside != Path() else ():
        path = beside / f"{name}{suffix}"
        if path.is_file() and beside.resolve() != (folder / "scenario").resolve():
            return path, str(path)
    if name in known:
        return known[name], f"scenario/{known[name].name}"
    raise CaseError(
        [Fault("C060", name, say("is no scenario of this case; {name}", name=nearest(name, known)))], "the scenario"
    )
