"""A passkey as the second factor that a sign-in asks for, where one is required and there is none yet."""

from __future__ import annotations

from watchword.core.limits import Rate
from watchword.core.scope import Scope
from watchword.core.tokens import fingerprint
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.errors import LoginNotWaiting
from watchword.features.passkeys import challenges, keys, options, service
from watchword.features.passkeys.at_need import verification
from watchword.features.passkeys.ceremony import RelyingParty, Wanted
from watchword.features.passkeys.challenges import Reply
from watchword.features.passkeys.config import PasskeysConfig
from watchword.features.passkeys.sign_in import Asked

ANSWER_RATE = "10/hour"


def options_at_login(scope: Scope, site: RelyingParty, waiting: str) -> Asked:
    """What the browser needs to make the first key of whoever waits, and the ticket for this sign-in alone."""
    person = accounts.get(scope, login.who_sets_up(scope, waiting))
    if person is None:
        raise LoginNotWaiting
    challenge, ticket = challenges.issue(scope, "set_up", fingerprint(waiting))
    wanted, handle = Wanted(site, challenge), service.user_handle(scope, person.id)
    return options.to_add(scope.config[PasskeysConfig], wanted, person.username, user_handle=handle), ticket


def add_at_login(scope: Scope, site: RelyingParty, reply: Reply, *, waiting: str) -> login.Outcome:
    """Keep the key in *reply* and go on with the sign-in. Of two with the same password the second is refused: whoever
    stole it must not add a key beside the owner's.

    Answers are counted before the row that each leaves, for the user: a password must not be worth a full table. No try
    of the sign-in goes, for another kind of factor may still be set up in it.
    """
    challenges.check(scope, reply, "set_up", holder=fingerprint(waiting))
    user_id = login.who_sets_up(scope, waiting)
    scope.take(Rate.of(f"passkey_set_up:user:{user_id}", ANSWER_RATE))
    answered = challenges.use_up(scope, reply, "set_up", holder=fingerprint(waiting))
    must_verify = scope.config[PasskeysConfig].user_verification == "required"
    key = verification.new_key(site, answered, must_verify=must_verify)
    accounts.lock(scope, user_id)
    login.who_sets_up(scope, waiting)  # once more: who waited here may find the factor of the other
    with login.undone_if_refused(scope):
        service.keep(scope, user_id, key)
        return login.passed(scope, waiting, keys.held_proof(backup_eligible=key.backup_eligible))
