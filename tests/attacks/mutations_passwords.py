"""Which line defends passwords: what may be one, how it is hashed, what becomes of one that is known."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS = "tests/attacks/test_passwords.py"
WALKS = "tests/walks/test_choose_another.py"
ACCOUNTS, LOGIN = "features/accounts", "features/login"


def m(file: str, line: str, broken: str, select: str, tests: str = TESTS) -> Mutation:
    return Mutation(file, line, broken, tests, select)


PASSWORDS = (
    m(f"{ACCOUNTS}/password_rules.py", "known_passwords.is_known(folded) or ", "", "pwd_05"),
    m(f"{ACCOUNTS}/password_rules.py", "    if _is_like(folded, rules.about):", "    if False:", "pwd_05"),
    m(f"{ACCOUNTS}/password_rules.py", "    if found.score < strength.ENOUGH:", "    if False:", "pwd_05"),
    m(
        f"{ACCOUNTS}/new_passwords.py",
        '    scope.take(Rate.of(f"password:meter:{scope.caller.ip}", METER_RATE))\n',
        "",
        "rl_15_pwd_07_the_meter",
    ),
    m(
        f"{ACCOUNTS}/service.py",
        '    scope.take(Rate.of(f"changed_password:ip:{scope.caller.ip}", CHANGE_RATE))\n',
        "",
        "refused_is_no_free_work",
    ),
    m(f"{ACCOUNTS}/strength.py", "password[:LOOKED_AT]", "password", "rl_15"),
    m(f"{ACCOUNTS}/strength.py", "[:_MOST_WORDS]", "", "rl_15"),
    m(
        f"{ACCOUNTS}/password_rules.py",
        "(rules.breach_list and breached_passwords.is_breached(password))",
        "False",
        "switches_it_on",
        "tests/accounts/test_breached_passwords.py",
    ),
    m(
        "core/passwords.py",
        "self._matches(stored or self._decoy, password)) and stored is not None",
        "not stored or self._matches(stored, password))",
        "pwd_04",
        "tests/attacks/test_accounts.py",
    ),
    m(f"{ACCOUNTS}/service.py", " or not knows_all_of(stored, ready.encode())", "", "pwd_02"),
    m("core/legacy_hashes.py", "password[:LONGEST_BCRYPT]", "password", "pwd_02"),
    m("core/legacy_hashes.py", "return hmac.compare_digest(made, stored)", "return True", "pwd_09"),
    m(
        "core/legacy_hashes.py",
        "        return check is not None and check(stored, password)",
        "        return check(stored, password)",
        "pwd_09",
    ),
    m(
        "core/passwords.py",
        "        except (ValueError, argon2.exceptions.VerificationError):  # no hash of Argon2 at all\n            return legacy_hashes",
        "        except ZeroDivisionError:\n            return legacy_hashes",
        "pwd_09",
    ),
    m(
        "core/passwords.py",
        "            if self.inside >= self.places:",
        "            if False:",
        "pwd_08",
    ),
    m(
        "features/registration/service.py",
        '    scope.take(Rate.of(f"confirm:ip:{scope.caller.ip}", "20/hour"))\n',
        "",
        "free_work_and_its",
    ),
    m("core/passwords.py", "_decoy(memory_kib, passes)\n", "_decoy(8, 1)\n", "enu_02"),
    # what becomes of a password that could not be set today
    m(
        "features/my_account/last_step.py",
        "return accounts.must_be_replaced(scope, user_id, password, *about)",
        "return False",
        "pwd_05",
        WALKS,
    ),
    m(
        f"{LOGIN}/service.py",
        " or next_page(scope, person, found.proofs, due=found.due) != step.endpoint:",
        ":",
        "pwd_03",
        WALKS,
    ),
    m(
        f"{LOGIN}/service.py",
        "replace(found, proofs=found.proofs | set(proofs), trusts=trusts)",
        "replace(found, proofs=found.proofs | set(proofs), trusts=trusts, due=frozenset())",
        "still_due",
        WALKS,
    ),
    m(
        "features/my_account/service.py",
        '    sessions.end_all(scope, person.id, reason="password_changed")\n',
        "",
        "other_sessions",
        WALKS,
    ),
    m(
        "core/passwords.py",
        "ThreadPoolExecutor(self._at_once,",
        "ThreadPoolExecutor(64,",
        "pwd_08",
        "tests/core/test_hash_memory.py",
    ),
    Mutation(
        "features/accounts/new_passwords.py",
        "is_never_alone is not None and is_never_alone(scope, user_id)",
        "is_never_alone is not None",
        "tests/two_factor/test_policy.py",
        "shorter_password_and_nobody_else",
    ),
)
