"""Text messages, changes of address, and cookies of before: the last of the machine's rules."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis.stateful import precondition, rule

from tests.support.account_deeds import AccountMachine
from tests.support.proof_machine import (
    NO_CODE,
    may_be_wrong,
    one_browser,
    one_of_many,
    somebody_is_inside,
    somebody_waits,
)
from watchword.core.errors import AuthError
from watchword.features.login import service as login
from watchword.features.my_account import address
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.sms_codes import codes as sms
from watchword.features.sms_codes import phones
from watchword.features.sms_codes import service as sms_codes

GRACE = timedelta(seconds=60)


class WholeMachine(AccountMachine):
    """All that people and thieves do."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.address_links: list[str] = []
        self.old_devices: list[str] = []

    # ── text messages ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser, right=may_be_wrong)
    def adds_a_phone(self, at: int, right: bool) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                sms_codes.start(scope, user.id, f"+49151{self.user_id:08}")
            code = self.code_sent(right=right)
            with self.deed(at) as (scope, user, seen):
                shown, self.browsers[at].session = sms_codes.finish(scope, user, code)
            assert right, "a number was added without its code"
            self.model.phone_added_at = self.now
            self.model.end_trust()
            self.model.showed_more(seen, "sms", self.now)
            if shown:
                self.model.made_codes(shown, self.now)

    @precondition(lambda self: somebody_is_inside(self) and self.model.phone_added_at)
    @rule(at=one_browser)
    def removes_the_phone(self, at: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                sms_codes.remove(scope, user.id)
            self.model.drop_phone()

    @precondition(lambda self: somebody_waits(self) and self.model.phone_added_at)
    @rule(at=one_browser, right=may_be_wrong)
    def types_the_code_that_was_sent(self, at: int, right: bool) -> None:
        at = self.one_waiting(at)
        browser, seen = self.browsers[at], self.model.browsers[at]
        with suppress(AuthError):
            with browser.request() as scope:
                sms_codes.send_at_login(scope, browser.waiting)
            code = self.code_sent(right=right)
            with browser.request() as scope:
                is_open = browser.follow(sms_codes.finish_login(scope, browser.waiting, code, trust_browser=True))
            assert right, "a code that was used, or sent for something else, went on"
            self.judge(at, is_open, (seen.waits or frozenset()) | {"sms"}, trust=True)

    @precondition(lambda self: somebody_is_inside(self) and self.model.phone_added_at)
    @rule(at=one_browser, right=may_be_wrong)
    def confirms_by_text_message(self, at: int, right: bool) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.browsers[at].request() as scope:
                sms_codes.send_to_confirm(scope, self.inside(scope, at).id)
            code = self.code_sent(right=right)
            with self.browsers[at].request() as scope:
                proof = sms_codes.confirm(scope, self.inside(scope, at).id, {"code": code})
                assert right, "a code that was used, or sent for something else, confirmed"
                self.confirmed_by(scope, at, proof)

    def code_sent(self, *, right: bool) -> str:
        """What came by message; when it must be wrong, the code before it. Over a cap nothing comes, and the code
        before stays good.
        """
        came = [str(job["code"]) for job in self.post.take(sms.JOB)]
        old = [code for code in self.sent if code not in came]
        self.sent += came
        if not came or not (right or old):
            return NO_CODE
        return came[-1] if right else old[-1]

    # ── another address ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser, which=one_of_many)
    def asks_for_another_address(self, at: int, which: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                address.ask(scope, user.id, f"{self.name}.{which}@example.com")
            with self.browsers[at].request() as scope:
                for payload in self.post.take(address.JOB):
                    address.send_mail(scope, payload, self._address_mailed)

    @precondition(lambda self: somebody_is_inside(self) and self.address_links)
    @rule(at=one_browser, which=one_of_many)
    def confirms_an_address(self, at: int, which: int) -> None:
        at, link = self.one_inside(at), self.address_links[which % len(self.address_links)]
        with suppress(AuthError):
            with self.browsers[at].request() as scope:
                self.inside(scope, at)
                address.confirm_by_link(scope, link)
            assert link not in self.used, "a link worked twice, or after a change of credentials"
            self.used.update(self.links, self.address_links)
            self.model.end_waiting()

    def _address_mailed(self, link: str) -> str:
        self.address_links.append(link)
        return link

    def set_password(self, new: str | None, *, but: int | None = None) -> None:
        super().set_password(new, but=but)
        self.used.update(self.address_links)

    # ── cookies of before ──

    @precondition(lambda self: self.old)
    @rule(which=one_of_many)
    def shows_an_old_session(self, which: int) -> None:
        """One that was renewed just now is good for a moment more: two tabs ask at once."""
        secret = self.old[which % len(self.old)]
        found = replace(self.browsers[0], session=secret).visitor()
        since = self.renewed.get(secret)
        assert not isinstance(found, SignedInUser) or (since is not None and self.now - since <= GRACE)

    @precondition(lambda self: self.model.has_factor and self.model.password)
    @rule(at=one_browser)
    def shows_a_device_cookie_of_before(self, at: int) -> None:
        """It is new at every sign-in: a copy of the one before stands in for nothing."""
        browser = self.browsers[at]
        copied = replace(browser, session=None, waiting="")
        self.signs_in_by_password(at, True)
        if copied.device is None or copied.device == browser.device:
            return
        with suppress(AuthError), copied.request() as scope:
            assert not copied.follow(login.with_password(scope, self.name, str(self.model.password)))

    def take_inventory(self) -> None:
        super().take_inventory()
        with self.browsers[0].request() as scope:
            assert phones.exists(scope, self.user_id) == (self.model.phone_added_at is not None)
