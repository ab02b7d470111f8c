"""Lines that keep a set-up inside a sign-in its owner's."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

POLICY, TWO_FACTOR = "tests/two_factor/test_policy.py", "features/two_factor"

SET_UP = (
    Mutation(
        f"{TWO_FACTOR}/service.py",
        "        scope.undo()  # whoever began this with a password that is no more must leave no factor behind\n",
        "",
        POLICY,
        "is_over_leaves_no_factor",
    ),
)
