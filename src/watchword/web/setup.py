"""What one app holds: its tools, features and texts. Kept in `app.extensions`, so two apps share nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app

from watchword.core.feature import Feature
from watchword.core.scope import Scope, Tools
from watchword.core.site import SiteConfig
from watchword.web.catalogs import Catalogs
from watchword.web.proxies import TrustedProxies

EXTENSION = "watchword"


@dataclass(slots=True)
class Setup:
    """Made once for each app by `Watchword.init_app`; read by every request."""

    tools: Tools
    features: tuple[Feature, ...]
    catalogs: Catalogs
    proxies: TrustedProxies
    visitor: Callable[[Scope, str], Any] | None = None
    sign_in_endpoint: str | None = None
    warned_of_proxy: bool = False
    """Whether this process has told of a proxy that nobody trusts: see `web.unheard`."""
    delivery: Any = None
    """What carries the outbox of this app: `watchword.delivery.Delivery`."""

    @property
    def site(self) -> SiteConfig:
        return self.tools.config[SiteConfig]

    @property
    def secure(self) -> bool:
        """Whether cookies carry Secure and the __Host- prefix: decided by settings, never by the request."""
        return self.site.environment == "production" or self.site.public_url.startswith("https://")


def setup() -> Setup:
    """The set-up of the current app."""
    return setup_of(current_app)


def setup_of(app: Flask) -> Setup:
    return cast("Setup", app.extensions[EXTENSION])
