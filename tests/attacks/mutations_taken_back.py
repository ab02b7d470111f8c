"""Which line keeps an intruder, whose address was in place, out of an account that its owner took back."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS, BACK = "tests/attacks/taken_back", "tests/notices/test_taking_back.py"
NOTICES, ADDRESS = "features/notices/service.py", "features/my_account/address.py"
OPERATORS, COMMAND = "features/my_account/operators.py", "tests/cli/test_addresses.py"

TAKEN_BACK = (
    Mutation("features/notices/addresses.py", "        theirs |= between(", "        between(", TESTS, "for_seconds"),
    Mutation(
        ADDRESS,
        "(Change.confirmed_at >= moment) & (Change.email != reader)",
        "Change.confirmed_at >= moment",
        TESTS,
        "own_new",
    ),
    Mutation(
        OPERATORS,
        '        sessions.end_all(scope, user_id, reason="address_set_by_operator")\n',
        "",
        COMMAND,
        "whoever_was_in",
    ),
    Mutation(NOTICES, "    _check_reader(scope, told)\n    return told", "    return told", TESTS, "clock_is_ahead"),
    Mutation(NOTICES, "    _check_reader(scope, told)\n    _use_up", "    _use_up", BACK, "between_the_look"),
    Mutation(NOTICES, "    _restore_address(scope, told)\n", "", TESTS, "told_to_the_intruder"),
    Mutation(NOTICES, "    _use_up_till_now(scope, key)\n", "", TESTS, "undoing_itself"),
    Mutation(NOTICES, "    told = replace(told, to=rightful(", "    replace(told, to=rightful(", TESTS, "still_waits"),
    Mutation(NOTICES, " or not person.has_address:", ":", TESTS, "names_a_new_one"),
    Mutation(ADDRESS, "        _leave_without(scope, user_id, kept)\n", "", TESTS, "intruders_goes_all_the_same"),
    Mutation(
        ADDRESS,
        'row = _living(scope, str(payload["link"]))',
        "row = scope.read.execute(select(*_COLUMNS)).first()",
        TESTS,
        "not_mailed_any_more",
    ),
    Mutation(ADDRESS, "values(till_now))", "values(tries_left=0))", TESTS, "intruders_goes_all_the_same"),
    Mutation(
        "features/my_account/feature.py", "    drop_added_since=closing.drop_begun_since,\n", "", TESTS, "begun_since"
    ),
    Mutation(
        "features/notices/doubts.py",
        "to=address_at(scope, person, at - BEFORE)",
        "to=address_at(scope, person, at)",
        TESTS,
        "doubts_the_change",
    ),
    Mutation(
        "features/notices/doubts.py",
        "        version=person.credential_version,\n",
        "",
        TESTS,
        "that_is_over_keeps",
    ),
    Mutation(
        NOTICES, "if person is None or not person.is_open:", "if person is None:", "tests/notices", "closed_for_good"
    ),
    Mutation(
        "features/email_confirmation/service.py",
        "    if typed.user_id is not None:",
        "    if False:",
        "tests/my_account/test_address.py",
        "user_before_the_wish",
    ),
    Mutation(
        OPERATORS, "        _keep(scope, person, address, handle=handle)\n", "        pass\n", COMMAND, "takes_it_back"
    ),
    Mutation(OPERATORS, "    scope.undo()\n", "", "tests/my_account/test_operators.py", "nothing_is_left"),
    Mutation(
        "features/two_factor/templates/check.html",
        "values.is_done and current_user.has_address",
        "values.is_done",
        "tests/walks/test_without_address.py",
        "not_all_steps",
    ),
    Mutation("features/my_account/service.py", '"10/hour"))\n    held:', '"99/hour"))\n    held:', TESTS, "rl_12"),
    Mutation("features/two_factor/service.py", '"10/hour"))  # each', '"99/hour"))  # each', TESTS, "rl_12"),
    Mutation("features/two_factor/service.py", 'NEW_APPS = "20/hour"', 'NEW_APPS = "99/hour"', TESTS, "come_and_go"),
    Mutation(
        "features/passkeys/service.py", 'NEW_PASSKEYS = "20/hour"', 'NEW_PASSKEYS = "99/hour"', TESTS, "come_and_go"
    ),
)
