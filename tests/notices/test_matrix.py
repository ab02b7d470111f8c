"""Every event of every feature: its owner is mailed, or it stands here why not (E11 of the checklist)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import pytest

from watchword import built_in
from watchword.core.events import Event
from watchword.testing import make_user
from watchword.testing.people import change

NOT_MAILED = {
    "accounts.account_closed": "nothing of the person is left to mail to; that it will close was mailed",
    "accounts.address_proved": "nothing changes: the mail that led there was read",
    "accounts.password_closed": "by the owner, through the link of a notice; a mail for a new password follows",
    "accounts.user_created": "the mail that was confirmed tells of it",
    "audit.limit_reached": "a limit did its work; what the owner must know of it is mailed by its feature",
    "login.confirmed": "it opens nothing, and what it is shown for is mailed",
    "login.device_forgotten": "it takes a right away, and gives none",
    "login.refused": "anybody can have it stated, a hundred times; when it goes too far the owner is mailed",
    "login.signed_in": "mailed where it is from a browser that never did",
    "login.trust_ended": "it takes a right away, and gives none",
    "my_account.address_not_restored": "by the owner, through the link of a notice; the page tells what to do",
    "my_account.address_restored": "by the owner, through the link of a notice",
    "notices.account_secured": "by the owner, through the link of a notice; a mail for a new password follows",
    "outbox.job_dropped": "about the site, not about a person",
    "outbox.job_given_up": "about the site, not about a person",
    "passkeys.renamed": "a word on the page changes, and no right",
    "password_reset.asked": "about no user: it is stated for every address alike",
    "password_reset.done": "the new password is mailed",
    "password_reset.link_sent": "it is the mail",
    "registration.asked": "about no user yet",
    "registration.confirmed": "the mail that was confirmed tells of it",
    "sessions.ended": "it takes a right away, and gives none",
    "sessions.ended_many": "what ended them is mailed",
    "two_factor.reset_announced": "the mail about the case was carried: that is what it says",
    "sms_codes.code_accepted": "the phone that it is about got the message",
    "sms_codes.message_refused": "nothing happened",
    "sms_codes.message_sent": "it is the message",
}
SAMPLES = {"str": "3", "int": 3, "bool": True, "datetime": datetime.fromisoformat("2026-12-08T12:00+00:00")}


def stated(event: type[Event], user_id: int) -> Event:
    facts = {one.name: SAMPLES[str(one.type)] for one in fields(event) if one.name != "user_id"}
    return event(user_id=user_id, **facts)


@pytest.fixture
def app(make_app):
    """The ready-to-run app with everything, not the host of this folder."""
    return make_app()


def test_e11_every_event_is_mailed_to_its_owner_or_it_is_said_why_not(app, deliver, mailbox):
    anna = make_user(app, "anna")
    features = built_in.load(built_in.EVERYTHING)
    mailed = {notice.event.name for each in features for notice in each.notices}
    with change(app) as scope:
        for event in {event for each in features for event in each.events}:
            scope.emit(stated(event, anna))
    deliver()

    assert {event.name for each in features for event in each.events} - mailed == set(NOT_MAILED)
    assert [mail["To"] for mail in mailbox.mails] == ["anna@example.com"] * len(mailed)
    assert len({mail["Subject"] for mail in mailbox.mails}) == len(mailed)
    assert all("/secure-account/" in mailbox.text(number) for number in range(len(mailed)))
