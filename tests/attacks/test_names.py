"""Names and addresses that look like, or lead to, somebody else's (IDN-01 to IDN-09)."""

from __future__ import annotations

import logging
import unicodedata

import pytest
from sqlalchemy import select, update

from watchword.core.errors import AuthError
from watchword.core.mail import MailRefused
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.errors import AddressNotValid, UserNameNotAllowed, UserNameReserved
from watchword.features.accounts.models import User
from watchword.features.accounts.names import check_user_name
from watchword.testing import PASSWORD, login_as, make_user, submit
from watchword.web.mails import recipient

SHARP_S, LETTER_A = "anna@straße.de", "boss@ex\u1d2cmple.com"  # the second is a small raised A


@pytest.mark.parametrize("email", [SHARP_S, LETTER_A, "x@\u03b2\u03cc\u03bb\u03bf\u03c2.com"])
def test_idn_01_a_domain_that_is_two_for_two_mail_programs_gets_no_account(app, client, deliver, mailbox, email):
    answer = submit(client, "/register", username="berta", email=email, password=PASSWORD)
    deliver()

    assert answer.status_code == 422
    assert mailbox.mails == []


def test_idn_01_nobody_is_made_with_such_a_domain_by_an_operator(app):
    answer = app.test_cli_runner().invoke(
        args=["watchword", "create-user", "anna", SHARP_S, "--password-stdin"], input=PASSWORD
    )

    assert answer.exit_code == 1
    assert "Enter one email address" in answer.output


def test_idn_01_a_user_kept_with_such_a_domain_is_mailed_nowhere_and_the_log_says_so(
    app, client, deliver, mailbox, new_scope, caplog
):
    scope, anna = new_scope(), make_user(app, "anna")
    kept = {"email": SHARP_S, "email_key": "anna@xn--strae-oqa.de"}
    scope.db.execute(update(User).where(User.id == anna).values(kept))
    scope.commit()
    caplog.set_level(logging.INFO)

    submit(client, "/forgot-password", email="anna@xn--strae-oqa.de")
    deliver()

    assert mailbox.mails == []
    assert "MailRefused (DomainUnclear)" in caplog.text
    assert "stra" not in caplog.text


def test_idn_01_whoever_proves_an_address_proved_the_one_that_is_compared(app, client, deliver, mailbox, new_scope):
    submit(client, "/register", username="berta", email="berta@bücher.example", password=PASSWORD)
    deliver()
    client.get(mailbox.link())
    submit(client, "/confirm-email")

    assert mailbox.mails[-1]["To"] == "berta@xn--bcher-kva.example"
    assert new_scope().read.scalar(select(User.email_key)) == "berta@xn--bcher-kva.example"


UNSEEN = [
    "\u00ad", "\u034f", "\u115f", "\u17b5", "\u180f", "\u200b", "\u2060", "\u3164", "\ufe00", "\ufe0f", "\uffa0",
    "\U0001bca0", "\U0001d173", "\U000e0001", "\U000e0100", "\U000e01ef", "\U000e0fff", "\U00016fe4",
]  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_idn_02_nothing_that_is_not_seen_makes_another_name_or_address(unseen):
    for one, other in (("an", "na"), ("\u0e19", "\u0e32")):  # Latin, where stray marks are refused too, and Thai
        with pytest.raises(UserNameNotAllowed):
            check_user_name(f"{one}{unseen}{other}")
    with pytest.raises(AddressNotValid):
        check_address(f"an{unseen}na@example.com")


@pytest.mark.parametrize(
    "name",
    [
        "mi\u0307ke",
        "m\u0131\u0307ke",
        "j\u0307ohn",
        "m\u0456\u0307\u0440",
        "anna\u0338",
        "anna1\u0336",
        "a\u0301\u0301b",
    ],
)
def test_idn_02_no_mark_that_hides_on_its_letter_makes_another_name(name):
    with pytest.raises(UserNameNotAllowed):
        check_user_name(name)


@pytest.mark.parametrize("name", ["anna\u0661", "\u0665livia"])
def test_idn_02_no_digit_of_another_alphabet_stands_for_a_letter(name):
    with pytest.raises(UserNameNotAllowed):
        check_user_name(name)


@pytest.mark.parametrize("name", ["admin\u0663", "root\u09e7", "support\u0e53", "7admin", "ad9min"])
def test_idn_02_a_reserved_name_stays_one_with_digits_of_any_alphabet(name):
    with pytest.raises(UserNameReserved):
        check_user_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m\u0131ke", "mike"),
        ("M\u0130KE", "mike"),
        ("\u0237ohn", "john"),
        ("m\U0001d6a4ke", "mike"),
        ("m\u0131\u0301ke", "m\u00edke"),
        ("Irmak", "\u0131rmak"),
        ("\u0130brahim", "ibrahim"),
    ],
    ids=ascii,
)
def test_idn_02_the_dot_of_an_i_or_a_j_makes_no_other_name(one, other):
    assert check_user_name(one).key == check_user_name(other).key


@pytest.mark.parametrize("name", ["adm\u0131n", "ADM\u0130N", "log\u0131n", "bill\u0131ng"], ids=ascii)
def test_idn_02_a_reserved_name_stays_one_without_its_dot(name):
    with pytest.raises(UserNameReserved):
        check_user_name(name)


def test_idn_02_nobody_is_called_mike_without_a_dot_beside_mike(app, client, post):
    make_user(app, "mike")
    login_as(client, make_user(app, "mallory"))

    renamed = post(client, "/account", username="m\u0131ke")
    assert (renamed.status_code, "taken" in renamed.text) == (422, True)
    sign_in = submit(app.test_client(), "/login", identifier="M\u0130KE", password=PASSWORD)
    assert sign_in.status_code == 303


def test_idn_02_nobody_registers_or_is_renamed_beside_a_name_that_looks_the_same(app, client, post):
    make_user(app, "mike")
    login_as(client, make_user(app, "mallory"))

    assert post(client, "/account", username="mi\u0307ke").status_code == 422
    register = post(app.test_client(), "/register", username="mike\U000e0100", email="m@example.com", password=PASSWORD)
    assert register.status_code == 422


MANY_ALIKE = ("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE ")  # a hundred thousand, which nothing changes
LETTERS = [chr(code) for code in range(0x80, 0x32000) if unicodedata.category(chr(code))[0] not in "CZ"]
LETTERS = [one for one in LETTERS if not unicodedata.name(one, "").startswith(MANY_ALIKE)]
CHANGING = [one for one in LETTERS if unicodedata.normalize("NFKC", one).casefold() != one]


@pytest.mark.parametrize("letters", [CHANGING, pytest.param(LETTERS, marks=pytest.mark.slow)], ids=["changing", "all"])
def test_idn_01_no_letter_of_any_alphabet_sends_a_mail_to_another_domain_than_the_compared_one(letters):
    """Those first that some normalising changes: about the others nobody disagrees, which the slow half shows."""
    pairs = [pair for one in letters if (pair := compared_and_mailed(one)) is not None]

    assert {pair for pair in pairs if pair[0] != pair[1]} == set()
    assert len(pairs) > len(letters) / 2


def compared_and_mailed(letter):
    """The two domains of an address with *letter* in it, None when nobody can have it."""
    label = letter if unicodedata.bidirectional(letter) in {"R", "AL"} else f"a{letter}b"
    try:
        address = check_address(f"anna@{label}.com")
    except AuthError:
        return None
    try:
        return address.key.rpartition("@")[2], recipient(address.typed).domain
    except MailRefused:
        return address.key, "nowhere"
