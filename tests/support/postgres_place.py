"""Where PostgreSQL's programs are, who may run them, and a folder that this user can reach."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_PATTERNS = (
    "usr/lib/postgresql/*/bin",  # Debian keeps them outside PATH
    "usr/pgsql-*/bin",
    "usr/local/opt/postgresql*/bin",
    "opt/homebrew/opt/postgresql*/bin",
)


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`: the one on PATH, else the newest. LookupError, with a reason, if none."""
    if os.name != "posix":
        raise LookupError("PostgreSQL is tested on Linux and macOS only")
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    folders = [folder for pattern in _PATTERNS for folder in Path("/").glob(pattern) if (folder / "initdb").exists()]
    if not folders:
        raise LookupError("PostgreSQL isn't here (sudo apt install postgresql)")
    return max(folders, key=_version)


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def find_user() -> tuple[str, int] | None:
    """The user, and its group, that runs the server in root's place; None when we are not root and may do it ourselves.

    `initdb` refuses root.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            return name, pwd.getpwnam(name).pw_gid
        except KeyError:
            continue
    raise LookupError("PostgreSQL doesn't run as root, and there is no user postgres or nobody")


def make_folder(user: str | None, root: Path | None = None) -> Path:
    """A new folder below *root* that belongs to *user*. A socket lies in it, and its path may have only 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="watchword-pg-", dir=root or _shared_folder(user)))
    if user is not None:
        shutil.chown(folder, user)
    return folder


def _shared_folder(user: str | None) -> Path:
    """The usual place for temporary files, unless it is one of root's own that another user can't enter."""
    usual = Path(tempfile.gettempdir()).resolve()
    if user is None or all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents)):
        return usual
    return Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
