"""`run.py test`: two tiers, and what the system must bring."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tools.run import system
from tools.run.programs import become

MOST_WORKERS = 4


def test(arguments: Sequence[str]) -> int:
    """Ours are `--full` and `--install`; everything else goes to pytest."""
    in_ci = os.environ.get("CI", "").lower() == "true"
    full = in_ci or "--full" in arguments
    for_pytest = [each for each in arguments if each not in ("--full", "--install")]
    system.prepare(full=full, install=in_ci or "--install" in arguments, required=in_ci)
    env = {"WATCHWORD_TEST_TIER": "full" if full else "fast"}
    if in_ci:
        env["WATCHWORD_TEST_REQUIRE"] = "1"
    return become("test", ["-m", "pytest", *(for_pytest or side_by_side())], env)


def side_by_side() -> list[str]:
    """Several processes for the whole suite, one more than cores, for many tests wait for a server; somebody who names
    tests wants to see them in one.
    """
    return ["-n", str(min((os.cpu_count() or 1) + 1, MOST_WORKERS))]
