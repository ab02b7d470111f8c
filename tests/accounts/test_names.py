from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.core.errors import AuthError
from watchword.features.accounts.errors import UserNameNotAllowed, UserNameReserved
from watchword.features.accounts.names import check_user_name, user_name_key


@pytest.mark.parametrize(
    "name", ["anna", "Anna-Marie", "naïve", "Иван", "محمد", "田中さん", "김철수", "a.b_c-d", "مح12", "x2"]
)
def test_a_name_of_one_alphabet_is_taken_as_typed(name):
    assert check_user_name(f" {name} ").typed == name


@pytest.mark.parametrize(
    "name",
    [
        "İbrahim", "Adéṣẹ̀yẹ", "o͘-ka", "ɔ̃kɔ", "नमस्ते", "ಕನ್ನಡ", "ก้อง", "מִרְיָם", "مُحَمَّد", "မောင်", "ខ្មែរ", "شمس٣", "г̆рад"
    ],
)  # fmt: skip
def test_the_marks_that_an_alphabet_is_written_with_are_taken(name):
    assert check_user_name(name).typed == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "محـمد",
        "a" * 33,
        "a" * 100_000,
        "",
        "  ",
        "a b",
        "a..b",
        ".a",
        "a-",
        "_a",
        "a-_b",
        "a@b",
        "a/b",
        "http://x",
        "evil.com",
        "www.evil",
        "o'brien",
        "<b>",
        "\x00",
        "a\x00b",
        "\ud800x",
        "a\nb",
        "ad\u200bmin",
        "a\u00adb",
        "a\u202eb",
        "\u0301a",
        "аdmin",
        "сосо",
        "pаypal",
        "ab\u3164",
        "\U000e0041b",
        "😀😀",
        "a\ufe0fb",
    ],
)
def test_what_misleads_or_breaks_is_no_name(name):
    with pytest.raises(UserNameNotAllowed):
        check_user_name(name)


@pytest.mark.parametrize("name", ["admin", "ROOT", "Ａdmin", "a.d.m.i.n", "support", "admin1", "no-reply", "ſupport"])
def test_names_of_the_house_are_reserved_in_every_spelling(name):
    with pytest.raises(UserNameReserved):
        check_user_name(name)


@pytest.mark.parametrize(("one", "other"), [("ﬁle", "file"), ("straße", "STRASSE"), ("é1", "e\u03011"), ("ＡＢ", "ab")])
def test_two_spellings_of_one_name_have_one_key(one, other):
    assert check_user_name(one).key == check_user_name(other).key


@given(st.text(max_size=80))
def test_a_name_that_is_allowed_is_found_by_what_was_typed(text):
    try:
        name = check_user_name(text)
    except AuthError:
        return
    assert user_name_key(text) == name.key
    assert user_name_key(name.key) == name.key


@given(st.text(max_size=200))
def test_looking_a_name_up_never_raises(text):
    user_name_key(text)
