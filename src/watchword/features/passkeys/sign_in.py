"""Sign in with a passkey, as the first proof or the second step, and confirm who one is.

A passkey with user verification (finger, face, PIN) shows two factors, a touch alone shows one; `login` decides what
that is enough for.
"""

from __future__ import annotations

from typing import Any

from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.passkeys import challenges, keys, options
from watchword.features.passkeys.at_need import verification
from watchword.features.passkeys.ceremony import Answered, RelyingParty, Wanted
from watchword.features.passkeys.challenges import Purpose, Reply
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.errors import PasskeyNotAccepted

Asked = tuple[dict[str, Any], str]
"""The options for the browser, and the ticket to keep for its answer."""


def options_to_sign_in(scope: Scope, site: RelyingParty) -> Asked:
    """The same question for everyone. No name is taken, so none can be told on (ENU-08)."""
    challenge, ticket = challenges.issue(scope, "login")
    return options.to_show(scope.config[PasskeysConfig], Wanted(site, challenge)), ticket


def sign_in(scope: Scope, site: RelyingParty, reply: Reply, *, remember: bool = False) -> login.Outcome:
    """Sign in whoever holds the key. Wrong answers are counted for the caller, like wrong passwords, and before the row
    that each leaves: asking is free, so a flood of answers would else fill the table.
    """
    challenges.check(scope, reply, "login")
    with login.counted_proof(scope):
        answered = challenges.use_up(scope, reply, "login")
        shown = keys.check(scope, site, answered)
        if verification.user_handle(reply.answer) is None:
            raise PasskeyNotAccepted  # a device that keeps the key under a name tells the name (WebAuthn §7.2)
    accounts.lock(scope, shown.key.user_id)  # then the key, like who takes it away: else each waits for the other
    keys.note_use(scope, shown)
    return login.proceed(scope, shown.key.user_id, shown.proofs, remember=remember)


def options_for_step(scope: Scope, site: RelyingParty, waiting: str) -> Asked:
    """The question to whoever waits for their second step: one of their own keys."""
    user_id = login.peek(scope, waiting).user_id
    return _about_own_keys(scope, site, user_id, purpose="step", holder=fingerprint(waiting))


def second_step(
    scope: Scope, site: RelyingParty, reply: Reply, *, waiting: str, trust_browser: bool = False
) -> login.Outcome:
    """Go on with the sign-in *waiting* when the answer is by a key of its user."""
    challenges.check(scope, reply, "step", holder=fingerprint(waiting))
    user_id = login.use_a_try(scope, waiting)
    answered = challenges.use_up(scope, reply, "step", holder=fingerprint(waiting))
    proofs = login.guess_second_proof(scope, user_id, lambda: _own_key(scope, site, answered, user_id=user_id))
    return login.passed(scope, waiting, *proofs, trust_browser=trust_browser)


def options_to_confirm(scope: Scope, site: RelyingParty, user_id: int) -> Asked:
    """The question to somebody signed in, before a sensitive act: one of their own keys."""
    return _about_own_keys(scope, site, user_id, purpose="confirm", holder=_session(scope))


def confirm(scope: Scope, site: RelyingParty, reply: Reply, *, user_id: int) -> str:
    """The proof that *reply* shows, when it was asked of this session and is by a key of *user_id* (MFA-06)."""
    answered = challenges.use_up(scope, reply, "confirm", holder=_session(scope))
    proofs = login.guess_second_proof(scope, user_id, lambda: _own_key(scope, site, answered, user_id=user_id))
    return next(iter(proofs - {"user"}))


def _session(scope: Scope) -> str:
    return fingerprint(scope.caller.session or "")


def _about_own_keys(scope: Scope, site: RelyingParty, user_id: int, *, purpose: Purpose, holder: str) -> Asked:
    challenge, ticket = challenges.issue(scope, purpose, holder)
    wanted = Wanted(site, challenge, keys.of_user(scope, user_id))
    return options.to_show(scope.config[PasskeysConfig], wanted), ticket


def _own_key(scope: Scope, site: RelyingParty, answered: Answered, *, user_id: int) -> frozenset[str]:
    """What the answer proves, when it is by a key of *user_id* (MFA-06)."""
    shown = keys.check(scope, site, answered)
    if shown.key.user_id != user_id:
        raise PasskeyNotAccepted
    keys.note_use(scope, shown)
    return shown.proofs
