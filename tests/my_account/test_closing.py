"""Closing an account, and what a person may take along."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.support.masking import without_tokens
from watchword.core.feature import SecondFactor
from watchword.features.accounts import service as accounts
from watchword.features.accounts.events import AccountClosed
from watchword.features.accounts.models import User
from watchword.features.login import devices
from watchword.features.my_account import closing
from watchword.features.my_account.models import AddressChange
from watchword.tables import MODELS, metadata
from watchword.testing import PASSWORD, csrf_token, login_as, make_user, submit
from watchword.web.setup import setup_of

WITHOUT_EXPORT = {
    "auth_reset_link": "lives for minutes, and tells no more than the address",
    "auth_secure_link": "what happened stands among the events",
    "auth_waiting_login": "lives for minutes",
}


@pytest.fixture
def close(client, anna):
    """Anna signs in, changes her mind about us, and is signed out."""
    login_as(client, anna)
    return lambda: submit(client, "/account/close")


@pytest.fixture
def record(new_scope, anna):
    """`record()`: anna's row as it is now."""
    return lambda: new_scope().read.execute(select(User.__table__).where(User.id == anna)).one()


@pytest.fixture
def later(app, clock):
    """`later(days=14)`: time passes, and the worker comes by to clear away."""

    def act(**span):
        clock.pass_(**span)
        setup_of(app).delivery.make_worker().purge()

    return act


@pytest.fixture
def masked_answer(client):
    """What a wrong sign-in answers, without what differs each time."""

    def of(identifier):
        answer = submit(client, "/login", identifier=identifier, password="not the password at all")
        body = without_tokens(answer.text).replace(identifier, "…")
        return answer.status_code, body, sorted(dict(answer.headers))

    return of


def sign_in(client, **fields):
    return submit(client, "/login", **{"identifier": "anna", "password": PASSWORD, **fields})


def test_everything_ends_at_once(app, client, anna, close):
    other = app.test_client()
    login_as(other, anna)

    answer = close()

    assert answer.location == "/login"
    assert [one.get("/account").status_code for one in (client, other)] == [303, 303]


def test_the_owner_is_told_and_may_take_it_back(client, close, deliver, mailbox, record):
    close()
    deliver()

    (told,) = mailbox.to("anna@example.com")
    client.get(re.search(r"(/secure-account/\S+)", told.get_body(("plain",)).get_content()).group(1))
    submit(client, "/secure-account")
    assert record().closes_at is None


def test_a_sign_in_brings_it_back_after_one_question(client, close, record):
    close()

    answer = sign_in(client, next="/account/sessions")
    assert answer.location == "/login/keep-account"
    assert client.get("/account").status_code == 303
    answer = submit(client, "/login/keep-account")

    assert answer.location == "/account/sessions"
    assert client.get("/account").status_code == 200
    assert record().closes_at is None


def test_looking_at_the_question_keeps_nothing(client, close, record):
    close()
    sign_in(client)
    client.get("/login/keep-account")

    assert record().closes_at is not None
    assert client.get("/account").status_code == 303


def test_who_knows_only_the_password_of_two_factors_keeps_nothing(app, client, close, record):
    factor = SecondFactor(proof="otp", label="", endpoint="watchword.login.sign_out", strength=1, has=lambda *_: True)
    close()
    setup_of(app).tools = replace(setup_of(app).tools, second_factors=(factor,))
    assert sign_in(client).location == "/logout"

    answer = submit(client, "/login/keep-account", form_at="/logout")

    assert answer.location == "/login"
    assert record().closes_at is not None


def test_the_question_is_for_who_just_signed_in(client):
    assert client.get("/login/keep-account").location == "/login"


def test_a_wrong_password_learns_nothing_of_it(app, close, masked_answer):
    make_user(app, "carla")
    close()

    assert masked_answer("anna@example.com") == masked_answer("carla@example.com")


def test_after_its_time_it_answers_like_an_account_that_never_was(client, anna, close, clock):
    close()
    clock.pass_(days=14)

    assert sign_in(client).status_code == 422


def test_then_the_worker_leaves_nothing_of_the_person(client, close, later, record, scope):
    sign_in(client)
    submit(client, "/account/email", email="anna@new.example")
    close()
    later(days=14)

    left = record()
    assert left.closed_at is not None
    assert (left.password_hash, left.closes_at) == (None, None)
    held = "\n".join(str(scope.read.execute(select(table)).all()) for table in metadata.sorted_tables)
    assert "anna" not in held.casefold()
    assert sign_in(client).status_code == 422
    assert sign_in(client, identifier=left.username).status_code == 422


