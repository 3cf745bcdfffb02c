"""An answer proved in fractions: the vertex of its program, solved again exactly, and written as arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from corridor.model.faults import CertificateError
from corridor.model.result.proof import Proof
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year, asked
from corridor.optimize.period.layout import COSTS, KILO
from corridor.optimize.program.strategy import Way
from corridor.optimize.proof.certificate import TOLERANCE
from corridor.optimize.proof.exact import fraction
from corridor.optimize.proof.rational import Proof as Fractions
from corridor.optimize.proof.rational import prove as proved

SIMPLEX: list[Way] = [(0.0, {"solver": "simplex"}), (0.0, {"solver": "simplex", "presolve": "off"})]
CROSSED: list[Way] = [(0.0, {"solver": "ipx", "run_crossover": "on"}), *SIMPLEX]
"""Ways to a vertex of a program that is solved by interior point."""


def prove(setting: Setting, study: str = "capability") -> Proof:
    """The optimum of a measure, proved in fractions from a vertex of its program.

    ``proof.to_arrays()`` is the proof as JSON, which docs/examples/check_proof.py confirms with nothing but Python's
    fractions. Each number is read as the simplest fraction within four units in the last place. These may contradict
    one another by rounding, or the program may be large. Then point and prices are doubles, and ``moved`` is the
    greatest distance of a right-hand side or cost from the double solved.

    Raises CaseError, InfeasibleError, TimeLimitError; CertificateError where nothing is proved within a millionth.
    """
    year = setting.open(study)
    question, found, _ = asked(year, study)
    solver = year.solver
    solver.hold(*year.program.bounds(year.program.given(question.given), question.without))
    vertex = solver.run(question.goal, question.maximise, ways=CROSSED if solver.algorithm == "ipm" else SIMPLEX)
    if vertex.status != "optimal":
        raise CertificateError(f"no vertex of {study} was reached: {vertex.status}")
    goal, bounds = year.goal(question.goal), (solver.lower, solver.upper)
    proof = proved(year.program.matrix, goal, *bounds, solver.highs.getBasis(), maximise=question.maximise)
    off = abs(float(proof.value) - (1 if question.maximise else -1) * found.value) / (1 + abs(found.value))
    if not proof.holds or max(proof.moved, off) > TOLERANCE:
        raise CertificateError(f"{study} is not proved: moved by {proof.moved:.3g}, {off:.3g} from the answer")
    return _result(setting, year, study, question, found.value, proof)


def _result(setting: Setting, year: Year, study: str, question: Question, solved: float, proof: Fractions) -> Proof:
    exact = proof.value if question.maximise else -proof.value
    unit = KILO * (math.fsum(year.layout.base.values()) if study == "concurrent" and year.layout.base else 1.0)
    numbers, read = _pool(proof)
    rows, columns = year.program.matrix.shape
    arrays = {
        "format": 1,
        "case": setting.given.name,
        "scenario": setting.given.scenario,
        "study": study,
        "sense": "maximise" if question.maximise else "minimise",
        "rows": rows,
        "columns": columns,
        **numbers,
        "point": {str(at): _number(fraction(value)) for at, value in proof.point.items()},
        "prices": {str(at): _number(fraction(value)) for at, value in proof.prices.items()},
        "value": _number(exact),
        "solved": solved,
    }
    return Proof(
        setting.given,
        study=study,
        value=float(exact) * unit,
        value_unit="USD/year" if study in COSTS else year.unit,
        exact=str(exact),
        solved=solved,
        rows=rows,
        columns=columns,
        digits=max(map(len, _texts(arrays))),
        read=read,
        moved=proof.moved,
        rounds=proof.rounds,
        scope=setting.scope_id,
        horizon=setting.horizon,
        arrays=arrays,
    )


def _number(value: Fraction) -> int | float | str:
    """A fraction as JSON: a double where it is one, else ``p/q``."""
    if value.denominator == 1 and abs(value.numerator) < 2**53:
        return value.numerator
    own = float(value) if abs(value) < Fraction(2) ** 1000 else math.inf
    return own if math.isfinite(own) and Fraction(own) == value else str(value)


def _pool(proof: Fractions) -> tuple[dict[str, Any], float]:
    """The program by columns, as positions in one list of pairs: a fraction, and the double that was solved.

    The second part is the greatest relative distance within a pair of the matrix.
    """
    places: dict[tuple[Fraction, float], int] = {}

    def place(value: Any, solved: float) -> int:
        return places.setdefault((fraction(value), solved), len(places))

    own = proof.numbers
    entry = {value: place(own.entries[value], value) for value in own.entries}
    read = max((abs(float(number / Fraction(solved) - 1)) for number, solved in places if solved), default=0.0)
    sides = {
        name: {
            str(row): place(value, solved)
            for row, (value, solved) in enumerate(zip(values, solution.tolist(), strict=True))
            if value is not None
        }
        for name, values, solution in (("lower", own.lower, proof.lower), ("upper", own.upper, proof.upper))
    }
    cost = {
        str(column): place(value, solved)
        for column, (value, solved) in enumerate(zip(own.cost, proof.cost.tolist(), strict=True))
        if value != 0 or solved != 0.0
    }
    made = {
        "numbers": [[_number(number), solved] for number, solved in places],
        "starts": own.matrix.indptr.tolist(),
        "row_of": own.matrix.indices.tolist(),
        "number_of": [entry[value] for value in own.matrix.data.tolist()],
        "cost": cost,
        **sides,
    }
    return made, read


def _texts(arrays: dict[str, Any]) -> Iterable[str]:
    for name in ("point", "prices"):
        yield from (str(value) for value in arrays[name].values())
    yield str(arrays["value"])
    yield from (str(number) for number, _ in arrays["numbers"])
