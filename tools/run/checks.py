"""`run.py lint`, `fix` and `docs`: the same tools here as in CI."""

from __future__ import annotations

from collections.abc import Sequence

from tools.run.programs import become, call

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check")),
    ("ruff format", ("-m", "ruff", "format", "--check")),
    ("mypy", ("-m", "mypy")),
    ("mypy, as a host runs it", ("-m", "mypy", "--config-file", "examples/mypy.ini", "examples")),
    ("imports", ("-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-logo")),
    ("docs are fresh", ("-m", "watchword.docs", "--check")),
)


def lint(_arguments: Sequence[str]) -> int:
    """Run every check, even after one failed, and say at the end which did."""
    failed = []
    for name, command in CHECKS:
        print(f"── {name}", flush=True)
        if call("dev", command):
            failed.append(name)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


def fix(_arguments: Sequence[str]) -> int:
    """Mend what can be mended; what is left is listed."""
    left = call("dev", ["-m", "ruff", "check", "--fix"])
    return call("dev", ["-m", "ruff", "format"]) or left


def docs(arguments: Sequence[str]) -> int:
    return become("dev", ["-m", "watchword.docs", *arguments])
