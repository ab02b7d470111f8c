"""What a person has, and what each browser has shown of it: kept by the deeds of a test, never asked of the system."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchword.testing import SoftwareKey

KIND = {"pwd": "known", "otp": "held", "sms": "held", "hwk": "held", "swk": "held", "user": "verified"}
FRESH = timedelta(minutes=10)
TRUSTED_FOR = timedelta(days=30)
CLOSING_UNDO = timedelta(days=14)
NOTICED_WITHIN = timedelta(minutes=1)


def kinds(proofs: frozenset[str]) -> set[str]:
    return {KIND[proof] for proof in proofs}


@dataclass
class App:
    """An authenticator app, and the step of the last code that was taken from it."""

    secret: str
    handle: str
    added_at: datetime
    last_step: int


@dataclass
class Key:
    """A passkey, and its name on pages."""

    device: SoftwareKey
    handle: str
    added_at: datetime


@dataclass
class Seen:
    """One browser: what its sign-in has shown so far, and what the session it holds was opened with."""

    waits: frozenset[str] | None = None
    inside: frozenset[str] | None = None
    proved_at: datetime | None = None
    remembered: bool = False
    may_trust: bool = True
    """Whether what its sign-in showed is of the factors of today."""
    trusted_at: datetime | None = None

    def is_trusted(self, now: datetime) -> bool:
        return self.trusted_at is not None and now - self.trusted_at < TRUSTED_FOR


@dataclass
class Model:
    """One account and the browsers that try it. *password* is None while none opens it."""

    password: str | None = None
    browsers: list[Seen] = field(default_factory=lambda: [Seen(), Seen(), Seen()])
    apps: list[App] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    phone_added_at: datetime | None = None
    codes: list[str] = field(default_factory=list)
    dead_codes: list[str] = field(default_factory=list)
    codes_made_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def has_factor(self) -> bool:
        return bool(self.apps or self.keys or self.phone_added_at)

    def may_open(self, proofs: frozenset[str], seen: Seen, now: datetime) -> bool:
        """Whether these proofs are enough for a session: one where there is no second factor, else two kinds; or what
        is known alone, in a browser that its owner trusts.
        """
        if not proofs or self.closes_at is not None:
            return False
        stands_in = seen.is_trusted(now) and kinds(proofs) == {"known"}
        return len(kinds(proofs)) >= 2 or not self.has_factor or stands_in

    def is_fresh(self, seen: Seen, now: datetime) -> bool:
        """Whether what changes an account may be done in this browser now."""
        if seen.inside is None or seen.proved_at is None:
            return False
        return now - seen.proved_at < FRESH and (len(kinds(seen.inside)) >= 2 or not self.has_factor)

    def opened(self, seen: Seen, proofs: frozenset[str], now: datetime, *, trust: bool = False) -> None:
        seen.waits, seen.inside, seen.proved_at = None, proofs, now
        if trust and seen.may_trust and len(kinds(proofs)) >= 2:
            seen.trusted_at = now

    def showed_more(self, seen: Seen, proof: str, now: datetime) -> None:
        """Somebody signed in showed another proof."""
        seen.inside, seen.proved_at = (seen.inside or frozenset()) | {proof}, now

    def made_codes(self, codes: list[str], now: datetime) -> None:
        """A new set: the old one is dead, and no browser is trusted any more."""
        self.dead_codes += self.codes
        self.codes, self.codes_made_at = codes, now
        self.end_trust()

    def end_trust(self, *, but: Seen | None = None) -> None:
        """The factors or the credentials changed: what was shown of those before trusts nothing."""
        for seen in self.browsers:
            if seen is not but:
                seen.trusted_at, seen.may_trust = None, False

    def end_sessions(self, *, but: Seen | None = None) -> None:
        for seen in self.browsers:
            if seen is not but:
                seen.inside = None

    def end_waiting(self) -> None:
        """The credentials changed: no sign-in goes on that began before, and no browser is trusted."""
        self.end_trust()
        for seen in self.browsers:
            seen.waits = None

    def drop_app(self, handle: str) -> None:
        self.apps = [each for each in self.apps if each.handle != handle]
        self._dropped()

    def drop_key(self, handle: str) -> None:
        self.keys = [each for each in self.keys if each.handle != handle]
        self._dropped()

    def drop_phone(self) -> None:
        self.phone_added_at = None
        self._dropped()

    def _dropped(self) -> None:
        """Without any factor there is nothing that recovery codes stand in for."""
        self.end_trust()
        if not self.has_factor:
            self.dead_codes += self.codes
            self.codes = []

    def is_gone(self) -> None:
        """The account closed for good: nothing of it is left, and nobody comes in any more."""
        self.password, self.apps, self.keys, self.codes, self.phone_added_at = None, [], [], [], None
        self.end_sessions()
        self.end_waiting()

    def drop_added_since(self, moment: datetime) -> None:
        """Whatever was added since may be an intruder's."""
        since = moment - NOTICED_WITHIN
        self.apps = [each for each in self.apps if each.added_at < since]
        self.keys = [each for each in self.keys if each.added_at < since]
        if self.phone_added_at is not None and self.phone_added_at >= since:
            self.phone_added_at = None
        if self.codes_made_at is not None and self.codes_made_at >= since:
            self.dead_codes += self.codes
            self.codes = []
        if self.closes_at is not None and self.closes_at - CLOSING_UNDO >= since:
            self.closes_at = None
