"""A case written for other programs, by the ending of the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from corridor.copies import lay
from corridor.data.excel import workbook_of
from corridor.data.exchange.package import DESCRIPTOR, package
from corridor.data.exchange.tables import files_of_case
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.writing import write
from corridor.reports.out.geo import features, geojson_of, geopackage_of

FILES: Mapping[str, Callable[[Case], bytes]] = {
    ".xlsx": workbook_of,
    ".geojson": lambda case: geojson_of(features(case)),
    ".gpkg": lambda case: geopackage_of(features(case)),
}
"""Makers of files by their ending."""


def export(case: Case, target: str | Path) -> Path:
    """Write a case: a file by its ending, or a data package into a folder that is new or empty.

    * ``.xlsx``: a workbook of all tables, which :func:`load` reads back
    * ``.geojson``, ``.gpkg``: places and links for a geographic information system
    * a folder: the tables as CSV, scenarios, and ``datapackage.json`` of Frictionless

    Changes of the case are in its tables. Raises CaseError for another ending, and where it cannot be written.
    """
    path = Path(target)
    ending = path.suffix.lower()
    if ending in FILES:
        write(path.parent, {path.name: FILES[ending](case)})
    elif not ending:
        lay(path, files_of_case(case))
        write(path, {DESCRIPTOR: (json.dumps(package(path), indent=2, ensure_ascii=False) + "\n").encode()})
    else:
        reason = (
            f"a case is not written to a file that ends in {ending}; end it in {' or '.join(FILES)}, or name a folder"
        )
        raise CaseError([Fault("C083", str(path), reason)], "the output")
    return path
