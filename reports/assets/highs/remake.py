"""Fetch the solver of the page: `make solver`. Needs npm and a network; the same input gives the same bytes."""

import gzip
import hashlib
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "highs@1.15.3"
SHA256 = {
    "highs.js": "0bd23843c9795753f2276e9901eb2a1e66288547b6bcba84fa0665dc037b5c7c",
    "highs.wasm": "528be4365bea1d4188988646b244263f50320df55782e14d6af5bce7cd45c840",
}
"""Of the files as the package has them."""


def main() -> None:
    """Write highs.js, highs.wasm.gz and LICENSE.txt beside this script, and the SHA-256 of both into README.md."""
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE], check=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        package = Path(folder) / "package"
        files = {name: (package / "build" / name).read_bytes() for name in SHA256}
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != SHA256[name]:
                raise SystemExit(f"{name} of {PACKAGE} is not the file that is expected")
        (here / "LICENSE.txt").write_bytes((package / "LICENSE").read_bytes())
    (here / "highs.js").write_bytes(files["highs.js"])
    (here / "highs.wasm.gz").write_bytes(gzip.compress(files["highs.wasm"], 9, mtime=0))
    readme = (here / "README.md").read_text(encoding="utf-8")
    for name in ("highs.js", "highs.wasm.gz"):
        digest = hashlib.sha256((here / name).read_bytes()).hexdigest()
        readme = re.sub(rf"(`{re.escape(name)}`: )`[0-9a-f]*`", rf"\1`{digest}`", readme)
    (here / "README.md").write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
