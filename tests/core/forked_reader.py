"""Run by test_readers: look, fork, let both look; print which of their connections were the same."""

from __future__ import annotations

import os
import sys

from watchword.core.db import make_engines
from watchword.core.readers import Readers

LOOKS = 200


def look(readers: Readers) -> None:
    for n in range(LOOKS):
        assert readers.mine().exec_driver_sql(f"SELECT {n}").scalar() == n


def main(url: str) -> None:
    readers = Readers(make_engines(url).read)
    look(readers)
    parents = readers.mine().connection.dbapi_connection
    child = os.fork()
    look(readers)
    shared = readers.mine().connection.dbapi_connection is parents
    if child == 0:
        sys.exit(1 if shared else 0)
    _, status = os.waitpid(child, 0)
    look(readers)
    print(f"child {os.waitstatus_to_exitcode(status)}, parent {int(shared)}")  # noqa: T201 - its answer


main(sys.argv[1])
