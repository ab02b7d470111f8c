"""Every way in × every second factor × every state of the account: only what is allowed ends in a session. Browsers
that stand in for the second step, and people who must set one up first, are two more columns.

What is allowed is said here once more, in other words than the code's. A new way in and a new factor are found by
themselves: until it has a row of its own here, the first test fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.sign_ins import (
    FACTORS,
    SET_UP,
    WAYS_IN,
    Factor,
    Interrupted,
    Person,
    WayIn,
    new_person,
    nothing,
    trust_the_browser,
)
from watchword.core.errors import AuthError
from watchword.features.accounts import closing as accounts_closing
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.login.errors import WrongSignIn
from watchword.features.my_account import closing
from watchword.features.sessions.models import UserSession
from watchword.testing import PASSWORD, SmsInbox
from watchword.web.setup import setup_of

ANOTHER = "seven maple trees in the wind"
WHERE_NOBODY_SENDS = "Instead of a text message"  # tests/sms_codes/test_switched_off.py
MOST = 10  # wrong passwords in a row, and wrong second proofs in an hour
EVERYTHING = frozenset(factor.brings for factor in FACTORS.values())
KIND = {"pwd": "known", "otp": "held", "sms": "held", "hwk": "held", "swk": "held", "user": "verified"}
BEFORE, DURING, BETWEEN = "before it begins", "while the first proof is checked", "between the two proofs"
PASSWORD_WAY, STRANGERS, STEP, GUESSES, ALL = (
    "the way by password",
    "the way by password, in browsers that nobody knows",
    "the second step",
    "the second step, where it can be guessed at",
    "everything",
)
PLAIN, TRUSTED, REQUIRED = "", "the browser is trusted", "a second factor is required"


def stay_open(_person):
    """The account stays as it is."""


def close_for_good(person):
    with person.browser.request() as scope:
        accounts.start_closing(scope, person.id, scope.now)
        scope.settle()
        accounts_closing.close_due(scope)


def begin_to_close(person):
    with person.browser.request() as scope:
        closing.close(scope, person.id)


def change_password(person):
    with person.browser.request() as scope:
        whose, hashed = accounts.get(scope, person.id), scope.hasher.hash(ANOTHER)
        accounts.set_password(scope, whose, hashed)


def use_up_the_guesses(person):
    """Strangers guess until the password is closed to browsers that nobody knows."""
    stranger = replace(person.browser, device=None)
    for _ in range(MOST):
        with pytest.raises(WrongSignIn), stranger.request() as scope:
            login.with_password(scope, person.name, "a guess of mine")


def use_up_the_second_guesses(person):
    for _ in range(MOST):
        with pytest.raises(WrongSignIn), person.browser.request() as scope:
            login.guess_second_proof(scope, person.id, refuse)


def refuse():
    raise WrongSignIn


@dataclass(frozen=True)
class State:
    """What happens to an account, when, and what of a sign-in must not get through."""

    happens: Callable[[Person], None]
    when: str
    stops: str


STATES = {
    "open": State(stay_open, BEFORE, ""),
    "closed": State(close_for_good, BEFORE, ALL),
    "closed meanwhile": State(close_for_good, DURING, ALL),
    "closed between": State(close_for_good, BETWEEN, STEP),
    "about to close": State(begin_to_close, BEFORE, ALL),
    "about to close, meanwhile": State(begin_to_close, DURING, ALL),
    "about to close, between": State(begin_to_close, BETWEEN, STEP),
    "locked for passwords": State(use_up_the_guesses, BEFORE, STRANGERS),
    "locked for second proofs": State(use_up_the_second_guesses, BEFORE, GUESSES),
    "password changed": State(change_password, BEFORE, PASSWORD_WAY),
    "password changed meanwhile": State(change_password, DURING, PASSWORD_WAY),
    "password changed between": State(change_password, BETWEEN, STEP),
}


@dataclass(frozen=True)
class Cell:
    """One sign-in: by which way, with which factors at hand, by which of them, what becomes of the account, and which
    of the two columns more it stands in.
    """

    way: WayIn
    held: frozenset[str]
    factor: str | None
    state: str
    column: str = PLAIN

    @property
    def wants_step(self) -> bool:
        """Trust stands in for what is held, beside the password; who must have a factor and has none sets one up."""
        if len(kinds(self.way.proofs)) == 2 or (self.column == TRUSTED and "pwd" in self.way.proofs):
            return False
        return bool(self.held) or self.column == REQUIRED

    @property
    def is_allowed(self) -> bool:
        """A session opens when nothing stops it and the proofs are of two kinds, or the person has no second factor."""
        if self._is_stopped(STATES[self.state].stops):
            return False
        return not self.wants_step or len(kinds(self.way.proofs | {self._step.proof})) == 2

    def _is_stopped(self, stops: str) -> bool:
        by_password = "pwd" in self.way.proofs
        return {
            "": False,
            PASSWORD_WAY: by_password,
            STRANGERS: by_password and self.column != TRUSTED,
            STEP: self.wants_step,
            GUESSES: self.wants_step and self._step is not SET_UP,
            ALL: True,
        }[stops]

    @property
    def _step(self) -> Factor:
        return FACTORS[self.factor] if self.factor else SET_UP

    def is_walked_by(self, person: Person) -> bool:
        """Go as far as the pages lead, with a wrong answer before the right one; whether a session is open then."""
        state = STATES[self.state]
        if state.when == BEFORE:
            state.happens(person)
        with suppress(AuthError):
            if self.way.goes(person, (lambda: state.happens(person)) if state.when == DURING else nothing):
                return True
        if state.when == BETWEEN:
            state.happens(person)
        return self.wants_step and any(self._shows(person, right=right) for right in (False, True))

    def _shows(self, person: Person, *, right: bool) -> bool:
        assert sessions_of(person) == 0
        try:
            return self._step.show(person, right=right)
        except AuthError:
            return False


def kinds(proofs):
    return {KIND[proof] for proof in proofs}


def held_by_people(way, *, is_short: bool) -> Iterator[frozenset[str]]:
    """What somebody may have who goes that way: nothing more, each thing more, everything; or only the two ends."""
    single = [] if is_short else [{each} for each in sorted(EVERYTHING)]
    yield from dict.fromkeys(way.has | more for more in (set(), *single, EVERYTHING))


def cells(way, *, is_short: bool) -> Iterator[Cell]:
    for held, state in product(held_by_people(way, is_short=is_short), STATES):
        one = Cell(way, held, None, state)
        factors = [label for label in FACTORS if FACTORS[label].brings in held]
        yield from [replace(one, factor=label) for label in factors] if one.wants_step else [one]
        if held == way.has:
            yield replace(one, column=REQUIRED, factor=factors[0] if factors else None)
        if held == way.has | EVERYTHING:
            yield replace(one, column=TRUSTED, factor=factors[0])


def sessions_of(person):
    with person.browser.request() as scope:
        rows = select(func.count()).select_from(UserSession).where(UserSession.user_id == person.id)
        return scope.read.scalar(rows)


@pytest.fixture
def must_have_one() -> set[int]:
    """Those whom the host's policy asks for a second factor."""
    return set()