def test_no_row_of_ours_belongs_to_it_afterwards(scope, anna, close, later):
    close()
    devices.remember(scope, accounts.get(scope, anna))
    scope.commit()
    later(days=14)

    keys = [key for table in metadata.sorted_tables for key in table.foreign_keys]
    theirs = [key.parent for key in keys if key.column.table.name == "auth_user"]
    assert [row for mine in theirs for row in scope.read.execute(select(mine).where(mine == anna))] == []


@pytest.fixture
def two_closing(app, new_scope, anna):
    """Anna and carla, who both close their accounts, and a listener to the first that is closed."""
    scope = new_scope()
    users = anna, make_user(app, "carla")
    for user_id in users:
        closing.close(scope, user_id)
    scope.commit()

    def hear(listener):
        tools = setup_of(app).tools
        setup_of(app).tools = replace(tools, listeners=(*tools.listeners, (AccountClosed, listener)))
        return users

    return hear


@pytest.fixture
def are_closed(new_scope):
    """`are_closed()`: the ids of the accounts that are."""
    return lambda: set(new_scope().read.execute(select(User.id).where(User.closed_at.is_not(None))).scalars())


def test_one_that_can_not_be_closed_stops_nobody_else(two_closing, later, are_closed, record, caplog):
    def fail_for_anna(_scope, event):
        if event.user_id == anna:
            raise RuntimeError("anna@example.com")

    anna, carla = two_closing(fail_for_anna)
    later(days=14)

    assert are_closed() == {carla}
    assert record().email == "anna@example.com"
    assert f"_anonymise {anna}: RuntimeError" in caplog.text
    assert "anna@example.com" not in caplog.text


def test_one_that_is_kept_before_its_turn_stays(two_closing, later, are_closed):
    def keep_all_others(scope, _event):
        scope.db.execute(update(User).values(closes_at=None))

    two_closing(keep_all_others)
    later(days=14)

    assert len(are_closed()) == 1


def test_the_row_that_rows_of_a_host_point_to_stays(anna, close, later, record):
    close()
    later(days=14)

    assert record().id == anna


def test_its_name_and_address_are_free_again(app, anna, close, later):
    close()
    later(days=14)

    assert make_user(app, "anna") != anna


def test_until_then_it_can_be_kept(client, close, later, record):
    close()
    later(days=13, hours=23)
    sign_in(client)

    assert submit(client, "/login/keep-account").status_code == 303
    later(days=2)
    assert record().closed_at is None


def test_a_reset_by_mail_never_keeps_it(client, close, deliver, mailbox, record):
    close()
    submit(client, "/forgot-password", email="anna@example.com")
    deliver()
    links = [mailbox.link(number) for number in range(len(mailbox.mails)) if "/reset-password" in mailbox.text(number)]
    client.get(links[-1])
    submit(client, "/reset-password", password="seven maple trees in the wind")

    assert record().closes_at is not None
    assert sign_in(client, password="seven maple trees in the wind").location == "/login/keep-account"


def test_the_file_holds_everything_and_no_secret(client, record, scope):
    sign_in(client)
    submit(client, "/account/email", email="anna@new.example")
    answer = submit(client, "/account/export")

    held = json.loads(answer.text)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert held["account"]["email"] == "anna@example.com"
    assert held["address_changes"][0]["email"] == "anna@new.example"
    assert {"login.signed_in", "my_account.address_change_asked"} <= {one["name"] for one in held["events"]}
    assert len(held["sessions"]) == len(held["known_devices"]) == 1
    secrets = select(AddressChange.link, AddressChange.code)
    hidden = [record().password_hash, *scope.read.execute(secrets).one()]
    assert not [secret for secret in hidden if secret in answer.text]
    assert client.get_cookie("watchword").value not in answer.text


@pytest.mark.usefixtures("anna")
def test_nothing_about_others_is_in_the_file(app, client):
    make_user(app, "carla")
    sign_in(app.test_client(), identifier="carla")
    sign_in(client)

    assert "carla" not in submit(client, "/account/export").text


def test_whatever_holds_rows_about_a_person_exports_them(app):
    exporting = {each.name for each in setup_of(app).features if each.exports is not None}
    about_people = [
        model for model in MODELS if any(key.column.table.name == "auth_user" for key in model.__table__.foreign_keys)
    ]
    missing = [
        model.__tablename__
        for model in about_people
        if model.__tablename__ not in WITHOUT_EXPORT and model.__module__.split(".")[2] not in exporting
    ]

    assert missing == []


@pytest.mark.parametrize("path", ["/account/export", "/account/close"])
def test_a_browser_left_open_neither_takes_nor_closes(signed_in, clock, path):
    token = csrf_token(signed_in, "/account")
    clock.pass_(minutes=10, seconds=1)

    assert signed_in.post(path, data={"csrf_token": token}).location == f"/account/confirm?next={path}"
