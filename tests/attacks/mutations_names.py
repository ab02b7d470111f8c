"""Lines that keep names and addresses from being taken for somebody else's."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS, ACCOUNTS = "tests/attacks/test_names.py", "features/accounts"

NAMES = (
    Mutation(
        "core/addresses.py",
        "return ascii_domain(host)",
        'return host.encode("idna").decode("ascii")',
        "tests/core/test_domains.py",
        "read_as_two",
    ),
    Mutation("core/domains.py", " or earlier not in {None, found}", "", TESTS, "idn_01"),
    Mutation(
        "web/mails.py",
        "domain=ascii_domain(domain))",
        'domain=domain.encode("idna").decode())',
        TESTS,
        "kept_with_such_a_domain",
    ),
    Mutation(
        f"{ACCOUNTS}/addresses.py",
        '        domain = ascii_domain(typed.rpartition("@")[2])\n',
        "        domain = found.ascii_domain.lower()\n",
        TESTS,
        "idn_01",
    ),
    Mutation(f"{ACCOUNTS}/addresses.py", " or has_unseen(text):", ":", TESTS, "not_seen"),
    Mutation(f"{ACCOUNTS}/names.py", "    if has_unseen(text) or any(", "    if any(", TESTS, "not_seen"),
    Mutation(f"{ACCOUNTS}/names.py", " or has_hidden_marks(typed):", ":", TESTS, "mark_that_hides or nobody_registers"),
    Mutation(
        f"{ACCOUNTS}/unseen.py",
        "    if _DOTTED.fullmatch(base) and _DOT_ABOVE in marks:",
        "    if False:",
        TESTS,
        "hides",
    ),
    Mutation(f"{ACCOUNTS}/unseen.py", " and not all(map(_USUAL.match, marks))", " and False", TESTS, "hides"),
    Mutation(f"{ACCOUNTS}/names.py", "    if _has_strange_digits(key):", "    if False:", TESTS, "digit_of_another"),
    Mutation(f"{ACCOUNTS}/names.py", "if not one.isdecimal())", 'if one not in "0123456789")', TESTS, "any_alphabet"),
    Mutation(f"{ACCOUNTS}/names.py", "key.translate(_DOTLESS)", "key", TESTS, "the_dot_of or without"),
    Mutation(f"{ACCOUNTS}/names.py", '_OWN_DOT.sub(r"\\1", ', "str(", TESTS, "the_dot_of"),
)
