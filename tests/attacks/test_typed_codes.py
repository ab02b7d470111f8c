"""Eight digits stay worth guessing at only a few times, however often somebody asks for new ones."""

from __future__ import annotations

import pytest

from tests.support.counting import WHEREVER_COUNTED
from watchword.features.email_confirmation.errors import ConfirmationNotValid, WrongConfirmationCode
from watchword.features.my_account.service import address
from watchword.features.registration import service as registration
from watchword.testing import PASSWORD

ADDRESS, WRONG = "berta@new.example", "00000000"


@pytest.fixture(params=["registration", "address change"])
def asked(request, new_scope, deliver, app):
    """Somebody waits for a code at an address: `ask(email)` does it anew, `again()` in the same browser, `type_(code)`."""
    kind = _Registration if request.param == "registration" else _AddressChange
    user_id = None if kind is _Registration else request.getfixturevalue("anna")
    return kind(new_scope, deliver, user_id)


class _Asked:
    def __init__(self, new_scope, deliver, user_id):
        self._new_scope, self._deliver, self._user_id = new_scope, deliver, user_id
        self._asked = 0

    def ask(self, email=ADDRESS):
        self._asked += 1
        self.browser = self._in_scope(self._ask, email)
        self._deliver()

    def again(self):
        self._asked += 1
        self._in_scope(self._again)
        self._deliver()

    def type_(self, code):
        return self._in_scope(self._type, code)

    def guess_wrong(self, times=5):
        for _ in range(times):
            with pytest.raises(WrongConfirmationCode):
                self.type_(WRONG)

    def _in_scope(self, act, *given):
        """As a request does it: what was counted is kept when the answer is a refusal."""
        scope = self._new_scope(ip=f"198.51.100.{self._asked}")
        try:
            return act(scope, *given)
        finally:
            scope.commit()


class _Registration(_Asked):
    def _ask(self, scope, email):
        return registration.register(scope, f"berta{self._asked}", email, password=PASSWORD)

    def _again(self, scope):
        registration.mail_again(scope, self.browser, ADDRESS)

    def _type(self, scope, code):
        return registration.confirm_by_code(scope, self.browser, code)

    def open_link(self, link):
        self._in_scope(lambda scope: registration.check_link(scope, link, self.browser))


class _AddressChange(_Asked):
    def _ask(self, scope, email):
        return address.ask(scope, self._user_id, email)

    def _again(self, scope):
        address.ask(scope, self._user_id, ADDRESS, browser=self.browser)

    def _type(self, scope, code):
        return address.confirm_by_code(scope, self._user_id, code, browser=self.browser)

    def open_link(self, link):
        self._in_scope(lambda scope: address.check_link(scope, link))


def number(mailbox, mail=-1):
    return mailbox.mails.index(mailbox.to(ADDRESS)[mail])


def test_only_the_newest_mails_code_counts_and_asking_again_revives_no_dead_one(asked, mailbox):
    asked.ask()
    dead, link = mailbox.code(number(mailbox)), mailbox.link(number(mailbox)).rpartition("/")[2]
    asked.guess_wrong()

    asked.again()
    with pytest.raises(WrongConfirmationCode):
        asked.type_(dead)

    asked.open_link(link)
    asked.type_(mailbox.code(number(mailbox)))


def test_over_the_mail_cap_the_code_in_the_inbox_stays_good(asked, mailbox):
    asked.ask()
    for _ in range(3):
        asked.again()

    assert len(mailbox.to(ADDRESS)) == 2
    asked.type_(mailbox.code(number(mailbox)))


@WHEREVER_COUNTED
def test_codes_of_one_address_are_guessed_at_twenty_times_a_day_by_all_browsers_together(asked, mailbox, clock):
    spellings = (ADDRESS, "Berta@new.example", "berta+1@new.example", "b.erta@new.example")
    for spelling in spellings:
        asked.ask(spelling)
        clock.pass_(minutes=20)
        asked.guess_wrong()

    asked.ask()
    code, link = mailbox.code(number(mailbox)), mailbox.link(number(mailbox)).rpartition("/")[2]
    with pytest.raises(ConfirmationNotValid):
        asked.type_(code)

    asked.open_link(link)
    clock.pass_(hours=23)
    asked.type_(code)
