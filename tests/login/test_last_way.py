"""The way used last in this browser is marked on the sign-in page, and says nothing of who used it (B7)."""

from __future__ import annotations

from tests.support.passkey_page import Page
from watchword.testing import PASSWORD, SoftwareKey, login_as, submit

MARK = "Last used"


def marked(client):
    """What stands just before the mark on the sign-in page, if it is there."""
    before, _, rest = client.get("/login").text.partition(MARK)
    assert MARK not in rest
    return before[-120:] if rest else ""


def test_b7_the_way_used_last_is_marked_after_signing_out(app, client, anna):
    key = SoftwareKey()
    login_as(client, anna)
    Page(client).add(key)
    submit(client, "/logout")
    assert marked(client) == ""

    Page(client).sign_in(key)
    submit(client, "/logout")
    assert "Sign in with a passkey" in marked(client)
    assert client.get_cookie("watchword-way").value == "passkeys"


def test_b7_the_first_proof_names_the_way_whatever_follows_it(app, client, anna):
    key = SoftwareKey()
    login_as(client, anna)
    Page(client).add(key)
    page = Page(app.test_client())
    submit(page.client, "/login", identifier="anna", password=PASSWORD)
    assert page.client.get_cookie("watchword-way") is None

    page.answer(key.get(page.ask(step=True)), step=True)
    submit(page.client, "/logout")
    assert "Password" in marked(page.client)


def test_b7_a_way_nobody_knows_marks_nothing(client):
    client.set_cookie("watchword-way", "<script>alert(1)</script>")

    assert marked(client) == ""
    assert "alert(1)" not in client.get("/login").text
