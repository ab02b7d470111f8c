"""What the security page shows of the second factor."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.two_factor import authenticators, cases, recovery_codes, service


def panel_values(scope: Scope, user_id: int) -> dict[str, object]:
    left = recovery_codes.left(scope, user_id)
    return {
        "authenticators": authenticators.list_for(scope, user_id),
        "has_factor": service.has_another_factor(scope, user_id),
        "codes_left": left,
        "codes_many": recovery_codes.MANY,
        "case": cases.case_of(scope, user_id),
        "codes_are_few": left <= recovery_codes.FEW,
    }
