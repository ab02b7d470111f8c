"""Guessing by name: all spellings count as one, known and unknown names are told apart by nothing, the owner gets in."""

from __future__ import annotations

from itertools import count

import pytest

from tests.support.counting import WHEREVER_COUNTED
from watchword.testing import PASSWORD, csrf_token, make_user, submit
from watchword.web.setup import setup_of

pytestmark = WHEREVER_COUNTED
WRONG = "not the password at all"
_addresses = count()


def failure(app, name):
    """A wrong sign-in of a stranger, from an address that never tried before: what it was answered."""
    client, number = app.test_client(), next(_addresses)
    form = {"csrf_token": csrf_token(client, "/login"), "identifier": name, "password": WRONG}
    return client.post("/login", data=form, environ_overrides={"REMOTE_ADDR": f"10.{number >> 8}.{number & 255}.1"})


def fail_in_a_row(app, clock, *names):
    """Twelve failures, whatever it takes to have them checked; then every pause is over."""
    for number in range(12):
        while failure(app, names[number % len(names)]).status_code == 429:
            clock.pass_(minutes=30)
    clock.pass_(days=1)


@pytest.mark.parametrize(
    "spellings",
    [["anna", "ANNA", " anna", "\uff41nna"], ["anna@example.com", "ANNA@EXAMPLE.COM", "a.nna+x@example.com"]],
)
def test_rl_04_all_spellings_of_one_account_share_their_guesses(app, anna, spellings):
    statuses = [failure(app, spellings[n % len(spellings)]).status_code for n in range(12)]

    assert statuses == [422] * 10 + [429] * 2


@pytest.fixture
def strict(make_app):
    """An app that takes 12 failures in a row instead of 100: an eighth of the time."""
    app = make_app(WATCHWORD_LOGIN_GUESSES_IN_A_ROW=12)
    make_user(app, "anna")
    return app


def test_rl_04_name_and_address_lead_to_one_count_of_the_user(strict, clock):
    fail_in_a_row(strict, clock, "anna", "anna@example.com")

    assert submit(strict.test_client(), "/login", identifier="anna", password=PASSWORD).status_code == 422


def test_enu_09_known_and_unknown_names_are_refused_at_the_same_try_in_the_same_words(app, anna, masked):
    known, unknown = ([masked(failure(app, name)) for _ in range(14)] for name in ("anna", "nina"))

    assert [answer[0] for answer in known] == [422] * 10 + [429] * 4
    assert [(*rest, body.replace("anna", "nina")) for *rest, body in known] == [
        (*rest, body) for *rest, body in unknown
    ]


def test_enu_09_a_closed_account_answers_as_one_that_never_was(strict, clock, masked):
    answers = {}
    for name in ("anna", "nina"):
        fail_in_a_row(strict, clock, name)
        answers[name] = masked(submit(strict.test_client(), "/login", identifier=name, password=PASSWORD))

    assert [part if not isinstance(part, str) else part.replace("anna", "nina") for part in answers["anna"]] == list(
        answers["nina"]
    )


def test_rl_08_the_owner_gets_in_by_a_reset_and_by_a_known_browser(strict, mailbox, clock):
    app, client = strict, strict.test_client()
    submit(client, "/login", identifier="anna", password=PASSWORD)
    submit(client, "/logout")
    fail_in_a_row(app, clock, "anna")
    assert submit(client, "/login", identifier="anna", password=PASSWORD).status_code == 303

    fresh = app.test_client()
    submit(fresh, "/forgot-password", email="anna@example.com")
    setup_of(app).delivery.run_once()
    assert ["guessing" in mail["Subject"] for mail in mailbox.to("anna@example.com")].count(True) == 1
    link = next(mailbox.link(n) for n, mail in enumerate(mailbox.mails) if "/reset-password/" in mailbox.text(n))
    fresh.get(link)
    assert submit(fresh, "/reset-password", password="seven maple trees in the wind").status_code == 303
    answer = submit(fresh, "/login", identifier="anna", password="seven maple trees in the wind")
    assert answer.status_code == 303
