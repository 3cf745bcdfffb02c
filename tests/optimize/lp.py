"""Rows of a program in LP format."""

import scipy.sparse as sp

from corridor.model.program import Axis, Label, Program


def text(label: Label, time: int | None = None) -> str:
    """A label as LP files write it, the number of its time last: ``flow(rail_1,oil_to_baku,before,2)``."""
    name, key = label
    parts = [] if key is None else list(map(str, key)) if isinstance(key, tuple) else [str(key)]
    if time is not None:
        parts.append(str(time))
    return f"{name}({','.join(parts)})" if parts else name


def texts(axis: Axis) -> list[str]:
    """Every position's label as LP files write it; those that hold once without a time, the first period is 1."""
    names = []
    for block, time in zip(axis.blocks, axis.times, strict=True):
        for number in range(1, time + 1):
            names += [text(label, number if time > 1 else None) for label in block]
    return names


def lp_text(program: Program, rule: str) -> str:
    """The rows of one rule in LP format, givens as variables, in the order in which they were written."""
    out = []
    every = sp.csr_array(sp.hstack([sp.csr_array(program.matrix), program.given_matrix]))
    names = [*texts(program.columns), *texts(program.givens)]
    for index, (label, name) in enumerate(zip(program.rows, texts(program.rows), strict=True)):
        if label[0] != rule:
            continue
        start, stop = every.indptr[index], every.indptr[index + 1]
        terms = sorted(
            (names[j], value)
            for j, value in zip(every.indices[start:stop], every.data[start:stop], strict=True)
            if value
        )
        left = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):.10g} {column}" for column, value in terms)
        relation = {-1: ">=", 0: "=", 1: "<="}[int(program.sense[index])]
        out.append(f"{name}: {left} {relation} {program.rhs[index]:.10g}\n")
    return "".join(out)
