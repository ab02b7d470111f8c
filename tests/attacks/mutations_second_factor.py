"""Lines that make a second factor more than a second password."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

MATRIX, MIXED = "tests/walks/test_matrix.py", "tests/walks/test_all_mixed.py"
IN_FLIGHT = "tests/attacks/test_factors_in_flight.py"
ATTACKS, LOGIN, TWO_FACTOR = "tests/attacks/test_second_factor.py", "features/login", "features/two_factor"

SECOND_FACTOR = (
    Mutation(
        f"{LOGIN}/second_step.py",
        "    return next(iter(fitting), None)",
        "    return None",
        ATTACKS,
        "mfa_01 or mfa_02 or mfa_03",
    ),
    Mutation(
        f"{TWO_FACTOR}/authenticators.py",
        "Authenticator.last_step < step)",
        "step == step)",
        ATTACKS,
        "mfa_07 or mfa_09",
    ),
    Mutation(f"{LOGIN}/second_step.py", "TRIES = 5", "TRIES = 500", ATTACKS, "mfa_10_after or mfa_12"),
    Mutation(
        f"{LOGIN}/second_step.py", 'PER_USER = "10/hour"', 'PER_USER = "10000/hour"', ATTACKS, "mfa_10_a or mfa_21"
    ),
    Mutation(
        f"{TWO_FACTOR}/recovery_codes.py",
        ".returning(RecoveryCode.id)) is not None",
        ".returning(RecoveryCode.id)) != 0",
        "tests/two_factor/test_recovery_codes.py",
        "mfa_13",
    ),
    Mutation(
        f"{TWO_FACTOR}/recovery_codes.py",
        "RecoveryCode.sealed.in_(sealed))",
        "RecoveryCode.id > 0)",
        IN_FLIGHT,
        "mfa_13_a_code_whose_set",
    ),
    Mutation(
        f"{LOGIN}/confirming.py",
        "    return is_recent and (shows_two_factors(user.proofs) or not ways(Held(scope, user.id)))",
        "    return is_recent",
        ATTACKS,
        "mfa_14",
    ),
    Mutation(f"{LOGIN}/confirming.py", "    if ways(held):", "    if False:", ATTACKS, "takes_no_password"),
    Mutation(
        f"{TWO_FACTOR}/authenticators.py",
        "    if step is None:\n        raise WrongCode",
        "    step = step or 0",
        ATTACKS,
        "mfa_15",
    ),
    Mutation(
        f"{LOGIN}/second_step.py",
        "len({_KINDS[proof] for proof in proofs if proof in _KINDS}) > 1",
        "len(set(proofs)) > 1",
        ATTACKS,
        "mfa_17",
    ),
    Mutation(f"{TWO_FACTOR}/totp.py", "160 // _BITS_OF_A_LETTER", "120 // _BITS_OF_A_LETTER", ATTACKS, "mfa_20"),
    Mutation(
        f"{LOGIN}/routes.py",
        "    service.give_up(scope(), responses.waiting_secret())\n",
        "",
        ATTACKS,
        "ses_11",
    ),
    Mutation(
        f"{LOGIN}/service.py",
        " or person.credential_version != begun.credential_version:",
        ":",
        MATRIX,
        "by_password",
    ),
    Mutation(
        f"{LOGIN}/second_step.py",
        "    return next(iter(fitting), None)",
        "    return next(iter(fitting), None) and None",
        MIXED,
        "right_proofs",
    ),
    Mutation(
        "features/login/second_step.py",
        "    if shows_two_factors(proofs):\n        return None\n",
        '    if shows_two_factors(proofs) or "fed" in proofs:\n        return None\n',
        "tests/attacks/test_factors_in_flight.py",
        "mfa_04",
    ),
    Mutation(
        "features/two_factor/service.py",
        " or _has_another_kind(scope, user_id):",
        ":",
        "tests/attacks/test_factors_in_flight.py",
        "the_later_one",
    ),
    Mutation(
        "features/passkeys/keys.py",
        "        if scope.db.scalar(select(Passkey.id).where(Passkey.handle == key.handle)) is None:\n",
        "        if False:\n",
        "tests/attacks/test_factors_in_flight.py",
        "is_no_copy",
    ),
    Mutation(
        f"{TWO_FACTOR}/authenticators.py",
        "    _need_room(scope, user_id)  # once more",
        "    # once more",
        "tests/two_factor/test_service.py",
        "begun_while_there_was_room",
    ),
    Mutation(
        f"{TWO_FACTOR}/guards.py",
        "return _asked_for_two() if view is None",
        "return None if view is None",
        "tests/two_factor/test_policy.py",
        "whole_blueprint",
    ),
    Mutation(
        "web/guarding.py",
        'if request.headers.get("HX-Request"):',
        "if False:",
        "tests/two_factor/test_policy.py",
        "htmx",
    ),
)
