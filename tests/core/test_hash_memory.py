"""PWD-08: many sign-ins at once take the memory of those that are hashed, not of those that wait."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.core.passwords import MEMORY_KIB

AT_ONCE = 2
SLACK = 8 * 1024  # KiB: the stacks and small things of all threads
PROGRAM = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from watchword.core.passwords import Argon2, Bound

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

threads = int(sys.argv[1])
hasher = Argon2(bound=Bound(at_once={AT_ONCE}, line=4 * threads, patience=600))
before = peak()
with ThreadPoolExecutor(threads) as pool:
    assert not any(pool.map(lambda number: hasher.verify(None, str(number)), range(2 * threads + 20)))
print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system doesn't tell the peak that way")
@pytest.mark.parametrize(("threads", "blocks"), [(5, 1), (64, 2)])
def test_pwd_08_the_memory_of_many_sign_ins_is_that_of_the_few_that_are_hashed(threads, blocks):
    """One block for each slot. Where more threads serve than glibc has arenas (8 for each core) some share one, and
    what others keep there may stand between two hashes: then it takes a second block.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, str(threads)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert int(done.stdout) <= blocks * AT_ONCE * MEMORY_KIB + SLACK
