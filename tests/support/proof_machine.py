"""What people and thieves do, each deed a rule: three browsers that call the services, and a model beside them.

The model (`proof_model`) knows what each browser showed, and what the account has. It is never told by the system what
to believe: it learns of what was refused and of what was done, and judges whether that may have been.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.support.proof_model import App, Model, Seen
from tests.support.service_browser import SITE, Post, ServiceBrowser
from watchword.core.errors import AuthError
from watchword.core.scope import Scope, Tools
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.notices import service as notices
from watchword.features.passkeys import service as passkeys
from watchword.features.passkeys import sign_in
from watchword.features.registration import service as registration
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import SignedInUser
from watchword.features.two_factor import authenticators, recovery_codes, totp
from watchword.features.two_factor import service as two_factor
from watchword.testing import FakeClock, SoftwareKey

PASSWORDS = ("quiet lantern over copper river", "seven maple trees in the wind", "the ninth wagon carries blue salt")
WRONG = "a guess that nobody has chosen"
SHORT = ({"seconds": 31}, {"seconds": 31}, {"minutes": 2}, {"minutes": 6})
LONG = ({"minutes": 40}, {"days": 1}, {"days": 15})
NO_CODE, NO_RECOVERY_CODE = "000", "AAAA-BBBB-CCCC-DDDD"
one_browser, one_of_many = st.integers(0, 2), st.integers(0, 11)
may_be_wrong = st.sampled_from([True, True, True, False])


def somebody_is_inside(machine: ProofMachine) -> bool:
    return any(seen.inside for seen in machine.model.browsers)


def somebody_waits(machine: ProofMachine) -> bool:
    return any(seen.waits for seen in machine.model.browsers)


@dataclass
class World:
    """The app that all examples share; each has an account of its own in it."""

    tools: Tools
    clock: FakeClock
    numbers: Iterator[int] = field(default_factory=count)
    steps: int = 0


class ProofMachine(RuleBasedStateMachine):
    """A subclass says in which `world`."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        number = next(self.world.numbers)
        self.name = f"person{number}"
        self.post = Post()
        tools = replace(self.world.tools, post=self.post)
        self.browsers = [ServiceBrowser(tools, f"10.{number >> 8}.{number & 255}.{at}") for at in range(3)]
        self.model = Model(PASSWORDS[0])
        self.links: list[str] = []
        self.used: set[str] = set()
        self.told: list[dict[str, Any]] = []
        self.held: set[str] = set()
        self.old: list[str] = []
        self.renewed: dict[str, datetime] = {}
        self.user_id = self.deeds = 0

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @contextmanager
    def deed(self, at: int) -> Iterator[tuple[Scope, SignedInUser, Seen]]:
        """What only somebody signed in may do who proved who they are a short while ago: else NotSignedIn."""
        browser, seen = self.browsers[at], self.model.browsers[at]
        with browser.request() as scope:
            user = sessions.visitor(scope, browser.session or "")
            if not isinstance(user, SignedInUser) or not login.is_fresh(scope, user):
                raise NotSignedIn
            assert self.model.is_fresh(seen, self.now)
            yield scope, user, seen

    def one_inside(self, at: int) -> int:
        """A browser in which somebody is signed in, by the model; any when there is none."""
        found = [number for number, seen in enumerate(self.model.browsers) if seen.inside]
        return found[at % len(found)] if found else at

    def one_waiting(self, at: int) -> int:
        """The same of a sign-in that waits for its next step."""
        found = [number for number, seen in enumerate(self.model.browsers) if seen.waits]
        return found[at % len(found)] if found else at

    def judge(self, at: int, is_open: bool, proofs: frozenset[str], *, trust: bool = False) -> None:
        """After the answer to a sign-in that showed *proofs* so far: none goes on without one, none ends too early."""
        seen = self.model.browsers[at]
        if is_open:
            assert self.model.may_open(proofs, seen, self.now), (proofs, self.model)
            self.model.opened(seen, proofs, self.now, trust=trust)
        else:
            assert proofs
            seen.waits = proofs

    def device(self, which: int) -> tuple[SoftwareKey, bool]:
        """One of the account's passkeys, and True; or a stranger's."""
        held = [key.device for key in self.model.keys]
        return (held[which % len(held)], True) if held and which else (SoftwareKey(user_handle="c29tZWJvZHk"), False)

    def code(self, which: int, *, right: bool) -> tuple[str, App | None, int]:
        """The next code of an app, the app and its step; when it must be wrong, a code that was used or no code."""
        if not self.model.apps:
            return NO_CODE, None, 0
        app = self.model.apps[which % len(self.model.apps)]
        if not right:
            return (totp.code_at(app.secret, app.last_step) if which % 2 else NO_CODE), None, 0
        step = max(app.last_step + 1, totp.step_at(self.now))
        return totp.code_at(app.secret, step), app, step

    # ── coming in ──

    def registers_and_confirms(self, how: str) -> None:
        here, email = self.browsers[0], f"{self.name}@example.com"
        with here.request() as scope:
            secret = registration.register(scope, self.name, email, password=PASSWORDS[0])
        (job,) = self.post.take("registration.mail")
        with here.request() as scope:
            link = scope.keys.sign(job["link"], registration.LINK)
            if how == "by code":
                self.user_id = registration.confirm_by_code(scope, secret, job["code"])
            elif how == "by link":
                self.user_id = registration.confirm_by_link(scope, link, secret)
            else:
                self.user_id = registration.confirm_by_link(scope, link, "", password=PASSWORDS[1])
                self.model.password = PASSWORDS[1]

    @rule(at=one_browser, which=one_of_many)
    def signs_in_all_the_way(self, at: int, which: int) -> None:
        """What most people do most of the time."""
        self.signs_in_by_password(at, True)
        if self.model.browsers[at].waits:
            factor = ("app", "passkey", "recovery code")[which % 3]
            if factor == "app" or not self.model.keys:
                self.types_the_code_of_an_app(at, which, True, trust=which % 2 == 0)
            elif factor == "passkey":
                self.shows_a_passkey_at_the_step(at, 1 + which % 11, True)
            else:
                self.types_a_recovery_code(at, True)

    @rule(at=one_browser, right=may_be_wrong, remember=st.booleans())
    def signs_in_by_password(self, at: int, right: bool, *, remember: bool = False) -> None:
        password, browser = (self.model.password if right else None), self.browsers[at]
        with suppress(AuthError):
            with browser.request() as scope:
                found = login.with_password(scope, self.name, password or WRONG, remember=remember)
                is_open = browser.follow(found)
            self.model.browsers[at].may_trust, self.model.browsers[at].remembered = True, remember
            self.judge(at, is_open, frozenset({"pwd"} if password else ()))

    @precondition(lambda self: self.model.keys)
    @rule(at=one_browser, which=one_of_many, verifies=may_be_wrong)
    def signs_in_by_passkey(self, at: int, which: int, verifies: bool) -> None:
        device, is_ours = self.device(which)
        device.verifies = verifies
        shown = {"hwk", "user"} if verifies else {"hwk"}
        with suppress(AuthError):
            is_open = self.browsers[at].show_passkey(device, self.browsers[at].ask_for_passkey())
            self.model.browsers[at].may_trust = True
            self.judge(at, is_open, frozenset(shown if is_ours else ()))

    @precondition(lambda self: any(browser.answered for browser in self.browsers))
    @rule(at=one_browser)
    def shows_the_last_answer_of_a_passkey_again(self, at: int) -> None:
        answered = next(browser.answered for browser in self.browsers if browser.answered)
        with suppress(AuthError), self.browsers[at].request() as scope:
            self.browsers[0].answered = self.browsers[1].answered = self.browsers[2].answered = None
            sign_in.sign_in(scope, SITE, answered)
            raise AssertionError("an answer was taken twice")

    @precondition(somebody_waits)
    @rule(at=one_browser, which=one_of_many, right=may_be_wrong, trust=st.booleans())
    def types_the_code_of_an_app(self, at: int, which: int, right: bool, *, trust: bool = False) -> None:
        code, app, step = self.code(which, right=right)
        if self._typed_at_the_step(at, code, is_right=app is not None, trust=trust) and app is not None:
            app.last_step = step

    @precondition(somebody_waits)
    @rule(at=one_browser, right=may_be_wrong)
    def types_a_recovery_code(self, at: int, right: bool) -> None:
        is_right = right and bool(self.model.codes)
        wrong = [NO_RECOVERY_CODE, *self.model.dead_codes]
        code = self.model.codes[0] if is_right else wrong[-1 - at % len(wrong)]
        if self._typed_at_the_step(at, code, is_right=is_right) and is_right:
            self.model.codes.remove(code)
            self.model.dead_codes.append(code)

    def _typed_at_the_step(self, at: int, code: str, *, is_right: bool, trust: bool = False) -> bool:
        at = self.one_waiting(at)
        browser, seen = self.browsers[at], self.model.browsers[at]
        if not browser.waiting:
            return False
        try:
            with browser.request() as scope:
                found = two_factor.finish_login(scope, browser.waiting, code, trust_browser=trust)
                is_open = browser.follow(found)
        except AuthError:
            return False
        assert is_right, "a wrong code went on"
        self.judge(at, is_open, (seen.waits or frozenset()) | {"otp"}, trust=trust)
        return True

    @precondition(somebody_waits)
    @rule(at=one_browser, which=one_of_many, verifies=may_be_wrong)
    def shows_a_passkey_at_the_step(self, at: int, which: int, verifies: bool) -> None:
        at = self.one_waiting(at)
        browser, seen = self.browsers[at], self.model.browsers[at]
        device, is_ours = self.device(which)
        device.verifies = verifies
        with suppress(AuthError):
            asked = browser.ask_for_passkey(as_step=True)
            is_open = browser.show_passkey(device, asked, as_step=True)
            assert is_ours, "a stranger's passkey went on"
            self.judge(at, is_open, (seen.waits or frozenset()) | ({"hwk", "user"} if verifies else {"hwk"}))

    # ── time, and what must hold after each deed ──

    @precondition(lambda self: self.deeds >= 3)
    @rule(span=st.sampled_from(SHORT))
    def a_moment_passes(self, span: dict[str, int]) -> None:
        self.world.clock.pass_(**span)
        self.deeds = 0

    @precondition(lambda self: self.deeds >= 6)
    @rule(span=st.sampled_from(LONG))
    def time_passes(self, span: dict[str, int]) -> None:
        """Days and weeks only where they matter: to who is remembered, and to an account that closes."""
        matters = self.model.closes_at or any(seen.inside and seen.remembered for seen in self.model.browsers)
        self.world.clock.pass_(**(span if matters else {"minutes": 11}))
        self.deeds = 0
        with self.browsers[0].request() as scope:
            accounts.close_due(scope)
        if self.model.closes_at is not None and self.now >= self.model.closes_at:
            self.model.is_gone()

    @invariant()
    def nobody_is_inside_who_did_not_show_it(self) -> None:
        for browser, seen in zip(self.browsers, self.model.browsers, strict=True):
            before = browser.session
            found = browser.visitor() if before else None
            if before and browser.session != before:
                self.renewed[before] = self.now
            if isinstance(found, SignedInUser):
                assert seen.inside is not None
                assert found.proofs <= seen.inside
                self.held.add(str(browser.session))
            else:
                seen.inside = None
        self.old = sorted(self.held - {browser.session for browser in self.browsers})

    @invariant()
    def a_deed_is_done(self) -> None:
        """Every fifth time the inventory is taken: it is what a reset or a notice must not change by the way."""
        self.deeds += 1
        self.world.steps += 1
        self.told += self.post.take(notices.JOB)
        self.post.take("mail")
        if self.world.steps % 5 == 0:
            self.take_inventory()

    def take_inventory(self) -> None:
        """The factors are those that were added and not removed, and no more recovery codes than were shown."""
        with self.browsers[0].request() as scope:
            apps = {each.handle for each in authenticators.list_for(scope, self.user_id)}
            keys = {each.handle for each in passkeys.list_for(scope, self.user_id)}
            assert recovery_codes.left(scope, self.user_id) <= len(self.model.codes)
        assert apps == {app.handle for app in self.model.apps}
        assert keys == {key.handle for key in self.model.keys}

    def teardown(self) -> None:
        self.take_inventory()
