"""No pages of its own: sessions brings `current_user` into every template of the app, the host's too."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from flask.blueprints import BlueprintSetupState

from watchword.features.sessions.guards import current_user
from watchword.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("sessions", __file__)


def _ours() -> dict[str, object]:
    return {"current_user": current_user}


@blueprint.app_context_processor
def _in_a_hosts_templates() -> dict[str, object]:
    """Where Flask-Login is at work too, a host's templates mean its `current_user`, whichever was set up first."""
    return {} if hasattr(_app(), "login_manager") else _ours()


@blueprint.record
def _on_our_pages(state: BlueprintSetupState) -> None:
    """Asked after those of the app, so that what others call `current_user` isn't taken for ours."""
    state.app.template_context_processors[state.name_prefix].append(_ours)


_app: Callable[[], Flask] = current_app._get_current_object  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
"""A proxy takes long to say that it lacks something."""
