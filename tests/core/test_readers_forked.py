"""A server that loads the app before it forks: each process looks through a connection of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("forked_reader.py")


def test_a_forked_process_opens_its_own_connection_and_leaves_the_parents_alone(database_url):
    done = subprocess.run([sys.executable, PROGRAM, database_url], capture_output=True, text=True, check=False)

    assert done.stdout == "child 0, parent 1\n", done.stderr
