"""Which line defends against which attack: each is broken in turn, and the attack's test must then fail.

Read it as documentation. A line that changes must be changed here too: the runner says so when it doesn't find it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """In *file* (below src/watchword), *line* becomes *broken*; the tests that *select* names must notice."""

    file: str
    line: str
    broken: str
    tests: str
    select: str


def m(file: str, line: str, broken: str, select: str, tests: str = "") -> Mutation:
    """*select* is pytest's -k; *tests* defaults to the file that holds attacks of that group."""
    return Mutation(file, line, broken, tests or f"tests/attacks/{_FILES.get(select[:3], 'test_requests.py')}", select)


_FILES = {
    **dict.fromkeys(("enu", "idn", "pwd", "pre"), "test_accounts.py"),
    **dict.fromkeys(("ses", "az_"), "test_sessions.py"),
    **dict.fromkeys(("red", "rl_"), "test_guessing.py"),
    "tok": "test_links.py",
}


ACCOUNTS, SESSIONS, LOGIN = "features/accounts", "features/sessions", "features/login"
REGISTRATION, MY_ACCOUNT = "features/registration", "features/my_account"
MOUNTED = "tests/walks/test_mounted.py"

MUTATIONS = (
    # finding out who has an account
    m(
        "core/passwords.py",
        "self._matches(stored or self._decoy, password)",
        "self._matches(stored or '', password)",
        "whole_hash",
        "tests/core/test_passwords.py",
    ),
    m(
        f"{ACCOUNTS}/service.py",
        "scope.hasher.verify(person.password_hash if person else None, prepare(password))",
        "bool(person and scope.hasher.verify(person.password_hash, prepare(password)))",
        "enu_02",
    ),
    m(
        f"{REGISTRATION}/service.py",
        "    if owner is not None:\n        scope.send(",
        "    if owner is not None and False:\n        scope.send(",
        "idn_01",
    ),
    # open redirects
    m("web/redirects.py", 'not re.match(r"/(?!/)", wanted)', "False", "red_01"),
    m("web/redirects.py", "or _ODD.search(wanted)", "", "red_01"),
    m("web/redirects.py", "or not _is_plain(parts.path)", "", "red_01"),
    m("web/redirects.py", "found if len(found) <= _LONGEST else None", "found", "red_01_a_page_too_long"),
    m("web/redirects.py", 'lowered.replace("%2e", ".")', "path", "not_a_path", "tests/web/test_redirects.py"),
    m("web/redirects.py", "\\ud800-\\udfff", "", "not_a_path", "tests/web/test_redirects.py"),
    m("web/redirects.py", "request.script_root + request.path", "request.path", "leads_back", MOUNTED),
    m("web/redirects.py", "asked.removeprefix(root)", "asked", "interrupted", MOUNTED),
    m("web/blueprint.py", " or not _is_text(request.query_string)", "", "red_02_a_query"),
    # sessions
    m(
        "features/login/service.py",
        '        sessions.end_secret(scope, scope.caller.session, reason="signed_in_again")',
        "        pass",
        "second_sign_in",
        "tests/login/test_service.py",
    ),
    m("features/login/responses.py", "            cookies.pre_renew()", "            pass", "ses_01"),
    m(f"{LOGIN}/devices.py", "    secret = new_token()", "    secret = scope.caller.device or new_token()", "ses_01"),
    m(
        f"{LOGIN}/routes.py",
        '    sessions.end_secret(scope(), scope().caller.session or "", reason="signed_out")',
        "    pass",
        "ses_04",
    ),
    m(
        f"{MY_ACCOUNT}/service.py",
        '    sessions.end_others(scope, person.id, user.session, reason="password_changed")',
        "    pass",
        "ses_06",
    ),
    m(
        f"{MY_ACCOUNT}/service.py",
        "    renewed = sessions.renew(scope, user.session)",
        "    renewed = scope.caller.session or ''",
        "ses_02",
    ),
    m(f"{SESSIONS}/who_asks.py", " & _USER.c.closed_at.is_(None))", ")", "ses_08"),
    m(f"{SESSIONS}/who_asks.py", "if scope.now - row.renewed_at <= GRACE:", "if True:", "ses_12"),
    m(
        f"{SESSIONS}/who_asks.py",
        "now < row.expires_at and now - row.seen_at < idle",
        "now < row.expires_at",
        "ses_15",
    ),
    m(
        f"{SESSIONS}/service.py",
        "    ours = (UserSession.handle == handle) & (UserSession.user_id == user_id)",
        "    ours = UserSession.handle == handle",
        "az_01",
    ),
    m("core/safety.py", "        if weakness:", "        if False:", "ses_16"),
    m("core/crypto.py", "for raw in reversed(self._raw)]", "for raw in self._raw]", "ses_17"),
    m(
        "core/crypto.py",
        '        if not _is_canonical(text.rpartition(".")[2]):\n            return None\n',
        "",
        "tok_20",
    ),
    m("core/crypto.py", 'purpose.encode() + b"\\x01"', 'b"\\x01"', "purpose", "tests/core/test_crypto.py"),
    # names, addresses, passwords
    m(f"{ACCOUNTS}/names.py", "and _is_one_script(key)", "", "idn_02"),
    m(f"{ACCOUNTS}/names.py", "    _refuse_reserved(key)", "    pass", "idn_02 or idn_09"),
    m(
        f"{ACCOUNTS}/addresses.py",
        'or text.count("@") != 1 or _ODD.intersection(text)',
        'or text.count("@") != 1',
        "idn_03",
    ),
    m(
        f"{ACCOUNTS}/password_rules.py",
        "    if len(text) > LONGEST:\n        raise PasswordTooLong",
        "    if False:\n        raise PasswordTooLong",
        "pwd_01",
    ),
    m(f"{ACCOUNTS}/password_rules.py", 'return unicodedata.normalize("NFC", text)', "return text", "pwd_06"),
    m(f"{LOGIN}/service.py", "    if stronger is not None:", "    if False:", "pwd_09"),
    m(f"{MY_ACCOUNT}/service.py", "    if not login.check_again(scope, person, current):", "    if False:", "pwd_03"),
    m("web/forms.py", "    if len(field.raw_data or ()) > 1:", "    if False:", "idn_04"),
    # registering and mailed links
    m(
        f"{REGISTRATION}/service.py",
        "row.password_hash if same_browser else _hash_from_owner(scope, row, password)",
        "row.password_hash",
        "stranger_who_registered_first_does_not",
        "tests/registration",
    ),
    m(
        f"{REGISTRATION}/service.py",
        '        "code": TypedCode(code, browser).kept,',
        '        "code": code,',
        "tok_12 or tok_13 or code",
        "tests/registration",
    ),
    m(
        f"{REGISTRATION}/service.py",
        '        "link": fingerprint(link),\n        "browser"',
        '        "link": link,\n        "browser"',
        "the_link_makes",
        "tests/registration",
    ),
    m(
        f"{REGISTRATION}/service.py",
        "    if not _mail_has_room(scope, limit_key(address.typed)):",
        "    if _mail_has_room(scope, limit_key(address.typed)) is None:",
        "rl_12",
    ),
    m(f"{ACCOUNTS}/addresses.py", "{local.partition('+')[0].replace('.', '')}@{domain}", "{local}@{domain}", "rl_12"),
    m("features/email_confirmation/routes.py", "    hide_address()", "    pass", "tok_03"),
    m(
        "web/links.py",
        "    base = setup().site.public_url",
        "    from flask import request\n    base = request.host_url if request else 'http://evil.test'",
        "tok_01",
    ),
    m(
        f"{ACCOUNTS}/service.py",
        "upsert.on_conflict_do_nothing().returning",
        "upsert.returning",
        "adds_nobody",
        "tests/accounts/test_service.py",
    ),
    # requests
    m("web/blueprint.py", "    request.max_content_length = MAX_BODY", "    pass", "rl_14"),
    m("web/blueprint.py", '.count(b"&") >= MAX_FIELDS', '.count(b"&") >= 10**9', "rl_14"),
    # what a browser may be made to send
    m(
        "web/csrf.py",
        "return len(raw) == 2 * _BYTES and hmac.compare_digest(_xor(raw[:_BYTES], raw[_BYTES:]), _right())",
        "return True",
        "web_01",
    ),
    m(
        "web/csrf.py",
        "    if origin is not None and origin_of(origin) not in _our_origins():",
        "    if False:",
        "web_05",
    ),
    m(
        "web/csrf.py",
        '    if site is not None and site != "same-origin":',
        "    if False:",
        "another_site",
        "tests/web/test_requests.py",
    ),
    m("web/blueprint.py", "    if cookies.any_twice() or ", "    if ", "web_06"),
    m("web/cookies.py", "httponly=True", "httponly=False", "web_08"),
    m("web/cookies.py", "return setup().cookie_prefix + cookie", "return cookie", "web_08"),
    m("web/headers.py", '"Cache-Control": "no-store", ', "", "web_09"),
    m("web/headers.py", "frame-ancestors 'none'; ", "", "web_09"),
)
