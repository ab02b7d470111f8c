"""Sessions, "keep me signed in", signing out; mailed links."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode

import pytest
from sqlalchemy import func, select, update

from watchword.core.config import ConfigError
from watchword.features.accounts.models import User
from watchword.features.sessions.models import UserSession
from watchword.features.two_factor import authenticators
from watchword.tables import metadata
from watchword.testing import PASSWORD, add_authenticator, login_as, make_user, submit
from watchword.web.setup import setup_of


def is_in(client):
    return client.get("/account").status_code == 200


def with_cookie(app, value):
    client = app.test_client()
    client.set_cookie("watchword", value)
    return client


def sign_in(client, name="anna", **more):
    return submit(client, "/login", identifier=name, password=PASSWORD, **more)


def test_ses_01_a_cookie_planted_before_the_sign_in_opens_nothing_after_it(app, client, anna):
    attacker = app.test_client()
    attacker.get("/login")
    planted = attacker.get_cookie("watchword-pre").value
    client.set_cookie("watchword-pre", planted)
    client.set_cookie("watchword", "A" * 43)
    client.set_cookie("watchword-device", "B" * 43)
    sign_in(client)

    assert not is_in(attacker)
    assert not is_in(with_cookie(app, "A" * 43))
    assert client.get_cookie("watchword").value != "A" * 43
    assert client.get_cookie("watchword-device").value != "B" * 43
    assert client.get_cookie("watchword-pre").value != planted


def test_ses_02_the_secret_is_new_at_every_sign_in_and_password_change(app, client, anna):
    values = []
    for _ in range(2):
        sign_in(client)
        values.append(client.get_cookie("watchword").value)
    submit(client, "/account/password", current_password=PASSWORD, password="seven maple trees in the wind")
    values.append(client.get_cookie("watchword").value)

    assert len(set(values)) == 3
    assert [is_in(with_cookie(app, value)) for value in values] == [False, False, True]


@pytest.mark.parametrize("value", ["A" * 43, "", "A" * 4_000, "../x", "' or 1=1--", "%00", "é"])
def test_ses_03_a_session_we_never_issued_is_not_adopted(app, anna, value):
    client = with_cookie(app, value)
    assert not is_in(client)
    sign_in(client)

    assert client.get_cookie("watchword").value != value


def test_ses_04_after_signing_out_every_copied_cookie_is_worthless(app, client, anna):
    sign_in(client, remember="y")
    copied = {name: client.get_cookie(name).value for name in ("watchword", "watchword-device", "watchword-pre")}
    answer = submit(client, "/logout")

    thief = app.test_client()
    for name, value in copied.items():
        thief.set_cookie(name, value)
    assert not is_in(thief)
    assert "Clear-Site-Data" in answer.headers


def test_ses_06_a_new_password_ends_all_other_sessions_remembered_ones_too(app, client, anna):
    other = app.test_client()
    sign_in(client)
    sign_in(other, remember="y")
    submit(client, "/account/password", current_password=PASSWORD, password="seven maple trees in the wind")

    assert is_in(client)
    assert not is_in(other)


def test_ses_08_a_closed_user_is_out_on_the_next_request(client, anna, scope):
    sign_in(client, remember="y")
    scope.db.execute(update(User).values(closed_at=scope.now))
    scope.commit()

    assert not is_in(client)
    assert sign_in(client).status_code == 422


def test_ses_12_a_stolen_remember_me_cookie_ends_with_its_first_use_by_two(app, client, anna, clock, deliver, mailbox):
    sign_in(client, remember="y")
    stolen = client.get_cookie("watchword").value
    clock.pass_(days=1)
    thief = with_cookie(app, stolen)
    assert is_in(thief)
    clock.pass_(minutes=2)

    assert not is_in(client)
    assert not is_in(thief)
    deliver()
    assert mailbox.to("anna@example.com")


def test_ses_14_a_cookie_edited_in_any_place_is_nobody(app, client, anna):
    sign_in(client)
    value = client.get_cookie("watchword").value
    other_end = value[:-1] + ("A" if value[-1] != "A" else "B")
    edited = [value[:-1], value + "A", other_end, value.swapcase(), value[::-1], value[:20], f"{value}=", "1" + value]

    assert not any(is_in(with_cookie(app, one)) for one in edited)


def test_ses_15_the_server_ends_a_session_whatever_the_browser_keeps(app, client, anna, clock):
    sign_in(client)
    value = client.get_cookie("watchword").value
    clock.pass_(minutes=31)

    assert not is_in(with_cookie(app, value))


@pytest.mark.parametrize("key", ["", "dev", "changeme", "12345678", "a" * 40])
def test_ses_16_production_does_not_start_with_a_weak_key(make_app, key):
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        make_app(WATCHWORD_ENV="production", SECRET_KEY=key, WATCHWORD_PUBLIC_URL="https://login.example.com")


def test_ses_17_what_is_signed_after_a_change_of_keys_outlives_the_old_key(make_app, mailbox):
    old, new = "O" * 10 + "ldKey-7Qw2Er4Ty6Ui8Op0As2Df", "N" * 10 + "ewKey-9Zx7Cv5Bn3Ml1Kj8Hg6Fd"
    rotated = make_app(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old])
    browser = rotated.test_client()
    submit(browser, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    setup_of(rotated).delivery.run_once()

    after = make_app(SECRET_KEY=new).test_client()
    after.get(mailbox.link())
    assert submit(after, "/confirm-email", password=PASSWORD).status_code == 303


def test_ses_18_visitors_leave_no_rows(app, client, scope):
    for _ in range(20):
        for path in ("/login", "/register", "/logout", "/"):
            app.test_client().get(path)
        submit(app.test_client(), "/logout")
        submit(app.test_client(), "/login", identifier="n" * 4_000, password=PASSWORD)

    counts = {
        table.name: scope.read.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables
    }
    assert not any(counts.values()), counts


def test_ses_18_what_strangers_type_is_counted_and_not_kept(app, scope):
    for typed in ("n" * 300, "m" * 30):
        submit(app.test_client(), "/login", identifier=typed, password=PASSWORD)

    held = "".join(str(scope.read.execute(select(table)).all()) for table in metadata.sorted_tables)
    assert "wrong_sign_in" in held
    assert "m" * 30 not in held
    assert "n" * 30 not in held


def opened(cookie):
    """What everybody can read in a cookie of ours: its signed part is plain, or packed."""
    packed, text = cookie.startswith("."), cookie.removeprefix(".").partition(".")[0]
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return (zlib.decompress(raw) if packed else raw).decode("latin-1")


def test_ses_19_no_cookie_holds_a_password_or_an_address_book(app, client, anna, scope):
    sign_in(client)
    add_authenticator(app, anna)
    half, (seed, _) = app.test_client(), authenticators.newest_secret(scope, anna)
    sign_in(half)
    assert half.get("/login/code").status_code == 200

    jars = [
        one.get_cookie(name) for one in (client, half) for name in ("watchword", "watchword-device", "watchword-pre")
    ]
    held = "\n".join(f"{jar.value} {opened(jar.value)}" for jar in jars if jar)
    assert '"waiting"' in held
    assert not [secret for secret in (PASSWORD, "anna", seed) if secret in held]


def test_ses_21_the_devices_page_names_sessions_by_something_else_than_their_secret(app, client, anna):
    other = app.test_client()
    secrets = [login_as(one, anna) for one in (other, client)]
    page = client.get("/account/sessions").text
    (handle,) = re.findall(r"/account/sessions/([0-9a-zA-Z_-]+)/end", page)

    assert not is_in(with_cookie(app, handle))
    assert not [secret for secret in secrets if secret in page]


def test_az_01_somebody_elses_session_can_not_be_ended(app, client, anna, scope):
    carla = app.test_client()
    login_as(carla, make_user(app, "carla"))
    handle = scope.read.scalar(select(UserSession.handle))
    login_as(client, anna)
    for one in (handle, "0", "-1", "1" * 5000, "%00"):
        assert submit(client, f"/account/sessions/{one}/end", form_at="/account/sessions").status_code in {404, 405}

    assert is_in(carla)
