"""A first passkey is offered on the page after the sign-in that follows signing up or a reset, and never inside one."""

from __future__ import annotations

import pytest

from watchword.testing import PASSWORD, add_passkey, login_as, passkey_for, submit

OFFER, NOT_NOW = "/account/passkeys/offer", "/account/passkeys/not-now"


@pytest.fixture
def sign_up(deliver, mailbox):
    def act(browser):
        submit(browser, "/register", username="berta", email="berta@example.com", password=PASSWORD)
        deliver()
        browser.get(mailbox.link())
        submit(browser, "/confirm-email")

    return act


@pytest.fixture
def reset(deliver, mailbox):
    def act(browser, name="anna"):
        submit(browser, "/forgot-password", email=f"{name}@example.com")
        deliver()
        browser.get(mailbox.link())
        submit(browser, "/reset-password", password=PASSWORD)

    return act


def sign_in(browser, name="anna", **more):
    """Where the sign-in leads, and whether the page there offers a passkey: it says so once."""
    where = submit(browser, "/login", identifier=name, password=PASSWORD, **more).location
    first, second = (OFFER in browser.get(where).text for _ in range(2))
    assert not second
    return where, first


def test_c12_after_signing_up_home_comes_first_and_offers_a_passkey(client, sign_up):
    sign_up(client)

    assert OFFER not in client.get("/login").text
    assert sign_in(client, "berta") == ("/dashboard", True)
    shown = client.get(OFFER).text
    assert [words in shown for words in ("What is it?", "Where is it kept?", "What changes?", "Not now")] == [True] * 4
    submit(client, "/logout")
    assert sign_in(client, "berta") == ("/dashboard", False)


def test_c12_after_a_reset_too_until_somebody_says_not_now(client, anna, reset, clock):
    assert sign_in(client) == ("/dashboard", False)
    reset(client)
    assert sign_in(client, next="/account") == ("/account", True)

    declined = submit(client, NOT_NOW, form_at=OFFER, next="/dashboard")
    assert (declined.status_code, declined.location) == (303, "/dashboard")
    for days, is_offered in ((29, False), (2, True)):
        clock.pass_(days=days)
        reset(client)
        assert sign_in(client) == ("/dashboard", is_offered)


def test_who_has_a_passkey_is_offered_none_and_the_page_leads_on(app, client, anna, reset):
    login_as(client, anna)
    add_passkey(client, passkey_for(app))
    assert client.get(OFFER).location == "/account/passkeys"

    other = app.test_client()
    reset(other)
    assert submit(other, "/login", identifier="anna", password=PASSWORD).location == "/login/passkey/step"
    assert OFFER not in other.get("/login/passkey/step").text


def test_the_offer_wants_no_fresh_proof_to_be_read_or_declined(client, anna, clock):
    login_as(client, anna)
    clock.pass_(minutes=11)
    shown = client.get(OFFER).text

    assert 'href="/account/passkeys/new"' in shown
    assert "data-passkey=" not in shown
    assert submit(client, NOT_NOW, form_at=OFFER).location == "/account/passkeys"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_red_01_not_now_leads_nowhere_else(client, anna, evil):
    login_as(client, anna)

    assert submit(client, NOT_NOW, form_at=OFFER, next=evil).location == "/account/passkeys"


def test_web_01_nobody_else_declines_it(client, anna):
    login_as(client, anna)

    assert client.post(NOT_NOW).status_code == 403
    assert client.get(NOT_NOW).status_code == 404
