"""``python -m tests.mutants``: one-point mutations of the trusted core, each run against the tests of its file.

A mutant is the file with one operator, comparison, constant or call turned into its neighbour. It is put in place in a
forked process, by the code of its functions, so that nothing is imported twice. A mutant that its tests pass survives;
a run that takes too long counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CORE = {
    "optimize/proof/certificate.py": ("tests/optimize/test_certificate_numbers.py",),
    "optimize/proof/exact.py": ("tests/optimize/test_prove.py",),
    "optimize/proof/rational.py": ("tests/optimize/test_prove.py",),
    "model/writing.py": ("tests/model/test_writing.py",),
    "optimize/proof/pools.py": ("tests/optimize/test_pools.py",),
    "optimize/proof/limits.py": ("tests/optimize/test_balances.py", "tests/optimize/test_pools.py"),
    "optimize/proof/balances.py": ("tests/optimize/test_balances.py", "tests/optimize/test_pools.py"),
}
"""Files of the core, and the tests that hold them."""
SECONDS = 120
"""Seconds that the tests of a mutant may take."""
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
    types = {id(part) for each in noted if isinstance(each, ast.AST) for part in ast.walk(each)}

    class Walk(ast.NodeVisitor):
        count = -1

        def visit(self, node: ast.AST) -> None:
            Walk.count += 1
            for at, (words, _) in enumerate(mutations(node) if id(node) not in types else ()):
                found.append((Walk.count, at, words, getattr(node, "lineno", 0)))
            super().visit(node)

    Walk().visit(tree)
    return found


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


def _codes(own: Any, fresh: Any, name: str) -> None:
    for key, value in list(fresh.items()):
        known = own.get(key)
        function, other = _function(known), _function(value)
        if function is not None and other is not None and function.__module__ == name:
            function.__code__, function.__defaults__ = other.__code__, other.__defaults__
            function.__kwdefaults__ = other.__kwdefaults__
        elif isinstance(known, type) and known.__module__ == name:
            _codes(vars(known), vars(value), name)
        elif isinstance(value, int | float | str | tuple) and isinstance(own, dict) and not key.startswith("__"):
            own[key] = value


def _function(value: Any) -> FunctionType | None:
    value = getattr(value, "__func__", getattr(value, "fget", getattr(value, "__wrapped__", value)))
    return value if isinstance(value, FunctionType) else None


def survives(module: ModuleType, made: ast.Module, path: str, tests: tuple[str, ...]) -> bool:
    """True for a mutant that its tests pass, in a process of its own."""
    child = os.fork()
    if not child:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        code = 1
        try:
            _put(module, made, path)
            code = int(pytest.main([*tests, "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow"]))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def main() -> int:
    """Mutants of each file, at most so many drawn by the seed; survivors by line, and the score."""
    words = argparse.ArgumentParser(prog="python -m tests.mutants")
    words.add_argument("--file", action="append", choices=list(CORE))
    words.add_argument("--most", type=int, default=60, help="mutants a file")
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    for name in asked.file or CORE:
        module = import_module("corridor." + name.removesuffix(".py").replace("/", "."))
        path = str(ROOT / name)
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        listed = points(tree)
        chosen = sorted(random.Random(asked.seed).sample(listed, min(asked.most, len(listed))))
        for test in CORE[name]:  # what tests import is shared by all forks
            import_module(test.removesuffix(".py").replace("/", "."))
        if not survives(module, tree, path, CORE[name]):
            print(f"{name}: its own tests fail, so no mutant is judged", flush=True)
            return 1
        alive = []
        for point, at, what, line in chosen:
            if survives(module, mutant(tree, point, at), path, CORE[name]):
                alive.append(f"  {name}:{line}  {what}")
                print(alive[-1], flush=True)
        killed = len(chosen) - len(alive)
        print(f"{name}: {killed} of {len(chosen)} mutants killed, of {len(listed)} there are", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
