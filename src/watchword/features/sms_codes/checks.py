"""What `doctor` asks of text messages."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from watchword.core.doctor import Finding
from watchword.core.problems import SMS_NOT_TYPED, SMS_OFF_FOR_SOME
from watchword.core.scope import Scope
from watchword.features.audit import service as audit
from watchword.features.sms_codes import phones
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.events import CodeAccepted, MessageSent

LOOKED_AT = timedelta(days=1)
TELLING = 20  # fewer messages say nothing
ONE_IN = 3  # of so many codes one comes back at least, or somebody else asks for them


def come_back(scope: Scope) -> list[Finding]:
    """People type most of the codes that they ask for; who earns on messages types none (RL-13)."""
    sent = audit.search(scope, MessageSent.name, since=scope.now - LOOKED_AT)
    if len(sent) < TELLING:
        return []
    accepted = audit.search(scope, CodeAccepted.name, since=sent[-1].at)
    if len(accepted) * ONE_IN >= len(sent):
        return []
    prefix, most = Counter(str(each.facts["prefix"]) for each in sent).most_common(1)[0]
    return [
        Finding(
            code=SMS_NOT_TYPED,
            level="warning",
            setting="WATCHWORD_SMS_COUNTRIES",
            what=f"Of the last {len(sent)} codes sent by text message {len(accepted)} came back.",
            why=f"Somebody may earn on the messages: {most} of them went to {prefix}.",
            fix="Take countries out of WATCHWORD_SMS_COUNTRIES, or lower WATCHWORD_SMS_PER_COUNTRY.",
        )
    ]


def nobody_sends(scope: Scope) -> list[Finding]:
    """Who counts on codes by text message signs in by a recovery code where nobody sends any, or not at all."""
    held = 0 if scope.config[SmsCodesConfig].sender else phones.count(scope)
    if not held:
        return []
    return [
        Finding(
            code=SMS_OFF_FOR_SOME,
            level="warning",
            setting="WATCHWORD_SMS_SENDER",
            what=f"Users with a phone number as second step: {held}. Nobody sends them codes.",
            why="A password alone doesn't let them in: they need one of their recovery codes.",
            fix="Name the sender again until they have another one; or watchword reset-second-factor NAME.",
        )
    ]
