"""Lines that keep a set-up inside a sign-in its owner's, and what leads on from a page of theirs no weapon."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

POLICY, PASSKEY, PAGES = (
    "tests/two_factor/test_policy.py",
    "tests/passkeys/test_set_up.py",
    "tests/two_factor/test_set_up_at_login.py",
)
SMS, OFFER = "tests/sms_codes/test_set_up_at_login.py", "tests/walks/test_offer.py"
DOUBTS, WANTED = "tests/walks/test_doubts.py", "tests/walks/test_wanted_page.py"
IF_REFUSED, ALWAYS_KEPT = "    with login.undone_if_refused(scope):\n", "    if True:\n"

SET_UP = (
    Mutation(
        "features/two_factor/service.py",
        f"{IF_REFUSED}        codes = ",
        f"{ALWAYS_KEPT}        codes = ",
        POLICY,
        "is_over_leaves_no_factor",
    ),
    Mutation("features/passkeys/set_up.py", IF_REFUSED, ALWAYS_KEPT, PASSKEY, "leaves_no_key"),
    Mutation(
        "features/passkeys/set_up.py",
        "    login.who_sets_up(scope, waiting)  # once more",
        "    pass  # once more",
        PASSKEY,
        "came_while_the_key",
    ),
    Mutation(
        "features/passkeys/challenges.py",
        "made_for == purpose and held_by == holder",
        "made_for == purpose",
        PAGES,
        "none_of_the_next",
    ),
    Mutation(
        "features/sms_codes/set_up.py",
        "    login.who_sets_up(scope, waiting)  # once more",
        "    pass  # once more",
        SMS,
        "came_with_the_code",
    ),
    Mutation("features/sms_codes/set_up.py", IF_REFUSED, ALWAYS_KEPT, SMS, "leaves_no_phone"),
    Mutation(
        "core/scope.py",
        "self.told += self._told if committed else []",
        "self.told += self._told",
        "tests/core/test_scope.py",
        "never_when_it_is_undone",
    ),
    Mutation(
        "features/notices/routes.py",
        "@fresh_login_required\ndef doubt",
        "def doubt",
        DOUBTS,
        "open_browser",
    ),
    Mutation(
        "features/notices/addresses.py",
        "str((tell(scope, person.id, moment) if tell is not None else None) or person.email)",
        "person.email",
        DOUBTS,
        "gets_no_mail",
    ),
    Mutation(
        "features/notices/doubts.py", "to=address_at(scope, person, at - BEFORE)", 'to=""', DOUBTS, "named_before"
    ),
    Mutation("features/notices/doubts.py", " or not may_be_doubted(scope, at):", ":", DOUBTS, "after_a_week"),
    Mutation(
        "features/audit/service.py",
        "(AuditRow.user_id == user_id, AuditRow.name == name, AuditRow.at == at)",
        "(AuditRow.name == name, AuditRow.at == at)",
        DOUBTS,
        "to_another",
    ),
    Mutation(
        "features/passkeys/routes.py",
        "go(wanted_next() or url",
        "go(__import__('flask').request.form.get('next') or url",
        OFFER,
        "red_01",
    ),
    Mutation("web/redirects.py", 'local_path(source.get("next")) or ""', 'source.get("next") or ""', WANTED, "red_01"),
    Mutation("web/redirects.py", ' if request.method in {"GET", "HEAD"} else None', "", WANTED, "never_sent_again"),
    Mutation(
        "features/two_factor/responses.py",
        "return wanted_next() or",
        "return __import__('flask').request.args.get('next') or",
        WANTED,
        "red_01",
    ),
)
