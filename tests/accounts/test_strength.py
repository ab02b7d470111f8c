from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn_rs_py import Suggestion, Warning  # noqa: A004 - its name for what is wrong

from watchword.features.accounts import errors, strength
from watchword.features.accounts.password_rules import Rules, check_new_password
from watchword.features.accounts.strength import ENOUGH, strength_of

ABOUT = ("anna", "anna.bell@example.com", "Watchword")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("zaq1xsw2cde3vfr4", "many people use"),
        ("qwertyuiop[]asd", "Rows of keys"),
        ("abcdefghijklmnop", "Sequences"),
        ("kkkkkkkkkkkkkkkkk", "Repeating"),
        ("p4ssw0rdp4ssw0rd!", "Repeating"),
        ("noitatnemelpmi!!", "backwards"),
        ("congratulations", "easy to guess"),
        ("williamsmartinez", "Names"),
    ],
)
def test_a_weak_password_is_told_why(password, word):
    found = strength_of(password, ())

    assert found.score < ENOUGH
    assert word in found.advice


def test_what_its_owner_is_called_makes_a_password_weak():
    password = "annabell watchword"

    assert strength_of(password, ABOUT).score < strength_of(password, ()).score


def test_a_good_password_is_told_how_to_be_better_and_a_strong_one_nothing():
    assert "One more word" in strength_of("thisismypassword", ()).advice
    assert strength_of("quiet lantern over copper river", ()).advice == ""


def test_a_guessable_password_that_no_rule_names_is_refused_as_weak():
    with pytest.raises(errors.PasswordWeak) as refused:
        check_new_password("responsibilities", Rules(minimum=15, about=ABOUT))

    assert "easy to guess" in refused.value.message


def test_every_warning_has_a_text_of_ours():
    names = {name for name in dir(Warning) if name[0].isupper()}

    assert len(strength._WARNED) == len(names)
    assert all(any(getattr(Warning, name) == known for known, _ in strength._WARNED) for name in names)
    assert all(any(known == getattr(Suggestion, name) for name in dir(Suggestion)) for known, _ in strength._SUGGESTED)


@given(st.text(max_size=40), st.lists(st.text(max_size=300), max_size=5))
def test_any_text_has_a_score_and_advice_while_it_is_weak(password, about):
    found = strength_of(password, about)

    assert 0 <= found.score <= 4
    assert bool(found.advice) is (found.score < 4)
