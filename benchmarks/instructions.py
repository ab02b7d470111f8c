"""Instructions per request, counted by valgrind: the same number on a busy machine.

Two runs that differ only in how many requests they answer are subtracted, so that everything else cancels out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.apps import MAKERS, PATHS
from benchmarks.browser import Browser, signed_in
from benchmarks.numbers import Bound, Number
from benchmarks.people import session_secret
from benchmarks.plan import SMALL, Plan

FEW, MANY = 20, 120
_COUNTED = re.compile(r"I +refs: +([\d,]+)")


def measure(plan: Plan) -> Iterator[Number]:
    if shutil.which("valgrind") is None:
        print("Instructions aren't counted: valgrind isn't here (sudo apt install valgrind).", flush=True)
        return
    bare = _per_request("bare", plan.databases.url("SQLite", SMALL))
    for kind in plan.databases.kinds:
        ours = _per_request("guarded", plan.databases.url(kind, SMALL))
        yield Number(
            what=f"page for a signed-in user, {kind}: instructions / bare route",
            measured=ours / bare,
            must=Bound(high=3.2),
            aim=Bound(high=2.3),
            told=f"{ours:,.0f} / {bare:,.0f}",
        )
    whole = _per_request("dashboard", plan.databases.url("SQLite", SMALL))
    yield Number(
        what="the ready-to-run app's dashboard, with menu and icons, SQLite: the same",
        measured=whole / bare,
        told=f"{whole:,.0f} / {bare:,.0f}",
    )


def _per_request(which: str, url: str) -> float:
    return (_count(which, MANY, url) - _count(which, FEW, url)) / (MANY - FEW)


def _count(which: str, requests: int, url: str) -> int:
    counter = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(
        [*counter, sys.executable, "-m", "benchmarks.instructions", which, str(requests)],
        env={**os.environ, "PYTHONHASHSEED": "0", "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    found = _COUNTED.search(done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(f"valgrind: {done.stderr[-2000:]}")
    return int(found[1].replace(",", ""))


def _answer(which: str, requests: int) -> None:
    """What is counted: *requests* answers for the person of number 1."""
    app = MAKERS[which]()
    browser = Browser(app) if which == "bare" else signed_in(app, session_secret(1))
    for _ in range(requests):
        status, _body = browser.get(PATHS[which])
        assert status == 200, status


if __name__ == "__main__":
    _answer(sys.argv[1], int(sys.argv[2]))
