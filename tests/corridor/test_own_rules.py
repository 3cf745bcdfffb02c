"""Rules of a planner's own at the command and in Python: what goes wrong is said in words, and the page is true."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

import corridor
from corridor.model.faults import CaseError
from tests.cases import oil_and_boxes
from tests.corridor.command import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8")

HEAD = "import pyomo.environ as pyo\n\n\n"
OIL = "corridor.tonnes('oil_berth')"


def rule(*lines: str, name: str = "quota") -> str:
    """A file with one rule of these lines; the first of them is line 5."""
    return HEAD + f"def {name}(model, corridor):\n" + "".join(f"    {line}\n" for line in lines)


def constraint(expression: str, block: str = "year") -> str:
    return f"model.{block}.quota = pyo.Constraint(expr={expression})"


MISTAKES: dict[str, tuple[str, str, str, str]] = {
    "no Python": ("def quota(model, corridor)\n    pass\n", "C091", ", line 1", "Python cannot read it"),
    "an error as it is read": ("import nothing_of_that_name\n", "C091", ", line 1", "No module named"),
    "an error in the rule": (rule("1 / 0"), "C091", ", quota, line 5", "ZeroDivisionError: division by zero"),
    "an end in the rule": (rule("raise SystemExit"), "C091", ", quota, line 5", "a rule returns"),
    "no rule": (HEAD + "def _hidden(model, corridor): ...\n", "C090", "", "there is no rule in it"),
    "an empty file": ("", "C090", "", "there is no rule in it"),
    "another function": (HEAD + "def quota(model): ...\n", "C090", ", quota", "a rule takes (model, corridor)"),
    "twice": (rule("pass") + rule("pass"), "C095", ", quota", "defined twice"),
    "unknown link": (rule("corridor.tonnes('oil_bert')"), "C092", ", quota, line 5", "did you mean oil_berth?"),
    "unknown commodity": (rule("corridor.tonnes('oil_berth', 'oli')"), "C092", ", quota, line 5", "mean oil?"),
    "unknown direction": (rule("corridor.moves(direction='forwards')"), "C092", ", quota, line 5", "mean forward?"),
    "unknown demand": (rule("corridor.sent(demand='oil_c')"), "C092", ", quota, line 5", "oil_c is no demand"),
    "unknown segment": (rule("corridor.sent(segment='oli')"), "C092", ", quota, line 5", "did you mean oil?"),
    "unknown resource": (rule("corridor.available('oil_key')"), "C092", ", quota, line 5", "mean oil_quay?"),
    "unknown word": (rule("corridor.tonne('oil_berth')"), "C092", ", quota, line 5", "did you mean tonnes?"),
    "unknown per": (rule("corridor.given('q', 5, per='week')"), "C092", ", quota, line 5", "not per week"),
    "given without a number": (rule("corridor.given('q', 'much')"), "C092", ", quota, line 5", "give a number"),
    "given twice": (
        rule("corridor.given('q', 5)", "corridor.given('q', 6)"),
        "C095",
        ", quota, line 6",
        "is 5 per year already",
    ),
    "whole numbers": (
        rule("model.year.n = pyo.Var(within=pyo.NonNegativeIntegers)", constraint(f"{OIL} <= 1000 * model.year.n")),
        "C093",
        ", quota",
        "n takes whole numbers only; the model is continuous",
    ),
    "yes or no": (
        rule("model.year.n = pyo.Var(within=pyo.Binary)", constraint(f"{OIL} <= 1000 * model.year.n")),
        "C093",
        ", quota",
        "n takes yes or no only",
    ),
    "a ratio": (rule(constraint(f"{OIL} / corridor.sent() <= 0.3")), "C094", ", quota", "write a >= 0.3 * b"),
    "a product": (rule(constraint(f"{OIL} * {OIL} <= 5")), "C094", ", quota", "a rule is linear"),
    "a given times cargo": (
        rule(constraint(f"{OIL} <= corridor.given('share', 0.3) * corridor.sent()")),
        "C094",
        ", quota",
        "or a given and one of them",
    ),
    "no number": (rule(constraint(f"{OIL} <= float('nan')")), "C09", ", quota", ""),
    "a name of ours": (
        rule(f"model.year.demand_met = pyo.Constraint(expr={OIL} <= 5)"),
        "C095",
        ", quota",
        "demand_met is the name of something that exists",
    ),
    "a name of ours in another block": (
        rule(f"model.year.cargo_balance = pyo.Constraint(expr={OIL} <= 5)"),
        "C095",
        ", quota",
        "cargo_balance is the name",
    ),
    "a name of ours elsewhere": (
        rule(f"model.year.passing = pyo.Constraint(expr={OIL} <= 5)"),
        "C095",
        ", quota",
        "passing is the name",
    ),
    "a name of a resource": (
        rule(f"model.year.oil_quay = pyo.Constraint(expr={OIL} <= 5)"),
        "C095",
        ", quota",
        "oil_quay is the name",
    ),
    "a name of another rule": (
        rule(constraint(f"{OIL} <= 5e5")) + rule(constraint(f"{OIL} <= 4e5", "period"), name="again")[len(HEAD) :],
        "C095",
        ", again",
        "quota is the name",
    ),
    "no constraint": (rule("corridor.tonnes('oil_berth')"), "C096", ", quota", "it has no constraint"),
    "something of nowhere": (rule(constraint(f"{OIL} <= pyo.Expression(expr=5)")), "C091", ", quota", "Error"),
    "two numbers": (rule(constraint("5 <= 6")), "C096", ", quota, line 5", "compares numbers only"),
    "nothing that moves": (
        rule(constraint("corridor.tonnes('oil_berth', 'box') <= 5")),
        "C096",
        ", quota",
        "quota limits nothing",
    ),
    "only givens": (rule(constraint("corridor.given('q', 5) <= 6")), "C096", ", quota", "quota limits nothing"),
    "two limits": (rule(constraint(f"(1, {OIL}, 2)")), "C096", ", quota", "two limits at once"),
    "no limit": (rule(constraint(f"{OIL} <= float('inf')")), "C096", ", quota", "has no limit"),
    "on the model": (
        rule(f"model.quota = pyo.Constraint(expr={OIL} <= 5)"),
        "C096",
        ", quota",
        "put it on model.period, model.month or model.year",
    ),
    "a variable of nowhere": (
        rule("free = pyo.Var(within=pyo.NonNegativeReals)", "free.construct()", constraint(f"{OIL} <= free")),
        "C096",
        ", quota",
        "stands on none of",
    ),
    "a variable without a bound": (
        rule("model.year.n = pyo.Var()", constraint(f"{OIL} <= model.year.n")),
        "C097",
        ", quota",
        "n must be zero or more",
    ),
    "a variable with a bound": (
        rule("model.year.n = pyo.Var(bounds=(0, 5))", constraint(f"{OIL} <= model.year.n")),
        "C097",
        ", quota",
        "write other limits as constraints",
    ),
    "a bound on ours": (
        rule("next(iter(model.period.flow.values())).setub(5)", constraint(f"{OIL} <= 5")),
        "C097",
        ", quota",
        "it binds flow(",
    ),
    "ours held": (
        rule("next(iter(model.period.served.values())).fix(5)", constraint(f"{OIL} <= 5")),
        "C097",
        ", quota",
        "it binds served(",
    ),
    "ours off": (
        rule("model.period.cargo_balance.deactivate()", constraint(f"{OIL} <= 5")),
        "C098",
        ", quota",
        "it switches cargo_balance off",
    ),
    "ours away": (
        rule("model.period.del_component('cargo_balance')", constraint(f"{OIL} <= 5")),
        "C098",
        ", quota",
        "it takes cargo_balance away",
    ),
    "an objective": (
        rule(f"model.year.best = pyo.Objective(expr={OIL})"),
        "C098",
        ", quota",
        "the study says what is sought",
    ),
    "another kind": (
        rule("model.year.more = pyo.Block()", constraint(f"{OIL} <= 5")),
        "C098",
        ", quota",
        "more is a Block",
    ),
    "a year in a period": (
        rule(constraint("model.year.level['oil'] <= 5", "period")),
        "C099",
        ", quota",
        "level(oil) stands for a whole year; put it on model.year",
    ),
    "a question to the model": (
        rule(f"if {OIL} <= 5: pass"),
        "C091",
        ", quota, line 5",
        "what the model chooses is not known yet",
    ),
}
"""A file of rules, the code of its fault, the end of its place, and words of its message."""


@pytest.mark.parametrize("what", MISTAKES)
def test_mistakes_are_said_in_words(what: str, tmp_path: Path) -> None:
    source, code, place, words = MISTAKES[what]
    file = tmp_path / "rules.py"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        corridor.solve(oil_and_boxes(), rules=file)
    fault = error.value.faults[0]
    assert fault.code.startswith(code), fault
    assert fault.place.startswith(f"{file}{place}"), fault
    assert words in fault.message, fault
    assert "Traceback" not in str(error.value)
    assert "\n" not in fault.message
    assert "Error in" not in fault.message


def test_all_mistakes_of_a_file_are_said_together(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    second = rule("corridor.tonnes('nowhere')", name="second")[len(HEAD) :]
    file.write_text(rule(constraint(f"{OIL} * {OIL} <= 5")) + second, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        corridor.solve(oil_and_boxes(), rules=file)
    assert [fault.code for fault in error.value.faults] == ["C092", "C094"]
    assert str(error.value).startswith("2 faults in the planner's rules")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_files_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CaseError, match="C090"):
        corridor.solve(oil_and_boxes(), rules=file)


def test_pyomo_keeps_its_log_to_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "rules.py"
    file.write_text(rule(f"model.period.flow = pyo.Constraint(expr={OIL} <= 5)"), encoding="utf-8")
    with pytest.raises(CaseError, match="flow is the name"):
        corridor.solve(oil_and_boxes(), rules=file)
    assert not caplog.records


def test_functions_and_lists_of_them() -> None:
    import pyomo.environ as pyo

    def quota(model: object, corridor: object) -> None:
        model.year.quota = pyo.Constraint(expr=corridor.sent(segment="oil") <= 200_000)  # type: ignore[attr-defined]

    assert corridor.solve(oil_and_boxes(), rules=quota).value == pytest.approx(300e3)
    assert corridor.solve(oil_and_boxes(), rules=[quota]).value == pytest.approx(300e3)

    def unknown(model: object, corridor: object) -> None:
        corridor.sent(segment="sand")  # type: ignore[attr-defined]

    with pytest.raises(CaseError, match=r"C092 rules, unknown, line .*: sand is no segment; known: boxes, oil"):
        corridor.solve(oil_and_boxes(), rules=[quota, unknown])


def test_the_command_ends_with_2_and_no_trace(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(rule("1 / 0"), encoding="utf-8")
    code, out, err = run("solve", "--rules", str(file))
    assert (code, out) == (2, "")
    assert err == f"1 fault in the planner's rules\n  C091 {file}, quota, line 5: ZeroDivisionError: division by zero\n"


RULES = [path for path in sorted((ROOT / "docs" / "examples").glob("*.py")) if "pyomo" in path.read_text("utf-8")]


@pytest.mark.parametrize("example", RULES, ids=lambda path: path.stem)
def test_the_page_shows_the_examples(example: Path) -> None:
    body = example.read_text(encoding="utf-8").split("import pyomo.environ as pyo\n")[1].strip()
    assert body in PAGE or body.replace("model.year", "model.period") in PAGE
    assert f"docs/examples/{example.name}" in PAGE


def test_the_page_explains_every_word_of_corridor() -> None:
    from corridor.optimize.period.planner.words import Corridor

    for word in vars(Corridor):
        if not word.startswith("_"):
            assert f"`corridor.{word}(" in PAGE, word


@pytest.mark.slow
def test_python_of_the_page_runs() -> None:
    for example in re.findall(r"```python\n(# in a script.*?)```", PAGE, re.DOTALL):
        exec(dedent(example), {})
