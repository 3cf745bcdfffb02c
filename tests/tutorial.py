"""docs/tutorial.ipynb run anew: ``python -m tests.tutorial`` stores its outputs; a test holds that they are these."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"


def run() -> Any:
    """The notebook with the outputs of a fresh kernel; raises CellExecutionError where a cell fails."""
    notebook: Any = nbformat.read(PAGE, as_version=4)  # type: ignore[no-untyped-call]
    with TemporaryDirectory() as folder:
        # Sockets of files, where there are any: nobody else can reach the kernel, and it needs no network.
        sockets = {} if sys.platform == "win32" else {"transport": "ipc", "ip": str(Path(folder, "kernel"))}
        manager = AsyncKernelManager(kernel_name="python3", **sockets)
        client = NotebookClient(notebook, km=manager, timeout=300, resources={"metadata": {"path": str(PAGE.parent)}})
        client.owns_km = True  # else it leaves the kernel and its sockets to us
        client.execute()
    for place, cell in enumerate(notebook.cells):  # what differs from run to run, or from machine to machine
        cell.id = f"cell-{place:02}"
        cell.metadata = {}
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data.pop("text/plain", None)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook


def main() -> None:
    """Write the notebook with its outputs."""
    PAGE.write_text(nbformat.writes(run()) + "\n", encoding="utf-8")  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
