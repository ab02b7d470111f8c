"""What the pages of a set-up are called, and the way back from them."""

from __future__ import annotations

import re

import pytest

from watchword.testing import PASSWORD, make_user, submit

CHOICE, SET_UP = "/account/two-factor", "/account/two-factor/set-up"
CALLED = {"choice": "Set up two-step verification", "app": "Add an authenticator app"}


def title_and_heading(page):
    return re.findall(r"<title>(.*?) · |<h1>(.*?)</h1>", page.text)


def said_by(page):
    """What *page* is called, which its title and its heading say alike."""
    (title, _), (_, heading) = title_and_heading(page)
    assert title == heading
    return title


def cancel_of(page):
    return re.search(r'<a class="btn" href="([^"]+)">Cancel</a>', page.text)


@pytest.fixture
def started(signed_in):
    """A browser in which an app is being set up."""
    submit(signed_in, f"{CHOICE}/start", form_at=CHOICE)
    return signed_in


def test_the_choice_and_the_set_up_of_an_app_are_called_differently(signed_in):
    choice, before = said_by(signed_in.get(CHOICE)), said_by(signed_in.get(SET_UP))
    submit(signed_in, f"{CHOICE}/start", form_at=CHOICE)
    after = said_by(signed_in.get(SET_UP))

    assert (choice, before, after) == (CALLED["choice"], CALLED["app"], CALLED["app"])


def test_they_are_called_the_same_inside_a_sign_in(make_app):
    app = make_app(WATCHWORD_TWO_FACTOR_REQUIRED=True)
    make_user(app, "anna")
    client = app.test_client()
    submit(client, "/login", identifier="anna", password=PASSWORD)
    choice = said_by(client.get("/login/set-up"))
    submit(client, "/login/set-up/start", form_at="/login/set-up")
    page = client.get("/login/set-up")

    assert (choice, said_by(page)) == (CALLED["choice"], CALLED["app"])
    assert cancel_of(page) is None
    assert 'href="/login/set-up?choose=again"' in page.text


def test_cancel_leads_back_to_the_choice_before_a_set_up_and_in_it(signed_in):
    assert cancel_of(signed_in.get(SET_UP)).group(1) == CHOICE
    submit(signed_in, f"{CHOICE}/start", form_at=CHOICE)

    assert cancel_of(signed_in.get(SET_UP)).group(1) == CHOICE


def test_cancel_keeps_the_page_one_came_for(started):
    for page in (started.get(f"{SET_UP}?next=/payroll"), submit(started, f"{SET_UP}?next=/payroll", code="000000")):
        assert cancel_of(page).group(1) == f"{CHOICE}?next=/payroll"
