"""The same work with many users and with few, in turns, without the hash, which would hide a difference."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import text

from benchmarks.apps import guarded
from benchmarks.browser import Browser, signed_in
from benchmarks.numbers import Bound, Number
from benchmarks.people import PASSWORD, name_of, session_secret
from benchmarks.plan import Plan
from benchmarks.signing_in import NoHash
from watchword.core.store import Reader
from watchword.web.setup import setup_of

_newcomers = count(1)
_ALL = (
    "SELECT count(proofs || email) FROM (SELECT * FROM auth_session ORDER BY id) AS session "
    "JOIN auth_user ON user_id = auth_user.id"
)


def page(app: Any, number: int) -> int:
    return signed_in(app, session_secret(number)).get("/page")[0]


def sign_in(app: Any, number: int) -> int:
    return Browser(app).submit("/login", identifier=name_of(number), password=PASSWORD)


def register(app: Any, _number: int) -> int:
    name = f"newcomer{next(_newcomers)}"
    return Browser(app).submit("/register", username=name, email=f"{name}@example.com", password=PASSWORD)


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: what answers *status*, done so many *times* on each database."""

    name: str
    act: Callable[[Any, int], int]
    status: int
    times: int

    def seconds(self, app: Any, number: int) -> float:
        started = time.perf_counter()
        answered = self.act(app, number)
        spent = time.perf_counter() - started
        assert answered == self.status, answered
        return spent


WORK = (
    Work("page", page, 200, 3000),
    Work("sign-in", sign_in, 303, 600),
    Work("registration", register, 303, 600),
)


def measure(plan: Plan) -> Iterator[Number]:
    for kind in plan.databases.kinds:
        apps = [_app(plan.databases.url(kind, size)) for size in plan.sizes]
        for work in WORK:
            yield _grown(kind, work, apps, plan=plan)
        for app in apps:
            setup_of(app).tools.store.dispose()


def _app(url: str) -> Any:
    os.environ["DATABASE_URL"] = url
    app = guarded(hasher=NoHash())
    reader = setup_of(app).tools.store.open_reader()
    if not url.startswith("sqlite"):
        _read_all(reader)
    return app


def _read_all(reader: Reader) -> None:
    """Each connection of PostgreSQL is a process that pays for the first look at each page, which one that is open for
    a day has long paid. So every session and user is looked up once, by the indexes.
    """
    others = ("seqscan", "bitmapscan", "hashjoin", "mergejoin")
    for other in others:
        reader.execute(text(f"SET enable_{other} = off"))
    reader.execute(text(_ALL))
    for other in others:
        reader.execute(text(f"RESET enable_{other}"))


def _grown(kind: str, work: Work, apps: list[Any], *, plan: Plan) -> Number:
    few, many = plan.sizes
    chance = Random(1)  # noqa: S311 - the same people each time, no secret
    spent: dict[int, list[float]] = {few: [], many: []}
    for _ in range(plan.times(work.times)):
        for app, size in zip(apps, plan.sizes, strict=True):
            spent[size].append(work.seconds(app, chance.randint(1, size)))
    return Number(
        what=f"{work.name}, {kind}: {many:,} users / {few:,}",
        measured=median(spent[many]) / median(spent[few]),
        must=Bound(high=1.05),
        told=f"{median(spent[many]) * 1000:.2f} / {median(spent[few]) * 1000:.2f} ms",
    )
