"""Where an environment lies, and whether it is the right one. Cheap: asked at every start."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMP = "watchword-stamp"


@dataclass(frozen=True)
class Environment:
    """One virtual environment for each list of requirements, so that a test run never changes what is being served."""

    level: str
    root: Path = ROOT

    @property
    def folder(self) -> Path:
        return self.root / (".venv" if self.level == "run" else f".venv-{self.level}")

    @property
    def requirements(self) -> Path:
        return self.root / "requirements" / f"{self.level}.txt"

    @property
    def python(self) -> Path:
        return python_in(self.folder)

    def stamp(self) -> str:
        """What the environment is made from: requirements, our own metadata, this Python, this kind of machine."""
        digest = hashlib.sha256(self.requirements.read_bytes())
        digest.update(_metadata_part(self.root))
        digest.update(f"{sys.version_info[:3]} {sys.platform} {platform.machine()}".encode())
        return digest.hexdigest()

    def is_ready(self) -> bool:
        try:
            return (self.folder / STAMP).read_text(encoding="ascii") == self.stamp() and self.python.exists()
        except OSError:
            return False


def python_in(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _metadata_part(root: Path) -> bytes:
    """pyproject.toml up to its tool settings, which change often and matter to no environment."""
    return (root / "pyproject.toml").read_bytes().partition(b"\n[tool.")[0]
