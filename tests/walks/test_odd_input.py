"""Whatever is posted to whatever form: a clear answer, never a 500, nothing half written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchword.testing import csrf_token, login_as, make_user

FORMS = {
    "/login": ("identifier", "password", "remember", "next"),
    "/register": ("username", "email", "password", "next"),
    "/confirm-email": ("code", "password", "username"),
    "/account/password": ("current_password", "password"),
    "/logout": (),
}
ODD = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["\x00", "\ud800", "a" * 5000, "'; drop table auth_user; --", "{{7*7}}", "%(password)s", "\r\nBcc: x@y"]
    ),
)
MARK = "secret-mark-7Q"
SLOW_OK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("path", FORMS)
@SLOW_OK
@given(data=st.data())
def test_any_text_in_any_field_gets_a_clear_answer(make_app_once, path, data):
    client, anna = make_app_once
    login_as(client, anna)
    if path == "/confirm-email":
        client.get("/confirm-email/some-token")
    odd = {name: ODD.map(lambda text: MARK + text) if "password" in name else ODD for name in FORMS[path]}
    fields = data.draw(st.fixed_dictionaries({}, optional=odd))
    form = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}
    token = csrf_token(client, path if path != "/confirm-email" else "/login")

    answer = client.post(path, data={"csrf_token": token, **form})

    assert answer.status_code in {303, 400, 403, 404, 413, 422, 429}
    assert MARK not in answer.text  # a password is never drawn again


@pytest.mark.parametrize("path", list(FORMS))
@pytest.mark.parametrize("body", ["[1]", '"x"', "null", "{", '{"identifier": ["a"]}', "[" * 50_000])
def test_json_where_a_form_is_wanted_is_refused(client, path, body):
    answer = client.post(path, data=body, content_type="application/json")

    assert answer.status_code in {303, 403, 415}
    assert answer.status_code != 303 or "/login" in answer.location


@pytest.mark.parametrize("field", ["identifier", "password"])
def test_a_field_given_twice_is_refused(client, field):
    token = csrf_token(client, "/login")
    form = {"csrf_token": token, "identifier": ["anna"], "password": ["some password or other"]}
    form[field] = [*form[field], "another"]

    assert client.post("/login", data=form).status_code == 422


def test_fields_nobody_asked_for_change_nothing(client, deliver, mailbox, new_scope):
    from sqlalchemy import select

    from watchword.features.accounts.models import User
    from watchword.testing import PASSWORD, submit

    extra = {"role": "admin", "is_admin": "true", "id": "1", "public_id": "x", "closed_at": "now", "password_hash": "x"}
    submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD, **extra)
    deliver()
    client.get(mailbox.link())
    submit(client, "/confirm-email", **extra)

    row = new_scope().read.execute(select(User.is_admin, User.public_id, User.closed_at)).one()
    assert not row.is_admin
    assert row.public_id != "x"
    assert row.closed_at is None


@pytest.fixture(scope="module")
def make_app_once(sqlite_files, tmp_path_factory):
    """One app for all examples of a form: what they leave behind must not matter to each other."""
    from tests.conftest import SECRET
    from watchword.app import create_app
    from watchword.testing import cheap_hasher
    from watchword.web.setup import setup_of

    with sqlite_files.fresh() as url:
        app = create_app(
            TESTING=True,
            SECRET_KEY=SECRET,
            DATABASE_URL=url,
            WATCHWORD_ENV="development",
            WATCHWORD_PUBLIC_URL="http://localhost",
            WATCHWORD_INSTANCE=str(tmp_path_factory.mktemp("instance")),
            WATCHWORD_LOGIN_GUESSES_PER_MINUTE=1000,
            WATCHWORD_LOGIN_GUESSES_PER_HOUR=10000,
            hasher=cheap_hasher(),
        )
        yield app.test_client(), make_user(app, "anna")
        setup_of(app).tools.store.dispose()
