"""What the docs tell people to paste: it is Python, and what it imports from us is there."""

from __future__ import annotations

import ast
import re
from importlib import import_module

import pytest

from tests.architecture.test_source import ROOT

PAGES = [ROOT / "README.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def name(path):
    return path.relative_to(ROOT).as_posix()


def blocks(path):
    for indent, code in BLOCK.findall(path.read_text(encoding="utf-8")):
        yield "\n".join(line.removeprefix(indent) for line in code.splitlines())


@pytest.mark.parametrize("path", [each for each in PAGES if any(blocks(each))], ids=name)
def test_what_stands_there_is_python_and_imports_what_exists(path):
    for code in blocks(path):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "watchword":
                module = import_module(node.module)
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path):
    broken = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]

    assert not broken


def test_the_tutorial_shows_the_five_lines_of_the_readme():
    tutorial = next(blocks(ROOT / "docs" / "tutorial" / "first-app.md"))

    assert tutorial == next(blocks(ROOT / "README.md"))
