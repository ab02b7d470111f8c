"""Lines that keep an operator's case from being a way around a second factor."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS, TWO_FACTOR = "tests/two_factor/test_cases.py", "features/two_factor"

CASES = (
    Mutation(
        f"{TWO_FACTOR}/cases.py",
        "scope.now + scope.config[TwoFactorConfig].reset_delay",
        "scope.now",
        TESTS,
        "until_then",
    ),
    Mutation(f"{TWO_FACTOR}/feature.py", "(SignedInEvent, cases.hear_sign_in)", "", TESTS, "sign_in_with_the_factor"),
    Mutation(f"{TWO_FACTOR}/service.py", '    cases.stop_any(scope, user_id, by="owner")\n', "", TESTS, "any_notice"),
    Mutation(f"{TWO_FACTOR}/cli.py", '_need("two_factor", "notices")', '_need("two_factor")', TESTS, "nobody_would"),
    Mutation(
        f"{TWO_FACTOR}/cases.py",
        '    sessions.end_all(scope, user_id, reason="second_factor_reset")\n',
        "",
        TESTS,
        "after_the_delay",
    ),
)
