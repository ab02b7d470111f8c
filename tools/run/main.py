"""The commands of run.py."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Sequence

from tools.run import checks, tests
from tools.run.environment import ROOT
from tools.run.programs import become, development

HELP = """\
python3 run.py [command]

  serve [--host H] [--port N] [--workers N]
                  start the app (also without a command), at http://localhost:8000 unless told otherwise
  test [...]      run the tests that are done in a minute; --full runs all of them, --install brings what the
                  system lacks (as root, by apt), everything else goes to pytest
  bench           measure side by side with a bare Flask route
  lint            check form, types, imports and generated docs
  fix             mend form
  docs            write the generated docs anew
  watchword ...   manage users, settings and the database: python3 run.py watchword --help
  help            this text
"""

AS_INSTALLED = "import sys; from watchword.cli import main; sys.argv[0] = 'watchword'; sys.exit(main())"


def serve(arguments: Sequence[str]) -> int:
    return become("run", ["-m", "watchword.app", "serve", *arguments], development())


def bench(arguments: Sequence[str]) -> int:
    return become("test", ["-m", "benchmarks", *arguments])


def watchword(arguments: Sequence[str]) -> int:
    return become("run", ["-c", AS_INSTALLED, *arguments], development())


def show_help(_arguments: Sequence[str]) -> int:
    print(HELP, end="")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "serve": serve,
    "test": tests.test,
    "bench": bench,
    "lint": checks.lint,
    "fix": checks.fix,
    "docs": checks.docs,
    "watchword": watchword,
    "help": show_help,
    "--help": show_help,
    "-h": show_help,
}


def main(arguments: Sequence[str]) -> int:
    """Do the command and return the exit status. Paths on the command line are meant from the repository's folder."""
    os.chdir(ROOT)
    name, rest = _command(arguments)
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean {near[0]}?" if near else "python3 run.py help lists them."
        print(f"There is no command {name}. {hint}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _command(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Options alone are options of `serve`."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in COMMANDS):
        return "serve", arguments
    return arguments[0], arguments[1:]
