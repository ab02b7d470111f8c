"""Everything a piece of work may touch, in one argument."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from watchword.core.clock import Clock
from watchword.core.config import Settings
from watchword.core.crypto import Keys
from watchword.core.db import DATABASE_AWAY
from watchword.core.errors import TooManyTries
from watchword.core.events import Event, LimitReached
from watchword.core.failures import kind_and_line_of
from watchword.core.feature import Feature, LastStep, Listener, LoginStep, SecondFactor, WayIn
from watchword.core.limits import Bucket, Limits, Rate
from watchword.core.mail import Mail
from watchword.core.passwords import Hasher
from watchword.core.store import Reader, Store

log = logging.getLogger("watchword")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. *ip* is what limits count (IPv6: its /64); *session* and *device* are the secrets of its cookies."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""
    session: str | None = None
    device: str | None = None


NOBODY = Caller()


class Poster(Protocol):
    """Put a job into the outbox, in the caller's transaction."""

    def __call__(self, scope: Scope, job: str, payload: Mapping[str, object]) -> None: ...


def _nobody_hears(_events: Sequence[Event], _posted: int) -> None:
    """Without a house around it, a scope has nobody to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all scopes of one app share. Frozen: two apps in one process share nothing."""

    store: Store
    config: Settings
    clock: Clock
    hasher: Hasher
    limits: Limits
    keys: Keys
    post: Poster
    features: tuple[Feature, ...] = ()
    listeners: tuple[tuple[type[Event], Listener], ...] = ()
    login_steps: tuple[LoginStep, ...] = ()
    last_steps: tuple[LastStep, ...] = ()
    second_factors: tuple[SecondFactor, ...] = ()
    ways_in: tuple[WayIn, ...] = ()
    policies: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    after_commit: Callable[[Sequence[Event], int], None] = _nobody_hears


