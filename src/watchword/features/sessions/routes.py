"""No pages of its own: sessions brings `current_user` into every template of the app, the host's too."""

from __future__ import annotations

from watchword.features.sessions.guards import current_user
from watchword.web.blueprint import FeatureBlueprint

blueprint = FeatureBlueprint("sessions", __file__)


@blueprint.app_context_processor
def _current_user() -> dict[str, object]:
    return {"current_user": current_user}
