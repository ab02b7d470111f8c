"""Lines that keep an operator's case from being a way around a second factor."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS, TWO_FACTOR = "tests/two_factor/test_cases.py", "features/two_factor"

CASES = (
    Mutation(
        f"{TWO_FACTOR}/telling.py",
        "    mine += [ResetCase.opened_at == opened_at] if opened_at else []\n",
        "",
        "tests/two_factor/test_telling.py",
        "earlier_case",
    ),
    Mutation(
        f"{TWO_FACTOR}/telling.py",
        "max(row.due_at, scope.now + _delay(scope) / 4)",
        "row.due_at",
        "tests/two_factor/test_telling.py",
        "rested",
    ),
    Mutation(
        f"{TWO_FACTOR}/telling.py",
        "    until = scope.now + _delay(scope)\n",
        "    until = scope.now\n",
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
