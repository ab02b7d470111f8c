"""Ways to confirm it's you: declared by features, offered to those who have them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jinja2 import ChoiceLoader, DictLoader

from watchword.core.feature import ConfirmMethod, Feature
from watchword.testing import PASSWORD, login_as, make_user, submit
from watchword.web.setup import setup_of


class Step:
    """Login asks for more after the password alone."""

    name = "key"
    endpoint = "watchword.login.sign_in"

    @staticmethod
    def needed(_scope, _user_id, proofs):
        return proofs == {"pwd"}


@pytest.fixture
def offers(app):
    """`offers(name, strength=…)`: a feature of a host brings another way."""

    def add(name, *, strength):
        site = setup_of(app)
        app.jinja_loader = ChoiceLoader([DictLoader({f"{name}.html": f"{name} part"}), app.jinja_loader])
        method = ConfirmMethod(
            name=name,
            label=name,
            template=f"{name}.html",
            strength=strength,
            offered=lambda *_: True,
            check=lambda *_: "hwk",
        )
        site.features = (*site.features, Feature(name=name, summary="", confirm_methods=(method,)))

    return add


@pytest.fixture
def stale(client, anna, clock):
    """A browser in which anna signed in more than ten minutes ago."""
    login_as(client, anna, remembered=True)
    clock.pass_(minutes=10, seconds=1)
    return client


def test_of_several_ways_the_strongest_is_offered_first_and_others_by_choice(stale, offers):
    offers("key", strength=30)

    page, other = stale.get("/account/confirm"), stale.get("/account/confirm?method=password")

    assert "key part" in page.text
    assert 'href="/account/confirm?method=password"' in page.text
    assert 'name="password"' in other.text


def test_a_way_that_is_not_offered_is_refused(stale):
    answer = submit(stale, "/account/confirm", password=PASSWORD, method="key")

    assert answer.status_code == 422
    assert stale.get("/account/password").status_code == 303


def test_who_has_no_way_to_confirm_signs_in_again(app, client, clock):
    login_as(client, make_user(app, "berta", password=None), remembered=True)
    clock.pass_(minutes=11)

    page = client.get("/account/confirm?next=/account")

    assert 'href="/login?next=/account"' in page.text
    assert "<form" not in page.text


def test_a_password_is_not_enough_where_a_sign_in_asks_for_more(app, stale, offers):
    setup_of(app).tools = replace(setup_of(app).tools, login_steps=(Step(),))
    offers("key", strength=30)

    answer = submit(stale, "/account/confirm", password=PASSWORD, method="password")
    assert (answer.status_code, 'name="password"' in answer.text) == (422, False)

    answer = submit(stale, "/account/confirm", method="key", next="/account/password")
    assert (answer.status_code, answer.location) == (303, "/account/password")
