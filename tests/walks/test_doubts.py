"""A line of one's own activity that "wasn't me": the walk of the mailed notice, and no weapon."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from watchword.features.notices.models import SecureLink
from watchword.features.passkeys import service as passkeys
from watchword.testing import (
    PASSWORD,
    add_authenticator,
    add_passkey,
    csrf_token,
    login_as,
    make_user,
    passkey_for,
    submit,
)

DOUBT = "/account/activity/not-me"


@pytest.fixture
def inside(client, anna):
    submit(client, "/login", identifier="anna", password=PASSWORD)
    return client


def lines(client, event):
    """The moments of the lines of *event* that may be doubted, the newest first."""
    form = rf'name="event" value="{event}"><input type="hidden" name="at" value="([^"]+)"'
    return [unescape(at) for at in re.findall(form, client.get("/account/activity").text)]


def doubt(client, event, at):
    return submit(client, DOUBT, form_at="/account/activity", event=event, at=at)


def resets_to(mailbox):
    """To which addresses a way to a new password was mailed."""
    numbers = range(len(mailbox.mails))
    return [str(mailbox.mails[each]["To"]) for each in numbers if "/reset-password/" in mailbox.text(each)]


def links(new_scope):
    return new_scope().read.scalar(select(func.count()).select_from(SecureLink))


def test_g7_the_walk_of_the_notice_begins_and_ends_everything(app, inside, mailbox, deliver):
    (at,) = lines(inside, "login.signed_in")
    begun = doubt(inside, "login.signed_in", at)
    assert (begun.status_code, begun.location) == (303, "/secure-account")
    page = inside.get("/secure-account").text
    assert "Signed in" in page
    assert "anna@example.com" in page
    assert inside.get("/account").status_code == 200

    assert submit(inside, "/secure-account").location == "/reset-password"

    assert inside.get("/account").status_code == 303
    assert submit(app.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 422
    deliver()
    assert resets_to(mailbox) == ["anna@example.com"]


def test_g7_what_the_line_tells_of_is_undone(app, inside, anna, new_scope):
    add_passkey(inside, passkey_for(app))
    (at,) = lines(inside, "passkeys.added")

    doubt(inside, "passkeys.added", at)
    assert "undo this change" in inside.get("/secure-account").text
    submit(inside, "/secure-account")

    assert passkeys.list_for(new_scope(), anna) == []


def test_an_open_browser_is_not_enough(app, client, anna, new_scope):
    """Whoever finds it open must not take a factor away: the proof is the one of the account, not of the password."""
    add_authenticator(app, anna)
    login_as(client, anna)
    (at,) = lines(client, "two_factor.authenticator_added")

    assert doubt(client, "two_factor.authenticator_added", at).location.startswith("/account/confirm")
    assert links(new_scope) == 0


def test_an_address_put_in_place_since_then_gets_no_mail(inside, mailbox, deliver):
    (at,) = lines(inside, "login.signed_in")
    submit(inside, "/account/email", email="mallory@evil.example")
    deliver()
    (asked,) = mailbox.to("mallory@evil.example")
    inside.get(mailbox.link(mailbox.mails.index(asked)))
    submit(inside, "/confirm-email")
    assert "mallory@evil.example" in inside.get("/account").text

    doubt(inside, "login.signed_in", at)
    submit(inside, "/secure-account")
    deliver()

    assert resets_to(mailbox) == ["anna@example.com"]


def test_an_address_that_was_put_in_place_before_is_named_before_the_password_is_closed(
    app, inside, mailbox, deliver, clock
):
    """Else an owner who doubts a later sign-in of an intruder hands the account to them, and is locked out."""
    thief = app.test_client()
    submit(thief, "/login", identifier="anna", password=PASSWORD)
    submit(thief, "/account/email", email="mallory@evil.example")
    deliver()
    (asked,) = mailbox.to("mallory@evil.example")
    thief.get(mailbox.link(mailbox.mails.index(asked)))
    submit(thief, "/confirm-email")
    clock.pass_(hours=2)
    submit(app.test_client(), "/login", identifier="anna", password=PASSWORD)
    submit(inside, "/login", identifier="anna", password=PASSWORD)

    doubt(inside, "login.signed_in", lines(inside, "login.signed_in")[0])
    assert "mallory@evil.example" in inside.get("/secure-account").text
    doubt(inside, "my_account.address_changed", lines(inside, "my_account.address_changed")[0])
    assert "anna@example.com" in inside.get("/secure-account").text

    submit(inside, "/secure-account")
    deliver()
    assert resets_to(mailbox) == ["anna@example.com"]


def test_nobody_doubts_what_happened_to_another_or_never(app, inside, new_scope, clock):
    make_user(app, "berta")
    clock.pass_(seconds=1)
    other = app.test_client()
    submit(other, "/login", identifier="berta", password=PASSWORD)
    (theirs,) = lines(other, "login.signed_in")

    for event, at in (("login.signed_in", theirs), ("passkeys.added", theirs), ("login.signed_in", "soon")):
        assert doubt(inside, event, at).status_code == 422
    assert links(new_scope) == 0


def test_after_a_week_there_is_nothing_to_press_and_pressing_it_does_nothing(app, inside, anna, clock):
    (at,) = lines(inside, "login.signed_in")
    clock.pass_(days=7)
    login_as(inside, anna)

    assert lines(inside, "login.signed_in") == []
    token = csrf_token(inside, "/account")
    answer = inside.post(DOUBT, data={"csrf_token": token, "event": "login.signed_in", "at": at})
    assert answer.status_code == 422


def test_web_01_no_other_site_begins_it(inside, new_scope):
    (at,) = lines(inside, "login.signed_in")

    assert inside.post(DOUBT, data={"event": "login.signed_in", "at": at}).status_code == 403
    assert links(new_scope) == 0


@pytest.mark.parametrize("event", ["login.signed_in\x00", "notices.nothing", "two_factor.owner_reminded", ""])
def test_only_what_a_line_shows_can_be_doubted(inside, event, new_scope):
    (at,) = lines(inside, "login.signed_in")

    assert doubt(inside, event, at).status_code == 422
    assert links(new_scope) == 0
