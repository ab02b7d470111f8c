"""What the security page shows of a phone number."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.sms_codes import phones, service


def panel_values(scope: Scope, user_id: int) -> dict[str, object]:
    is_on = service.is_on(scope)
    return {"is_on": is_on, "phone": phones.find(scope, user_id) if is_on else None}
