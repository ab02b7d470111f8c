"""First proofs that other features check: wrong ones count like wrong passwords, so that no way in is for guessing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from watchword.core.errors import AuthError
from watchword.core.scope import Scope
from watchword.features.login import guessing
from watchword.features.login.events import SignInRefused
from watchword.features.login.reserving import reserve


@contextmanager
def counted_proof(scope: Scope) -> Iterator[None]:
    """Around the check of a first proof: counted for the caller before it, given back when it was right."""
    guess = reserve(scope, *guessing.of_nobody_named(scope))
    try:
        yield
    except AuthError as refused:
        guess.wrong()
        scope.emit(SignInRefused(why=refused.code))
        raise
    except BaseException:
        guess.unchecked()
        raise
    guess.right()
