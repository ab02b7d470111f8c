"""No module-level state: two apps live in one process (the house, §5)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_source import Source, sources

MUTABLE = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"}
STATEFUL = {"Lock", "RLock", "Condition", "Semaphore", "local", "ContextVar", "Queue", "SimpleQueue", "count", "cycle"}
STATEFUL |= {"WeakKeyDictionary", "WeakValueDictionary", "WeakSet", "Session", "sessionmaker", "create_engine"}
CHANGES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}
ALLOWED: dict[str, str] = {}
"""`place:name` and the reason."""

_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def _bound(tree: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """What a module binds when it is imported."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value, node.lineno) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value, node.lineno


def _is_made_by(value: ast.expr, makers: set[str]) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in makers


def _changed(tree: ast.Module) -> set[str]:
    """Names whose value is changed somewhere: `x[1] = …`, `del x[1]`, `x.append(…)`, `x += …`, `global x`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found |= set(node.names)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found.add(ast.unparse(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            found.add(ast.unparse(node.func.value))
    return found


def _state(source: Source) -> Iterator[tuple[str, int]]:
    changed = _changed(source.tree)
    for name, value, line in _bound(source.tree):
        holds = isinstance(value, _DISPLAYS) or _is_made_by(value, MUTABLE)
        is_constant = name == name.upper() or name.startswith("__")
        if _is_made_by(value, STATEFUL) or (holds and (not is_constant or name in changed)):
            yield name, line
    yield from (("global", node.lineno) for node in ast.walk(source.tree) if isinstance(node, ast.Global))


def test_no_module_holds_state():
    found = [
        f"{source.place}:{line} {name}"
        for source in sources()
        for name, line in _state(source)
        if f"{source.place}:{name}" not in ALLOWED
    ]

    assert not found, "keep it in app.extensions or in what Watchword hands out:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "cache = {}",
        "_seen: list[str] = []",
        "lock = threading.Lock()",
        "SEEN = set()\ndef f(x): SEEN.add(x)",
        "SEEN = {}\ndef f(x): SEEN[x] = 1",
        "x = None\ndef f():\n    global x\n    x = 1",
    ],
)
def test_state_would_be_found(text):
    assert list(_state(Source("core/x.py", text)))


@pytest.mark.parametrize("text", ["KINDS = {'a': 1}", "_WORDS = ['a']", "__all__ = ['a']", "log = getLogger('a')"])
def test_a_table_that_nobody_changes_is_no_state(text):
    assert not list(_state(Source("core/x.py", text)))
