"""Many short runs of pytest, each in a fork of one process that has loaded what others wrote, and nothing of ours.

Loading the libraries takes two thirds of such a run. The code under test is loaded by each run anew, from where it is
told to: `warm_pytest()` here, and below the program that it starts.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for one run
WRONG_SOURCE = 70
LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "argon2",
    "babel.dates",
    "babel.support",
    "concurrent.futures.thread",
    "cryptography.fernet",
    "cryptography.hazmat.primitives.ciphers.aead",
    "email.generator",
    "email_validator",
    "fido2.webauthn",
    "flask.testing",
    "hypothesis",
    "itsdangerous",
    "jinja2.meta",
    "pyotp",
    "pytest",
    "segno",
    "smtplib",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.orm",
    "werkzeug.middleware.proxy_fix",
    "wtforms",
    "xml.etree.ElementTree",
    "zxcvbn_rs_py",
)
Run = Callable[[Path, Sequence[str]], tuple[int, str]]


@contextmanager
def warm_pytest() -> Iterator[Run]:
    """`run(source, arguments)`: the exit status and the output of pytest on the packages in *source*."""
    env = {**os.environ, "WATCHWORD_TEST_TIER": "full", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-P", "-B", __file__]  # two broken files may have one time and one size
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        said = Path(folder) / "said"
        assert process.stdin is not None
        assert process.stdout is not None

        def run(source: Path, arguments: Sequence[str]) -> tuple[int, str]:
            print(json.dumps([str(source), str(said), arguments]), file=process.stdin, flush=True)
            status = int(process.stdout.readline())
            return status, said.read_text(encoding="utf-8", errors="replace")

        yield run


def _serve() -> None:
    for each in LIBRARIES:
        importlib.import_module(each)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(*json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _become(source: str, said: str, arguments: list[str]) -> None:
    signal.alarm(PATIENCE)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(1, 2)
    sys.path.insert(0, source)
    status = _pytest_main(["-p", "watchword.testing.plugin", "-o", f"pythonpath={source} .", *arguments])
    if any(_is_from(module, ROOT / "src") for module in [*sys.modules.values()]):
        sys.stdout.write(f"some of the code under test is not from {source}")
        status = WRONG_SOURCE
    sys.stdout.flush()
    os._exit(status)


def _pytest_main(arguments: list[str]) -> int:
    import pytest

    return int(pytest.main(arguments))


def _is_from(module: object, folder: Path) -> bool:
    return str(getattr(module, "__file__", None) or "").startswith(f"{folder}{os.sep}")


if __name__ == "__main__":
    _serve()
