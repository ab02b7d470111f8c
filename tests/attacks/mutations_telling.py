"""Lines that keep what is told (in logs, mails, files) from telling too much."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TELLING = (
    Mutation(
        "core/failures.py",
        "    if any(isinstance(each, StatementError) for each in _with_causes(error)):",
        "    if False:",
        "tests/web/test_errors.py",
        "repeats_no_value",
    ),
    Mutation(
        "core/failures.py",
        "filter(None, [each.__cause__, each.__context__])",
        "()",
        "tests/web/test_errors.py",
        "repeats_no_value",
    ),
    Mutation(
        "core/failures.py", "waiting += each.exceptions if", "waiting += () if", "tests/web/test_errors.py", "no_value"
    ),
    Mutation(
        "web/signals.py",
        'log_failure(log, error, f"a receiver of {event.name} failed")',
        'log.exception("a receiver of %s failed", event.name)',
        "tests/hosts/test_session.py",
        "receiver_that_fails",
    ),
    Mutation("core/db.py", '{"hide_parameters": True}', "{}", "tests/core/test_db.py", "without_its_values"),
    Mutation("web/mails.py", "        **_unlinked(mail.context),\n", "", "tests/web/test_all_mails.py", "idn_09"),
    Mutation("core/db.py", "    _make_private(told[2][0])", "    pass", "tests/core/test_db.py", "read_by_us_alone"),
)
