"""Lines that keep a host's requests, rows and browsers apart, and passwords out of what its operators read."""

from __future__ import annotations

from tests.attacks.mutations import Mutation

MASKING = "tests/cli/test_masking.py"
CACHES = "tests/hosts/test_caches.py"
PREPARED, PSYCOPG = "core/prepared.py", "core/prepared_psycopg.py"
SIGN_IN = "features/login/templates/sign_in.html"
PARTS = "tests/web/test_parts.py"
HEARD = "tests/core/test_prepared_heard.py"
COOKIES, READ_COOKIES = "web/cookie_header.py", "tests/web/test_cookie_header.py"
SQLITE, ON_SQLITE = "core/prepared_sqlite.py", "tests/core/test_prepared_sqlite.py"
STRAIGHT, ON_POSTGRES = "tests/core/test_prepared.py", "tests/core/test_prepared_psycopg.py"

HOSTS = (
    Mutation("web/headers.py", 'f"{cached}, private"', "cached", CACHES, "how_long"),
    Mutation(
        "assembly.py",
        "setdefault(None, []).insert(0, cookies.apply)",
        "setdefault(None, []).append(cookies.apply)",
        CACHES,
        "earlier_hook",
    ),
    Mutation("web/cookies.py", "    if kept.visitor is not None:", "    if False:", CACHES, "next_visitor"),
    Mutation("web/headers.py", 'headers.add("Cache-Control", "private")', "pass", CACHES, "next_visitor"),
    Mutation("web/headers.py", 'headers.add("Vary", "Cookie")', "pass", CACHES, "next_visitor"),
    Mutation("web/headers.py", '[*headers.getlist("Vary"), "Cookie"]', '["Cookie"]', CACHES, "varies_by"),
    Mutation(
        "web/parts.py",
        "            return template.make_module(context.get_all(), shared=True)",
        "            pass",
        "tests/web/test_parts.py",
        "macros_of_a_host",
    ),
    Mutation("web/parts.py", " and all(_is_all_ours(each) for each in _named_in(file))", "", PARTS, "macros_of_a_host"),
    Mutation("web/parts.py", "kept.get(key) if keep else None", "kept.get(key)", PARTS, "typed_into"),
    Mutation(
        SIGN_IN,
        '"watchword/login/new_here.html", keep=not next,',
        '"watchword/login/new_here.html",',
        PARTS,
        "wants_to_go",
    ),
    Mutation(SIGN_IN, "keep=not next and not way.is_last", "keep=not way.is_last", PARTS, "wants_to_go"),
    Mutation("web/parts.py", "CSRF: lambda: _HOLE", "CSRF: context[CSRF]", PARTS, "made_anew"),
    Mutation(
        "web/forms.py",
        "self.status == HTTPStatus.OK and not any(field.data for field in self)",
        "True",
        PARTS,
        "typed_into",
    ),
    Mutation(PREPARED, " or _is_heard(connection)", "", HEARD, "who_listens or who_reads"),
    Mutation(PREPARED, " or moves_tables(connection)", "", STRAIGHT, "tables_are_moved"),
    Mutation(PREPARED, "    if connection._echo:  #", "    if False:  #", HEARD, "who_reads_the_log"),
    Mutation(PREPARED, " or place.in_nested_transaction()", "", ON_POSTGRES, "in_a_savepoint"),
    Mutation(PREPARED, "    if place.new or ", "    if ", STRAIGHT, "waits_to_be_flushed"),
    Mutation(PREPARED, "if given.keys() != self.names:", "if False:", STRAIGHT, "without_a_place"),
    Mutation(PREPARED, "return is_gone or bool(", "return bool(", STRAIGHT, "that_died"),
    Mutation(
        PREPARED, "return is_gone or bool(self.dialect.dispatch.handle_error)", "return True", STRAIGHT, "asked_twice"
    ),
    Mutation(PREPARED, "bool(self.dialect.dispatch.handle_error)", "False", HEARD, "listens_to_faults"),
    Mutation(COOKIES, "return None if '\"' in header else header", "return header", READ_COOKIES, "werkzeug_reads"),
    Mutation(COOKIES, "    if type(asked) is not Request:", "    if False:", READ_COOKIES, "own_class"),
    Mutation(
        PREPARED,
        "return connection if is_alone or connection.in_transaction() else None",
        "return connection",
        STRAIGHT,
        "waits_for_its_commit",
    ),
    Mutation(PREPARED, "    if place.dispatch.do_orm_execute:", "    if False:", HEARD, "what_sessions_execute"),
    Mutation(PREPARED, "    _refuse_what_changes(made, names)\n", "", STRAIGHT, "at_each_use or without_a_place"),
    Mutation(PREPARED, "hide_parameters=True", "hide_parameters=False", STRAIGHT, "hides_the_values"),
    Mutation(SQLITE, "        if len(columns) < _WORTH_PACKING:", "        if True:", ON_SQLITE, "as_one_value"),
    Mutation(SQLITE, "sqlite_version_info < _JSON_IN_ALL", "sqlite_version_info < ()", ON_SQLITE, "without_json"),
    Mutation(PSYCOPG, "return not has_failed and bool(super()", "return bool(super()", ON_POSTGRES, "whoever"),
    Mutation(PSYCOPG, "error.sqlstate in _PREPARED_NO_MORE", "error.sqlstate", ON_POSTGRES, "outlives_a_refusal"),
    Mutation(PSYCOPG, ' and "gevent.monkey" not in sys.modules', "", ON_POSTGRES, "among_greenlets"),
    Mutation(PSYCOPG, "            self._prepared.clear()", "            pass", ON_POSTGRES, "somebody_dropped"),
    Mutation(PSYCOPG, "ByLibpq if is_ours and", "ByLibpq if", ON_POSTGRES, "on_a_hosts_connections or neither_do_we"),
    Mutation("core/db.py", '{"prepare_threshold": None} if is_psycopg else {}', "{}", ON_POSTGRES, "rollback_drops"),
    Mutation(
        "core/declared.py",
        '    return _USERINFO.sub(r"\\1***@", text)',
        "    return text",
        MASKING,
        "no_setting_shows",
    ),
    Mutation(
        "core/db.py",
        "    if isinstance(url, str) and _ends_a_password_early(url, address):",
        '    if "@" in (address.host or ""):',
        MASKING,
        "cut_wrongly",
    ),
    Mutation(
        "web/parts.py",
        'return is_steady() and all(_home_of(context[each]) == "watchword" for each in (*SEEN, *CALLED))',
        "return is_steady()",
        "tests/web/test_parts.py",
        "under_a_name_of_ours",
    ),
    Mutation(
        "features/login/held.py",
        "return not isinstance(only_with, HasRow) or only_with in self._rows",
        "return only_with is None or only_with in self._rows",
        "tests/login/test_order.py",
        "spares_a_step",
    ),
    Mutation(
        "web/request_state.py",
        "        holder: object = this_request()",
        "        holder: object = context",
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
    Mutation(
        "core/host_store.py",
        "            with session.no_autoflush:\n                yield session",
        "            yield session",
        "tests/hosts/test_requests.py",
        "half_made",
    ),
    Mutation(
        "core/host_store.py",
        "            if not was_open:\n",
        "            if False:\n",
        "tests/hosts/test_requests.py",
        "no_transaction_that_was_not_there",
    ),
    Mutation(
        "core/host_store.py",
        "            _end_a_look(session)\n\n    def record",
        "            pass\n\n    def record",
        "tests/hosts/test_session.py",
        "lock_itself_out",
    ),
    Mutation(
        "features/sessions/who_asks.py",
        "    if scope.writing:\n        with scope.db.no_autoflush:",
        "    if scope.writing:\n        return None\n        with scope.db.no_autoflush:",
        "tests/hosts/test_requests.py",
        "beside_an_open_write",
    ),
    Mutation(
        "core/db.py",
        '            connection.exec_driver_sql("BEGIN IMMEDIATE")\n\n    # The driver',
        "            pass\n\n    # The driver",
        "tests/hosts/test_engine.py",
        "takes_the_write_lock",
    ),
    Mutation(
        "features/sessions/routes.py",
        'return {} if hasattr(_app(), "login_manager") else _ours()',
        "return _ours()",
        "tests/hosts/test_neighbours.py",
        "keeps",
    ),
    Mutation(
        "features/sessions/routes.py",
        "    state.app.template_context_processors[state.name_prefix].append(_ours)",
        "    pass",
        "tests/hosts/test_neighbours.py",
        "keeps",
    ),
)
