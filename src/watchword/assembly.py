"""What `Watchword.init_app` puts together. Loaded then: an import of the front door needs no tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask
from jinja2 import BaseLoader, FileSystemLoader, PrefixLoader

from watchword import start
from watchword.built_in import STANDARD, load, names_from
from watchword.commands.group import HostCommands
from watchword.commands.shell import at_hand
from watchword.core.config import ConfigError, Problem, Settings
from watchword.core.crypto import Keys
from watchword.core.db import guest_engines
from watchword.core.events import Event
from watchword.core.feature import Feature
from watchword.core.host_store import HostDatabase, HostStore
from watchword.core.passwords import Argon2, Bound, Hasher
from watchword.core.problems import DATABASE_NOT_READY, FEATURE_NEEDS
from watchword.core.scope import Tools
from watchword.core.site import SiteConfig
from watchword.core.store import GuestStore, OwnStore, Store
from watchword.delivery import Delivery
from watchword.features.accounts.config import PasswordConfig
from watchword.features.outbox import service as outbox
from watchword.migrations import upgrade
from watchword.web import context, cookies, errors, headers, sessions
from watchword.web.blueprint import ORIGINAL, guard
from watchword.web.catalogs import Catalogs
from watchword.web.instance import database_url
from watchword.web.proxies import TrustedProxies
from watchword.web.request_state import end_context, end_request
from watchword.web.setup import EXTENSION, Setup
from watchword.web.signals import announce

if TYPE_CHECKING:
    from watchword.extension import Watchword

WEB = Path(__file__).parent / "web"


def assemble(given: Watchword, app: Flask) -> None:
    """Read the settings, open the database, bring the pages of what *given* asks for to *app*."""
    features = _chosen(given, app)
    config = start.settings_of(app, features)
    start.judge(app, config, owns_database=given.db is None and given.engine is None, hasher=given.hasher)
    store = _store(given, app, config)
    delivery = Delivery(app, features, given.carrier)
    setup = Setup(
        tools=_tools(given, config, store, features=features, delivery=delivery),
        features=tuple(features),
        catalogs=Catalogs(config[SiteConfig].locale),
        proxies=TrustedProxies(config[SiteConfig].trusted_proxies),
        visitor=next((each.visitor for each in features if each.visitor), None),
        sign_in_endpoint=next((each.sign_in_endpoint for each in features if each.sign_in_endpoint), None),
        delivery=delivery,
    )
    app.extensions[EXTENSION] = setup
    _bring_pages(app, setup, given.url_prefix)
    app.shell_context_processor(lambda: at_hand(store, given.db))
    app.cli.add_command(HostCommands(command for each in features for command in each.commands))


def own_whole_site(app: Flask) -> None:
    """Protect and theme every page of *app*, not only ours."""
    site = app.extensions[EXTENSION]
    site.owns_site = True
    errors.register(app)
    app.after_request(headers.protect)
    app.before_request(guard)
    app.context_processor(context.values)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-watchword-flash" if site.secure else "watchword-flash",
        SESSION_COOKIE_SECURE=site.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )


def _chosen(given: Watchword, app: Flask) -> list[Feature]:
    wanted = given.features
    if wanted is None:
        said = app.config.get("WATCHWORD_FEATURES")
        wanted = names_from(said) if isinstance(said, str) and said else STANDARD
    listed = list(wanted)
    found = load(each for each in listed if isinstance(each, str))
    found += [each for each in listed if isinstance(each, Feature)]
    _check_needs(found)
    return found


def _store(given: Watchword, app: Flask, config: Settings) -> Store:
    if given.db is not None:
        return _host_store(app, given.db)
    if given.engine is not None:
        return GuestStore(guest_engines(given.engine))
    url = database_url(config[SiteConfig].database_url, start.folder_of(app))
    store = OwnStore(start.open_database(url))
    if url.startswith("sqlite") and not config[SiteConfig].in_production:
        upgrade(store.engines.write)
    return store


def _tools(
    given: Watchword, config: Settings, store: Store, *, features: Sequence[Feature], delivery: Delivery
) -> Tools:
    site = config[SiteConfig]

    def after_commit(events: Sequence[Event], posted: int) -> None:
        announce(events)
        delivery.see_to(posted)

    return Tools(
        store=store,
        config=config,
        clock=given.clock,
        hasher=given.hasher or _hasher(config[PasswordConfig]),
        limits=start.open_limits(site, store, given.clock),
        keys=Keys(site.secret_key, site.secret_key_fallbacks, given.clock),
        post=outbox.post,
        features=tuple(features),
        listeners=tuple(each for feature in features for each in feature.listeners),
        login_steps=tuple(each for feature in features for each in feature.login_steps),
        last_steps=tuple(each for feature in features for each in feature.last_steps),
        second_factors=tuple(each for feature in features for each in feature.second_factors),
        ways_in=tuple(each for feature in features for each in feature.ways_in),
        policies={**_policies(features), **given.policies},
        after_commit=after_commit,
    )


def _policies(features: Sequence[Feature]) -> dict[str, Callable[..., Any]]:
    return {name: policy for feature in features for name, policy in feature.policies.items()}


def _host_store(app: Flask, db: HostDatabase) -> HostStore:
    store = HostStore(db)
    try:
        with app.app_context():
            store.watch()
    except (RuntimeError, KeyError) as error:
        raise ConfigError([_db_not_ready(error)]) from error
    return store


class _Pages(Blueprint):
    """The parent of all feature blueprints; brings the shared templates and static files."""

    @property
    def jinja_loader(self) -> BaseLoader | None:
        shared = FileSystemLoader(WEB / "templates")
        return PrefixLoader({"watchword": shared, ORIGINAL: shared})

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year, whatever *filename*: its address changes with its content (see `addresses.asset`)."""
        del filename
        return 365 * 24 * 3600


