"""What a user has that decides over a sign-in: one statement for all features that say it by a row."""

from __future__ import annotations

from functools import cached_property

from watchword.core.feature import LoginStep, SecondFactor
from watchword.core.has_row import HasRow, those_of
from watchword.core.scope import Scope


class Held:
    """Asked at the first need. What a host says by a function of its own is asked by itself."""

    def __init__(self, scope: Scope, user_id: int) -> None:
        self.scope = scope
        self.user_id = user_id

    def has(self, factor: SecondFactor) -> bool:
        if isinstance(factor.has, HasRow) and not factor.stands_in:
            return factor.has in self._rows
        return factor.has(self.scope, self.user_id)

    def needs(self, step: LoginStep, proofs: frozenset[str]) -> bool:
        return self._may_need(step) and step.needed(self.scope, self.user_id, proofs)

    def _may_need(self, step: LoginStep) -> bool:
        """Whether it is worth asking *step*. Only a row that isn't there spares the question, nothing else does."""
        only_with = _only_with(step)
        return not isinstance(only_with, HasRow) or only_with in self._rows

    @cached_property
    def _rows(self) -> frozenset[HasRow]:
        factors = [factor.has for factor in self.scope.tools.second_factors if not factor.stands_in]
        wanted = [*factors, *map(_only_with, self.scope.login_steps)]
        return those_of(self.scope, self.user_id, [one for one in wanted if isinstance(one, HasRow)])


def _only_with(step: LoginStep) -> object:
    return getattr(step, "only_with", None)
