"""Which line keeps a change of address, and "confirm it's you", from being used by somebody else."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

MOVING, CONFIRM = "tests/attacks/test_moving_house.py", "tests/login/test_confirm.py"
ADDRESS = "features/my_account/address.py"


def m(file: str, line: str, broken: str, select: str, tests: str = MOVING) -> Mutation:
    return Mutation(file, line, broken, tests, select)


MOVING_HOUSE = (
    # confirm it's you
    m(
        "features/login/confirming.py",
        "is_recent = scope.now - user.proved_at < scope.config[LoginConfig].fresh_for",
        "is_recent = True",
        "browser_left_open",
    ),
    m(
        "features/login/confirming.py",
        'held.needs(step, frozenset({"pwd"})) for step in scope.login_steps',
        'held.needs(step, frozenset({"pwd"})) for step in ()',
        "not_enough",
        "tests/login/test_confirm_methods.py",
    ),
    m("web/interrupted.py", ' or kept["user"] != visitor().get_id()', "", "somebody_else", CONFIRM),
    m("web/interrupted.py", " if not _SECRET.search(name)", "", "one_click", CONFIRM),
    m("web/interrupted.py", 'kept["until"] < setup().tools.clock.now().timestamp() or ', "", "ten_minutes_n", CONFIRM),
    m(
        "features/login/responses.py",
        "        csrf.refuse_other_sites()\n",
        "",
        "another_site",
        "tests/login/test_confirm_in_a_host.py",
    ),
    m(
        "features/sessions/service.py",
        "unchanged = (UserSession.handle == user.session) & (UserSession.proved_at == user.proved_at)",
        "unchanged = UserSession.handle == user.session",
        "two_confirmations",
        CONFIRM,
    ),
    # closing
    m(
        "features/login/held.py",
        "return not isinstance(only_with, HasRow) or only_with in self._rows",
        "return only_with is None",
        "after_one_question",
        "tests/my_account/test_closing.py",
    ),
    m(
        "features/my_account/closing.py",
        "if until is not None and until <= scope.now:",
        "if False:",
        "after_its_time",
        "tests/my_account/test_closing.py",
    ),
    m(
        "features/my_account/closing.py",
        '    sessions.end_all(scope, user_id, reason="account_closing")',
        "    pass",
        "everything_ends",
        "tests/my_account/test_closing.py",
    ),
    m(
        "features/accounts/closing.py",
        "        _forget(scope, table, user_id)",
        "        pass",
        "no_row_of_ours",
        "tests/my_account/test_closing.py",
    ),
    m(
        "features/my_account/data_pages.py",
        'blueprint.add_url_rule("/account/close", "close", fresh_login_required(_close)',
        'blueprint.add_url_rule("/account/close", "close", _close',
        "left_open",
        "tests/my_account/test_closing.py",
    ),
    # change of address
    m(
        f"{ADDRESS}",
        "    if _person(scope, row.user_id).credential_version != row.credential_version:\n        raise",
        "    if False:\n        raise",
        "links_at_once or new_password_kills",
        "tests/my_account/test_address.py",
    ),
    m(f"{ADDRESS}", "    if owner is not None:", "    if False:", "enu_07"),
    m(
        f"{ADDRESS}",
        '    """\n    address, person = check_address(email), _person(scope, user_id)\n',
        '    """\n    address, person = check_address(email), _person(scope, user_id)\n'
        "    accounts.holder_of_address(scope, address) and scope.read.scalar(select(Change.id))\n",
        "enu_07",
    ),
    m(
        "features/my_account/service.py",
        '    login.check_password(scope, found.user_id, {"password": password})\n',
        "",
        "typing_error",
    ),
    m(
        "features/my_account/feature.py",
        'mail="my_account/address_change_asked", undo="address_change"',
        'mail="my_account/address_change_asked"',
        "take_the_account_back",
    ),
    m(f"{ADDRESS}", "(Change.id >= first) | ", "(Change.id == first) | ", "brings_the_old", "tests/my_account"),
)
