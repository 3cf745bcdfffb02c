"""Row headers in the tags of a PDF that Typst has written: the first cell of each row names the row.

Typst marks the heads of columns alone. Its tags are plain objects, each at an offset that the table of
cross-references states; both are written anew here.
"""

from __future__ import annotations

import re

OBJECT = re.compile(rb"^(\d+) 0 obj\n", re.MULTILINE)
ROW = re.compile(rb"/Type/StructElem/S/TR/P \d+ 0 R/K\[(\d+) 0 R ")
"""A row of two cells or more, with the number of its first cell."""
CELL = re.compile(rb"(/Type/StructElem/S)/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers)")
TABLE = re.compile(
    rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [nf](?: \n|\r\n))+)trailer\n(.*?)startxref\n\d+\n%%EOF", re.DOTALL
)


def with_row_headers(pdf: bytes) -> bytes:
    """The same PDF in which the first cell of a row is its header; one of another build comes back as it is."""
    table = TABLE.search(pdf)
    if table is None:
        return pdf
    body = pdf[: table.start()]
    first = set(ROW.findall(body))
    starts = [(found[1], found.start()) for found in OBJECT.finditer(body) if _listed(found, table[2])]
    ends = [*(start for _, start in starts[1:]), len(body)]
    parts, offsets, at = [body[: starts[0][1]]], {}, starts[0][1]
    for (number, start), end in zip(starts, ends, strict=True):
        part = body[start:end]
        if number in first:
            part = CELL.sub(rb"\1/TH\2/Scope/Row\3", part, count=1)
        offsets[int(number)] = at
        parts.append(part)
        at += len(part)
    lines = [_line(number, offsets.get(number)) for number in range(int(table[1]))]
    tail = b"xref\n0 %d\n%strailer\n%sstartxref\n%d\n%%%%EOF" % (len(lines), b"".join(lines), table[3], at)
    return b"".join(parts) + tail


def _listed(found: re.Match[bytes], table: bytes) -> bool:
    """True where the table has an object at this offset: text within a stream may look like the start of one."""
    number = int(found[1])
    return table[20 * number : 20 * number + 10] == b"%010d" % found.start()


def _line(number: int, offset: int | None) -> bytes:
    return b"%010d 00000 n\r\n" % offset if offset is not None else b"%010d 65535 f\r\n" % 0
