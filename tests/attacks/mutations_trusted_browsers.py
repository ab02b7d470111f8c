"""Lines that keep a trusted browser from standing in for more than the second step of its owner."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

ATTACKS, LOGIN = "tests/attacks/test_trusted_browsers.py", "features/login"

TRUSTED_BROWSERS = (
    Mutation(
        f"{LOGIN}/trust.py",
        "here & (KnownDevice.user_id == person.id) & holds(scope, person)",
        "here & holds(scope, person)",
        ATTACKS,
        "nobody_else",
    ),
    Mutation(
        f"{LOGIN}/trust.py",
        "and_(_DEVICE.trusted_at > since, _DEVICE.trusted_version == version)",
        "and_(_DEVICE.trusted_at > since)",
        ATTACKS,
        "new_password",
    ),
    Mutation(
        f"{LOGIN}/trust.py",
        "scope.now - timedelta(days=days(scope))",
        "scope.now - timedelta(days=60)",
        ATTACKS,
        "thirty",
    ),
    Mutation(f"{LOGIN}/feature.py", "(FactorsChanged, trust.hear_of_change)", "", ATTACKS, "app or new_codes"),
    Mutation(f"{LOGIN}/order.py", "(due or not trust.stands_in", "(not trust.stands_in", ATTACKS, "at_its_end"),
    Mutation(
        f"{LOGIN}/service.py",
        "sessions.start(scope, person.id, begun.proofs,",
        'sessions.start(scope, person.id, begun.proofs | {"otp"},',
        ATTACKS,
        "claims_no_factor",
    ),
    Mutation(
        "features/my_account/service.py",
        "    login.end_trust_elsewhere(scope, user.id)\n",
        "",
        ATTACKS,
        "ends_it_everywhere_else",
    ),
    Mutation(
        "features/two_factor/service.py",
        "trust_browser and not recovery_codes.looks_like_one(typed)",
        "trust_browser",
        ATTACKS,
        "recovery_code",
    ),
    Mutation(
        f"{LOGIN}/trust.py",
        "values(trusts=False, may_trust=False)",
        "values(trusts=False)",
        "tests/attacks/test_factors_in_flight.py",
        "before_the_factors_changed",
    ),
)