@pytest.fixture
def tools(make_app, must_have_one) -> Any:
    app = make_app(
        hasher=Interrupted(),
        policies={"second_factor_required_of": lambda _scope, user_id: user_id in must_have_one},
        WATCHWORD_LOGIN_GUESSES_IN_A_ROW=MOST,
        WATCHWORD_LOGIN_GUESSES_BEFORE_PAUSE=100,
        WATCHWORD_LOGIN_GUESSES_PER_MINUTE=1000,
        WATCHWORD_LOGIN_GUESSES_PER_HOUR=10_000,
        WATCHWORD_SMS_SENDER=SmsInbox(),
        WATCHWORD_SMS_COUNTRIES="DE",
        WATCHWORD_SMS_PER_COUNTRY=10_000,
        WATCHWORD_SMS_PER_DAY=10_000,
    )
    with app.app_context():
        yield setup_of(app).tools


def test_every_way_in_and_every_factor_has_a_row(tools):
    assert set(WAYS_IN) == {"password", *(way.name for way in tools.ways_in)}
    assert set(FACTORS) == {factor.label for factor in tools.second_factors} - {WHERE_NOBODY_SENDS}


@pytest.mark.parametrize("way", [way for ways in WAYS_IN.values() for way in ways], ids=lambda way: way.goes.__name__)
def test_only_the_allowed_cells_end_in_a_session(tools, must_have_one, way, database_url):
    """On PostgreSQL, which takes longer, people have no second factor or all of them; each is shown all the same."""
    is_short = database_url.startswith("postgresql")
    hashed = tools.hasher.hash(PASSWORD)
    wrong = []
    for number, cell in enumerate(cells(way, is_short=is_short)):
        person = new_person(tools, f"person{number}", hashed)
        for give in dict.fromkeys(factor.give for factor in FACTORS.values() if factor.brings in cell.held):
            give(person)
        if cell.column == TRUSTED:
            trust_the_browser(person)
        if cell.column == REQUIRED:
            must_have_one.add(person.id)
        opened = cell.is_walked_by(person)
        if opened != cell.is_allowed or sessions_of(person) != opened:
            wrong.append(cell)

    assert not wrong
