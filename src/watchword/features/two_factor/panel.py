"""What the security page shows of the second factor."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.two_factor import authenticators, cases, recovery_codes, service


def check_values(scope: Scope, user_id: int) -> dict[str, object]:
    """The check at the top of the page, but for its third step: the page knows who has an address."""
    left, has_factor = recovery_codes.left(scope, user_id), service.has_second_factor(scope, user_id)
    works, has_codes = service.has_working_factor(scope, user_id), has_factor and left > recovery_codes.FEW
    return {
        "case": cases.case_of(scope, user_id),
        "has_factor": has_factor,
        "factor_works": works,
        "has_codes": has_codes,
        "is_done": works and has_codes,
        "codes_left": left,
        "codes_many": recovery_codes.MANY,
    }


def panel_values(scope: Scope, user_id: int) -> dict[str, object]:
    left = recovery_codes.left(scope, user_id)
    return {
        "authenticators": authenticators.list_for(scope, user_id),
        "has_factor": service.has_second_factor(scope, user_id),
        "codes_left": left,
        "codes_many": recovery_codes.MANY,
        "codes_are_few": left <= recovery_codes.FEW,
    }
