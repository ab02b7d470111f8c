"""Settings of login."""

from __future__ import annotations

from datetime import timedelta

from watchword.core.config import FeatureSettings, setting


class LoginConfig(FeatureSettings, prefix="LOGIN"):
    """How many guesses are let through, and how long a sign-in may take."""

    guesses_per_minute: int = setting(
        5,
        "Failed sign-ins an address may make in a minute (IPv6: its /64).",
        at_least=1,
        at_most=1000,
        gives_up="More guesses for everybody behind one address.",
    )
    guesses_per_hour: int = setting(
        50,
        "Failed sign-ins an address may make in an hour.",
        at_least=1,
        at_most=10000,
        gives_up="More guesses for everybody behind one address.",
    )
    guesses_before_pause: int = setting(
        10,
        "Failed sign-ins with one name or address before each next one has to wait, 30 seconds to an hour.",
        at_least=1,
        at_most=100,
        gives_up="More guesses at each account.",
    )
    guesses_in_a_row: int = setting(
        100,
        "Failures of one user in a row, after which only known devices may use the password, until it is reset.",
        at_least=10,
        at_most=100,
    )
    known_device_guesses: int = setting(
        10,
        "Failed sign-ins an hour from a browser that signed in before; counted apart from all others.",
        at_least=1,
        at_most=100,
    )
    waiting_lifetime: timedelta = setting(
        timedelta(minutes=10),
        "How long a sign-in waits for its next step.",
        at_least=timedelta(minutes=1),
        at_most=timedelta(minutes=30),
    )
    trust_days: int = setting(
        30,
        "How many days a browser stands in for the second step when its owner trusts it; 0: none ever does.",
        at_least=0,
        at_most=30,
        gives_up="In such a browser a stolen password is enough.",
    )
    fresh_for: timedelta = setting(
        timedelta(minutes=10),
        "How long after a proof of identity sensitive acts are allowed without another one.",
        at_least=timedelta(minutes=1),
        at_most=timedelta(hours=1),
        gives_up="Whoever finds the browser open may change the account for so long.",
    )
