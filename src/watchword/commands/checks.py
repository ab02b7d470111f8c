"""What the doctor checks besides the settings. A check yields what it finds; nothing means that all is well."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from jinja2 import TemplateError, TemplateNotFound
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.middleware.proxy_fix import ProxyFix

from watchword import start
from watchword.commands.check_database import database, sqlite_library
from watchword.commands.check_files import files
from watchword.commands.examined import Examined
from watchword.core import problems as codes
from watchword.core.clock import SystemClock
from watchword.core.declared import paste
from watchword.core.doctor import Finding
from watchword.core.errors import AuthError, Unavailable
from watchword.core.passwords import Argon2
from watchword.core.scope import Scope
from watchword.core.site import SiteConfig
from watchword.features.outbox import mail_url
from watchword.features.outbox.config import OutboxConfig
from watchword.web.mails import template_names
from watchword.web.unheard import COUNTED_AS

FASTEST_HASH, SLOWEST_HASH = 20, 500
"""In milliseconds. Below, a stolen table is guessed too fast; above, sign-ins wait for each other."""


@dataclass(frozen=True, slots=True)
class Check:
    """*well* is what may be said when *look* finds nothing. *needs*: without it there is nothing to look at."""

    well: str
    look: Callable[[Examined], Iterator[Finding]]
    needs: Literal["settings", "app", "tables"] | None = None

    def applies(self, examined: Examined) -> bool:
        if self.needs == "tables":  # asking a file that isn't there would make it, empty
            return examined.setup is not None and not any(database(examined))
        if self.needs == "app":
            return examined.setup is not None
        return self.needs is None or examined.config is not None


def mail(examined: Examined) -> Iterator[Finding]:
    """Mails leave encrypted, or not at all."""
    if examined.config is None or OutboxConfig not in examined.config:
        return
    where = mail_url.parse(examined.config[OutboxConfig].url)
    if where.kind == "smtp" and where.tls == "none" and where.host not in {"localhost", "127.0.0.1", "::1"}:
        yield Finding(
            code=codes.MAIL_NOT_ENCRYPTED,
            level="warning",
            setting="WATCHWORD_MAIL_URL",
            what="Mails leave without encryption.",
            why="Whoever listens on the way reads the links in them, and takes accounts over.",
            fix=paste("WATCHWORD_MAIL_URL", mail_url.EXAMPLE, examined.place),
            seen="WATCHWORD_MAIL_URL ends with tls=none",
        )


def proxies(examined: Examined) -> Iterator[Finding]:
    """Behind a proxy, we know which one to believe."""
    config = examined.config
    if config is None or not config[SiteConfig].in_production or isinstance(examined.app.wsgi_app, ProxyFix):
        return
    site = config[SiteConfig]
    if site.public_url.startswith("https:") and not site.trusted_proxies:
        ours = start.ORIGINS in examined.app.config  # our server speaks plain http: something stands in front
        yield Finding(
            code=codes.PROXY_NOT_TRUSTED,
            level="error" if ours else "note",
            setting="WATCHWORD_TRUSTED_PROXIES",
            what="The address is https, and no proxy is trusted.",
            why="If a proxy stands in front, everybody seems to come from it: one guesser would slow all of them down.",
            fix=paste("WATCHWORD_TRUSTED_PROXIES", "127.0.0.1/32", examined.place),
            seen="WATCHWORD_TRUSTED_PROXIES is not set",
        )


def unheard_proxies(examined: Examined) -> Iterator[Finding]:
    """No proxy named callers lately that nobody was told to believe."""
    if examined.setup is None:
        return
    with suppress(DBAPIError, PoolTimeout, AuthError):  # a store that can't be asked is told of elsewhere
        if examined.setup.tools.limits.find(COUNTED_AS):
            yield Finding(
                code=codes.PROXY_NOT_TRUSTED,
                level="error" if examined.in_production else "warning",
                setting="WATCHWORD_TRUSTED_PROXIES",
                what="A proxy named callers within the last day, and no proxy is trusted.",
                why="Everybody seems to come from it: one guesser slows all of them down.",
                fix=paste("WATCHWORD_TRUSTED_PROXIES", "127.0.0.1/32", examined.place),
                seen="X-Forwarded-For or Forwarded arrived",
            )


def limits(examined: Examined) -> Iterator[Finding]:
    """What counts the limits answers, where it isn't the database."""
    if examined.setup is None:
        return
    try:
        examined.setup.tools.limits.find(COUNTED_AS)  # whichever count: that it answers is all we ask
    except Unavailable:
        yield Finding(
            code=codes.LIMITS_AWAY,
            setting="WATCHWORD_LIMITS_URL",
            what="The Redis that counts limits doesn't answer.",
            why="Nobody signs in without it: a guess that can't be counted isn't checked.",
            fix="Start that Redis, correct WATCHWORD_LIMITS_URL, or take it out to count in the database.",
            seen="WATCHWORD_LIMITS_URL = a value that is not shown",
        )


