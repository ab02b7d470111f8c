"""One builder at a time. The system lets go of the lock when its holder dies, however it dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def held(path: Path, *, while_waiting: str) -> Iterator[None]:
    """Hold the lock at *path*; say *while_waiting* once if somebody else has it. The file stays: removing it races."""
    with path.open("a", encoding="ascii") as file:
        if not _take(file):
            print(while_waiting, flush=True)
            while not _take(file):
                time.sleep(0.2)
        yield
