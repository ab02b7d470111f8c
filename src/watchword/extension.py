"""The front door: `Watchword(app)`. Light to import: `init_app` loads what it puts together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask

from watchword.core.clock import Clock, SystemClock
from watchword.core.later import Later

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from watchword import assembly
    from watchword.core.feature import Feature
    from watchword.core.host_store import HostDatabase
    from watchword.core.mail import Carrier
    from watchword.core.passwords import Hasher
else:
    assembly = Later("watchword.assembly", needs="sqlalchemy")


@dataclass(kw_only=True)
class Watchword:
    """Sign-in for a Flask app: `Watchword(app)`, or `Watchword()` and `init_app(app)` in a factory.

    *db* is a host's Flask-SQLAlchemy (or anything with `.session` and `.engine`): then host rows and ours commit
    together. *engine* is a host's engine, on which we open sessions of our own. Without both, DATABASE_URL is opened.
    *features* are names or your own `Feature` values. Wrong settings raise one ConfigError with all problems.
    """

    app: Flask | None = field(default=None, kw_only=False)
    db: HostDatabase | None = None
    engine: Engine | None = None
    features: Iterable[str | Feature] | None = None
    url_prefix: str | None = None
    clock: Clock = field(default_factory=SystemClock)
    hasher: Hasher | None = None
    carrier: Carrier | None = None
    policies: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.app is not None:
            self.init_app(self.app)

    def init_app(self, app: Flask) -> None:
        """Read the settings, open the database, bring the pages. May be called for several apps."""
        assembly.assemble(self, app)

    def own_whole_site(self, app: Flask) -> None:
        """Protect and theme every page of *app*, not only ours: for apps that have no look of their own."""
        assembly.own_whole_site(app)
