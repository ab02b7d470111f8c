"""Who is sent away from a page for want of a second factor sets one up, of whichever kind, and is led back to it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.two_factor.test_routes import first_code
from watchword import second_factor_required
from watchword.testing import PASSWORD, SmsInbox, csrf_token, deliver, login_as, passkey_for, submit

CHOICE, WANTED = "/account/two-factor", "/payroll?month=5"
AWAY = ["https://evil.test/", "//evil.test", "/\\evil.test", "/%2f/evil.test", "javascript:alert(1)"]


@pytest.fixture
def inbox():
    return SmsInbox()


@pytest.fixture
def app(make_app, inbox):
    """A host with a page for who showed two factors; text messages are on."""
    app = make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE")
    view = second_factor_required(lambda: "the payroll")
    app.add_url_rule("/payroll", "payroll", view, methods=["GET", "POST"])
    return app


@pytest.fixture
def sent_away(client, anna):
    """The choice that anna was led to, with a password alone."""
    login_as(client, anna)
    return client.get(WANTED).location


def on_page(page, what):
    """The first address on *page* that begins so, in a link, a form or a box of passkeys."""
    return unescape(re.search(rf'(?:href|action|data-[a-z]+)="({re.escape(what)}[^"]*)"', page.text).group(1))


def set_up_app(app, client, choice):
    """Walk from the *choice* to the recovery codes, by the addresses on the pages; return the last page."""
    start = on_page(client.get(choice), f"{CHOICE}/start")
    set_up = submit(client, start, form_at=choice).location
    form = on_page(client.get(set_up), f"{CHOICE}/set-up")
    return submit(client, form, form_at=set_up, code=first_code(client, set_up, app), label="Phone")


def set_up_phone(client, choice, inbox):
    number = on_page(client.get(choice), f"{CHOICE}/phone")
    prove = submit(client, on_page(client.get(number), number), form_at=number, number="+49 1511 2345678").location
    again = submit(client, on_page(client.get(prove), f"{CHOICE}/phone/again"), form_at=prove).location
    deliver(client.application)
    return submit(client, on_page(client.get(again), prove), form_at=again, code=inbox.code())


def box_on(page):
    """Where the script asks that makes a passkey, and where it answers."""
    return (unescape(re.search(f'data-{part}="([^"]+)"', page.text).group(1)) for part in ("options", "answer"))


def set_up_passkey(client, ask, answer):
    """What the script does; returns where it goes."""
    headers = {"X-CSRF-Token": csrf_token(client, "/logout"), "Accept": "application/json"}
    options = client.post(ask, json={}, headers=headers).json
    made = passkey_for(client.application).create(options)
    return client.post(answer, json={"answer": made}, headers=headers).json["location"]


def way_on(page):
    """Where the button leads that stands at the end of a set-up."""
    return unescape(re.search(r'<a class="btn[^"]*" href="([^"]+)">(?:I saved them|Not now)', page.text).group(1))


def test_an_app_is_set_up_and_the_codes_lead_to_the_page(app, client, sent_away):
    assert sent_away == f"{CHOICE}?next=/payroll?month%3D5"

    codes = set_up_app(app, client, sent_away)

    assert "recovery codes" in codes.text
    assert way_on(codes) == WANTED
    assert client.get(WANTED).text == "the payroll"


def test_a_phone_is_set_up_and_the_codes_lead_to_the_page(client, sent_away, inbox):
    codes = set_up_phone(client, sent_away, inbox)

    assert "recovery codes" in codes.text
    assert way_on(codes) == WANTED
    assert client.get(WANTED).text == "the payroll"


def test_a_passkey_is_made_and_the_offer_of_codes_leads_to_the_page(client, sent_away):
    offer = client.get(set_up_passkey(client, *box_on(client.get(sent_away))))

    assert way_on(offer) == WANTED
    form = on_page(offer, f"{CHOICE}/recovery-codes")
    assert way_on(submit(client, form, form_at=form)) == WANTED
    assert client.get(WANTED).text == "the payroll"


def test_who_goes_from_the_phone_to_something_better_is_led_back_all_the_same(client, sent_away):
    better = client.get(on_page(client.get(sent_away), f"{CHOICE}/phone"))

    offer = set_up_passkey(client, *box_on(client.get(on_page(better, "/account/passkeys/new"))))

    assert way_on(client.get(offer)) == WANTED
    assert on_page(better, f"{CHOICE}/set-up").endswith("?next=/payroll?month%3D5")


def test_who_must_confirm_who_they_are_before_or_within_loses_the_page_nowhere(app, client, sent_away, clock):
    clock.pass_(minutes=11)
    asked = client.get(sent_away).location
    choice = submit(client, asked, method="password", password=PASSWORD).location
    assert choice == sent_away
    start = on_page(client.get(choice), f"{CHOICE}/start")
    set_up = submit(client, start, form_at=choice).location
    code = first_code(client, set_up, app)
    clock.pass_(minutes=11)

    asked = submit(client, set_up, form_at="/logout", code=code, label="Phone").location
    set_up = submit(client, asked, method="password", password=PASSWORD).location
    codes = submit(client, set_up, code=first_code(client, set_up, app), label="Phone")

    assert way_on(codes) == WANTED


def test_a_post_is_never_sent_again_and_leads_to_nothing_by_itself(app, client, anna):
    login_as(client, anna)

    sent_away = client.post("/payroll", data={"amount": "5"}, headers={"Origin": "http://localhost"}).location

    assert sent_away == CHOICE
    assert way_on(set_up_app(app, client, sent_away)) == "/account/security"


@pytest.mark.parametrize("away", AWAY)
def test_red_01_an_app_that_is_set_up_leads_nowhere_else(app, client, anna, away):
    login_as(client, anna)
    choice, set_up = (f"{CHOICE}{page}?next={away}" for page in ("", "/set-up"))

    start = on_page(client.get(choice), f"{CHOICE}/start")
    submit(client, start, form_at=choice)
    codes = submit(client, set_up, code=first_code(client, set_up, app), label="Phone")

    assert start == f"{CHOICE}/start"
    assert way_on(codes) == "/account/security"


@pytest.mark.parametrize("away", AWAY)
def test_red_01_a_phone_and_a_passkey_lead_nowhere_else(client, anna, inbox, away):
    login_as(client, anna)

    codes = set_up_phone(client, f"{CHOICE}?next={away}", inbox)
    location = set_up_passkey(client, "/account/passkeys/options", f"/account/passkeys?next={away}")

    assert (way_on(codes), location) == ("/account/security", "/account/passkeys")
