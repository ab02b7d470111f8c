"""How long, how wide, how branched (style, §12). Small things can be read; the habit is far below the wall."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median, quantiles

from tests.architecture.test_source import ROOT

LINES, MEDIAN, FILE, PARAMETERS, POSITIONAL, BRANCHES = 40, 15, 300, 5, 3, 8

WIDE = {
    "src/watchword/core/declared.py:setting": "it declares all that is known of a setting in one place, by keyword",
}
"""Functions with more parameters than the wall allows, each with its reason."""

_BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Function:
    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def name(self) -> str:
        return f"{self.place}:{self.node.name}"

    @property
    def where(self) -> str:
        return f"{self.place}:{self.node.lineno} {self.node.name}"

    @property
    def lines(self) -> int:
        """From `def` to the last line, with its docstring and what is defined in it."""
        return (self.node.end_lineno or 0) - self.node.lineno + 1

    @property
    def positional(self) -> int:
        given = [each.arg for each in (*self.node.args.posonlyargs, *self.node.args.args)]
        return len(given) - (given[:1] in (["self"], ["cls"]))

    @property
    def parameters(self) -> int:
        """Without self, cls, *args and **kwargs."""
        return self.positional + len(self.node.args.kwonlyargs)

    @property
    def branches(self) -> int:
        """Without those of functions defined in it: they have their own count."""
        return sum(isinstance(each, _BRANCHES) for each in _own_nodes(self.node))


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _FUNCTIONS):
            yield from _own_nodes(child)


def _files(*folders: str) -> list[Path]:
    """Migrations record what was; they are as long as that takes."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.parent.name != "versions"]
    return sorted(found)


@lru_cache
def _functions() -> tuple[Function, ...]:
    found = []
    for path in [*_files("src", "tools"), ROOT / "run.py"]:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        place = path.relative_to(ROOT).as_posix()
        found += [Function(place, node) for node in nodes if isinstance(node, _FUNCTIONS)]
    return tuple(found)


def test_no_function_is_longer_than_the_wall():
    breaks = [f"{each.where}: {each.lines} lines" for each in _functions() if each.lines > LINES]

    assert not breaks, "\n".join(breaks)


def test_functions_are_short_by_habit(record_property):
    lengths = [each.lines for each in _functions()]
    told = {"functions": len(lengths), "median": median(lengths), "p95": quantiles(lengths, n=20)[-1]}

    for name, value in told.items():
        record_property(name, value)  # seen with --junit-xml
    print(told)  # noqa: T201 - seen with -rP
    assert len(lengths) > 300
    assert told["median"] <= MEDIAN, told


def test_no_file_is_longer_than_the_wall():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _files("src", "tools", "tests")}
    breaks = [f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > FILE]

    assert not breaks, "\n".join(breaks)


def test_no_function_takes_more_than_five():
    breaks = [
        f"{each.where}: {each.parameters} parameters"
        for each in _functions()
        if each.parameters > PARAMETERS and each.name not in WIDE
    ]

    assert not breaks, "\n".join(breaks)
    assert {each.name for each in _functions() if each.parameters > PARAMETERS} >= set(WIDE)


def test_what_comes_after_the_third_parameter_is_given_by_name():
    breaks = [
        f"{each.where}: {each.positional} by position"
        for each in _functions()
        if each.positional > POSITIONAL and each.name not in WIDE
    ]

    assert not breaks, "\n".join(breaks)


def test_no_function_branches_more_than_eight_times():
    breaks = [f"{each.where}: {each.branches} branches" for each in _functions() if each.branches > BRANCHES]

    assert not breaks, "\n".join(breaks)


def test_the_measures_are_right():
    text = (
        "def f(self, a, b, *, c):\n    def g(x):\n        return 1 if x else 2\n    for i in a:\n        if i: pass\n"
    )
    outer, inner = (Function("x.py", node) for node in ast.walk(ast.parse(text)) if isinstance(node, _FUNCTIONS))

    assert (outer.lines, outer.positional, outer.parameters, outer.branches) == (5, 2, 3, 2)
    assert (inner.lines, inner.positional, inner.parameters, inner.branches) == (2, 1, 1, 1)
