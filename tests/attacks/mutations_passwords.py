"""Which line defends passwords: what may be one, how it is hashed, what becomes of one that is known."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS = "tests/attacks/test_passwords.py"
ACCOUNTS = "features/accounts"


def m(file: str, line: str, broken: str, select: str) -> Mutation:
    return Mutation(file, line, broken, TESTS, select)


PASSWORDS = (
    m(f"{ACCOUNTS}/password_rules.py", "    if known_passwords.is_known(folded):", "    if False:", "pwd_05"),
    m(f"{ACCOUNTS}/password_rules.py", "    if _is_like(folded, about):", "    if False:", "pwd_05"),
    m(f"{ACCOUNTS}/password_rules.py", "    if found.score < ENOUGH:", "    if False:", "pwd_05"),
    m(
        f"{ACCOUNTS}/service.py",
        '    scope.limits.take(Rate.of(f"password:meter:{scope.caller.ip}", METER_RATE))\n',
        "",
        "rl_15_pwd_07_the_meter",
    ),
    m(f"{ACCOUNTS}/strength.py", "password[:LOOKED_AT]", "password", "rl_15"),
    m(f"{ACCOUNTS}/strength.py", "[:_MOST_WORDS]", "", "rl_15"),
)
