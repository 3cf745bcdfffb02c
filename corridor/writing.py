"""A case written for other programs, by the ending of the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from corridor.copies import lay
from corridor.data.excel import workbook_of
from corridor.data.exchange.gmns import BESIDE, network_of, tables_of_network
from corridor.data.exchange.package import DESCRIPTOR, package
from corridor.data.exchange.tables import files_of_case
from corridor.loading import load
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
GMNS = ".gmns"
"""Ending of the name of a folder for a network of GMNS."""


def export(case: Case, target: str | Path) -> Path:
    """Write a case: a file by its ending, or a data package into a folder that is new or empty.

    * ``.xlsx``: a workbook of all tables, which :func:`load` reads back
    * ``.geojson``, ``.gpkg``: places and links for a geographic information system
    * ``FOLDER.gmns``: a network of GMNS, and in ``corridor/`` the tables, which :func:`import_network` brings back
    * any other folder: the tables as CSV, scenarios, and ``datapackage.json`` of Frictionless

    Changes of the case are in its tables. Raises CaseError for another ending, and where it cannot be written.
    """
    path = Path(target)
    ending = path.suffix.lower()
    if ending in FILES:
        write(path.parent, {path.name: FILES[ending](case)})
    elif not ending:
        lay(path, files_of_case(case))
        write(path, {DESCRIPTOR: (json.dumps(package(path), indent=2, ensure_ascii=False) + "\n").encode()})
    elif ending == GMNS:
        lay(path, network_of(case))
    else:
        reason = (
            f"a case is not written to a file that ends in {ending}; end it in {' or '.join(FILES)}, or name a folder"
        )
        raise CaseError([Fault("C083", str(path), reason)], "the output")
    return path


def import_network(source: str | Path, folder: str | Path) -> Path:
    """Write the case of a network of GMNS, in the folder ``source``, into a folder that is new or empty.

    A network that :func:`export` wrote gives its case back. One of another program gives places, links and modes; its
    cargo and limits are still to be stated. Raises CaseError with every fault, and where tables of GMNS were changed
    beside those of the case.
    """
    home, target = Path(source), Path(folder)
    files = tables_of_network(home)
    with TemporaryDirectory() as scratch:
        for name, content in files.items():
            (Path(scratch) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / name).write_bytes(content)
        case = load(scratch)
        _unchanged(home, case)
    lay(target, files)
    return target


def _unchanged(home: Path, case: Case) -> None:
    """C297: nobody has changed the tables of GMNS, which those of the case beside them would outdo."""
    if not (home / BESIDE).is_dir():
        return
    written = network_of(case)
    faults = [
        Fault("C297", name, f"it is not that of the case in {BESIDE}/; change the table there, or delete {BESIDE}/")
        for name in ("node.csv", "link.csv")
        if (home / name).is_file() and (home / name).read_bytes() != written[name]
    ]
    if faults:
        raise CaseError(faults, "the network")
