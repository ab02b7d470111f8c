"""Which line keeps strangers, edited cookies and odd links out, and one failure from stopping everybody else's turn."""

from __future__ import annotations

from tests.attacks.mutations import ACCOUNTS, LOGIN, REGISTRATION, SESSIONS, Mutation

PEOPLE, COOKIES, LINKS = (f"tests/attacks/test_{name}.py" for name in ("accounts", "sessions", "links"))
ODD, RESET, KEYS = (
    "tests/attacks/test_odd_tokens.py",
    "tests/attacks/test_reset.py",
    "tests/attacks/passkeys/test_challenges.py",
)

BACK_IN = (
    Mutation(
        f"{LOGIN}/service.py",
        "    person = accounts.find(scope, identifier)\n",
        "    person = accounts.find(scope, identifier)\n"
        "    if person is not None and not person.is_open:\n        raise LoginNotWaiting\n",
        PEOPLE,
        "enu_01",
    ),
    Mutation(
        "features/passkeys/sign_in.py",
        "Wanted(site, challenge)), ticket",
        "Wanted(site, challenge, keys.of_user(scope, 1))), ticket",
        KEYS,
        "enu_08",
    ),
    Mutation(
        f"{LOGIN}/routes.py",
        "ways_in=responses.ways_in())",
        'ways_in=[] if form.identifier.data == "nobody" else responses.ways_in())',
        PEOPLE,
        "enu_10",
    ),
    Mutation(
        "web/forms.py",
        'request.form if request.method == "POST" else interrupted.typed(request.path)',
        "request.values",
        PEOPLE,
        "enu_10",
    ),
    Mutation(
        f"{SESSIONS}/service.py",
        "    secret = new_token()\n    config = scope.config[SessionConfig]",
        "    secret = scope.caller.session or new_token()\n    config = scope.config[SessionConfig]",
        COOKIES,
        "ses_03",
    ),
    Mutation("core/tokens.py", '"\\x00".join(parts).encode', '"\\x00".join(parts)[:40].encode', COOKIES, "ses_14"),
    Mutation(f"{LOGIN}/forms.py", 'N_("Enter your email or user name."), 320)', 'N_(""), 32_000)', COOKIES, "ses_18"),
    Mutation(
        f"{LOGIN}/guessing.py",
        'scope.keys.keyed("sign-in-name", accounts.typed_key(typed))',
        "accounts.typed_key(typed)",
        COOKIES,
        "ses_18",
    ),
    Mutation(
        f"{LOGIN}/responses.py",
        "cookies.pre_set(waiting=waiting,",
        'cookies.pre_set(typed=dict(request.form) and request.form["password"], waiting=waiting,',
        COOKIES,
        "ses_19",
    ),
    Mutation(f"{SESSIONS}/service.py", "handle or new_handle()", "handle or secret", COOKIES, "ses_21"),
    Mutation("features/password_reset/routes.py", "if len(token) <= _LONGEST_TOKEN:", "if True:", ODD, "tok_08"),
    Mutation(
        "features/password_reset/service.py", "if not isinstance(token, str):", "if token is None:", ODD, "tok_08"
    ),
    Mutation("features/notices/service.py", "if not isinstance(token, str):", "if token is None:", ODD, "tok_08"),
    Mutation(
        f"{REGISTRATION}/service.py",
        "return token if isinstance(token, str) else None",
        "return token",
        ODD,
        "tok_08",
    ),
    Mutation(
        "features/my_account/address.py",
        "return token if isinstance(token, str) else None",
        "return token",
        ODD,
        "tok_08",
    ),
    Mutation(
        "core/crypto.py",
        "        signer = self._signers.get(purpose)\n",
        '        purpose = ""\n        signer = self._signers.get(purpose)\n',
        RESET,
        "tok_09",
    ),
    Mutation(
        "features/password_reset/service.py",
        "typed = (ResetLink.browser == fingerprint(browser), ResetLink.code == fingerprint(browser, digits))",
        "typed = (ResetLink.browser == fingerprint(browser),)",
        RESET,
        "tok_10",
    ),
    Mutation(
        f"{REGISTRATION}/routes.py",
        "            service.confirm_by_link(scope(), link, _browser(), password=password, username=name)\n",
        "            user = service.confirm_by_link(scope(), link, _browser(), password=password, username=name)\n"
        "            from watchword.features.sessions import service as sessions\n"
        '            cookies.keep_session(sessions.start(scope(), user, ["pwd"], remembered=False), remembered=False)\n',
        LINKS,
        "tok_14",
    ),
    # who may read the numbers
    Mutation("app/metrics.py", "if not token or ", "if ", "tests/app/test_metrics.py", "blank_token"),
    Mutation(
        "app/metrics.py", "return compare_digest(", "return bool(", "tests/app/test_metrics.py", "without_the_token"
    ),
    # the worker
    Mutation(
        "core/scope.py",
        "            self.undo()\n            log.error",
        "            log.error",
        "tests/core/test_scope.py",
        "one_by_one",
    ),
    Mutation(
        f"{ACCOUNTS}/closing.py",
        "User.id == user_id, User.closes_at <= scope.now).values(values)",
        "User.id == user_id).values(values)",
        "tests/my_account/test_closing.py",
        "kept_before",
    ),
    Mutation(
        "delivery.py",
        "if posted or (has_request_context() and not self.thread.is_running):",
        "if posted:",
        "tests/outbox/test_worker_thread.py",
        "another_left",
    ),
)
