"""Rules that hold in every file, and who may break them, and why. Each rule is shown a break that it must find."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.architecture.test_source import Source, sources

Breaks = Callable[[Source], Iterator[int]]
"""The lines of a file that break a rule."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    says: str
    breaks: Breaks
    sample: str
    """What the rule must find in `features/login/service.py`, or it finds nothing at all."""
    allowed: Mapping[str, str] = field(default_factory=dict)
    """Files, or folders that end with a slash, and the reason."""

    def allows(self, place: str) -> bool:
        return any(place == each or (each.endswith("/") and place.startswith(each)) for each in self.allowed)


def _uses(*full: str) -> Breaks:
    return lambda source: (line for name, line in source.uses if name in full)


def _imports(module: str, name: str) -> Breaks:
    return lambda source: (each.line for each in source.imports if (each.module, each.name) == (module, name))


def _attributes(*names: str) -> Breaks:
    return lambda source: (
        node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and node.attr in names
    )


def _names(*names: str) -> Breaks:
    return lambda source: (
        node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.Name) and node.id in names
    )


def _words(*words: str) -> Breaks:
    return lambda source: (
        node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and node.value in words
    )


def _any(*each: Breaks) -> Breaks:
    return lambda source: (line for breaks in each for line in breaks(source))


def _inside(breaks: Breaks) -> Breaks:
    """Only behind the wall: in core, and in what a feature does, holds, states and refuses."""
    inner = {"service.py", "models.py", "errors.py", "events.py", "config.py", "outcomes.py"}
    return lambda source: (
        breaks(source)
        if source.place.startswith("core/") or (source.feature and source.place.split("/")[-1] in inner)
        else iter(())
    )


def _own_import_in_function(source: Source) -> Iterator[int]:
    return (each.line for each in source.imports if each.in_function and each.module.startswith("watchword"))


def _foreign_import_in_function(source: Source) -> Iterator[int]:
    return (each.line for each in source.imports if each.in_function and not each.module.startswith("watchword"))


def _markup_of_something(source: Source) -> Iterator[int]:
    """`Markup("…{}").format(x)` escapes x; `Markup(x)`, `Markup(f"…")` and `Markup("…" + x)` believe it."""
    for node in ast.walk(source.tree):
        is_markup = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Markup"
        if is_markup and not all(isinstance(each, ast.Constant) for each in node.args):
            yield node.lineno


