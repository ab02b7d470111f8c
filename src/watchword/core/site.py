"""Settings of the site as a whole, and what of them is unsafe where real people sign in."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from watchword.core import addresses
from watchword.core.declared import FeatureSettings, setting
from watchword.core.secret_texts import weakness_of
from watchword.core.setting_values import AfterValidator, BeforeValidator


def _optional(check: object) -> AfterValidator:
    """Apply *check* to a text that isn't empty."""
    return AfterValidator(lambda text: check(text) if text else text)  # type: ignore[operator]


def _key_text(value: object) -> object:
    """Flask takes bytes as a key too: as text, the same bytes always give the same key."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _locale(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*", text):
        raise ValueError("must be a language such as en, ar or pt-BR")
    return text


def _one_line(text: str) -> str:
    # The name stands in mail headers: a line break there would start a header of one's own.
    if not text.isprintable():
        raise ValueError("must be one line of plain text")
    return text


def _hard_to_guess(text: str) -> str:
    weakness = weakness_of(text)
    if weakness:
        raise ValueError(weakness)
    return text


KeyText = Annotated[str, BeforeValidator(_key_text)]


class SiteConfig(FeatureSettings, prefix=""):
    """The site: where it is, what it is called, what it keeps its secrets with."""

    environment: Literal["development", "production"] = setting(
        "production",
        "Which rules hold. `run.py` and `flask --debug` start development.",
        name="WATCHWORD_ENV",
        gives_up="Development only warns of what production refuses.",
    )
    site_name: Annotated[str, _optional(_one_line)] = setting(
        "Watchword", "The name people know the site by: on pages, in mails, in authenticator apps.", example="Example"
    )
    public_url: Annotated[str, _optional(addresses.public_address)] = setting(
        "",
        "The address people see. Links in mails are built from it alone. Development takes the address served.",
        example="https://login.example.com",
    )
    home: Annotated[str, AfterValidator(addresses.local_path)] = setting(
        "/", "Where people go after sign-in when they weren't on their way elsewhere.", example="/dashboard"
    )
    locale: Annotated[str, _optional(_locale)] = setting(
        "", "One language for everyone. Empty: the browser's choice of what we have.", example="ar"
    )
    trusted_proxies: Annotated[str, _optional(addresses.trusted_proxies)] = setting(
        "",
        "Proxies in front of the app: how many, or their networks. Only their word on the caller is believed.",
        example="10.0.0.0/8",
        gives_up="A proxy trusted wrongly lets callers choose their address.",
    )
    csp_sources: tuple[Annotated[str, AfterValidator(addresses.csp_source)], ...] = setting(
        (),
        "What your own layout loads from elsewhere, added to our Content-Security-Policy.",
        example="https://cdn.example.com",
        gives_up="Each source may run its scripts on the sign-in pages.",
    )
    help_url: Annotated[str, _optional(addresses.link_target)] = setting(
        "", "Where people find help; linked from pages and mails.", example="https://example.com/help"
    )
    features: tuple[str, ...] = setting(
        (), "`minimal`, `standard`, `everything`, or a list of features.", example="standard"
    )
    instance: str = setting(
        "",
        "The folder for the database, the development secrets and mails. Empty: `instance/`.",
        example="/var/lib/watchword",
    )
    secret_key: KeyText = setting(
        "",
        "Signs cookies and encrypts secrets at rest. Development makes one and keeps it in the instance folder.",
        name="SECRET_KEY",
        secret=True,
    )
    secret_key_fallbacks: tuple[KeyText, ...] = setting(
        (),
        "Earlier secret keys, newest first: what they signed or encrypted still opens.",
        name="SECRET_KEY_FALLBACKS",
        secret=True,
        gives_up="Whoever holds an old key can still use it.",
    )
    database_url: str = setting(
        "sqlite:///watchword.db",
        "SQLite or PostgreSQL. A relative SQLite path lies in the instance folder.",
        name="DATABASE_URL",
        secret=True,
        example="postgresql+psycopg://user:password@host/database",
    )

    limits_url: Annotated[str, _optional(addresses.redis_address)] = setting(
        "",
        "A Redis that counts limits instead of the database. What a user's failures add up to stays in the database.",
        secret=True,
        example="redis://localhost:6379/0",
        gives_up="A Redis that restarts forgets what callers did before.",
    )
    metrics_token: Annotated[str, _optional(_hard_to_guess)] = setting(
        "",
        "Who sends it as a bearer token may read `/metrics` of the ready-to-run app. Empty: there is no such page.",
        secret=True,
        gives_up="Whoever has it learns how many mails wait and how busy the site is; nothing about people.",
    )

    @property
    def in_production(self) -> bool:
        """Whether the rules for real people hold."""
        return self.environment == "production"

    def address(self, served: str = "") -> str:
        """The public address, without a slash at its end; in development else the one *served*."""
        return self.public_url or ("" if self.in_production else served.rstrip("/"))