def _bring_pages(app: Flask, setup: Setup, url_prefix: str | None) -> None:
    pages = _Pages("watchword", __name__, static_folder=str(WEB / "static"), static_url_path="/watchword/static")
    for feature in setup.features:
        if feature.blueprint is not None:
            pages.register_blueprint(feature.blueprint)
        if feature.root_blueprint is not None:
            app.register_blueprint(feature.root_blueprint)
    pages.context_processor(context.values)
    pages.after_request(headers.protect)
    errors.register(pages)
    errors.answer_refusals(app)  # guards stand on a host's views; its other errors stay its own
    app.register_blueprint(pages, url_prefix=url_prefix)
    sessions.quieten(app)
    app.after_request_funcs.setdefault(None, []).insert(0, cookies.apply)  # the last of all: others may ask who it is
    app.teardown_request(end_request)
    app.teardown_appcontext(end_context)


def _db_not_ready(error: Exception) -> Problem:
    return Problem(
        code=DATABASE_NOT_READY,
        setting="db",
        what=f"The given db has no engine for this app yet. It says: {error}",
        why="Watchword works in the session of that db, so it must be set up first.",
        fix="db.init_app(app)  # before Watchword(app, db=db)",
    )


def _hasher(config: PasswordConfig) -> Hasher:
    bound = Bound(config.hashes_at_once, config.hashes_waiting, config.hash_patience.total_seconds())
    return Argon2(bound=bound, pepper=config.flask_security_salt)


def _needs(feature: Feature, missing: Sequence[str]) -> Problem:
    wanted = ", ".join(missing)
    return Problem(
        code=FEATURE_NEEDS,
        setting="WATCHWORD_FEATURES",
        what=f"The feature {feature.name} needs {wanted}.",
        why=f"{feature.summary} It stands on what is missing.",
        fix=f"List {wanted} too, or take {feature.name} out.",
    )


def _check_needs(features: Sequence[Feature]) -> None:
    names = {each.name for each in features}
    for each in features:
        missing = [need for need in each.needs if need not in names]
        if missing:
            raise ConfigError([_needs(each, missing)])
