"""Check a proof that `corridor prove --out FILE.json` wrote, with nothing but Python's own fractions.

    python docs/examples/check_proof.py FILE.json

The file has a program: maximise (or minimise) cost x, such that lower <= A x <= upper and x >= 0; a point x; and
prices y of the rows. Four facts prove that x is optimal and that its value is the optimum:

1. x is not below zero, and A x keeps every bound.
2. A price that is not zero has the sign of a bound that its row has.
3. No column is worth more than the rows that it takes at these prices.
4. The value of x is the value of the bounds at the prices.

Every number is a pair: the fraction that the proof is about, and the double that the solver had. Their greatest
distances are printed: they say how far the program proved is from the program solved.
"""

import json
import sys
from fractions import Fraction

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # long fractions are meant


def check(proof):
    """The faults of a proof, none where it holds, and what it proves."""
    numbers = [Fraction(number) for number, _ in proof["numbers"]]
    sign = 1 if proof["sense"] == "maximise" else -1
    cost = {int(at): numbers[place] for at, place in proof["cost"].items()}  # with the other sign to minimise
    lower = {int(at): numbers[place] for at, place in proof["lower"].items()}
    upper = {int(at): numbers[place] for at, place in proof["upper"].items()}
    point = {int(at): Fraction(value) for at, value in proof["point"].items()}
    prices = {int(at): Fraction(value) for at, value in proof["prices"].items()}
    starts, row_of, number_of = proof["starts"], proof["row_of"], proof["number_of"]
    faults = []
    if len(starts) != proof["columns"] + 1 or not starts[-1] == len(row_of) == len(number_of):
        faults.append("the arrays do not fit one another")
    if not set(point) <= set(range(proof["columns"])) or not set(prices) <= set(range(proof["rows"])):
        faults.append("the point or the prices have places that the program does not have")
    if faults:
        return faults, Fraction(0)

    rows = [Fraction(0)] * proof["rows"]
    for column in range(proof["columns"]):
        entries = range(starts[column], starts[column + 1])
        x = point.get(column)
        if x is not None:
            if x < 0:
                faults.append(f"column {column} is below zero")
            for at in entries:
                rows[row_of[at]] += numbers[number_of[at]] * x
        worth = sum(
            (numbers[number_of[at]] * prices[row_of[at]] for at in entries if row_of[at] in prices), Fraction(0)
        )
        if worth < cost.get(column, 0):
            faults.append(f"column {column} costs more than it is worth at the prices")
    for row, value in enumerate(rows):
        if row in lower and value < lower[row]:
            faults.append(f"row {row} is below its lower bound")
        if row in upper and value > upper[row]:
            faults.append(f"row {row} is above its upper bound")

    bound = Fraction(0)
    for row, price in prices.items():
        side = upper if price > 0 else lower
        if price and row not in side:
            faults.append(f"row {row} has a price and no bound on that side")
        elif price:
            bound += price * side[row]
    value = sum((cost.get(column, 0) * x for column, x in point.items()), Fraction(0))
    if value != bound:
        faults.append("the value of the point is not the value of the prices")
    if value != sign * Fraction(proof["value"]):
        faults.append("the value of the point is not the value that the file names")
    return faults, sign * value


def distances(proof):
    """Greatest distance of a fraction from its double, over the size of the double: of the matrix, and of the rest."""
    apart = [abs(Fraction(number) - Fraction(solved)) for number, solved in proof["numbers"]]
    size = [abs(Fraction(solved)) for _, solved in proof["numbers"]]
    cost = proof["cost"].values()
    largest = 1 + max((size[place] for place in cost), default=0)
    matrix = max((apart[place] / size[place] for place in set(proof["number_of"]) if size[place]), default=0)
    bounds = {*proof["lower"].values(), *proof["upper"].values()}
    rest = [apart[place] / (1 + size[place]) for place in bounds] + [apart[place] / largest for place in cost]
    return float(matrix), float(max(rest, default=0))


def main(path):
    with open(path, encoding="utf-8") as file:
        proof = json.load(file)
    faults, value = check(proof)
    print(f"{proof['case']}, {proof['scenario']}, {proof['study']}: {proof['rows']} rows, {proof['columns']} columns")
    if faults:
        print(f"NOT PROVED, {len(faults)} faults; the first: {faults[0]}")
        return 1
    digits = len(str(value.denominator))
    print(f"Proved: primal, dual and equality hold exactly; the optimum is {float(value)!r}, over {digits} digits.")
    matrix, rest = distances(proof)
    print(f"From the doubles solved: matrix within {matrix:.2g}, right-hand sides and costs within {rest:.2g}.")
    print(f"The solver's own value, in doubles: {proof['solved']!r}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
