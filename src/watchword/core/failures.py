"""What may be logged of a failure: its kind and its line, never its message, which may hold an address or a secret."""

from __future__ import annotations

import traceback
from pathlib import Path


def kind_of(error: BaseException) -> str:
    """The class of *error*, an SMTP code and the class of its cause."""
    code = next((f" {one}" for one in error.args if isinstance(one, int)), "")
    cause = f" ({type(error.__cause__).__name__})" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{code}{cause}"[:120]


def kind_and_line_of(error: BaseException) -> str:
    """Its kind, and the line of code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    return kind_of(error) + (f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "")
