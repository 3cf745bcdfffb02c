"""Remake the fonts of the report from FiraGO: `make fonts`. Needs npm, and fonttools with brotli."""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from itertools import groupby
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FIRAGO = "@fontsource/firago@5.3.0"
SHA256 = {
    "400-normal": "0badb625b6ed398c105f512e723dc7341bc64b1228262ae822060a26a676dc9d",
    "600-normal": "e95ee22a90196bac9d8abee81fab0df53e86cc29246789962fe9d2df38d41569",
    "400-italic": "dd4d6424021e00481e5757fc2230cca28d4fc240d38caa825a84d577d9fae47a",
}
NAMES = {"400-normal": "FiraGO-Regular", "600-normal": "FiraGO-SemiBold", "400-italic": "FiraGO-Italic"}
IN_HTML = ("400-normal", "600-normal")
# Latin with Turkish, Azeri and Romanian, Greek, Cyrillic with Kazakh, Georgian, and the signs of a report.
KEPT = (
    "0020-007E,00A0-024F,0259,02BC,02C6-02DD,0300-0304,0306-030C,0326-0328,0391-03C9,0400-04FF,10D0-10FF,1E80-1E85,"
    "1E9E,1EF2-1EF3,2009-200A,2010-2015,2018-201E,2020-2022,2026,202F,2030,2032-2033,2039-203A,2044,2070-2089,20AC,"
    "2116,2122,2190-2193,2212,2215,2248,2260,2264-2265"
)
FEATURES = ["ccmp", "kern", "lnum", "locl", "tnum"]


def cut(font: TTFont) -> None:
    """Leave the letters of KEPT and the features of FEATURES."""
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(KEPT))
    cutter.subset(font)


def ranges(letters: set[int]) -> list[str]:
    """Code points as ranges: ``20-7E``."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(sorted(letters)), key=lambda pair: pair[1] - pair[0])]
    return [f"{run[0]:X}-{run[-1]:X}" for run in runs]


def main() -> None:
    """Write the fonts, coverage.txt and OFL.txt beside this script, and the SHA-256 of the fonts into README.md."""
    here = Path(__file__).parent
    shared: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, FIRAGO], check=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        package = Path(folder) / "package"
        (here / "OFL.txt").write_bytes((package / "LICENSE").read_bytes())
        for style, expected in SHA256.items():
            source = package / "files" / f"firago-latin-{style}.woff2"
            found = hashlib.sha256(source.read_bytes()).hexdigest()
            if found != expected:
                raise SystemExit(f"{source.name}: SHA-256 is {found}, expected {expected}")
            font = TTFont(source, recalcTimestamp=False)
            cut(font)
            letters = set(font.getBestCmap())
            shared = letters & shared if shared else letters
            font.flavor = None
            font.save(here / f"{NAMES[style]}.ttf")
            if style in IN_HTML:
                font.flavor = "woff2"
                font.save(here / f"{NAMES[style]}.woff2")
    (here / "coverage.txt").write_text("\n".join(ranges(shared)) + "\n", encoding="ascii")
    files = sorted([*here.glob("*.ttf"), *here.glob("*.woff2")])
    listed = "\n".join(f"* `{file.name}`: `{hashlib.sha256(file.read_bytes()).hexdigest()}`" for file in files)
    readme = here / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(re.sub(r"(?<=SHA-256:\n\n)[^#]*?(?=\n\nRemake)", listed, text), encoding="utf-8")


if __name__ == "__main__":
    main()
