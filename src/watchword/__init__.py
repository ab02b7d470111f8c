"""Watchword: the login system for Flask. Public names only; each is loaded when first used (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchword.built_in import EVERYTHING as EVERYTHING
    from watchword.built_in import MINIMAL as MINIMAL
    from watchword.built_in import STANDARD as STANDARD
    from watchword.core.config import FeatureSettings as FeatureSettings
    from watchword.core.config import setting as setting
    from watchword.core.events import Event as Event
    from watchword.core.events import FactorsChanged as FactorsChanged
    from watchword.core.feature import Feature as Feature
    from watchword.core.feature import MenuEntry as MenuEntry
    from watchword.core.measures import Measure as Measure
    from watchword.core.scope import Scope as Scope
    from watchword.extension import Watchword as Watchword
    from watchword.features.accounts.models import User as User
    from watchword.features.login.guards import fresh_login_required as fresh_login_required
    from watchword.features.sessions.guards import current_user as current_user
    from watchword.features.sessions.guards import login_required as login_required
    from watchword.features.sessions.guards import signed_in_user as signed_in_user
    from watchword.features.two_factor.guards import second_factor_required as second_factor_required
    from watchword.measuring import measure as measure
    from watchword.readiness import is_ready as is_ready
    from watchword.readiness import upgrade_database as upgrade_database
    from watchword.tables import include_name as include_name
    from watchword.web.blueprint import FeatureBlueprint as FeatureBlueprint
    from watchword.web.current import scope as scope
    from watchword.web.forms import FeatureForm as FeatureForm
    from watchword.web.limits import limit as limit
    from watchword.web.signals import event_happened as event_happened

__version__ = "0.1.0"
__all__ = [
    "EVERYTHING",
    "MINIMAL",
    "STANDARD",
    "Event",
    "FactorsChanged",
    "Feature",
    "FeatureBlueprint",
    "FeatureForm",
    "FeatureSettings",
    "Measure",
    "MenuEntry",
    "Scope",
    "User",
    "Watchword",
    "current_user",
    "event_happened",
    "fresh_login_required",
    "include_name",
    "is_ready",
    "limit",
    "login_required",
    "measure",
    "scope",
    "second_factor_required",
    "setting",
    "signed_in_user",
    "upgrade_database",
]

_HOMES = {
    **dict.fromkeys(("EVERYTHING", "MINIMAL", "STANDARD"), "watchword.built_in"),
    "Event": "watchword.core.events",
    "FactorsChanged": "watchword.core.events",
    "Feature": "watchword.core.feature",
    "FeatureBlueprint": "watchword.web.blueprint",
    "FeatureForm": "watchword.web.forms",
    "FeatureSettings": "watchword.core.config",
    "Measure": "watchword.core.measures",
    "MenuEntry": "watchword.core.feature",
    "Scope": "watchword.core.scope",
    "User": "watchword.features.accounts.models",
    "Watchword": "watchword.extension",
    "current_user": "watchword.features.sessions.guards",
    "event_happened": "watchword.web.signals",
    "fresh_login_required": "watchword.features.login.guards",
    "include_name": "watchword.tables",
    "is_ready": "watchword.readiness",
    "limit": "watchword.web.limits",
    "login_required": "watchword.features.sessions.guards",
    "measure": "watchword.measuring",
    "scope": "watchword.web.current",
    "second_factor_required": "watchword.features.two_factor.guards",
    "setting": "watchword.core.config",
    "signed_in_user": "watchword.features.sessions.guards",
    "upgrade_database": "watchword.readiness",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'watchword' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
