"""How hard a password is to guess: zxcvbn's estimate, and its advice in words of ours that can be translated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zxcvbn_rs_py import Entropy, Suggestion, Warning, zxcvbn  # noqa: A004 - its name for what is wrong

from watchword.core.texts import N_

ENOUGH = 3
LOOKED_AT = 24
"""Characters. A guesser who must find these has work enough; longer crafted texts would cost seconds (PWD-07)."""
_LONGEST_WORD, _MOST_WORDS = 64, 40

_EASY = N_("This password is easy to guess. Add a word or two that nobody would expect.")
_LISTED = N_("This is like a password that many people use. Add a word or two that nobody would expect.")
_REPEATED = N_("Repeating doesn't help. Add a word or two that nobody would expect.")
_ROWS = N_("Rows of keys are easy to guess. Add a word or two that nobody would expect.")
_NAMES = N_("Names are easy to guess. Add a word or two that nobody would expect.")
_DATES = N_("Dates and years are easy to guess. Add a word or two that nobody would expect.")
_WARNED = (
    (Warning.StraightRowsOfKeysAreEasyToGuess, _ROWS),
    (Warning.ShortKeyboardPatternsAreEasyToGuess, _ROWS),
    (Warning.SequencesLikeAbcAreEasyToGuess, N_("Sequences like abc or 6543 are easy to guess. Add a word or two.")),
    (Warning.RepeatsLikeAaaAreEasyToGuess, _REPEATED),
    (Warning.RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess, _REPEATED),
    (Warning.ThisIsATop10Password, _LISTED),
    (Warning.ThisIsATop100Password, _LISTED),
    (Warning.ThisIsACommonPassword, _LISTED),
    (Warning.ThisIsSimilarToACommonlyUsedPassword, _LISTED),
    (
        Warning.AWordByItselfIsEasyToGuess,
        N_("One word is easy to guess. Add two or three more that don't belong to it."),
    ),
    (Warning.NamesAndSurnamesByThemselvesAreEasyToGuess, _NAMES),
    (Warning.CommonNamesAndSurnamesAreEasyToGuess, _NAMES),
    (Warning.DatesAreOftenEasyToGuess, _DATES),
    (Warning.RecentYearsAreEasyToGuess, _DATES),
)
_SUGGESTED = (
    (
        Suggestion.PredictableSubstitutionsDontHelpVeryMuch,
        N_("Signs in place of letters are easy to guess. Add a word or two that nobody would expect."),
    ),
    (
        Suggestion.ReversedWordsArentMuchHarderToGuess,
        N_("A word written backwards is easy to guess. Add a word or two that nobody would expect."),
    ),
)
_BETTER = N_("One more word that nobody would expect makes it very strong.")


@dataclass(frozen=True, slots=True)
class Strength:
    """*score* runs from 0 to 4; below ENOUGH *advice* says why, above it how to do better, at 4 nothing."""

    score: int
    advice: str


def strength_of(password: str, about: Sequence[str]) -> Strength:
    """Judge the first characters of a *password* whose length was checked. *about*: what its owner is called."""
    found = zxcvbn(password[:LOOKED_AT], _words(about))
    score = int(found.score)
    if score < ENOUGH:
        return Strength(score, _advice(found))
    return Strength(score, _BETTER if score == ENOUGH else "")


def _words(about: Sequence[str]) -> list[str]:
    """The owner's words, bounded: they may come from fields that nobody checked yet."""
    words = [word for text in about for word in [text, *text[:256].replace("@", " ").replace(".", " ").split()]]
    return [word[:_LONGEST_WORD] for word in words if word][:_MOST_WORDS]


def _advice(found: Entropy) -> str:
    feedback = found.feedback
    if feedback is None:
        return _EASY
    return _text_for([feedback.warning], _WARNED) or _text_for(feedback.suggestions, _SUGGESTED) or _EASY


def _text_for(told: Iterable[object], texts: Iterable[tuple[object, str]]) -> str:
    """The first text that belongs to something told. Compared one by one: zxcvbn's names can't be hashed."""
    return next((text for one in told for name, text in texts if one == name), "")
