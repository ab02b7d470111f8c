"""Every host app of `examples/` starts, and lets a person in as it should."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.pool import StaticPool

from tests.examples.walk import EXAMPLES, Walk, example, five_lines, loaded
from watchword import upgrade_database
from watchword.testing import login_as, make_user, submit
from watchword.web.setup import setup_of

SETTINGS = {"TESTING": True, "SECRET_KEY": "vK7nQ2wX9tB4mZ8cR5yH1jL6pD3sF0gA-eUoTiN"}


@pytest.fixture
def settings(tmp_path):
    return {**SETTINGS, "WATCHWORD_INSTANCE": str(tmp_path / "instance")}


@contextmanager
def prepared(module, app):
    """With all tables, ours and the app's; the app's engine is let go at the end."""
    upgrade_database(app)
    with app.app_context():
        module.Base.metadata.create_all(module.db.engine)
    yield app
    with app.app_context():
        module.db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    """A database without any table, as a host has it before its first start."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'host.db'}"
        return
    with request.getfixturevalue("postgres_databases").fresh() as address:
        yield address
        engine = create_engine(address)
        with engine.begin() as connection:
            for table in ("acceptance", "note", '"order"', "pet", "visit"):
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
        engine.dispose()


def test_the_five_lines_of_the_readme(tmp_path, monkeypatch):
    """The very lines, with no setting at all, as `flask run` starts them."""
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    (tmp_path / "app.py").write_text(five_lines(), encoding="utf-8")
    with loaded(tmp_path, "app") as host:
        host.app.testing = True  # mails wait until they are asked for
        Walk(host.app).whole("/", "Hello berta")
        with host.app.app_context():
            shell = host.app.make_shell_context()
            assert shell["db"].session.scalars(select(shell["User"].username)).all() == ["berta"]
            shell["db"].session.close()
            assert shell["watchword"].current_user.is_anonymous
        setup_of(host.app).tools.store.dispose()


def test_shop(settings, url):
    with example("shop") as shop, prepared(shop, shop.create_app(SQLALCHEMY_DATABASE_URI=url, **settings)) as app:
        walk = Walk(app)
        walk.whole("/orders", "berta ordered: nothing")
        walk.sign_in()
        assert walk.browser.post("/orders", data={"what": "tea"}).status_code == 303

        assert walk.browser.get("/orders").text == "berta ordered: tea"
        with app.app_context():
            assert app.make_shell_context()["db"] is shop.db


def test_lite(settings, url):
    engines = {"default": url}
    with example("lite") as lite, prepared(lite, lite.create_app(SQLALCHEMY_ENGINES=engines, **settings)) as app:
        Walk(app).whole("/notes", "berta has 0 notes")


@pytest.mark.parametrize("pool", ["of its own", "shared"])
def test_plain_engine(settings, url, pool):
    shared = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine("sqlite://", **shared) if pool == "shared" else create_engine(url)
    with example("plain_engine") as visits:
        app = visits.create_app(engine, **settings)
        upgrade_database(app)
        visits.Base.metadata.create_all(engine)
        walk = Walk(app)
        walk.whole("/visits", "berta came 0 times")
        walk.sign_in()
        assert walk.browser.post("/visits").status_code == 303

        assert walk.browser.get("/visits").text == "berta came 1 times"
        setup_of(app).tools.store.dispose()
        with engine.connect() as still_the_hosts:
            assert inspect(still_the_hosts).has_table("auth_user")
    engine.dispose()


def test_members_area(settings):
    with example("members_area") as area:
        app = area.create_app(DATABASE_URL="sqlite:///area.db", **settings)
        walk = Walk(app, prefix="/auth")
        walk.whole("/members/", "Welcome, berta")
        walk.sign_in()

        assert walk.browser.get("/papers").text == "Papers of berta"
        assert walk.browser.get("/vault").text == "Vault of berta"
        assert walk.browser.get("/.well-known/change-password").location == "/auth/account/password"
        setup_of(app).tools.store.dispose()


def test_two_apps(settings):
    with example("two_apps") as two:
        customers, staff = two.create_apps(**settings)
        Walk(customers).whole("/", "berta of customers")
        Walk(staff, name="boss").whole("/", "boss of staff")
        make_user(customers, "carla")
        browser = staff.test_client()
        secret = login_as(browser, make_user(staff, "dora"))
        stranger = customers.test_client()
        stranger.set_cookie("watchword", secret)

        assert browser.get("/").text == "dora of staff"
        assert stranger.get("/").status_code == 303
        for app in (customers, staff):
            setup_of(app).tools.store.dispose()


def test_customised(settings, url):
    with example("customised") as own:
        app = own.create_app(SQLALCHEMY_DATABASE_URI=url, WATCHWORD_TERMS_EDITION="3", **settings)
        with prepared(own, app):
            walk = Walk(app)
            assert "Call 555 0100" in walk.browser.get("/login").text
            walk.register()

            assert walk.sign_in().location == "/terms/accept"
            assert walk.browser.get("/home").status_code == 303  # not in yet
            assert submit(walk.browser, "/terms/accept").location == "/home"
            assert walk.browser.get("/home").text == "At home: berta"
            assert app.config["ACCEPTED"] == [{"user": 1, "edition": 3}]
            assert ">Terms<" in walk.browser.get("/account").text
            assert "Leaving so soon?" in walk.browser.get("/logout").text
            walk.sign_out()
            assert walk.sign_in().location == "/home"  # accepted once


@pytest.mark.slow
def test_migrated(settings, url, tmp_path):
    """Autogenerate writes a migration of the app's table alone, and finds nothing to change once it ran."""
    flask(tmp_path, url, settings, "watchword db upgrade")
    flask(tmp_path, url, settings, "db init")
    flask(tmp_path, url, settings, "db migrate -m pets")
    flask(tmp_path, url, settings, "db upgrade")
    flask(tmp_path, url, settings, "db check")  # fails when autogenerate would write something

    written = "".join(path.read_text() for path in (tmp_path / "migrations" / "versions").glob("*.py"))
    assert "'pet'" in written
    assert "auth_user.id" in written  # the foreign key
    assert "create_table('auth_" not in written
    assert "drop_table('auth_" not in written
    with example("migrated") as pets:
        app = pets.create_app(SQLALCHEMY_DATABASE_URI=url, **settings)
        Walk(app).whole("/", "Hello berta")
        with app.app_context():
            pets.db.engine.dispose()


def flask(folder, url, settings, command):
    """`flask --app … COMMAND`, as a developer types it in *folder*."""
    given = ", ".join(f"{name}={value!r}" for name, value in {"SQLALCHEMY_DATABASE_URI": url, **settings}.items())
    app = f"{EXAMPLES / 'migrated'}:create_app({given})"
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", app, *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_shop_tests_itself_in_memory():
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir", ".", "shop"]

    done = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
