"""The doctor's check of the files that hold secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from watchword import start
from watchword.commands.examined import SECRET_FILE, Examined
from watchword.core.doctor import Finding, Level
from watchword.core.problems import FILE_OPEN
from watchword.core.site import SiteConfig
from watchword.web.instance import database_url

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def files(examined: Examined) -> Iterator[Finding]:
    """Nobody else on this machine reads the secret key, `.env` or the database."""
    if os.name != "posix":  # elsewhere the mode says nothing
        return
    folder = start.folder_of(examined.app)
    strict: Level = "error" if examined.in_production else "warning"
    usual: Level = "warning" if examined.in_production else "note"
    yield from _open_to_others(folder / SECRET_FILE, strict)
    if ".env" in examined.app.config.get(start.ORIGINS, {}).values():
        yield from _open_to_others(Path(os.environ.get("WATCHWORD_ENV_FILE", ".env")), usual)
    for path in _database_files(examined, folder):
        yield from _open_to_others(path, usual)


def _database_files(examined: Examined, folder: Path) -> Iterator[Path]:
    config = examined.config
    url = config[SiteConfig].database_url if config is not None else ""
    if url.startswith("sqlite:///") and folder.is_dir():
        name = make_url(database_url(url, folder)).database
        if name and name != ":memory:" and not name.startswith("file:"):
            yield Path(name)


def _open_to_others(path: Path, level: Level) -> Iterator[Finding]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return
    if mode & _OTHERS:
        yield Finding(
            code=FILE_OPEN,
            level=level,
            what=f"Others on this machine can open {path.name}.",
            why="It holds what signs cookies, opens the database, or tells who everybody is.",
            fix=f"chmod 600 {path}",
            seen=f"{path} has the mode {mode:04o}",
        )
