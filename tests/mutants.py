"""``python -m tests.mutants``: one-point mutations of the trusted core, each run against the tests that run its line.

A mutant is the file with one operator, comparison, constant or call turned into its neighbour. It is put in place in a
forked process, by the code of its functions, so that nothing is imported twice. The tests are collected once; one run
of them notes the lines that each takes (coverage), and a mutant is judged by the tests of its statement, the quickest
first. A mutant that these pass survives; a run of three times their processor time counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from time import process_time
from types import FunctionType, ModuleType
from typing import Any

import coverage
import pytest

ROOT = Path(__file__).parents[1]
RULES = ROOT / "optimize" / "period" / "rules"
_OPTIMIZE = "tests/optimize/test_{}.py"
_RULES = tuple(
    _OPTIMIZE.format(name)
    for name in ("golden", "rule_numbers", "compile", "networks", "stays", "pools", "periods", "disrupt")
)
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "certificate": (
        (*(f"optimize/proof/{name}.py" for name in ("certificate", "exact", "rational")), "model/writing.py"),
        (_OPTIMIZE.format("certificate_numbers"), _OPTIMIZE.format("prove"), "tests/model/test_writing.py"),
    ),
    "balances": (
        tuple(f"optimize/proof/{name}.py" for name in ("balances", "by_period", "keys", "ledger", "limits", "pools")),
        (_OPTIMIZE.format("balances"), _OPTIMIZE.format("pools")),
    ),
    "rules": (tuple(f"optimize/period/rules/{path.name}" for path in sorted(RULES.glob("[a-z]*.py"))), _RULES),
    "coefficients": (
        (
            *(f"optimize/period/{name}.py" for name in ("algebra", "build", "costs", "layout", "offers", "streams")),
            *(f"optimize/program/{name}.py" for name in ("compile", "scaling")),
        ),
        (*_RULES, _OPTIMIZE.format("enters"), _OPTIMIZE.format("update")),
    ),
    "changes": (
        tuple(f"model/change/{name}.py" for name in ("apply", "changes", "closing", "draft", "filters", "words")),
        ("tests/model/test_changes.py", "tests/model/test_change_edges.py", "tests/data/test_scenario.py"),
    ),
    "reading": (("data/read.py",), ("tests/data/test_reading.py", "tests/data/test_bad_input.py")),
}
"""Files of each room of the core, and the tests that hold them."""
SPARE = 3
"""Processor time that the tests of a mutant may take, as a multiple of their own."""
QUIET = ("-qq", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow")
COMPARED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLED = {"max": "min", "min": "max", "all": "any", "any": "all", "maximum": "minimum", "minimum": "maximum"}
Mutation = tuple[str, Callable[[Any], Any]]


def mutations(node: ast.AST) -> Iterator[Mutation]:
    """What one point of a file may become: words, and a function that makes it of the point."""

    def setting(**values: Any) -> Callable[[Any], Any]:
        def change(point: Any) -> Any:
            for name, value in values.items():
                setattr(point, name, value)
            return point

        return change

    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield f"{type(op).__name__} as {COMPARED[type(op)].__name__}", setting(ops=[COMPARED[type(op)]()])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in COMPUTED:
            yield f"{type(op).__name__} as {COMPUTED[type(op)].__name__}", setting(op=COMPUTED[type(op)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield f"without {type(node.op).__name__}", lambda _: operand
        case ast.Name(id=name, ctx=ast.Load()) if name in CALLED:
            yield f"{name} as {CALLED[name]}", setting(id=CALLED[name])
        case ast.Attribute(attr=name, ctx=ast.Load()) if name in CALLED:
            yield f"{name} as {CALLED[name]}", setting(attr=CALLED[name])
        case ast.Constant(value=bool() as value):
            yield f"{value} as {not value}", setting(value=not value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value} as {value + 1}", setting(value=value + 1)
        case ast.If() | ast.IfExp():
            yield "condition turned", lambda point: setting(test=ast.UnaryOp(ast.Not(), point.test))(point)


class _At(ast.NodeTransformer):
    """The point of a number, in the order of the walk, changed."""

    def __init__(self, number: int, change: Callable[[Any], Any]) -> None:
        self.number, self.change, self.seen = number, change, -1

    def visit(self, node: ast.AST) -> Any:
        self.seen += 1
        if self.seen == self.number:
            return self.change(node)
        return super().visit(node)


def points(tree: ast.AST) -> list[tuple[int, int, str, int]]:
    """Every mutation of a file: number of its point, of the mutation there, words, line."""
    found = []
    noted = (getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns"))
    types = {id(part) for each in [*noted, *_beside(tree)] if isinstance(each, ast.AST) for part in ast.walk(each)}

    class Walk(ast.NodeVisitor):
        count = -1

        def visit(self, node: ast.AST) -> None:
            Walk.count += 1
            for at, (words, _) in enumerate(mutations(node) if id(node) not in types else ()):
                found.append((Walk.count, at, words, getattr(node, "lineno", 0)))
            super().visit(node)

    Walk().visit(tree)
    return found


def _beside(tree: ast.AST) -> Iterator[ast.AST]:
    """Parts that no test could tell: imports of types, the making of data classes, the guard ``strict`` of zip.

    Nor could one tell the mark ``ones`` of a rule, which saves an update.
    """
    for node in ast.walk(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield node
            case ast.ClassDef():
                yield from node.decorator_list
            case ast.keyword(arg="strict" | "ones", value=ast.Constant() as value):
                yield value


def mutant(tree: ast.Module, point: int, at: int) -> ast.Module:
    """The file with one point changed."""
    made = copy.deepcopy(tree)

    def change(node: Any) -> Any:
        return list(mutations(node))[at][1](node)

    changed: ast.Module = ast.fix_missing_locations(_At(point, change).visit(made))
    return changed


def _put(module: ModuleType, made: ast.Module, path: str) -> None:
    """Give the functions and numbers of a module those of its mutant."""
    fresh = ModuleType(module.__name__)
    fresh.__dict__.update(__file__=path, __package__=module.__package__)
    sys.modules[module.__name__] = fresh  # data classes look their module up
    try:
        exec(compile(made, path, "exec"), fresh.__dict__)
    finally:
        sys.modules[module.__name__] = module
    _codes(vars(module), vars(fresh), module.__name__)


def _codes(own: Any, fresh: Any, name: str, of: type | None = None) -> None:
    for key, value in list(fresh.items()):
        known = own.get(key)
        if key.startswith("__") and not callable(value):
            continue
        function, other = _function(known), _function(value)
        if function is not None and other is not None and function.__module__ == name:
            _coded(function, other)
        elif isinstance(known, type):
            if known.__module__ == name:
                _codes(vars(known), vars(value), name, known)
        elif is_dataclass(known) and isinstance(value, type(known)):  # a rule: its function and its words
            for each in fields(known):
                _given(known, each.name, getattr(value, each.name))
        elif isinstance(known, dict | list | set) and isinstance(value, type(known)):
            known.clear()
            known.extend(value) if isinstance(known, list) else known.update(value)
        elif not isinstance(value, int | float | str | tuple | frozenset) or known == value:
            continue
        elif of is not None:
            setattr(of, key, value)
        else:
            for module in list(sys.modules.values()):
                if getattr(module, "__dict__", {}).get(key) is known:
                    setattr(module, key, value)


def _given(known: Any, name: str, value: Any) -> None:
    function, other = _function(getattr(known, name)), _function(value)
    if function is not None and other is not None:
        _coded(function, other)
    else:
        object.__setattr__(known, name, value)


def _coded(function: FunctionType, other: FunctionType) -> None:
    function.__code__, function.__defaults__ = other.__code__, other.__defaults__
    function.__kwdefaults__ = other.__kwdefaults__


def _function(value: Any) -> FunctionType | None:
    if isinstance(value, cached_property):
        value = value.func
    value = getattr(value, "__func__", getattr(value, "fget", getattr(value, "__wrapped__", value)))
    return value if isinstance(value, FunctionType) else None


class Core:
    """A file of the core: its module and its tree."""

    def __init__(self, name: str) -> None:
        self.name, self.path = name, os.path.realpath(ROOT / name)
        self.module = import_module("corridor." + name.removesuffix(".py").replace("/", "."))
        self.tree = ast.parse(Path(self.path).read_text(encoding="utf-8"))
        self.lines: dict[int, list[str]] = {}
        """Tests by the line that they run."""

    def tests_of(self, line: int) -> set[str]:
        """Tests that run the statement of a line; all that run the file, for one outside functions."""
        inner: ast.stmt | None = None
        function = False
        for node in ast.walk(self.tree):  # inwards
            if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0):
                function = True
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
                inner = node
        if not function or inner is None:
            return {name for names in self.lines.values() for name in names}
        body = getattr(inner, "body", None)
        end = body[0].lineno - 1 if isinstance(body, list) else (inner.end_lineno or line)
        there = range(inner.lineno, max(end, inner.lineno) + 1)
        return {name for each in there for name in self.lines.get(each, ())}


class Judge:
    """A plugin of pytest: the tests, collected once, run for each mutant of some files in a process of its own."""

    def __init__(self, names: Sequence[str], most: int, seed: int) -> None:
        self.files = [Core(name) for name in names]
        listed = [(number, *each) for number, file in enumerate(self.files) for each in points(file.tree)]
        self.there = len(listed)
        self.chosen = sorted(random.Random(seed).sample(listed, min(most, len(listed))))
        self.took: dict[str, float] = {}
        """Processor time of each test."""
        self.code = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge all mutants in place of the run of the tests."""
        items = {item.nodeid: item for item in session.items}
        if not self.noted(session, items):
            print("the tests fail without a mutant, so none is judged", flush=True)
            self.code = 1
            return True
        print(f"{len(items)} tests, {sum(self.took.values()):.0f} s", flush=True)
        alive: Counter[str] = Counter()
        for number, point, at, what, line in self.chosen:
            file = self.files[number]
            tests = sorted(file.tests_of(line), key=self.took.__getitem__)
            if tests and not self.survives(session, [items[each] for each in tests], file, point, at):
                continue
            alive[file.name] += 1
            print(f"  {file.name}:{line}  {what}" + ("" if tests else "  (no test runs this line)"), flush=True)
        judged = Counter(self.files[number].name for number, *_ in self.chosen)
        for name, count in judged.items():
            print(f"{name}: {count - alive[name]} of {count} killed", flush=True)
        killed, count = judged.total() - alive.total(), judged.total()
        print(f"{killed} of {count} mutants killed, {killed / count:.1%}, of {self.there} there are", flush=True)
        return True

    def noted(self, session: pytest.Session, items: dict[str, pytest.Item]) -> bool:
        """Note the lines and the processor time of each test; False where one fails."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "noted.json"
            child = os.fork()
            if not child:
                _silent()
                code = 1
                with suppress(BaseException):
                    run = coverage.Coverage(None, config_file=False, include=[file.path for file in self.files])
                    took = {}
                    run.start()
                    for name, item in items.items():
                        run.switch_context(name)
                        start = process_time()
                        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                        took[name] = process_time() - start
                    run.stop()
                    data = run.get_data()
                    file.write_text(json.dumps([[data.contexts_by_lineno(each.path) for each in self.files], took]))
                    code = session.testsfailed
                os._exit(min(code, 100))
            _, status = os.waitpid(child, 0)
            if status or not file.exists():
                return False
            every, self.took = json.loads(file.read_text())
        for each, lines in zip(self.files, every, strict=True):
            each.lines = {int(line): [name for name in names if name] for line, names in lines.items()}
        return True

    def survives(self, session: pytest.Session, items: list[pytest.Item], file: Core, point: int, at: int) -> bool:
        """True for a mutant that the tests pass, in a process of its own."""
        child = os.fork()
        if not child:
            _silent()
            code = 1
            with suppress(BaseException):
                most = int(SPARE * sum(self.took[item.nodeid] for item in items) + process_time()) + 5
                resource.setrlimit(resource.RLIMIT_CPU, (most, most))
                _put(file.module, mutant(file.tree, point, at), file.path)
                code = 0
                for item in items:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                    if session.testsfailed:
                        code = 1
                        break
            os._exit(code)
        _, status = os.waitpid(child, 0)
        return status == 0


def _silent() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def branches(rooms: Sequence[str]) -> int:
    """Lines and branches of the files of rooms that their tests do not take; the exit code of the tests."""
    files = {os.path.realpath(ROOT / name) for room in rooms for name in ROOMS[room][0]}
    tests = dict.fromkeys(test for room in rooms for test in ROOMS[room][1])
    run = coverage.Coverage(None, config_file=False, branch=True, include=sorted(files))
    run.exclude(r"if TYPE_CHECKING:")
    run.exclude(r"raise NotImplementedError")
    run.start()
    code = int(pytest.main([*tests, *QUIET]))
    run.stop()
    run.report(show_missing=True)
    return code


def main() -> int:
    """Mutants of each room, at most so many drawn by the seed; survivors by line, and the score."""
    words = argparse.ArgumentParser(prog="python -m tests.mutants")
    words.add_argument("--room", action="append", choices=list(ROOMS), help="all, if left out")
    words.add_argument("--file", action="append", default=[], help="files of the room; all, if left out")
    words.add_argument("--most", type=int, default=120, help="mutants a room")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--branches", action="store_true", help="the branches of the files that no test takes, instead")
    asked = words.parse_args()
    if asked.branches:
        return branches(asked.room or list(ROOMS))
    worst = 0
    for room in asked.room or ROOMS:
        files, tests = ROOMS[room]
        print(f"== {room}", flush=True)
        child = os.fork()  # pytest runs once in a process
        if not child:
            judge = Judge([name for name in files if name in asked.file or not asked.file], asked.most, asked.seed)
            pytest.main([*tests, *QUIET], plugins=[judge])
            os._exit(judge.code)
        worst = max(worst, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
