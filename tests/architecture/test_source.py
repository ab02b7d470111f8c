"""Reads our own source for the tests beside this one. A reader that finds nothing finds no break: it is tested too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "watchword"
FEATURES = PACKAGE / "features"


@dataclass(frozen=True)
class Import:
    """`from watchword.core import db` and `from watchword.core.db import Base` mean the same module."""

    module: str
    name: str | None
    line: int
    in_function: bool = False
    for_types: bool = False


@dataclass(frozen=True)
class Source:
    """One file. *place* is its path as people say it: `core/db.py`."""

    place: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        dotted = self.place.removesuffix(".py").replace("/", ".")
        return f"watchword.{dotted}".removesuffix(".__init__")

    @property
    def feature(self) -> str | None:
        """The feature whose folder it lies in."""
        parts = self.place.split("/")
        return parts[1] if parts[0] == "features" and len(parts) > 2 else None

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(_imports(self.tree, self))

    @cached_property
    def names(self) -> dict[str, str]:
        """What a name at hand means in full: `{"sessions": "watchword.features.sessions.service"}`."""
        own = {node.name: f"{self.module}.{node.name}" for node in self.tree.body if isinstance(node, DEFINITION)}
        return own | dict(pair for node in ast.walk(self.tree) for pair in _bound(node, self))

    @cached_property
    def uses(self) -> tuple[tuple[str, int], ...]:
        """Every use of something imported or defined here, in full, with its line: `("datetime.datetime.now", 12)`."""
        return tuple(_uses(self.tree, self.names))


DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@lru_cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the package but the migrations' versions, which record what was and follow no rule."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "versions")
    return tuple(Source(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def feature_names() -> list[str]:
    return sorted(path.name for path in FEATURES.iterdir() if (path / "__init__.py").is_file())


def _imports(node: ast.AST, source: Source, *, in_function: bool = False, for_types: bool = False) -> Iterator[Import]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            module, name = _meant(node, alias.name, source)
            yield Import(module, name, node.lineno, in_function, for_types)
    elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for child in node.body:
            yield from _imports(child, source, in_function=in_function, for_types=True)
    else:
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _imports(child, source, in_function=inside, for_types=for_types)


def _meant(node: ast.Import | ast.ImportFrom, name: str, source: Source) -> tuple[str, str | None]:
    if isinstance(node, ast.Import):
        return name, None
    here = source.module.split(".")
    package = here if source.place.endswith("__init__.py") else here[:-1]
    above = package[: len(package) - node.level + 1] if node.level else []
    module = ".".join([*above, *filter(None, [node.module])])
    return (f"{module}.{name}", None) if _is_module(f"{module}.{name}") else (module, name)


def _is_module(dotted: str) -> bool:
    path = PACKAGE.parent.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _bound(node: ast.AST, source: Source) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            module, name = _meant(node, alias.name, source)
            full = f"{module}.{name}" if name else module
            first = module.split(".")[0]
            yield (alias.asname, full) if alias.asname else (alias.name, full) if name else _plain(node, alias, first)


def _plain(node: ast.Import | ast.ImportFrom, alias: ast.alias, first: str) -> tuple[str, str]:
    """`import a.b` binds `a`; `from a import b` binds `b`."""
    return (first, first) if isinstance(node, ast.Import) else (alias.name, f"{node.module}.{alias.name}")


def _uses(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[str, int]]:
    dotted = _dotted(node)
    if dotted:
        first, *rest = dotted
        if first in names:
            yield ".".join([names[first], *rest]), node.lineno
        return
    for child in ast.iter_child_nodes(node):
        yield from _uses(child, names)


def _dotted(node: ast.AST) -> list[str]:
    """`a.b.c` as its parts; nothing for what starts with a call."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return [*before, node.attr] if before else []
    return []


def test_every_file_of_the_package_is_read():
    places = {source.place for source in sources()}

    assert {"__init__.py", "core/db.py", "web/csrf.py", "features/login/service.py", "app/pages.py"} <= places
    assert not any("versions" in place for place in places)
    assert {"accounts", "login", "registration"} <= set(feature_names())


def test_an_import_is_told_with_the_module_that_is_meant():
    text = "from watchword.core import db\nfrom watchword.core.db import Base\nimport os.path\nfrom . import errors\n"
    source = Source("features/login/service.py", text)

    found = [(each.module, each.name) for each in source.imports]

    assert found == [
        ("watchword.core.db", None),
        ("watchword.core.db", "Base"),
        ("os.path", None),
        ("watchword.features.login.errors", None),
    ]


def test_imports_inside_functions_and_for_types_are_told_apart():
    text = "if TYPE_CHECKING:\n    import a\ndef f():\n    import b\nclass C:\n    import c\n"

    found = {each.module: (each.in_function, each.for_types) for each in Source("core/x.py", text).imports}

    assert found == {"a": (False, True), "b": (True, False), "c": (False, False)}


def test_a_use_is_told_in_full_whatever_it_is_called_here():
    text = (
        "from datetime import datetime as when\nimport time\n"
        "from watchword.features.sessions import service as sessions\n"
        "def start(): ...\n"
        "x = [when.now(), time.time, sessions.start(1), start(), other.now(), sessions.get().start()]\n"
    )

    found = {full for full, _ in Source("features/login/devices.py", text).uses}

    assert found == {
        "datetime.datetime.now",
        "time.time",
        "watchword.features.sessions.service.start",
        "watchword.features.login.devices.start",
        "watchword.features.sessions.service.get",
    }
