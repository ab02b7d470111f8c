"""What the security page shows of a phone number."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.sms_codes import phones, service


def panel_values(scope: Scope, user_id: int) -> dict[str, object]:
    """Also of a number that nobody sends to any more: its owner can take it away."""
    return {"is_on": service.is_on(scope), "phone": phones.find(scope, user_id)}
