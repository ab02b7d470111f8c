"""Lines that keep names and addresses from being taken for somebody else's."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

TESTS = "tests/attacks/test_names.py"

NAMES = (
    Mutation("core/domains.py", " or earlier not in {None, found}", "", TESTS, "idn_01"),
    Mutation(
        "web/mails.py",
        "domain=ascii_domain(domain))",
        'domain=domain.encode("idna").decode())',
        TESTS,
        "kept_with_such_a_domain",
    ),
    Mutation(
        "features/accounts/addresses.py",
        '        domain = ascii_domain(typed.rpartition("@")[2])\n',
        "        domain = found.ascii_domain.lower()\n",
        TESTS,
        "idn_01",
    ),
)
