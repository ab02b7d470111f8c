"""PWD-08: many sign-ins at once take the memory of those that are hashed, not of those that wait."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchword.core.passwords import MEMORY_KIB

AT_ONCE, THREADS, TIMES = 2, 64, 130
SLACK = 16 * 1024  # KiB: the stacks and small things of 64 threads
PROGRAM = f"""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from watchword.core.passwords import Argon2, Bound

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

hasher = Argon2(bound=Bound(at_once={AT_ONCE}, line={TIMES}, patience=600))
before = peak()
with ThreadPoolExecutor({THREADS}) as threads:
    assert not any(threads.map(lambda number: hasher.verify(None, str(number)), range({TIMES})))
print(peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system doesn't tell the peak that way")
def test_pwd_08_the_memory_of_many_sign_ins_is_that_of_the_few_that_are_hashed():
    """A thread keeps what a hash took, and at times takes it once more beside it: so twice for each slot at most."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)

    assert int(done.stdout) <= 2 * AT_ONCE * MEMORY_KIB + SLACK
