"""Requests a second for a signed-in user, in turns with the bare route on the same server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from benchmarks.load import rate
from benchmarks.numbers import Bound, Number, middle
from benchmarks.people import session_secret
from benchmarks.plan import SMALL, Plan
from benchmarks.servers import GRANIAN, GUNICORN, serving

SECONDS = 2.0
MUST = {"SQLite": Bound(low=0.40), "PostgreSQL": Bound(low=0.27)}
AIM = {"SQLite": Bound(low=0.55), "PostgreSQL": Bound(low=0.50)}


def measure(plan: Plan) -> Iterator[Number]:
    for server in (GRANIAN, GUNICORN):
        for kind in plan.databases.kinds:
            yield _on(server, kind, plan)


def _on(server: str, kind: str, plan: Plan) -> Number:
    url = plan.databases.url(kind, SMALL)
    bare, ours = [], []
    with ExitStack() as stack:
        plain = stack.enter_context(serving("bare:bare", server, url))
        guarded = stack.enter_context(serving("apps:guarded", server, url))
        for _ in range(plan.times(9)):
            bare.append(rate("pages", plain.url, SECONDS))
            ours.append(rate("pages", guarded.url, SECONDS, session_secret(1)))
    return Number(
        what=f"the same on {server}, {kind}: requests a second / bare route",
        measured=middle([one / other for one, other in zip(ours, bare, strict=True)]),
        must=MUST[kind],
        aim=AIM[kind],
        told=f"{median(ours):,.0f} / {median(bare):,.0f}",
    )
