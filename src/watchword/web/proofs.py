"""How somebody signed in, in words. Sessions and events hold the names of RFC 8176."""

from __future__ import annotations

from collections.abc import Callable, Collection

from watchword.core.texts import N_

_WORDS = {
    "pwd": N_("password"),
    "fed": N_("another site's account"),
    "hwk": N_("passkey"),
    "swk": N_("passkey"),
    "otp": N_("code"),
    "sms": N_("text message"),
}


def in_words(proofs: Collection[str], gettext: Callable[[str], str]) -> str:
    """Like "password, code", the first proof first; "" when we have no word for any."""
    shown = proofs.split() if isinstance(proofs, str) else proofs
    return ", ".join(dict.fromkeys(gettext(word) for proof, word in _WORDS.items() if proof in shown))
