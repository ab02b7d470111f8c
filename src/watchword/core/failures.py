"""What may be logged of a failure: its kind and its place, never its message, which may hold an address or a secret."""

from __future__ import annotations

import traceback
from pathlib import Path


def kind_of(error: BaseException) -> str:
    """The class of *error*, an SMTP code and the class of its cause."""
    code = next((f" {one}" for one in error.args if isinstance(one, int)), "")
    cause = f" ({type(error.__cause__).__name__})" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{code}{cause}"[:120]


def place_of(error: BaseException) -> str:
    """Where in the code *error* was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
