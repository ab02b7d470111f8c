"""Builds an environment beside its place and renames it, so that at any moment it is whole or not there."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tools.run.environment import STAMP, Environment, python_in
from tools.run.lock import held
from tools.run.system import is_root

HOLDS_PIP_ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")


def ensure(environment: Environment) -> Path:
    """The Python of *environment*, which is built if it isn't there or isn't the right one."""
    if environment.is_ready():
        return environment.python
    need_venv()
    lock = environment.folder.with_name(f"{environment.folder.name}.lock")
    with held(lock, while_waiting=f"Another run.py is building {environment.folder.name}: waiting for it."):
        if not environment.is_ready():
            _build(environment)
    return environment.python


def need_venv() -> None:
    """Stop with the one line that helps where the system keeps Python's own parts in a package of their own."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        become = "" if is_root() else "sudo "
        sys.exit(f"Python's module {' and '.join(missing)} is missing. Install it: {become}apt install python3-venv")


def _build(environment: Environment) -> None:
    folder = environment.folder
    _refuse_to_replace_a_stranger(folder)
    _clear_leftovers(folder)
    started = time.monotonic()
    print(f"Building {folder.name}, once for these requirements; it takes a minute or less.", flush=True)
    beside = folder.with_name(f"{folder.name}.building-{os.getpid()}")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up then too
    try:
        _fill(beside, environment)
        _swap(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        signal.signal(signal.SIGTERM, before)
    print(f"Built {folder.name} in {time.monotonic() - started:.0f} s.", flush=True)


def _fill(beside: Path, environment: Environment) -> None:
    print("  making a virtual environment", flush=True)
    command = [sys.executable, "-I", "-m", "venv", str(beside)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:
        sys.exit(f"{made.stdout}\nPython could not make a virtual environment: see above.")
    _install(python_in(beside), environment.requirements)
    _place_package(beside, environment)
    _tell_scripts_their_place(beside, environment.folder)
    (beside / STAMP).write_text(environment.stamp(), encoding="ascii")


def _install(python: Path, requirements: Path) -> None:
    total = sum(line[:1].isalnum() for line in requirements.read_text(encoding="utf-8").splitlines())
    print(f"  installing {total} packages", flush=True)
    command = [str(python), "-I", "-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "-r", str(requirements)]
    said = _follow(command, total)
    if said is not None:
        sys.exit(
            f"{said}\nCould not install {requirements.name}: pip's words are above. "
            f"If it was the network, the same command goes on from here."
        )


def _follow(command: list[str], total: int) -> str | None:
    """Run pip, counting what it collects where a person watches. None if it went well, else the end of its words."""
    said: list[str] = []
    env = {name: value for name, value in os.environ.items() if name not in HOLDS_PIP_ELSEWHERE}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", env=env
    ) as pip:
        try:
            for line in pip.stdout or ():
                said.append(line)
                _show(sum(each.startswith("Collecting ") for each in said), total)
        except BaseException:
            pip.kill()
            raise
    _show(None, total)
    return "".join(said[-12:]) if pip.returncode else None


def _show(count: int | None, total: int) -> None:
    """One line that counts up in place; nothing in a log file."""
    if sys.stdout.isatty():
        text = "" if count is None else f"  {min(count, total)} of {total}"
        print(f"\r{text:<20}\r{text}", end="", flush=True)


def _place_package(beside: Path, environment: Environment) -> None:
    """What an editable install does, without a build: `src` on the path, and the package's metadata."""
    base = {"base": str(beside), "platbase": str(beside)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=base))
    source = environment.root / "src"
    (site / "watchword.pth").write_text(os.path.relpath(source, site), encoding="utf-8")  # relative: folders get moved
    project = tomllib.loads((environment.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = site / f"{project['name']}-{project['version']}.dist-info"
    about.mkdir()
    (about / "INSTALLER").write_text("run.py\n", encoding="ascii")
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="ascii"
    )
    (about / "entry_points.txt").write_text(_entry_points(project.get("entry-points", {})), encoding="ascii")


def _entry_points(groups: Mapping[str, Mapping[str, str]]) -> str:
    lines = []
    for group, entries in groups.items():
        lines += [f"[{group}]", *(f"{name} = {where}" for name, where in entries.items())]
    return "\n".join([*lines, ""])


def _tell_scripts_their_place(beside: Path, folder: Path) -> None:
    """`bin/activate` and the like name the folder they were made in. Programs (.exe) can't be told: use `python -m`."""
    for script in python_in(beside).parent.iterdir():
        if script.is_symlink() or not script.is_file() or script.suffix == ".exe":
            continue
        text = script.read_bytes()
        if os.fsencode(beside) in text:
            script.write_bytes(text.replace(os.fsencode(beside), os.fsencode(folder)))


def _swap(beside: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    try:
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
    except PermissionError:  # Windows: a program of it is running
        sys.exit(f"{folder.name} is in use by another program: stop that, then run this again.")
    shutil.rmtree(old, ignore_errors=True)


def _clear_leftovers(folder: Path) -> None:
    """What a killed run left. We hold the lock, so nobody is working on it."""
    for pattern in (f"{folder.name}.building-*", f"{folder.name}.old-*"):
        for left in folder.parent.glob(pattern):
            shutil.rmtree(left, ignore_errors=True)


def _refuse_to_replace_a_stranger(folder: Path) -> None:
    if folder.exists() and not (folder / STAMP).exists():
        sys.exit(f"{folder.name} wasn't made by run.py, so it stays as it is. Move it away: mv {folder.name} my-venv")
