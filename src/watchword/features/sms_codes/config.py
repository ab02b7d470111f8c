"""Settings of codes by text message."""

from __future__ import annotations

from typing import Annotated, Any

from watchword.core.config import BeforeValidator, FeatureSettings, Problem, setting
from watchword.features.sms_codes import senders


class SmsCodesConfig(FeatureSettings, prefix="SMS"):
    """Who sends, where to, and how much at most. How often one number gets a message is no setting."""

    sender: Annotated[Any, BeforeValidator(senders.sender_from)] = setting(
        None,
        "Who sends text messages: `console:` in development, or an object of yours as `package.module:name`. Empty: "
        "nobody, and codes by text message are off.",
        secret=True,
        example=senders.CONSOLE,
        gives_up="Whoever takes a phone number over, or reads along in the network, gets past the second step.",
    )
    countries: tuple[str, ...] = setting(
        (),
        "Countries whose mobile numbers get messages, by their two letters (ISO 3166).",
        example="DE,AT,CH",
        gives_up="Each one more is a place where somebody may earn by the messages you pay for.",
    )
    per_country: int = setting(
        100,
        "Messages an hour to all numbers of one calling code together.",
        at_least=1,
        at_most=100_000,
        gives_up="More to pay before a fraud is stopped.",
    )
    per_day: int = setting(
        500,
        "Messages a day to everybody together.",
        at_least=1,
        at_most=1_000_000,
        gives_up="More to pay before a fraud is stopped.",
    )

    def rules(self) -> list[Problem]:
        if self.sender is None or self.countries:
            return []
        what = "{0} is set and {1} is empty: nobody could get a message."
        why = "Messages to faraway numbers are how frauds earn on sign-in pages, so none is served unless you list it."
        return [self.clash("sender", "countries", what=what, why=why, fix="{1}=DE,AT,CH")]
