"""Put a clock, a mailbox and cheap hashes into an app that is made already."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.exc import DBAPIError

from watchword.core.clock import Clock
from watchword.core.crypto import Keys
from watchword.core.limits_database import DatabaseLimits
from watchword.core.mail import Carrier
from watchword.core.passwords import Argon2
from watchword.testing.clock import FakeClock
from watchword.web.setup import setup_of


def cheap_hasher() -> Argon2:
    """The real hasher at the smallest cost, a thousand times cheaper. An app in production refuses to start with it."""
    return Argon2(memory_kib=8, passes=1)


def put_tools(app: Flask, clock: Clock, carrier: Carrier) -> Callable[[], None]:
    """Let *app* tell the time by *clock*, mail to *carrier* and hash cheaply from now on. Never in production.

    Returns what puts all of it back as it was, for an app that outlives the test, and forgets what was counted.
    """
    setup = setup_of(app)
    if setup.site.in_production:
        raise RuntimeError("this app is set up for production: tests want WATCHWORD_ENV=development, or TESTING")
    site, before = setup.site, setup.tools
    store = before.store
    setup.tools = replace(
        setup.tools,
        clock=clock,
        hasher=cheap_hasher(),
        limits=DatabaseLimits(store, clock),
        keys=Keys(site.secret_key, site.secret_key_fallbacks, clock),
    )
    mailed_by = setup.delivery.carry_by(carrier)

    def take_back() -> None:
        setup.tools = before
        setup.delivery.carry_by(mailed_by)
        with suppress(DBAPIError):  # the test may have taken its database away
            every = DatabaseLimits(store, FakeClock(datetime(1970, 1, 1, tzinfo=UTC)))
            every.forget(count.key for count in every.counts())

    return take_back


def deliver(app: Flask) -> int:
    """Carry everything that waits in the outbox of *app*, now; return how many jobs that were."""
    return int(setup_of(app).delivery.run_once())
