from __future__ import annotations

import random
import string

import pytest

from watchword.features.accounts import errors, known_passwords
from watchword.features.accounts.password_rules import Rules, check_new_password, prepare

ABOUT = ("anna", "anna.bell@example.com", "Watchword")


def check(text, minimum=15):
    return check_new_password(text, Rules(minimum=minimum, about=ABOUT))


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "river lantern copper",
        "violet harbour under seven clouds",
        "x9$Kq2!mZp7&Lw4",
        "  leading and trailing  ",
        "пароль длинный и странный",
        "猫は椅子の下で静かに眠っている夜",
        "🦊🐙🦉🐝🦋🐢🦀🐬🦜🦔🐌🐞🦎🦩🦦",
        "nul\x00 inside is allowed",
        "a long password about anna",
        "k" + "abcdefgh ijk lmnop"[::2] * 14,
        " ".join(f"{number} lanterns" for number in range(40))[:256],
    ],
)
def test_d3_a_good_password_is_taken_whatever_it_is_made_of(password):
    assert check(password) == prepare(password)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("fourteen chars", errors.PasswordTooShort),
        ("e\u0301" * 14, errors.PasswordTooShort),
        ("a" * 257, errors.PasswordTooLong),
        ("a" * 20_000_000, errors.PasswordTooLong),
        ("\ufdfa" * 100_000, errors.PasswordTooLong),
        ("\ud800" * 16, errors.PasswordNotReadable),
        ("password1234567", errors.PasswordKnown),
        ("passwordpassword", errors.PasswordKnown),
        ("PASSWORD password!", errors.PasswordKnown),
        ("iloveyouiloveyou", errors.PasswordKnown),
        ("summer2026summer2026", errors.PasswordKnown),
        ("dragonmonkey12345", errors.PasswordKnown),
        ("annabell2026!!!", errors.PasswordLikeYou),
        ("anna.bell@example.com", errors.PasswordLikeYou),
        ("llebanna llebanna", errors.PasswordLikeYou),
        ("aaaaaaaaaaaaaaaaaaaa", errors.PasswordTooSimple),
        ("abcabcabcabcabcabc", errors.PasswordTooSimple),
        ("123456789012345", errors.PasswordTooSimple),
        ("qwertyuiop12345", errors.PasswordTooSimple),
        ("zaq12wsxcde34rfv", errors.PasswordTooSimple),
    ],
)
def test_a_guessable_password_is_refused_with_the_reason(password, refusal):
    with pytest.raises(refusal):
        check(password)


def test_the_sites_name_with_a_year_is_refused():
    with pytest.raises((errors.PasswordKnown, errors.PasswordLikeYou)):
        check("Watchword2026!!!")


def test_two_spellings_of_one_letter_are_one_password():
    assert prepare("caf\u00e9") == prepare("cafe\u0301")


def test_length_is_looked_at_before_anything_else(monkeypatch):
    monkeypatch.setattr("watchword.features.accounts.password_rules.unicodedata", None)

    with pytest.raises(errors.PasswordTooLong):
        prepare("\ufdfa" * 100_000)


def test_random_passwords_are_never_on_the_list():
    luck = random.Random(4)  # noqa: S311 - the same each time
    letters = string.ascii_letters + string.digits + string.punctuation

    assert not any(known_passwords.is_known("".join(luck.choices(letters, k=16)).casefold()) for _ in range(2000))


@pytest.mark.parametrize(
    "password", ["nemvxyheqdd5oqxyxyzi", "nemvxyheqdd5oqxyxyzidragon", "dragonnemvxyheqdd5oqxyxyzi"]
)
def test_the_longest_of_the_list_is_known_alone_and_beside_another(password):
    assert len("nemvxyheqdd5oqxyxyzi") == known_passwords.LONGEST_WORD
    assert known_passwords.is_known(password)


def test_the_list_is_sorted_and_of_one_width():
    hashes = known_passwords._hashes()

    assert list(hashes) == sorted(set(hashes))
    assert max(hashes) < 256**known_passwords.WIDTH
    assert len(hashes) > 45_000
