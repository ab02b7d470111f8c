"""Kill a process with SIGKILL at the nth thing it does to the database or to a mail server."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from watchword.built_in import EVERYTHING

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(  # what a process would import by itself, seven times as long
    [
        "watchword.app",
        "watchword.testing",
        *(f"watchword.features.{name}.feature" for name in EVERYTHING),
        "sqlalchemy.dialects.sqlite",
        "sqlalchemy.dialects.postgresql.psycopg",
        "smtplib",
    ]
)


def killed_at(point: int, walk: Callable[[Flask], None], config: dict[str, Any]) -> bool:
    """Do *walk* in a process of its own, killed at its *point*th statement, commit or line to a mail server.

    False when it was done before.
    """
    process = _context.Process(target=_run, args=(point, walk, config))
    process.start()
    process.join(60)
    code = process.exitcode
    process.close()
    assert code in {0, -signal.SIGKILL}, f"the walk ended with {code}"
    return code != 0


def _run(point: int, walk: Callable[[Flask], None], config: dict[str, Any]) -> None:
    from watchword.app import create_app
    from watchword.testing import cheap_hasher
    from watchword.web.setup import setup_of

    app = create_app(hasher=cheap_hasher(), **config)
    store = setup_of(app).tools.store
    _count_down(point, store.engines.read, store.engines.write)
    walk(app)
    os._exit(0)


def _count_down(point: int, *engines: Engine) -> None:
    left = [point]

    def step(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for engine in engines:
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(engine, moment, step)
    sys.addaudithook(lambda name, _: step() if name in {"smtplib.connect", "smtplib.send"} else None)
