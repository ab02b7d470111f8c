"""What development keeps in the instance folder: secrets made on the first start, the database, mails."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def kept_secret(folder: Path, name: str = "secret_key") -> str:
    """The secret of this folder, made at the first call (mode 0600). Two first starts at once agree on one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database holds people's addresses
    path = folder / name
    if not path.exists():
        _place(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def database_url(url: str, folder: Path) -> str:
    """*url*, with a relative SQLite path laid into the instance folder."""
    prefix = "sqlite:///"
    path = url.removeprefix(prefix)
    if (
        not url.startswith(prefix)
        or not path
        or path.startswith((":memory:", "file:", "/"))
        or Path(path).is_absolute()
    ):
        return url
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database holds people's addresses
    return f"{prefix}{(folder / path).as_posix()}"


def _place(path: Path, text: str) -> None:
    """Write beside and link into place: never half a secret, never a second one over the first."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it readable by its owner only
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        Path(beside).replace(path)
        return
    Path(beside).unlink()