class Scope:
    """One request's or one job's reach: look through `read`, think with nothing open, change through `db`."""

    def __init__(self, tools: Tools, caller: Caller | Callable[[], Caller] = NOBODY) -> None:
        """*caller* may be a function: it is asked at the first need, for most requests have none."""
        self.tools = tools
        self._caller = caller
        self.config = tools.config
        self.clock = tools.clock
        self.keys = tools.keys
        self.login_steps = tools.login_steps
        self._session: Session | None = None
        self._look_first: Callable[[], None] | None = None
        self._events: list[Event] = []
        self._posted = 0
        self._told: list[str] = []
        self.told: list[str] = []
        """What the person who acts reads on their next page: texts of `tell`, once they are committed."""

    @cached_property
    def caller(self) -> Caller:
        return self._caller if isinstance(self._caller, Caller) else self._caller()

    @property
    def now(self) -> datetime:
        return self.tools.clock.now()

    @property
    def read(self) -> Reader:
        """For looking: runs in AUTOCOMMIT, so nothing stays open. Inside a change it sees the change."""
        if self._session is not None:
            return self._session
        return self.tools.store.open_reader()

    @property
    def db(self) -> Session:
        """For changing: the write transaction opens here and lasts until `settle` or `commit`."""
        if self._session is None:
            self._session = self.tools.store.open_session(self._ended)
            if self._look_first is not None:
                self._begin_with(self._session, self._look_first)
        return self._session

    def begin_changes_with(self, look: Callable[[], None] | None) -> None:
        """From now on each change begins with *look*; what it raises lets none begin, however often one is tried.

        A change that forgets to ask whether it may still be made, and one that asks too late, is then none. One that
        is open already is looked at here, again at each try until *look* finds nothing wrong.
        """
        if self._look_first is None and look is not None and self._session is not None:
            look()
        self._look_first = look

    @property
    def writing(self) -> bool:
        return self._session is not None or self.tools.store.holds_a_write()

    @property
    def hasher(self) -> Hasher:
        """Refuses to work inside a change: a hash under a write lock stops everybody else's sign-in."""
        self.nothing_open("hash a password")
        return self.tools.hasher

    @property
    def limits(self) -> Limits:
        """Counts in transactions of their own, so that no rollback gives guesses back."""
        self.nothing_open("count")
        return self.tools.limits

    def take(self, *wanted: Rate | Bucket) -> None:
        """Count one act, or raise TooManyTries and write it down: operators see who was held back, by which limit."""
        try:
            self.limits.take(*wanted)
        except TooManyTries as refused:
            if refused.is_told:
                self.emit(LimitReached(why=refused.rule, wait=refused.retry_after or 0, times=refused.number))
                self.settle()
            raise

    def nothing_open(self, act: str) -> None:
        """Raise ValueError when a change is open: slow work and counting come before it, or after `settle`."""
        if self.writing:
            raise ValueError(
                f"can't {act} while a write is open: do it before the first change, or settle() first "
                "(in a host's session: commit what was added, flushed or executed before)"
            )
        self.tools.store.let_go()

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """A short write transaction of its own, kept whatever becomes of the rest (last seen, counts)."""
        self.nothing_open("write aside")
        with self.tools.store.counting.begin() as connection:
            yield connection

    def emit(self, event: Event) -> None:
        """Tell all listeners, in this transaction: the audit row and the change stand or fall together."""
        for kind, hear in self.tools.listeners:
            if isinstance(event, kind):
                hear(self, event)
        self._events.append(event)

    def post(self, job: str, payload: Mapping[str, object]) -> None:
        """Leave *job* in the outbox; the worker does it after the commit, at least once."""
        self.tools.post(self, job, payload)
        self._posted += 1

    def send(self, mail: Mail) -> None:
        """Post *mail*: it leaves after the commit, or never when the change is undone."""
        self.post("mail", {**asdict(mail), "context": dict(mail.context)})

    def tell(self, text: str) -> None:
        """Say *text* (marked with `N_`) to the person who acts: what this change did beside what they asked for."""
        self._told.append(text)

    def settle(self) -> None:
        """Commit what was written so far and leave nothing open, before slow work or at a point of no return."""
        session = self._session
        if session is not None:
            session.commit()
        if self._session is session:
            self._ended(True)

    commit = settle

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the change that the database may refuse: then it alone is taken back, and the refusal goes on."""
        with self.db.begin_nested():
            yield

    def one_by_one(self, act: Callable[[Scope, int], None], keys: Iterable[int], *, at_most: int) -> int:
        """Do *act* for each of *keys* in a transaction of its own, until *at_most* are done; return how many.

        One that fails is taken back alone, is a line in the log, and stops none of the others.
        """
        self.nothing_open("begin one by one")
        done = 0
        for key in keys:
            done += self._do_one(act, key)
            if done == at_most:
                break
        return done

    def undo(self) -> None:
        """Take back all that was written since the last commit: before a refusal that must use nothing up."""
        session = self._session
        if session is not None:
            session.rollback()
        if self._session is session:
            self._ended(False)

    def close(self) -> None:
        """Undo what was not committed and give everything back."""
        self.undo()
        self._look_first = None  # it knows us, and we it: a circle that would wait for the garbage collector
        self.tools.store.close_reader()

    def record(self, model: type[T], key: int) -> T | None:
        """The row of *model* with this key: in a host's session attached to it, else detached."""
        found: T | None = self.tools.store.record(self.read, model, key)
        return found

    def _begin_with(self, session: Session, look: Callable[[], None]) -> None:
        """*look* uses the change that just opened. Where it refuses nothing is open: what a host had pending stays."""
        try:
            look()
        except BaseException:
            self._session = None
            self.tools.store.close_session(session)
            raise

    def _do_one(self, act: Callable[[Scope, int], None], key: int) -> bool:
        """Whether it is done; of what failed nothing stays."""
        try:
            act(self, key)
            self.settle()
        except DATABASE_AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are due as well
            self.undo()
            log.error("%s.%s %d: %s", act.__module__, act.__name__, key, kind_and_line_of(error))  # noqa: TRY400
            return False
        return True

    def _ended(self, committed: bool) -> None:  # noqa: FBT001 - `Ended` is told by position
        """The transaction is over, whoever ended it: we, or a host in whose session we are.

        Only what was really committed is told: a host that rolls back undoes our events with its rows.
        """
        session, self._session = self._session, None
        if session is not None:
            self.tools.store.close_session(session)
        events, posted = self._events, self._posted
        self.told += self._told if committed else []
        self._events, self._posted, self._told = [], 0, []
        if committed and (events or posted):
            self.tools.after_commit(events, posted)
