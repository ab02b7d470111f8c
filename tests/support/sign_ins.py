"""The ways to sign in and the second factors, a row for each: how it is given, shown, and got wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.support.service_browser import Post, ServiceBrowser
from watchword.core.passwords import Argon2
from watchword.core.scope import Tools
from watchword.features.accounts import service as accounts
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.names import check_user_name
from watchword.features.login import service as login
from watchword.features.sessions import service as sessions
from watchword.features.sms_codes import phones
from watchword.features.sms_codes import service as sms_codes
from watchword.features.sms_codes.codes import JOB as SEND
from watchword.features.sms_codes.numbers import Number
from watchword.features.two_factor import authenticators, totp
from watchword.features.two_factor import service as two_factor
from watchword.testing import PASSWORD, SoftwareKey

WRONG_CODE = "no code"


def nothing() -> None:
    """Nothing happens meanwhile."""


class Interrupted(Argon2):
    """A cheap hasher that lets something happen once while it checks a password: hashing takes a while."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, passes=1)
        self.meanwhile: Callable[[], None] = nothing

    def verify(self, stored: str | None, password: str) -> bool:
        found = super().verify(stored, password)
        happens, self.meanwhile = self.meanwhile, nothing
        happens()
        return found


@dataclass
class Person:
    """Somebody with a password, a browser, and whatever factors they are given."""

    id: int
    name: str
    browser: ServiceBrowser
    post: Post
    key: SoftwareKey = field(default_factory=SoftwareKey)
    secret: str = ""
    codes: list[str] = field(default_factory=list)


def new_person(tools: Tools, name: str, password_hash: str) -> Person:
    post = Post()
    browser = ServiceBrowser(replace(tools, post=post), ip=f"192.0.2.{name.strip('person')}")
    with browser.request() as scope:
        wanted = check_user_name(name), check_address(f"{name}@example.com")
        user_id = accounts.add(scope, *wanted, password_hash=password_hash)
    assert user_id is not None
    return Person(user_id, name, browser, post)


# The ways in. Each takes the person and what happens while their proof is checked, and says whether a session is open.


def by_password(person: Person, meanwhile: Callable[[], None]) -> bool:
    with person.browser.request() as scope:
        hasher = scope.hasher
        assert isinstance(hasher, Interrupted)
        hasher.meanwhile = meanwhile
        return person.browser.follow(login.with_password(scope, person.name, PASSWORD))


def by_passkey(person: Person, meanwhile: Callable[[], None]) -> bool:
    asked = person.browser.ask_for_passkey()
    meanwhile()
    return person.browser.show_passkey(person.key, asked)


def by_touch(person: Person, meanwhile: Callable[[], None]) -> bool:
    """By a passkey whose device doesn't check its owner."""
    person.key.verifies = False
    return by_passkey(person, meanwhile)


@dataclass(frozen=True)
class WayIn:
    """*goes* it, and shows *proofs*; who can go it *has* that factor."""

    goes: Callable[[Person, Callable[[], None]], bool]
    proofs: frozenset[str]
    has: frozenset[str] = frozenset()


WAYS_IN = {
    "password": (WayIn(by_password, frozenset({"pwd"})),),
    "passkeys": (
        WayIn(by_passkey, frozenset({"hwk", "user"}), frozenset({"passkey"})),
        WayIn(by_touch, frozenset({"hwk"}), frozenset({"passkey"})),
    ),
}
"""By the name in `Feature.ways_in`."""


# The second factors. Each is given to a person, and then shown, right or wrong, by a browser that is asked for one.


def nothing_given(_person: Person) -> None:
    """Whoever sets a factor up at the step has none before."""


def give_app(person: Person) -> None:
    holder = two_factor.holder_of_session(person.name)
    with person.browser.request() as scope:
        two_factor.start(scope, person.id, holder)
    with person.browser.request() as scope:
        person.secret = str(authenticators.waiting_secret(scope, person.id, holder))
        code = totp.code_at(person.secret, totp.step_at(scope.now) - 1)
        person.codes = two_factor.finish(scope, person.id, holder, code=code, label="Phone")


def give_phone(person: Person) -> None:
    with person.browser.request() as scope:
        phones.put(scope, person.id, Number("49", f"151{person.id:08}"))


def give_passkey(person: Person) -> None:
    browser = replace(person.browser)
    with browser.request() as scope:
        browser.session = sessions.start(scope, person.id, ("pwd", "otp"), remembered=False)
    browser.add_passkey(person.key)
    with browser.request() as scope:
        sessions.end_all(scope, person.id, reason="ended_by_owner")


def show_app_code(person: Person, *, right: bool) -> bool:
    with person.browser.request() as scope:
        code = totp.code_at(person.secret, totp.step_at(scope.now))
    return _type_code(person, code if right else f"{(int(code) + 1) % 10**totp.DIGITS:06}")


def show_recovery_code(person: Person, *, right: bool) -> bool:
    return _type_code(person, person.codes[0] if right else "AAAA-BBBB-CCCC-DDDD")


def show_sms_code(person: Person, *, right: bool) -> bool:
    browser = person.browser
    with browser.request() as scope:
        sms_codes.send_at_login(scope, browser.waiting)
    (sent,) = person.post.take(SEND)
    with browser.request() as scope:
        code = sent["code"] if right else WRONG_CODE
        return browser.follow(sms_codes.finish_login(scope, browser.waiting, code))


def show_passkey(person: Person, *, right: bool) -> bool:
    stranger = SoftwareKey(credential_id=person.key.credential_id, count=person.key.count)
    asked = person.browser.ask_for_passkey(as_step=True)
    return person.browser.show_passkey(person.key if right else stranger, asked, as_step=True)


def set_up_an_app(person: Person, *, right: bool) -> bool:
    """Inside the sign-in, by who has no second factor and must have one."""
    browser = person.browser
    with browser.request() as scope:
        two_factor.start_at_login(scope, browser.waiting)
    with browser.request() as scope:
        holder = two_factor.holder_of_login(browser.waiting)
        secret = str(authenticators.waiting_secret(scope, person.id, holder))
        code = totp.code_at(secret, totp.step_at(scope.now)) if right else "000"
        return browser.follow(two_factor.finish_at_login(scope, browser.waiting, code=code, label="Phone").outcome)


def trust_the_browser(person: Person) -> None:
    """Sign in by two factors, say that this browser is trusted, and out again."""
    browser = person.browser
    assert not by_password(person, nothing)
    assert browser.show_passkey(person.key, browser.ask_for_passkey(as_step=True), as_step=True, trust=True)
    with browser.request() as scope:
        sessions.end_all(scope, person.id, reason="ended_by_owner")
    browser.session = None


def _type_code(person: Person, code: str) -> bool:
    with person.browser.request() as scope:
        return person.browser.follow(two_factor.finish_login(scope, person.browser.waiting, code))


@dataclass(frozen=True)
class Factor:
    """`give(person)` sets up what *brings* it; `show(person, right=…)` says whether a session is open."""

    brings: str
    give: Callable[[Person], None]
    show: Callable[..., bool]
    proof: str


FACTORS = {
    "Use your authenticator app": Factor("app", give_app, show_app_code, "otp"),
    "Use a recovery code": Factor("app", give_app, show_recovery_code, "otp"),
    "Get a text message": Factor("phone", give_phone, show_sms_code, "sms"),
    "Passkey": Factor("passkey", give_passkey, show_passkey, "hwk"),
}
"""By the label in `Feature.second_factors`."""

SET_UP = Factor("", nothing_given, set_up_an_app, "otp")
"""The step of who has none of them."""
