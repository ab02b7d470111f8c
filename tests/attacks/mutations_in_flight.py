"""Lines that end what began before the password was changed, or before its session was ended."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS, SEAMS = "tests/attacks/test_in_flight.py", "tests/attacks/test_seams.py"
ENDED = "tests/attacks/test_ended_sessions.py"

IN_FLIGHT = (
    Mutation(
        "features/sessions/this_request.py", "act_for(scope(), found)", "act_for(found.scope, found)", ENDED, "after"
    ),
    Mutation(
        "core/scope.py",
        "        if self._look_first is None and look",
        "        if False and look",
        ENDED,
        "open_already",
    ),
    Mutation("web/current.py", "        kept.scope.begin_changes_with(None)", "        pass", ENDED, "what_follows"),
    Mutation(
        "features/login/service.py",
        "if person is None or not person.is_open or person.credential_version != begun.credential_version:",
        "if person is None or not person.is_open:",
        TESTS,
        "sign_in_in_flight",
    ),
    Mutation(
        "features/two_factor/service.py",
        "    with login.undone_if_refused(scope):\n        return",
        "    if True:\n        return",
        TESTS,
        "an_app_whose_session",
    ),
    Mutation(
        "features/sessions/this_request.py",
        "    service.act_for(scope(), found)  # not the one it was found by, which may be closed after an error\n",
        "",
        ENDED,
        "ses_06_a_deed_whose_session",
    ),
    Mutation(
        "features/sessions/service.py",
        "    if scope.db.scalar(held) is None:",
        "    if False:",
        TESTS,
        "a_passkey_whose",
    ),
    Mutation(
        "features/my_account/routes.py",
        "                signed_in_user()  # from",
        "                #",
        ENDED,
        "ses_06 and link",
    ),
    Mutation("web/forms.py", "if error.status == HTTPStatus.UNAUTHORIZED:", "if False:", ENDED, "is_sent_to_sign_in"),
    Mutation(
        "core/scope.py",
        "            self._session = None\n            self.tools.store.close_session(session)\n            raise",
        "            raise",
        "tests/core/test_scope.py",
        "whose_look_refuses",
    ),
    Mutation(
        "features/my_account/address.py",
        "        scope.emit(AddressNotRestored(user_id=user_id, change=change))\n",
        "",
        SEAMS,
        "somebody_took_meanwhile",
    ),
    Mutation(
        "features/notices/routes.py", "    if not secured.address_is_back:", "    if False:", SEAMS, "took_meanwhile"
    ),
    Mutation(
        "features/registration/worker.py",
        "public_url(forgot) if has_page(forgot) else",
        '"" if has_page(forgot) else',
        "tests/registration/test_service.py",
        "owner_of_a_known_address_is_told",
    ),
)
