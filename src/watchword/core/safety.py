"""What of a site's settings is unsafe where real people sign in: told in development, refused in production."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watchword.core import problems as codes
from watchword.core.addresses import is_loopback
from watchword.core.declared import APP_CONFIG, paste
from watchword.core.doctor import Finding, Level
from watchword.core.secret_texts import weakness_of
from watchword.core.site import SiteConfig

_NEW_KEY = """python3 -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(48))" >> .env"""
_KEY_IN_CODE = 'app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]'
_STAYS_HERE = ("", "console", "file", "dev", "mailbox", "memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the settings don't tell: how the app runs. *database* and *mail* are URLs; only their scheme is looked at.

    *mail* None means that nothing here sends mail. *cheap_hash*: passwords are hashed as in tests. *place* is where
    fixes go: `.env` or `app.config`.
    """

    debug: bool = False
    processes: int = 1
    database: str = ""
    mail: str | None = None
    cheap_hash: bool = False
    place: str = ".env"


def findings(site: SiteConfig, around: Surroundings | None = None) -> list[Finding]:
    """What is unsafe for production: errors in production, else warnings, or notes where it is how development works.

    In production the caller raises `ConfigError` with those that are errors.
    """
    around = around or Surroundings()
    return [
        *_about_keys(site, around),
        *_about_address(site, around),
        *_about_processes(site, around),
        *_about_debug_mode(site, around),
        *_about_hash(site, around),
        *_about_mail(site, around),
    ]


def _level(site: SiteConfig, *, usual: bool = False) -> Level:
    """*usual*: development is made to work like this, so it is no reason to warn."""
    if site.in_production:
        return "error"
    return "note" if usual else "warning"


def _about_keys(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    fix = _KEY_IN_CODE if around.place == APP_CONFIG else _NEW_KEY
    if not site.secret_key:
        yield Finding(
            code=codes.SECRET_KEY_MISSING,
            level=_level(site),
            setting="SECRET_KEY",
            what="SECRET_KEY is not set.",
            why="It signs cookies and encrypts secrets at rest; one made up at each start would sign everyone out.",
            fix=fix,
            seen="SECRET_KEY is not set",
        )
    for name, key in _keys(site):
        weakness = weakness_of(key)
        if weakness:
            yield _weak(site, name, weakness, fix=fix if name == "SECRET_KEY" else f"Take the weak key out of {name}.")


def _weak(site: SiteConfig, name: str, weakness: str, *, fix: str) -> Finding:
    return Finding(
        code=codes.SECRET_KEY_WEAK,
        level=_level(site),
        setting=name,
        what=f"{name} {weakness}.",
        why="Whoever guesses it can forge cookies and read the secrets kept in the database.",
        fix=fix,
        seen=f"{name} = a value that is not shown",
    )


def _keys(site: SiteConfig) -> Iterator[tuple[str, str]]:
    if site.secret_key:
        yield "SECRET_KEY", site.secret_key
    yield from (("SECRET_KEY_FALLBACKS", key) for key in site.secret_key_fallbacks)


def _about_address(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    name = "WATCHWORD_PUBLIC_URL"
    if not site.public_url:
        yield Finding(
            code=codes.PUBLIC_URL_MISSING,
            level=_level(site, usual=True),
            setting=name,
            what=f"{name} is not set.",
            why="Links in mails are built from it; built from the Host header, an attacker could say where they lead.",
            fix=paste(name, "https://login.example.com", around.place),
            seen=f"{name} is not set",
        )
    elif site.public_url.startswith("http:"):
        yield Finding(
            code=codes.PUBLIC_URL_NOT_HTTPS,
            level=_level(site, usual=is_loopback(site.public_url)),
            setting=name,
            what=f"{name} is not an https address.",
            why="Over http everyone on the way can read passwords and take over sessions.",
            fix=paste(name, f"https{site.public_url.removeprefix('http')}", around.place),
            seen=f"{name} = {site.public_url!r}",
        )


def _about_processes(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    if around.processes > 1 and (around.database or site.database_url).startswith("sqlite"):
        yield Finding(
            code=codes.SQLITE_SHARED,
            level=_level(site),
            setting="DATABASE_URL",
            what=f"{around.processes} processes share an SQLite file.",
            why="SQLite lets one of them write at a time: sign-ins wait for each other and fail under load.",
            fix=paste("DATABASE_URL", "postgresql+psycopg://user:password@host/database", around.place),
            seen=f"DATABASE_URL starts with sqlite; {around.processes} processes",
        )


def _about_debug_mode(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    if around.debug and site.in_production:
        yield Finding(
            code=codes.DEBUG_ON,
            level="error",
            setting="WATCHWORD_ENV",
            what="Debug mode is on in production.",
            why="Its error page shows code and values, and can run commands for whoever sees it.",
            fix="FLASK_DEBUG=0",
            seen="debug is on; WATCHWORD_ENV = 'production'",
        )


def _about_hash(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    if around.cheap_hash and site.in_production:
        yield Finding(
            code=codes.HASH_COST,
            level="error",
            setting="WATCHWORD_ENV",
            what="Passwords are hashed as cheaply as in tests.",
            why="Whoever gets hold of the table finds the passwords in hours.",
            fix="Watchword(app)  # without hasher=",
            seen="the hasher says it is cheap; WATCHWORD_ENV = 'production'",
        )


def _about_mail(site: SiteConfig, around: Surroundings) -> Iterator[Finding]:
    if around.mail is None:
        return
    name, scheme = "WATCHWORD_MAIL_URL", around.mail.partition(":")[0].lower()
    if scheme in _STAYS_HERE:
        yield Finding(
            code=codes.MAIL_NOT_SET_UP,
            level=_level(site, usual=True),
            setting=name,
            what="Mails don't leave this machine.",
            why="Nobody can confirm an address, reset a password or hear of a change to their account.",
            fix=paste(name, "smtp://user:password@mail.example.com:587?tls=starttls", around.place),
            seen=f"{name} starts with {scheme}:" if scheme else f"{name} is not set",
        )
