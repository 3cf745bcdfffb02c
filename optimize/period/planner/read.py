"""A planner's file of rules: functions ``rule(model, corridor)``, read, run, and their errors as faults.

Each puts constraints on ``model.period`` (they hold in every period), ``model.month`` or ``model.year`` (they hold
once, over the sum of all periods). ``corridor`` is a :class:`Corridor`, which counts in tonnes and by the ids of the
case. docs/own-rules.md shows how.
"""

from __future__ import annotations

import ast
import inspect
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.optimize.period.planner.words import SUBJECT, Corridor, refuse

MOST = 160
"""Upper limit, letters of a message of Python that a fault takes over."""
Function = Callable[[Any, Any], object]


@dataclass(frozen=True)
class PlannersRule:
    """A function of a planner, ``function(model, corridor)``, with its name and the file that messages name."""

    name: str
    file: str
    function: Function

    @property
    def place(self) -> str:
        return f"{self.file}, {self.name}"

    def __reduce__(self) -> tuple[Callable[..., PlannersRule], tuple[Any, ...]]:
        """A rule of a file is read from it again by another process; a function is found in its module."""
        if self.function.__globals__.get("__file__") == self.file:
            return _again, (self.file, self.name)
        return PlannersRule, (self.name, self.file, self.function)


def _again(file: str, name: str) -> PlannersRule:
    return next(rule for rule in load_rules(file) if rule.name == name)


RuleSource = str | Path | Function | PlannersRule
"""A file of rules, a function, or a rule of :func:`load_rules`."""


def planners_rules(rules: RuleSource | Iterable[RuleSource]) -> list[PlannersRule]:
    """The rules of files, functions or a list of both, in their order; raises CaseError."""
    if isinstance(rules, (str, Path)):
        return load_rules(rules)
    if isinstance(rules, PlannersRule):
        return [rules]
    if callable(rules):
        name = getattr(rules, "__name__", type(rules).__name__)
        rule = PlannersRule(name, "rules", rules)
        _check_signature(rule)
        return [rule]
    return [rule for each in rules for rule in planners_rules(each)]


def load_rules(path: str | Path) -> list[PlannersRule]:
    """The public functions of a Python file, in the order in which they are defined; the file is run.

    Each must take ``(model, corridor)``; a name with ``_`` in front is the file's own business. Raises CaseError where
    the file cannot be read or run (C090, C091: the line and the error), holds no rule, or defines one twice.
    """
    file = str(path)
    try:
        source = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        refuse(
            "C090",
            file,
            say("it cannot be read: {strerror}; give a Python file of rules", strerror=error.strerror or error),
        )
    except UnicodeDecodeError:
        refuse("C090", file, say("it is no text in UTF-8; give a Python file of rules"))
    namespace: dict[str, Any] = {"__name__": Path(path).stem, "__file__": file}
    with said(file, file):
        defined = [node.name for node in ast.parse(source, file).body if isinstance(node, ast.FunctionDef)]
        exec(compile(source, file, "exec", dont_inherit=True), namespace)
    for name in dict.fromkeys(defined):
        if defined.count(name) > 1:
            refuse(
                "C095", f"{file}, {name}", say("it is defined twice, and the first would be lost; give it another name")
            )
    rules = [
        PlannersRule(name, file, function)
        for name in defined
        if not name.startswith("_") and callable(function := namespace.get(name))
    ]
    if not rules:
        refuse("C090", file, say("there is no rule in it: define a function that takes (model, corridor)"))
    for rule in rules:
        _check_signature(rule)
    return rules


def _check_signature(rule: PlannersRule) -> None:
    """Raises CaseError for a function that does not take ``(model, corridor)``."""
    try:
        inspect.signature(rule.function).bind(None, None)
    except TypeError:
        reason = say("a rule takes (model, corridor); put _ in front of the name of a function that is no rule")
        refuse("C090", rule.place, reason)
    except ValueError:
        return


def file_of(rule: PlannersRule) -> str:
    """The file of the function of a rule, as tracebacks name it."""
    code = getattr(rule.function, "__code__", None)
    return str(code.co_filename) if code is not None else rule.file


@contextmanager
def said(place: str, file: str) -> Iterator[None]:
    """Run the code of a planner: its errors become a fault with the line, and Pyomo keeps its log to itself."""
    log = logging.getLogger("pyomo")
    former = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except CaseError as error:
        line = _line(error, file)
        faults = [Fault(each.code, each.place + line, each.message) for each in error.faults]
        raise CaseError(faults, SUBJECT) from None
    except SyntaxError as error:
        where = say(", line {line}", line=error.lineno) if error.lineno else ""
        refuse("C091", place + where, say("Python cannot read it: {msg}", msg=error.msg))
    except (Exception, SystemExit) as error:
        place += _line(error, file)
        said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        if isinstance(error, SystemExit):
            said = say("it ends the program; a rule returns")
        elif "trivial Boolean" in str(error):
            refuse("C096", place, say("a constraint compares numbers only; a rule limits something that moves"))
        elif isinstance(error, AttributeError) and isinstance(error.obj, Corridor):
            words = [word for word in dir(Corridor) if not word.startswith("_")]
            refuse(
                "C092",
                place,
                say("corridor has no {name}; {nearest}", name=error.name, nearest=nearest(error.name or "", words)),
            )
        elif "Boolean context" in str(error):
            said = say(
                "what the model chooses is not known yet: a rule cannot ask if it is more or less than something"
            )
        shown = said if len(said) <= MOST else said[: MOST - 1] + "…"
        refuse("C091", place, f"{type(error).__name__}: {shown}".rstrip(": "))
    finally:
        log.setLevel(former)


def _line(error: BaseException, file: str) -> str:
    """The last line of the file that an error passed through."""
    lines, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return say(", line {line}", line=lines[-1]) if lines else ""
