"""Sign-ins a second beside the bare hash on the same cores, and what a sign-in costs besides its hash."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks.apps import guarded
from benchmarks.browser import Browser
from benchmarks.load import rate
from benchmarks.numbers import Bound, Number, middle
from benchmarks.people import PASSWORD, name_of
from benchmarks.plan import SMALL, Plan
from benchmarks.servers import GRANIAN, serving
from watchword.core.passwords import Argon2
from watchword.web.setup import setup_of

SECONDS = 4.0
PEOPLE = 1000
"""For each turn others, and more than can sign in: the second sign-in of somebody also mails them of a new browser."""


class NoHash:
    """A hasher that costs nothing: what is left of a sign-in is ours."""

    def hash(self, password: str) -> str:
        return password

    def verify(self, stored: str | None, password: str) -> bool:
        return stored is not None and password == PASSWORD

    def outdated(self, stored: str) -> bool:
        return not stored


def measure(plan: Plan) -> Iterator[Number]:
    for kind in plan.databases.kinds:
        yield _rate(kind, plan)
    for kind in plan.databases.kinds:
        yield _besides_the_hash(kind, plan)


def _rate(kind: str, plan: Plan) -> Number:
    hashes, ours = [], []
    with serving("apps:guarded", GRANIAN, plan.databases.url(kind, SMALL)) as process:
        for turn in range(plan.times(7)):
            hashes.append(hash_rate(SECONDS))
            ours.append(rate("sign_ins", process.url, SECONDS, str(1 + turn * PEOPLE)))
    return Number(
        what=f"sign-ins a second (GET form + POST), {kind} / bare Argon2id",
        measured=middle([one / other for one, other in zip(ours, hashes, strict=True)]),
        must=Bound(low=0.75),
        aim=Bound(low=0.85),
        told=f"{median(ours):.1f} / {median(hashes):.1f}",
    )


def hash_rate(seconds: float) -> float:
    """How many passwords a second this machine checks, one thread for each core."""
    hasher, threads = Argon2(), os.cpu_count() or 1
    stored = hasher.hash(PASSWORD)
    started = time.perf_counter()

    def check(_thread: int) -> int:
        count = 0
        while time.perf_counter() - started < seconds:
            hasher.verify(stored, PASSWORD)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(check, range(threads)))
    return total / (time.perf_counter() - started)


def _besides_the_hash(kind: str, plan: Plan) -> Number:
    os.environ["DATABASE_URL"] = plan.databases.url(kind, SMALL)
    app = guarded(hasher=NoHash())
    spent = [_one_sign_in(app, 1 + number % SMALL) for number in range(plan.times(2000))]
    setup_of(app).tools.store.dispose()
    return Number(
        what=f"CPU of a sign-in (GET form + POST) besides the hash, {kind}",
        measured=median(spent) * 1000,
        must=Bound(high=5),
        aim=Bound(high=3),
        unit=" ms",
    )


def _one_sign_in(app: object, number: int) -> float:
    browser = Browser(app)
    started = time.process_time()
    status = browser.submit("/login", identifier=name_of(number), password=PASSWORD)
    spent = time.process_time() - started
    assert status == 303, status
    return spent
