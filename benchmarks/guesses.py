"""An unknown name beside a wrong password: time and statements, with few and with many users."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from benchmarks.apps import guarded
from benchmarks.browser import Browser
from benchmarks.numbers import Bound, Number, middle
from benchmarks.people import name_of
from benchmarks.plan import Plan
from tests.support.rows import statements
from watchword.web.setup import setup_of

SAME = Bound(low=0.95, high=1.05)


def measure(plan: Plan) -> Iterator[Number]:
    for kind in plan.databases.kinds:
        for size in plan.sizes:
            yield from _with(kind, size, plan)


def _with(kind: str, size: int, plan: Plan) -> Iterator[Number]:
    os.environ["DATABASE_URL"] = plan.databases.url(kind, size)
    app = guarded()
    engines = setup_of(app).tools.store.engines  # type: ignore[attr-defined]
    guess(app, name_of(size))  # the first one compiles statements and templates
    with statements(engines.read, engines.write) as wrong:
        guess(app, name_of(size - 1))
    with statements(engines.read, engines.write) as unknown:
        guess(app, "stranger0")
    yield Number(
        what=f"unknown name / wrong password, {kind}, {size:,} users: statements",
        measured=len(unknown) / len(wrong) if _words(unknown) == _words(wrong) else 0,
        must=Bound(low=1, high=1),
        told=f"{len(unknown)} / {len(wrong)}",
    )
    ratios = []
    for number in range(1, plan.times(200) + 1):
        known = guess(app, name_of(number))
        ratios.append(guess(app, f"stranger{number}") / known)
    setup_of(app).tools.store.dispose()
    what = f"unknown name / wrong password, {kind}, {size:,} users: time"
    yield Number(what=what, measured=middle(ratios), must=SAME)


def _words(seen: list) -> list[str]:
    return [one.sql for one in seen]


def guess(app: object, name: str) -> float:
    """Seconds for a wrong password, from an address that never guessed before."""
    browser = Browser(app)
    started = time.perf_counter()
    status = browser.submit("/login", identifier=name, password="this is not the password")
    spent = time.perf_counter() - started
    assert status == 422, status
    return spent
