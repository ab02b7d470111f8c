"""Modules that a start does without."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


class Later:
    """The module *name*, loaded when one of its names is first asked for, by one thread. A name that was asked for is
    kept, as by `from … import …`: some are asked for at each request.

    That the package *needs* is missing is told now, at the start, and not to the first visitor.
    """

    def __init__(self, name: str, *, needs: str) -> None:
        if find_spec(needs) is None:
            raise ModuleNotFoundError(f"No module named {needs!r}", name=needs)
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)
        return found
