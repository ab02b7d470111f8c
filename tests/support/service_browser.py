"""A browser without pages: it holds what cookies hold, and calls the services, each time in a scope of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from watchword.core.errors import AuthError
from watchword.core.scope import Caller, Scope, Tools
from watchword.features.login.outcomes import NextStep, Outcome, SignedIn
from watchword.features.passkeys import service as passkeys
from watchword.features.passkeys import sign_in
from watchword.features.passkeys.ceremony import RelyingParty
from watchword.features.passkeys.challenges import Reply
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.sessions.visitor import SignedInUser, Visitor
from watchword.testing import SoftwareKey

SITE = RelyingParty(id="localhost", name="Test", origin="http://localhost")


@dataclass
class Post:
    """Takes what is left in the outbox, in place of the worker."""

    jobs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, _scope: Scope, job: str, payload: Any) -> None:
        self.jobs.append((job, dict(payload)))

    def take(self, job: str) -> list[dict[str, Any]]:
        taken = [payload for name, payload in self.jobs if name == job]
        self.jobs = [each for each in self.jobs if each[0] != job]
        return taken


@dataclass
class ServiceBrowser:
    """`session`, `device` and `waiting` are the secrets of its cookies; `asked` is the page that a sign-in led to."""

    tools: Tools
    ip: str = "192.0.2.1"
    session: str | None = None
    device: str | None = None
    waiting: str = ""
    asked: str = ""
    answered: Reply | None = None
    """The last answer of a passkey, which is worth nothing any more."""

    @contextmanager
    def request(self) -> Iterator[Scope]:
        """As `FeatureBlueprint` does it: a refusal keeps what was written before it, a fault undoes everything."""
        scope = Scope(self.tools, Caller(ip=self.ip, session=self.session, device=self.device))
        try:
            yield scope
            scope.commit()
        except AuthError:
            scope.commit()
            raise
        finally:
            scope.close()

    def follow(self, outcome: Outcome) -> bool:
        """Keep what the answer to a sign-in puts into cookies; whether a session is open now."""
        match outcome:
            case SignedIn(session, device, _):
                self.session, self.device, self.waiting = session, device, ""
                return True
            case NextStep(endpoint, waiting):
                self.waiting, self.asked = waiting, endpoint
        return False

    def visitor(self) -> Visitor:
        """Who is signed in here; a renewed secret is kept."""
        with self.request() as scope:
            found = sessions.visitor(scope, self.session or "")
            self.session = found.new_secret or self.session
            return found

    def user(self, scope: Scope) -> SignedInUser:
        """Whoever is signed in here, for a call of a service in *scope*; raises NotSignedIn, as pages do."""
        found = sessions.visitor(scope, self.session or "")
        if not isinstance(found, SignedInUser):
            raise NotSignedIn
        return found

    def add_passkey(self, key: SoftwareKey) -> str:
        """Add *key* to the account that is signed in here; return its handle."""
        with self.request() as scope:
            options, ticket = passkeys.options_to_add(scope, self.user(scope), SITE)
        with self.request() as scope:
            added = passkeys.add(scope, self.user(scope), SITE, reply=Reply(ticket, key.create(options)))
            self.session = added.session
            return added.passkey.handle

    def ask_for_passkey(self, *, as_step: bool = False) -> tuple[dict[str, Any], str]:
        """The options for a key, and the ticket that this browser holds."""
        with self.request() as scope:
            if as_step:
                return sign_in.options_for_step(scope, SITE, self.waiting)
            return sign_in.options_to_sign_in(scope, SITE)

    def show_passkey(
        self, key: SoftwareKey, asked: tuple[dict[str, Any], str], *, as_step: bool = False, trust: bool = False
    ) -> bool:
        """Answer with *key*; whether a session is open now."""
        options, ticket = asked
        self.answered = reply = Reply(ticket, key.get(options))
        with self.request() as scope:
            if as_step:
                return self.follow(sign_in.second_step(scope, SITE, reply, waiting=self.waiting, trust_browser=trust))
            return self.follow(sign_in.sign_in(scope, SITE, reply))
