"""Lines of registering, resetting and moving house whose attack has another line in its way too."""

from __future__ import annotations

from tests.attacks.mutations import REGISTRATION, Mutation

ACCOUNTS, WAITING = "tests/attacks/test_accounts.py", f"{REGISTRATION}/service.py"

WAY_BACK = (
    Mutation(
        WAITING,
        "    if accounts.user_name_is_taken(scope, name):\n        raise UserNameTaken\n    password_hash",
        "    if accounts.holder_of_address(scope, address):\n        raise UserNameTaken\n    password_hash",
        ACCOUNTS,
        "enu_04",
    ),
    Mutation(
        WAITING,
        "    _wait(scope, name.typed, address, password_hash=password_hash, browser=browser)\n",
        "    if accounts.holder_of_address(scope, address) is None:\n"
        "        _wait(scope, name.typed, address, password_hash=password_hash, browser=browser)\n",
        "tests/registration/test_service.py",
        "leave_the_same_rows",
    ),
    Mutation(
        WAITING,
        "delete(Waiting).where(same_address).returning",
        "delete(Waiting).where(same_address, Waiting.id > 1).returning",
        ACCOUNTS,
        "pre_02_06",
    ),
    Mutation(
        "features/my_account/address.py",
        "    if row is None or _person(scope, row.user_id).credential_version != row.credential_version:",
        "    if row is None:",
        "tests/attacks/test_moving_house.py",
        "pre_04",
    ),
    Mutation(
        "features/login/service.py",
        "expires_at=scope.now + scope.config[LoginConfig].waiting_lifetime",
        "expires_at=scope.now + 5 * scope.config[LoginConfig].waiting_lifetime",
        "tests/attacks/test_second_factor.py",
        "ses_10",
    ),
)
