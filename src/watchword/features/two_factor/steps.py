"""What a sign-in may stop for."""

from __future__ import annotations

from watchword.core.scope import Scope
from watchword.features.two_factor import service


class SetUpStep:
    """Where a second factor is required, who has none sets one up before the session opens."""

    name = "second_factor_set_up"
    endpoint = "watchword.two_factor.set_up_first"

    def needed(self, scope: Scope, user_id: int, proofs: frozenset[str]) -> bool:
        return service.must_set_up(scope, user_id, proofs)