def _counts_past_the_scope(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith("limits.take"):
            yield node.lineno


RULES = [
    Rule(
        says="only the shell ends a transaction",
        breaks=_attributes("commit", "rollback", "begin_nested"),
        sample="scope.commit()",
        allowed={
            "core/scope.py": "it is what the shell calls",
            "core/host_store.py": "ends what its own look began in a host's session",
            "core/limits_database.py": "counting has short transactions of its own",
            "web/blueprint.py": "the shell of pages",
            "features/outbox/worker.py": "the shell of jobs",
            "commands/": "the shell of commands",
            "features/two_factor/cli.py": "the shell of its command",
            "testing/people.py": "stands in for a shell",
        },
    ),
    Rule(
        says="`redirect()` is called in one place, which never follows a visitor's text (RED-01)",
        breaks=_any(
            _uses("flask.redirect", "werkzeug.utils.redirect", "werkzeug.routing.RequestRedirect"), _words("Location")
        ),
        sample="from flask import redirect\nredirect('/')",
        allowed={"web/redirects.py": "the one place"},
    ),
    Rule(
        says="cookies are set and cleared in one place",
        breaks=_any(_attributes("set_cookie", "delete_cookie"), _words("Set-Cookie")),
        sample="response.set_cookie('a', 'b')",
        allowed={"web/cookies.py": "the one place", "testing/people.py": "puts a cookie into a browser of a test"},
    ),
    Rule(
        says="cookies are read in one place, which refuses doubled ones (WEB-06)",
        breaks=_any(
            _uses("flask.request.cookies"),
            lambda source: (line for name, line in source.uses if name.startswith("flask.request.cookies.")),
            _uses("watchword.web.cookie_header.values_of"),
            _words("HTTP_COOKIE"),
        ),
        sample="from watchword.web.cookie_header import values_of\nvalues_of('a', asked)",
        allowed={
            "web/cookies.py": "the one place",
            "web/cookie_header.py": "takes the header apart, for that place alone",
        },
    ),
    Rule(
        says="only `login.proceed` starts a session",
        breaks=_uses("watchword.features.sessions.service.start"),
        sample="from watchword.features.sessions import service as sessions\nsessions.start(scope, 1)",
        allowed={
            "features/login/service.py": "the one way in",
            "testing/people.py": "signs in without a password, in tests",
        },
    ),
    Rule(
        says="an act is counted by `scope.take`, which writes a refusal down for operators",
        breaks=_counts_past_the_scope,
        sample="scope.limits.take(rate)",
        allowed={
            "core/scope.py": "the one place",
            "features/sms_codes/spending.py": "writes it down as a message that was refused",
        },
    ),
    Rule(
        says="the clock is the one source of time",
        breaks=_uses(
            *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
            *(f"time.{name}" for name in ("time", "time_ns", "gmtime", "localtime")),
            *("datetime.date.today", "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp"),
        ),
        sample="from datetime import datetime\ndatetime.now(UTC)",
        allowed={
            "core/clock.py": "the one source",
            "commands/check_database.py": "compares the clock of the database with this machine's",
        },
    ),
    Rule(
        says="nothing is printed, but by what talks to a terminal",
        breaks=_names("print"),
        sample="print('here')",
        allowed={
            "app/server.py": "says where it is",
        },
    ),
    Rule(
        says="behind the wall nobody sees a request or builds a URL",
        breaks=_inside(_names("request", "current_app", "url_for", "render_template", "g")),
        sample="def f(): return request.form",
    ),
    Rule(
        says="what belongs to one request is kept in web/request_state.py: requests may share flask.g",
        breaks=_imports("flask", "g"),
        sample="from flask import g\ng._watchword_visitor = 1",
        allowed={"web/request_state.py": "tells the requests that share it apart"},
    ),
    Rule(
        says="our own modules are imported on top, so that the contracts see them",
        breaks=_any(_own_import_in_function, _uses("importlib.import_module")),
        sample="def f():\n    from watchword.core import db",
        allowed={
            "__init__.py": "public names are loaded when first used (PEP 562)",
            "testing/__init__.py": "as above",
            "built_in.py": "a feature that is not listed is not imported",
            "docs.py": "loads all that may state a refusal",
            "commands/group.py": "the ready-to-run app is optional, and a start pays for no command",
            "core/db.py": "the dialect of one database, never both: nothing of ours",
            "core/prepared.py": "how one driver is asked, which may not be there",
            "core/later.py": "what a start does without; type checkers see it all the same",
        },
    ),
    Rule(
        says="packages are imported on top",
        breaks=_foreign_import_in_function,
        sample="def f():\n    import fido2",
        allowed={
            "migrations/__init__.py": "an up-to-date start doesn't pay for Alembic",
            "core/legacy_hashes.py": "an extra, for as long as such hashes are left",
            "features/accounts/breached_passwords.py": "an extra, where its setting is on",
            "features/notices/places.py": "an extra, for operators who have a file of places",
            "features/sms_codes/numbers.py": "an extra, where a sender is named",
            "core/limits_redis.py": "an extra, for operators who count in Redis",
            "features/accounts/addresses.py": "a start needs none of its tables",
            "core/domains.py": "as above",
            "app/metrics.py": "many sites never open the page, and a start needs none of it",
        },
    ),
    Rule(
        says="markup is written, never made of values",
        breaks=_markup_of_something,
        sample="Markup(f'<b>{name}</b>')",
        allowed={
            "web/catalogs.py": "translations are ours and may hold markup; their values are escaped",
            "web/parts.py": "a template, which escapes, has drawn it",
            "web/mails.py": "as above",
            "web/icons.py": "our own drawings",
        },
    ),
    Rule(
        says="templates are files, and escape",
        breaks=_uses("flask.render_template_string", "flask.stream_template_string", "jinja2.Template"),
        sample="from flask import render_template_string\nrender_template_string(x)",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_the_rule_is_kept(rule):
    broken = [
        f"{source.place}:{line}"
        for source in sources()
        if not rule.allows(source.place)
        for line in rule.breaks(source)
    ]

    assert not broken, f"{rule.says}:\n" + "\n".join(broken)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_the_rule_finds_a_break(rule):
    assert list(rule.breaks(Source("features/login/service.py", rule.sample)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_nobody_is_allowed_what_nobody_does(rule):
    breakers = {source.place for source in sources() if any(True for _ in rule.breaks(source))}
    idle = [each for each in rule.allowed if not any(place.startswith(each) for place in breakers)]

    assert not idle
