"""Parts of the system that tests use where they are: looked for, installed where that is allowed, else named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Part:
    """*programs*: any of them will do, on PATH or in *folders* (patterns below /)."""

    name: str
    package: str
    programs: tuple[str, ...]
    folders: tuple[str, ...] = ()
    full_tier_only: bool = False

    def is_here(self) -> bool:
        if any(shutil.which(program) for program in self.programs):
            return True
        return any(
            (folder / program).exists()
            for pattern in self.folders
            for folder in Path("/").glob(pattern)
            for program in self.programs
        )


PARTS = (
    Part(name="PostgreSQL", package="postgresql", programs=("initdb",), folders=("usr/lib/postgresql/*/bin",)),
    Part(name="Redis", package="redis-server", programs=("redis-server", "valkey-server")),
    Part(name="Hydra", package="hydra", programs=("hydra",), full_tier_only=True),
    Part(
        name="Chromium",
        package="chromium",
        programs=("chromium", "chromium-browser", "google-chrome"),
        full_tier_only=True,
    ),
    Part(name="nginx", package="nginx", programs=("nginx",), folders=("usr/sbin",), full_tier_only=True),
)


def prepare(*, full: bool, install: bool, required: bool) -> None:
    """See to the parts of this tier. A missing one is installed, or stops us where it is *required*, or is named."""
    missing = [part for part in PARTS if (full or not part.full_tier_only) and not part.is_here()]
    if missing and install:
        _apt_install([part.package for part in missing])
        missing = [part for part in missing if not part.is_here()]
    for part in missing:
        line = f"{part.name} isn't here (sudo apt install {part.package})"
        if required:
            sys.exit(f"{line}: the full run needs it.")
        print(f"{line}: its tests are skipped.", flush=True)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _apt_install(packages: Sequence[str]) -> None:
    if shutil.which("apt-get") is None:
        print(f"No apt-get here: install {' and '.join(packages)} by your system's way.", flush=True)
        return
    if not is_root():
        print(f"Only root can install: sudo apt install {' '.join(packages)}", flush=True)
        return
    print(f"Installing {' and '.join(packages)} by apt.", flush=True)
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *command], env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{done.stdout[-2000:]}{done.stderr[-2000:]}\napt-get {command[0]} failed: its words are above.")
