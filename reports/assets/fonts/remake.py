"""Remake the fonts of the report: `make fonts`. Needs npm, and fonttools with brotli."""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
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


def han() -> list[int]:
    """The 3,755 common signs of Chinese: the first plane of GB 2312."""
    pairs = [(row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) if (row, cell) < (0xD7, 0xFA)]
    return [ord(bytes(pair).decode("gb2312")) for pair in pairs]


BESIDE = {
    "Vazirmatn-Regular": (
        "@expo-google-fonts/vazirmatn@0.4.1",
        "400Regular/Vazirmatn_400Regular.ttf",
        "443e920a022a89a93d4764a06e853342b9008fba880eb827d814160f1e459c05",
        [*range(0x600, 0x700), 0x200C, 0x200D],
        ["init", "medi", "fina", "isol", "rlig"],  # with ccmp a letter comes apart, and a reader cannot copy it
    ),
    "NotoSansSC-Regular": (
        "@expo-google-fonts/noto-sans-sc@0.4.3",
        "400Regular/NotoSansSC_400Regular.ttf",
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
        han(),
        [],
    ),
}
"""Fonts for names of places alone: package of npm, file, SHA-256, letters, features."""


def cut(font: TTFont, letters: Iterable[int], features: list[str]) -> None:
    """Leave these letters and features."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)


def unpacked(package: str, folder: Path) -> Path:
    """The folder of a package of npm, unpacked below ``folder``."""
    there = folder / package.replace("/", "+")
    there.mkdir()
    subprocess.run(["npm", "pack", "--silent", "--pack-destination", str(there), package], check=True)
    with tarfile.open(next(there.glob("*.tgz"))) as archive:
        archive.extractall(there, filter="data")
    return there / "package"


def checked(source: Path, expected: str) -> TTFont:
    """The font of a file whose SHA-256 is as expected."""
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != expected:
        raise SystemExit(f"{source.name}: SHA-256 is {found}, expected {expected}")
    return TTFont(source, recalcTimestamp=False)


def ranges(letters: set[int]) -> list[str]:
    """Code points as ranges: ``20-7E``."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(sorted(letters)), key=lambda pair: pair[1] - pair[0])]
    return [f"{run[0]:X}-{run[-1]:X}" for run in runs]


def main() -> None:
    """Write the fonts, coverage.txt and OFL.txt beside this script, and the SHA-256 of the fonts into README.md."""
    here = Path(__file__).parent
    shared: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked(FIRAGO, Path(folder))
        (here / "OFL.txt").write_bytes((package / "LICENSE").read_bytes())
        for style, expected in SHA256.items():
            font = checked(package / "files" / f"firago-latin-{style}.woff2", expected)
            cut(font, subset.parse_unicodes(KEPT), FEATURES)
            letters = set(font.getBestCmap())
            shared = letters & shared if shared else letters
            font.flavor = None
            font.save(here / f"{NAMES[style]}.ttf")
            if style in IN_HTML:
                font.flavor = "woff2"
                font.save(here / f"{NAMES[style]}.woff2")
        for name, (source, file, expected, wanted, features) in BESIDE.items():
            package = unpacked(source, Path(folder))
            (here / f"OFL-{name.partition('-')[0]}.txt").write_bytes((package / "LICENSE_FONT").read_bytes())
            font = checked(package / file, expected)
            cut(font, wanted, features)
            font.save(here / f"{name}.ttf")
            shared |= set(font.getBestCmap())
    (here / "coverage.txt").write_text("\n".join(ranges(shared)) + "\n", encoding="ascii")
    files = sorted([*here.glob("*.ttf"), *here.glob("*.woff2")])
    listed = "\n".join(f"* `{file.name}`: `{hashlib.sha256(file.read_bytes()).hexdigest()}`" for file in files)
    readme = here / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(re.sub(r"(?<=SHA-256:\n\n)[^#]*?(?=\n\nRemake)", listed, text), encoding="utf-8")


if __name__ == "__main__":
    main()
