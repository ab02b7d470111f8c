from __future__ import annotations

from math import log2

from watchword.features.accounts import passphrases
from watchword.features.accounts.password_rules import Rules, check_new_password


def test_the_list_has_no_word_twice_and_six_words_have_77_bits():
    words = passphrases._words()

    assert len(set(words)) == len(words)
    assert passphrases.FEWEST_WORDS * log2(len(words)) >= 77


def test_a_suggestion_is_six_words_of_the_list_and_each_is_another():
    phrases = {passphrases.suggest(15) for _ in range(300)}

    assert len(phrases) == 300
    assert all(set(phrase.split()) <= set(passphrases._words()) for phrase in phrases)
    assert all(len(phrase.split()) == 6 for phrase in phrases)


def test_every_suggestion_is_a_password_that_the_rules_take():
    about = ("anna", "anna.bell@example.com", "Watchword")

    assert all(check_new_password(passphrases.suggest(15), Rules(minimum=15, about=about)) for _ in range(300))


def test_where_passwords_must_be_longer_there_are_more_words():
    assert all(64 <= len(passphrases.suggest(64)) <= 80 for _ in range(100))