def clock(examined: Examined) -> Iterator[Finding]:
    """The clock tells a time that can be, with its zone."""
    now = (examined.setup.tools.clock if examined.setup else SystemClock()).now()
    wrong = ""
    if now.utcoffset() != timedelta(0):
        wrong = "tells no UTC"
    elif not 2026 <= now.year < 2100:
        wrong = f"says it is {now.year}"
    if wrong:
        yield Finding(
            code=codes.CLOCK_WRONG,
            what=f"The clock {wrong}.",
            why="Links, codes and sessions end by the clock; a wrong one ends them too early or never.",
            fix="timedatectl set-ntp true",
            seen=f"now = {_shown(now)}",
        )


def templates(examined: Examined) -> Iterator[Finding]:
    """All mails have their templates, and all templates of ours, or in their place, can be read."""
    if examined.setup is None:
        return
    mails = [f"{feature.name}/{mail}" for feature in examined.features for mail in feature.mails]
    wanted = [name for mail in mails for name in template_names(mail)]
    pages = examined.app.jinja_env.list_templates(filter_func=lambda name: name.startswith("watchword/"))
    for name in dict.fromkeys([*wanted, *pages]):
        trouble = _trouble_with(examined, name)
        if trouble:
            yield Finding(
                code=codes.TEMPLATE_MISSING,
                what=f"The template {name} {trouble}.",
                why="Who needs that page or mail gets an error, or nothing.",
                fix="Bring the template back, or take your own version of it away.",
                seen=f"templates/{name}",
            )


def hashing(examined: Examined) -> Iterator[Finding]:
    """A password hash takes its time, and no more."""
    took = hash_milliseconds(examined)
    if not FASTEST_HASH <= took <= SLOWEST_HASH:
        yield Finding(
            code=codes.HASH_COST,
            level="note",
            what=f"A password hash takes {took:.0f} ms here.",
            why=f"Below {FASTEST_HASH} ms stolen hashes are guessed fast; above {SLOWEST_HASH} sign-ins wait.",
            fix="Give the Hasher other costs, or this machine other work.",
            seen=f"{took:.1f} ms, the median of 3",
        )


def hash_milliseconds(examined: Examined) -> float:
    """How long one password hash takes: the median of 3."""
    hasher = examined.setup.tools.hasher if examined.setup else Argon2()
    took = []
    for _ in range(3):
        before = time.perf_counter()
        hasher.hash("quiet lantern over copper river")
        took.append((time.perf_counter() - before) * 1000)
    return statistics.median(took)


def of_features(examined: Examined) -> Iterator[Finding]:
    """What each feature checks by itself."""
    if examined.setup is None or examined.config is None:
        return
    tools = replace(examined.setup.tools, config=examined.config)
    for feature in examined.features:
        for check in feature.checks:
            scope = Scope(tools)
            try:
                yield from check(scope)
            except Exception as error:  # noqa: BLE001 - one broken check must not hide what the others find
                yield _broken(feature.name, error)
            finally:
                scope.close()


CHECKS = (
    Check("The database answers and has the tables of this version.", database, "settings"),
    Check("SQLite, where used, is new enough and can write.", sqlite_library, "settings"),
    Check("Mails leave encrypted, or stay here.", mail, "settings"),
    Check("The proxies are known.", proxies, "settings"),
    Check("What counts the limits answers.", limits, "tables"),
    Check("No proxy is unheard.", unheard_proxies, "tables"),
    Check("The clock is right.", clock),
    Check("All templates of pages and mails can be read.", templates, "app"),
    Check("A password hash takes its time.", hashing),
    Check("Files with secrets are closed to others.", files),
    Check("The features' own checks found nothing.", of_features, "tables"),
)


def _trouble_with(examined: Examined, name: str) -> str:
    try:
        examined.app.jinja_env.get_template(name)
    except TemplateNotFound as error:
        return "is missing" if error.name == name else f"wants {error.name}, which is missing"
    except (TemplateError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None)
        return f"can't be read ({type(error).__name__}{f', line {line}' if line else ''})"
    return ""


def _broken(name: str, error: Exception) -> Finding:
    return Finding(
        code=codes.CHECK_BROKEN,
        what=f"The feature {name} couldn't check itself.",
        why="What it looks after may be broken, too.",
        fix="Mend what stands above first, and look again.",
        seen=type(error).__name__,
    )


def _shown(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
