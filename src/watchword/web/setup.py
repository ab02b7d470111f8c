"""What one app holds: its tools, features and texts. Kept in `app.extensions`, so two apps share nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, current_app
from jinja2.environment import TemplateModule
from markupsafe import Markup

from watchword.core.feature import Feature
from watchword.core.scope import Scope, Tools
from watchword.core.site import SiteConfig
from watchword.web.catalogs import Catalogs
from watchword.web.proxies import TrustedProxies

EXTENSION = "watchword"


@dataclass
class Setup:
    """Made once for each app by `Watchword.init_app`; read by every request."""

    tools: Tools
    features: tuple[Feature, ...]
    catalogs: Catalogs
    proxies: TrustedProxies
    visitor: Callable[[Scope, str], Any] | None = None
    sign_in_endpoint: str | None = None
    owns_site: bool = False
    """Whether every page is ours, as in the ready-to-run app: see `Watchword.own_whole_site`."""
    warned_of_proxy: bool = False
    """Whether this process has told of a proxy that nobody trusts: see `web.unheard`."""
    delivery: Any = None
    """What carries the outbox of this app: `watchword.delivery.Delivery`."""
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    """By mount point and name: see `web.addresses`."""
    parts: dict[tuple[str, tuple[str, str | None, str]], Markup] = field(default_factory=dict)
    """By name and place: see `web.parts`."""
    macros: dict[tuple[str, tuple[str, str | None, str]], TemplateModule] = field(default_factory=dict)
    """The same for what parts are made with."""

    @cached_property
    def site(self) -> SiteConfig:
        return self.tools.config[SiteConfig]

    @cached_property
    def secure(self) -> bool:
        """Whether cookies carry Secure and the __Host- prefix: decided by settings, never by the request."""
        return self.site.environment == "production" or self.site.public_url.startswith("https://")

    @cached_property
    def has_steady_addresses(self) -> bool:
        """Whether a page's address is the same in every request: asked when the app has all its pages."""
        app = _app()
        return not (app.url_default_functions or app.subdomain_matching or app.url_map.host_matching)

    @cached_property
    def cookie_prefix(self) -> str:
        return "__Host-" if self.secure else ""


def setup() -> Setup:
    """The set-up of the current app."""
    found: Setup = _app().extensions[EXTENSION]
    return found


def setup_of(app: Flask) -> Setup:
    found: Setup = app.extensions[EXTENSION]
    return found


_app: Callable[[], Flask] = current_app._get_current_object  # type: ignore[attr-defined]
"""Asked several times a request: a proxy's own attribute look-up costs more than the answer."""
