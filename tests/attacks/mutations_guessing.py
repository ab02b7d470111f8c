"""The lines that keep guessing from paying, and the owner from being locked out: each broken in turn."""

from __future__ import annotations

from tests.attacks.mutations import LOGIN, m

RULES, COUNTS = "tests/login/test_guessing.py", "tests/core/test_limits.py"
ROWS = "tests/core/test_limits_deleted.py"
PROXIES = "tests/web/test_proxies.py"
NAMES, DEVICES = "tests/attacks/test_lockout.py", "tests/login/test_devices.py"
PASSKEYS = "tests/attacks/passkeys/test_challenges.py"
SAME_WORK = "tests/attacks/test_same_work.py"
RATES = "tests/core/test_rates.py"
REFUSALS = "tests/attacks/test_refusals.py"
CODES = "tests/attacks/test_typed_codes.py"
TYPED = "features/email_confirmation/service.py"
GUESSING = (
    m(TYPED, "rows.order_by(table.id.desc())", "rows.order_by(table.id)", "newest", CODES),
    m(TYPED, "limit_key(email))", "email)", "a_day", CODES),
    m(TYPED, ", table.tries_left > 0)", ")", "tok_17", "tests/attacks/test_links.py"),
    m(f"{LOGIN}/guessing.py", "    guess.wrong()\n", "    guess.unchecked()\n", "rl_10 or rl_09"),
    m(
        f"{LOGIN}/service.py",
        'not check_again(scope, person, sent.get("password", ""))',
        'not accounts.verify(scope, person, sent.get("password", ""))',
        "rl_09",
        "tests/login/test_confirm.py",
    ),
    m(f"{LOGIN}/guessing.py", "if handle is not None else _of_unknown", "if False else _of_unknown", "rl_08"),
    m(
        f"{LOGIN}/guessing.py",
        "        devices.forget(scope, user_id, handle)\n",
        "        pass\n",
        "is_a_stranger",
        RULES,
    ),
    m(f"{LOGIN}/guessing.py", "{scope.caller.ip}", "{scope.caller.request_id}", "rl_05"),
    m("core/limits_database.py", "int(forget and isinstance(one, Streak))", "int(forget)", "rl_11"),
    m(
        "features/passkeys/requests.py",
        "    except (ValueError, RecursionError):",
        "    except ZeroDivisionError:",
        "rl_16",
        "tests/passkeys/test_routes.py",
    ),
    m(f"{LOGIN}/guessing.py", "accounts.typed_key(typed)", "typed", "rl_04", NAMES),
    m(f"{LOGIN}/guessing.py", "    if matches and not guess.is_closed:", "    if matches:", "rl_04", NAMES),
    m(
        f"{LOGIN}/guessing.py",
        "if person is None:\n        return Streak",
        "if False:\n        return Streak",
        "enu_09",
    ),
    m(f"{LOGIN}/reserving.py", "why=refused.rule", "why='limit'", "rule", RULES),
    m(f"{LOGIN}/guessing.py", "_by_address(scope) if handle is None", "_by_address(scope) if True", "rl_08", PASSKEYS),
    m(
        "features/outbox/service.py",
        "20, timedelta(minutes=30)",
        "20, timedelta(days=30)",
        "all_day_long",
        "tests/password_reset/test_service.py",
    ),
    m("core/limits.py", "number <= TOLD_ONE_BY_ONE or", "True or", "flood", REFUSALS),
    m("core/scope.py", "                self.settle()\n            raise", "            raise", "host", REFUSALS),
    m(f"{LOGIN}/other_proofs.py", "reserve(scope, *guess", "scope.limits.reserve(*guess", "another_kind", REFUSALS),
    m("core/limits_database.py", "return int(counted[key].used)", "return 1", "numbered", COUNTS),
    m("web/limits.py", "~{fingerprint(name)[:8]}", "", "counted_apart", "tests/web/test_limits.py"),
    m("web/limits.py", " if len(bare) <= LONGEST_TYPED", " if bare", "long_text", "tests/web/test_limits.py"),
    m("web/limits.py", "visitor:{scope", "{scope", "another_kind", "tests/web/test_limits.py"),
    m("web/limits.py", "{endpoint}.{path}", "{path}", "called_alike", "tests/web/test_limits.py"),
    m("web/limits.py", 'f"view.{endpoint}"', "endpoint", "like_a_rule_of_ours", "tests/web/test_limits.py"),
    m("web/limits.py", "if number == 1 else", "if number else", "what_was_typed", "tests/web/test_limits.py"),
    m("core/limits.py", "not (1 <= self.amount <= UNBOUNDED and ", "not (", "can_hold", RATES),
    m("core/limits.py", "long if len(long) <= LONGEST_KEY", "long if long", "numbered", RATES),
    m(f"{LOGIN}/guessing.py", ":{person.credential_version}", "", "new_password", RULES),
    m(f"{LOGIN}/guessing.py", "        guess.right()\n", "        pass\n", "number", RULES),
    m(
        f"{LOGIN}/devices.py",
        "(KnownDevice.user_id == user_id) & (KnownDevice.credential_version == version)",
        "(KnownDevice.user_id == user_id)",
        "unknown_after_the_password",
        DEVICES,
    ),
    m(
        f"{LOGIN}/devices.py",
        "    theirs = (KnownDevice.handle == handle) & (KnownDevice.user_id == user_id)",
        "    theirs = KnownDevice.handle == handle",
        "nobody_else",
        DEVICES,
    ),
    m("core/limits_rows.py", "(old.used < new.amount)", "(old.used < new.amount + 1)", "exactly", COUNTS),
    m(
        "core/limits_rows.py",
        "(LimitRow.key == each.key) & (LimitRow.ends_at == each.ends_at)",
        "(LimitRow.key == each.key)",
        "late_answer",
        COUNTS,
    ),
    m("core/limits_rows.py", "((old.pending == 0) | idle)", "True", "one_at_a_time", COUNTS),
    m("core/limits_rows.py", "(old.used > new.amount)", "(old.used < 0)", "nobody_waits", COUNTS),
    m("core/limits_database.py", "return ALWAYS_OPEN", "return now + one.seconds * 1000", "enu_09", SAME_WORK),
    m("core/limits_rows.py", "where(~any_full)", "where(~any_full | (new.key == new.key))", "sees_a_full_row", ROWS),
    m("web/proxies.py", "            if not (hops > 0 or self._trusts(caller)):\n                break\n", "", "rl_01"),
    m("web/proxies.py", "str(ipaddress.ip_network((address, 64), strict=False))", "str(address)", "rl_03"),
    m("web/proxies.py", "if seen is None and self._networks", "if False", "without_an_address", PROXIES),
    m("web/proxies.py", "if len(named) == 1 else seen", "if named else seen", "different_callers", PROXIES),
    m("web/proxies.py", "                return peer\n", "                break\n", "first_address", PROXIES),
    m("web/proxies.py", '            return [""]  # nobody', "            return hops  # nobody", "rfc_7239", PROXIES),
)
