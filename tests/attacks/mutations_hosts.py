"""Lines that keep a host's requests, rows and browsers apart."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

HOSTS = (
    Mutation(
        "web/request_state.py",
        "    found: Request | None = request._get_current_object() if has_request_context() else None",
        "    found: Request | None = None",
        "tests/web/test_request_state.py",
        "pushed_request",
    ),
    Mutation(
        "core/safety.py",
        "    if around.cheap_hash and site.in_production:",
        "    if False:",
        "tests/testing/test_plugin.py",
        "refuses_cheap_hashes",
    ),
    Mutation(
        "core/host_store.py",
        "        return bool(_connection(session).info.get(_WROTE))",
        "        return False",
        "tests/hosts/test_session.py",
        "is_a_mistake",
    ),
    Mutation(
        "core/host_store.py",
        "committed = session.info.pop(_COMMITTED, False)",
        "committed = True",
        "tests/hosts/test_session.py",
        "really_committed",
    ),
    Mutation(
        "core/host_store.py",
        "    if not session.in_nested_transaction():",
        "    if True:",
        "tests/hosts/test_session.py",
        "really_committed",
    ),
)
