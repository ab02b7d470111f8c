from __future__ import annotations

import re

import pytest

from watchword.testing import PASSWORD, add_passkey, csrf_token, login_as, make_user, passkey_for, submit

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize("path", ["/account", "/account/security", "/account/password", "/account/sessions"])
def test_account_pages_are_for_people_who_are_signed_in(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, f"/login?next={path}")


def test_the_devices_page_names_browser_system_and_address(app, anna):
    for agent in (CHROME, IPHONE):
        browser = app.test_client()
        token = csrf_token(browser, "/login")
        form = {"csrf_token": token, "identifier": "anna", "password": PASSWORD}
        browser.post("/login", data=form, headers={"User-Agent": agent})

    page = browser.get("/account/sessions").text

    assert "Safari on iPhone" in page
    assert "Chrome on Windows" in page
    assert "127.0.0.1" in page
    assert page.index("Safari on iPhone") < page.index("Chrome on Windows")


def test_the_devices_page_lists_the_browsers_that_know_their_user_and_forgets_one(app, client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    page = client.get("/account/sessions").text
    assert "This browser" in page
    handle = re.search(r"/account/sessions/known/([0-9a-f]{32})/forget", page).group(1)

    answer = submit(client, f"/account/sessions/known/{handle}/forget", form_at="/account/sessions")

    assert answer.status_code == 303
    assert handle not in client.get("/account/sessions").text


def test_a_browser_that_knows_somebody_else_is_not_forgotten(app, client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    handle = re.search(r"/known/([0-9a-f]{32})/forget", client.get("/account/sessions").text).group(1)
    carla = app.test_client()
    login_as(carla, make_user(app, "carla"))

    submit(carla, f"/account/sessions/known/{handle}/forget", form_at="/account/sessions")

    assert handle in client.get("/account/sessions").text


def test_the_devices_page_shows_no_secret(client, anna):
    secret = login_as(client, anna)

    assert secret not in client.get("/account/sessions").text


def test_one_device_is_signed_out(app, client, anna):
    other = app.test_client()
    login_as(other, anna)
    handle = _only_other(client, anna)

    answer = submit(client, f"/account/sessions/{handle}/end", form_at="/account/sessions")

    assert answer.status_code == 303
    assert other.get("/account").status_code == 303


def test_a_device_of_somebody_else_is_not_found(app, client, anna):
    carla = app.test_client()
    login_as(carla, make_user(app, "carla"))
    login_as(client, anna)
    handle = _only_handle(carla)

    answers = [
        submit(client, f"/account/sessions/{one}/end", form_at="/account/sessions").status_code
        for one in (handle, "0" * 32, "-1", "9" * 5000)
    ]

    assert answers == [404, 404, 404, 404]
    assert carla.get("/account").status_code == 200


def test_signing_this_device_out_here_is_signing_out(client, anna):
    login_as(client, anna)

    submit(client, f"/account/sessions/{_only_handle(client)}/end", form_at="/account/sessions")

    assert client.get("/account").status_code == 303


def test_recent_activity_is_told_in_words(client, anna):
    submit(client, "/login", identifier="anna", password="not the password at all")
    submit(client, "/login", identifier="anna", password=PASSWORD)

    page = client.get("/account/security").text

    assert "Signed in" in page
    assert "Sign-in refused" in page


def _handles(client):
    from watchword.core.scope import Scope
    from watchword.features.sessions import service
    from watchword.web.setup import setup_of

    app = client.application
    with app.app_context():
        scope = Scope(setup_of(app).tools)
        mine = service.visitor(scope, client.get_cookie("watchword").value)
        found = mine.session, [view.handle for view in service.list_for(scope, mine.id)]
        scope.close()
    return found


def _only_handle(client):
    mine, _ = _handles(client)
    return mine


def _only_other(client, user_id):
    login_as(client, user_id)
    mine, handles = _handles(client)
    return next(handle for handle in handles if handle != mine)


def test_a_new_user_name_signs_in_and_the_old_one_does_not(app, signed_in, deliver, mailbox):
    answer = submit(signed_in, "/account", username="Anna.Maria")
    deliver()

    assert answer.location == "/account"
    assert "Anna.Maria" in mailbox.text()
    assert submit(app.test_client(), "/login", identifier="anna.maria", password=PASSWORD).status_code == 303
    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 422


def test_a_taken_reserved_or_odd_user_name_is_refused_at_the_field(app, signed_in):
    make_user(app, "carla")

    answers = [submit(signed_in, "/account", username=name) for name in ("Carla", "admin", "a b", "")]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert all('id="username-error1"' in answer.text for answer in answers)


def test_trying_out_which_names_are_taken_is_limited(app, signed_in):
    make_user(app, "carla")
    answers = [submit(signed_in, "/account", username="carla").status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_the_same_user_name_in_another_spelling_is_no_clash(signed_in):
    assert submit(signed_in, "/account", username="ANNA").status_code == 303
    assert "ANNA" in signed_in.get("/account").text


def test_a_change_of_address_may_be_cancelled(signed_in):
    submit(signed_in, "/account/email", email="anna@new.example")
    assert "anna@new.example" in signed_in.get("/account").text

    submit(signed_in, "/account/email/cancel", form_at="/account")

    assert "anna@new.example" not in signed_in.get("/account").text


def test_a_place_is_told_beside_devices_and_activity_as_text(make_app):
    app = make_app(policies={"place_of": lambda _scope, ip: f"<b>{ip}"})
    client = app.test_client()
    make_user(app, "anna")
    submit(client, "/login", identifier="anna", password=PASSWORD)

    for path in ("/account/sessions", "/account/activity"):
        page = client.get(path).text
        assert "About &lt;b&gt;127.0.0.1" in page
        assert "<b>1" not in page


def test_who_guesses_at_a_name_pushes_nothing_out_of_its_owners_activity(app, client, anna):
    """An intruder who adds a key and then guesses wrongly from anywhere must not make its line vanish."""
    submit(client, "/login", identifier="anna", password=PASSWORD)
    add_passkey(client, passkey_for(app))

    for number in range(12):
        submit(app.test_client(), "/login", identifier="anna", password=f"a guess at it, number {number}")

    page = client.get("/account/security").text
    assert "Sign-in refused" in page
    assert "Passkey added" in page
