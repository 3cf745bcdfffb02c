"""The descriptor of a case as a Frictionless data package, for tools that know nothing of Corridor."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from corridor.model.schema import schemas

DESCRIPTOR = "datapackage.json"
"""The file of the descriptor in the folder of the tables."""


def package(folder: Path) -> dict[str, Any]:
    """The data package descriptor (Frictionless) of a case's folder, for tools that know nothing of Corridor.

    What is ours alone is put in standard words: ``unlimited`` is a missing value of the columns that allow it, which
    are then not required; bounds that exclude themselves are left out, references lead only to tables that are there.
    """
    there = [name for name in schemas() if (folder / f"{name}.csv").is_file()]
    resources = []
    for name in there:
        raw = copy.deepcopy(schemas()[name].descriptor)
        fields = [_standard(each) for each in raw["fields"]]
        keys = [each for each in raw.get("foreignKeys", ()) if each["reference"]["resource"] in there]
        header = _header(folder / f"{name}.csv")
        schema: dict[str, Any] = {"fields": sorted(fields, key=lambda each: _place(each["name"], header))}
        schema["fields"] = [each for each in schema["fields"] if each["name"] in header]
        schema |= {"primaryKey": raw["primaryKey"], "missingValues": raw["missingValues"]}
        if keys := [each for each in keys if each["fields"] in header]:
            schema["foreignKeys"] = keys
        resource = {"name": name, "path": f"{name}.csv", "title": raw["title"], "description": raw["description"]}
        resources.append({**resource, "format": "csv", "encoding": "utf-8", "schema": schema})
    return {"name": "case", "resources": resources}


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig") as file:
        return [each.strip() for each in file.readline().split(",")]


def _place(name: str, header: list[str]) -> int:
    return header.index(name) if name in header else len(header)


def _standard(raw: dict[str, Any]) -> dict[str, Any]:
    """A field in the words of Table Schema alone."""
    kept = ("name", "type", "description", "constraints", "trueValues", "falseValues")
    each = {key: raw[key] for key in kept if key in raw}
    limits = each.get("constraints", {})
    limits.pop("exclusiveMinimum", None)  # not in version 1 of the standard
    if raw.get("unlimited"):
        each["missingValues"] = ["", "unlimited"]
        limits.pop("required", None)
    return each
