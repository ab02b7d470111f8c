"""Which line defends the way back in by mail, and "this wasn't me"."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS = "tests/attacks/test_reset.py"
BACK = "tests/notices/test_taking_back.py"
SEAMS = "tests/attacks/test_seams.py"
RESET, NOTICES, ACCOUNT = "features/password_reset", "features/notices", "features/my_account"


def m(file: str, line: str, broken: str, select: str, tests: str = TESTS) -> Mutation:
    return Mutation(file, line, broken, tests, select)


RESETS = (
    m(
        f"{RESET}/service.py",
        "    scope.emit(ResetAsked())",
        "    if accounts.find(scope, address.typed):\n        scope.emit(ResetAsked())",
        "enu_05",
    ),
    m(f"{RESET}/service.py", "raise ResetCodeDead", "pass", "tok_17"),
    m(
        f"{RESET}/service.py",
        "or not person.is_open or person.credential",
        "or person.credential",
        "meanwhile",
        "tests/password_reset",
    ),
    m(f"{RESET}/service.py", "    if person is None or not person.is_open:", "    if person is None:", "tok_18"),
    m(f"{RESET}/service.py", "    _use_up(scope, key, person)", "    pass", "tok_04 or tok_07"),
    m(
        f"{RESET}/service.py",
        "    version = scope.db.scalar(gone)",
        "    version = person.credential_version",
        "tok_07",
        "tests/attacks/test_in_flight.py",
    ),
    m(f"{RESET}/service.py", 'sessions.end_all(scope, person.id, reason="password_reset")', "pass", "ses_07"),
    m(
        f"{RESET}/service.py",
        "        return person, person.email if person else",
        "        return person, email if person else",
        "idn_01",
    ),
    m(
        f"{RESET}/service.py",
        'if "user_id" not in payload and not outbox.has_room_for(scope, limit_key(to), "reset"):',
        "if False:",
        "rl_12",
    ),
    m(
        f"{RESET}/service.py",
        '        "link": fingerprint(made.token),',
        '        "link": made.token,',
        "tok_12 or tok_04",
    ),
    m(
        f"{RESET}/service.py",
        "index_elements=[ResetLink.user_id], set_=values",
        "index_elements=[ResetLink.user_id], set_={'code': None}",
        "tok_06",
    ),
    m(f"{RESET}/routes.py", "    hide_address()", "    pass", "tok_03"),
    m(f"{NOTICES}/routes.py", "    hide_address()", "    pass", "first_hop", "tests/notices"),
    m(
        f"{NOTICES}/service.py",
        "SecureLink.used_at.is_(None), ~later)",
        "SecureLink.used_at.is_(None))",
        "intruder or waited",
        BACK,
    ),
    m(f"{NOTICES}/service.py", "    _use_up(scope, key)\n", "", "once", BACK),
    m(
        f"{NOTICES}/service.py",
        "    accounts.withdraw_password(scope, told.user_id)",
        "    pass",
        "closes_the_password",
        BACK,
    ),
    m(f"{NOTICES}/service.py", "    login.forget_browsers(scope, told.user_id)", "    pass", "forgets_all", BACK),
    m(
        f"{RESET}/service.py",
        'person if person and person.credential_version == payload["version"] else None',
        "person",
        "intruder_who_is_first",
        BACK,
    ),
    m(f"{ACCOUNT}/feature.py", '        "restore_address": address.restore,\n', "", "address_an_intruder", SEAMS),
    m(
        f"{NOTICES}/service.py",
        "drop_added_since(scope, told.user_id, told.happened_at - BEFORE)",
        "drop_added_since(scope, told.user_id, told.happened_at)",
        "as_clocks_go",
        SEAMS,
    ),
    m("features/two_factor/forms.py", "LONGEST_LABEL), one_line)", "LONGEST_LABEL))", "lines_of_their_own", SEAMS),
    m(
        f"{ACCOUNT}/data_pages.py",
        "login.at_last_step(scope(), waiting, service.closing.CLOSING)",
        "accounts.get(scope(), login.peek(scope(), waiting).user_id)",
        "not_told_when",
        SEAMS,
    ),
)
