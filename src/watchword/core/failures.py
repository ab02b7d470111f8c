"""What may be logged of a failure: its kind and its line, never its message, which may hold an address or a secret."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import StatementError


def kind_of(error: BaseException) -> str:
    """The class of *error*, an SMTP code and the class of its cause."""
    code = next((f" {one}" for one in error.args if isinstance(one, int)), "")
    cause = f" ({type(error.__cause__).__name__})" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{code}{cause}"[:120]


def kind_and_line_of(error: BaseException) -> str:
    """Its kind, and the line of code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    return kind_of(error) + (f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "")


def log_failure(log: logging.Logger, error: BaseException, words: str) -> None:
    """*words* and the traceback; of places alone where the messages may repeat the values of a statement.

    Engines of ours hide those, but a host's may not, and the words of PostgreSQL repeat some of them anyway.
    """
    if any(isinstance(each, StatementError) for each in _with_causes(error)):
        log.error("%s: %s\n%s", words, kind_of(error), "".join(traceback.format_tb(error.__traceback__)))
    else:
        log.error(words, exc_info=error)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += filter(None, [each.__cause__, each.__context__])
        waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
