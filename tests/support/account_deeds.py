"""What is done from inside an account, and by mail: the rest of the machine's rules."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.support.proof_machine import (
    NO_CODE,
    PASSWORDS,
    WRONG,
    ProofMachine,
    may_be_wrong,
    one_browser,
    one_of_many,
    somebody_is_inside,
    somebody_waits,
)
from tests.support.proof_model import App, Key
from tests.support.service_browser import SITE
from watchword.core.errors import AuthError
from watchword.core.scope import Scope
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.my_account import closing
from watchword.features.my_account import service as my_account
from watchword.features.notices import service as notices
from watchword.features.passkeys import service as passkeys
from watchword.features.passkeys import sign_in
from watchword.features.passkeys.challenges import Reply
from watchword.features.password_reset import service as password_reset
from watchword.features.sessions import service as sessions
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.two_factor import authenticators, totp
from watchword.features.two_factor import service as two_factor
from watchword.testing import SoftwareKey


class AccountMachine(ProofMachine):
    """The whole machine."""

    @initialize(
        how=st.sampled_from(["by link", "by code", "elsewhere"]),
        first=st.sampled_from(["nothing", "an app", "a passkey", "both"]),
    )
    def begins(self, how: str, first: str) -> None:
        self.registers_and_confirms(how)
        self.signs_in_by_password(0, True)
        if first in ("an app", "both"):
            self.adds_an_app(0, True)
        if first in ("a passkey", "both"):
            self.adds_a_passkey(0)

    # ── factors ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser, right=may_be_wrong)
    def adds_an_app(self, at: int, right: bool) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                holder = two_factor.holder_of_session(user.session)
                two_factor.start(scope, user.id, holder)
            with self.deed(at) as (scope, user, seen):
                secret = str(authenticators.waiting_secret(scope, user.id, holder))
                step = totp.step_at(self.now)
                code = totp.code_at(secret, step) if right else NO_CODE
                codes, self.browsers[at].session = two_factor.finish_in_session(
                    scope, user, holder, code=code, label="Phone"
                )
                handle = authenticators.list_for(scope, user.id)[-1].handle
            assert right, "an app was added without its code"
            self.model.apps.append(App(secret, handle, self.now, step))
            self.model.showed_more(seen, "otp", self.now)
            self.model.end_trust()
            if codes:
                self.model.made_codes(codes, self.now)

    @precondition(somebody_is_inside)
    @rule(at=one_browser)
    def adds_a_passkey(self, at: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (_, _, seen):
                device = SoftwareKey()
            handle = self.browsers[at].add_passkey(device)
            self.model.keys.append(Key(device, handle, self.now))
            self.model.end_trust()
            self.model.showed_more(seen, "hwk", self.now)

    @precondition(lambda self: somebody_is_inside(self) and self.model.apps)
    @rule(at=one_browser, which=one_of_many)
    def removes_an_app(self, at: int, which: int) -> None:
        at = self.one_inside(at)
        handles = [app.handle for app in self.model.apps]
        with suppress(AuthError, IndexError):
            with self.deed(at) as (scope, user, _):
                two_factor.remove(scope, user.id, handles[which % 2])
            self.model.drop_app(handles[which % 2])

    @precondition(lambda self: somebody_is_inside(self) and self.model.keys)
    @rule(at=one_browser, which=one_of_many)
    def removes_a_passkey(self, at: int, which: int) -> None:
        at = self.one_inside(at)
        handles = [key.handle for key in self.model.keys]
        with suppress(AuthError, IndexError):
            with self.deed(at) as (scope, user, _):
                passkeys.remove(scope, user.id, handles[which % 2])
            self.model.drop_key(handles[which % 2])

    @precondition(lambda self: somebody_is_inside(self) and self.model.has_factor)
    @rule(at=one_browser)
    def makes_new_recovery_codes(self, at: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                codes = two_factor.new_recovery_codes(scope, user.id)
            self.model.made_codes(codes, self.now)

    # ── confirm it's you ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser, right=may_be_wrong)
    def confirms_by_password(self, at: int, right: bool) -> None:
        at = self.one_inside(at)
        password = self.model.password if right else None
        with suppress(AuthError), self.browsers[at].request() as scope:
            user = self.inside(scope, at)
            if not login.has_password(scope, user.id):
                return
            proof = login.check_password(scope, user.id, {"password": password or WRONG})
            assert password is not None
            self.confirmed_by(scope, at, proof)

    @precondition(somebody_is_inside)
    @rule(at=one_browser, which=one_of_many, right=may_be_wrong)
    def confirms_by_an_app(self, at: int, which: int, right: bool) -> None:
        at = self.one_inside(at)
        code, app, step = self.code(which, right=right)
        with suppress(AuthError), self.browsers[at].request() as scope:
            proof = two_factor.confirm(scope, self.inside(scope, at).id, {"code": code})
            assert app is not None
            app.last_step = step
            self.confirmed_by(scope, at, proof)

    @precondition(somebody_is_inside)
    @rule(at=one_browser, which=one_of_many)
    def confirms_by_a_passkey(self, at: int, which: int) -> None:
        at = self.one_inside(at)
        device, is_ours = self.device(which)
        with suppress(AuthError), self.browsers[at].request() as scope:
            user = self.inside(scope, at)
            options, ticket = sign_in.options_to_confirm(scope, SITE, user.id)
            proof = sign_in.confirm(scope, SITE, Reply(ticket, device.get(options)), user_id=user.id)
            assert is_ours
            self.confirmed_by(scope, at, proof)

    def inside(self, scope: Scope, at: int) -> SignedInUser:
        return self.browsers[at].user(scope)

    def confirmed_by(self, scope: Scope, at: int, proof: str) -> None:
        self.browsers[at].session = login.confirmed(scope, self.inside(scope, at), proof)
        self.model.showed_more(self.model.browsers[at], proof, self.now)

    # ── the password, and the way back by mail ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser, right=may_be_wrong, which=one_of_many)
    def changes_the_password(self, at: int, right: bool, which: int) -> None:
        at = self.one_inside(at)
        current, new = (self.model.password if right else None), PASSWORDS[which % len(PASSWORDS)]
        with suppress(AuthError):
            with self.deed(at) as (scope, user, seen):
                secrets = my_account.change_password(scope, user, current=current or WRONG, new=new)
            assert current is not None
            self.browsers[at].session, self.browsers[at].device = secrets.session, secrets.device
            self.model.showed_more(seen, "pwd", self.now)
            self.set_password(new, but=at)

    @precondition(lambda self: len(self.links) <= len(self.used))
    @rule(at=one_browser)
    def asks_for_a_reset(self, at: int) -> None:
        with suppress(AuthError):
            with self.browsers[at].request() as scope:
                password_reset.ask(scope, self.email_of(scope))
            self._carry_resets()

    @precondition(lambda self: self.links)
    @rule(at=one_browser, which=one_of_many)
    def resets_the_password(self, at: int, which: int) -> None:
        link, new, browser = self.links[which % len(self.links)], PASSWORDS[which % len(PASSWORDS)], self.browsers[at]
        with suppress(AuthError):
            with browser.request() as scope:
                key = password_reset.key_of(scope, link)
                browser.device = password_reset.set_new_password(scope, key, new)
            assert link not in self.used, "a link worked twice"
            self.used.add(link)
            self.set_password(new)

    def _carry_resets(self) -> None:
        with self.browsers[0].request() as scope:
            for payload in self.post.take(password_reset.JOB):
                password_reset.send_link(scope, payload, self._mailed)

    def _mailed(self, link: str) -> str:
        self.links.append(link)
        return link

    def email_of(self, scope: Scope) -> str:
        person = accounts.get(scope, self.user_id)
        return person.email if person else f"{self.name}@example.com"

    def set_password(self, new: str | None, *, but: int | None = None) -> None:
        self.used.update(self.links)
        self.model.password = new
        self.model.end_waiting()
        self.model.end_sessions(but=None if but is None else self.model.browsers[but])

    # ── the ends ──

    @precondition(somebody_is_inside)
    @rule(at=one_browser)
    def signs_out(self, at: int) -> None:
        at = self.one_inside(at)
        browser, seen = self.browsers[at], self.model.browsers[at]
        with browser.request() as scope:
            sessions.end_secret(scope, browser.session or "", reason="signed_out")
            login.give_up(scope, browser.waiting)
        seen.inside = seen.waits = None

    @precondition(somebody_is_inside)
    @rule(at=one_browser)
    def signs_the_others_out(self, at: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, seen):
                my_account.end_others(scope, user)
            self.model.end_sessions(but=seen)
            self.model.end_trust(but=seen)

    @precondition(lambda self: somebody_is_inside(self) and self.deeds > 4)
    @rule(at=one_browser)
    def closes_the_account(self, at: int) -> None:
        at = self.one_inside(at)
        with suppress(AuthError):
            with self.deed(at) as (scope, user, _):
                self.model.closes_at = closing.close(scope, user.id)
            self.model.end_sessions()
            self.model.end_waiting()

    @precondition(somebody_waits)
    @rule(at=one_browser)
    def keeps_the_account(self, at: int) -> None:
        at = self.one_waiting(at)
        browser, seen = self.browsers[at], self.model.browsers[at]
        with suppress(AuthError):
            with browser.request() as scope:
                is_open = browser.follow(closing.keep_at_login(scope, browser.waiting))
            assert self.model.closes_at is not None
            assert self.now < self.model.closes_at
            self.model.closes_at = None
            self.judge(at, is_open, seen.waits or frozenset())

    @precondition(lambda self: self.told and self.deeds > 4)
    @rule(at=one_browser, which=one_of_many)
    def says_it_was_not_me(self, at: int, which: int) -> None:
        told, links = self.told[-1 - which % len(self.told)], []
        with suppress(AuthError):
            with self.browsers[at].request() as scope:
                notices.send(scope, told, lambda link: links.append(link) or link, place="")
            if not links:  # nothing is told any more of an account that is closed for good
                return
            with self.browsers[at].request() as scope:
                notices.secure(scope, links[0])
            self.set_password(None)
            self.model.drop_added_since(datetime.fromisoformat(told["when"]))
            self._carry_resets()
