"""The nameplate: what a feature is, as one value. All talk from a lower feature to an upper one goes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from watchword.core.config import FeatureSettings, Problem, Settings
    from watchword.core.doctor import Finding
    from watchword.core.errors import AuthError
    from watchword.core.events import Event
    from watchword.core.measures import Measure
    from watchword.core.scope import Scope

    SealedColumn = InstrumentedAttribute[bytes]

Listener = Callable[["Scope", Any], None]
Job = Callable[["Scope", Mapping[str, Any]], None]
Undo = Callable[["Scope", int, Mapping[str, Any]], None]


class LoginStep(Protocol):
    """What login may still ask for after the first proof.

    One with an attribute `only_with` (a `HasRow`) is asked only of users who have that row.
    """

    name: str
    endpoint: str

    def needed(self, scope: Scope, user_id: int, proofs: frozenset[str]) -> bool: ...


class LastStep(Protocol):
    """What must be settled once all is proved, before the session opens: choosing another password, for one.

    It is noticed while the right password is at hand, which nobody keeps: the sign-in carries only that it was.
    """

    name: str
    endpoint: str

    def noticed(self, scope: Scope, user_id: int, password: str, *, about: Sequence[str]) -> bool:
        """Whether this step is due. Nothing is open meanwhile. *about*: what the owner is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What a sign-in may be asked for after its first proof. *proof* is its name in RFC 8176; the strongest goes first.

    *has* says whether this user can answer: then every sign-in with one factor alone must. Best a `HasRow`: a sign-in
    asks all of them in one statement. *endpoint* is the page that asks, *label* its line under "use another way". What
    *stands_in* (a code on paper) counts beside another one only. One that doesn't *work* today (a phone while nobody
    sends) is still asked for, and answered by what stands in.
    """

    proof: str
    label: str
    endpoint: str
    strength: int
    has: Callable[[Scope, int], bool]
    stands_in: bool = False
    works: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A column that holds what `scope.keys` encrypted for *purpose*: `rotate-keys` brings it to the newest key."""

    column: SealedColumn
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """A button on the sign-in page. *origin* is added to that page's form-action; *has* keeps the last way in.

    *template* draws the way in place of the button, when a posted form isn't all it takes.
    """

    name: str
    label: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    origin: str | None = None
    template: str | None = None
    has: Callable[[Scope, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMethod:
    """One way to say "it's me" before a sensitive act, strongest first by *strength*.

    *label* names it where people choose another way; *template* draws its fields and its button. *check* is given what
    was posted: it counts the guess, and returns the proof by its name of RFC 8176 or raises an AuthError.
    """

    name: str
    label: str
    template: str
    strength: int
    offered: Callable[[Scope, int], bool]
    check: Callable[[Scope, int, Mapping[str, str]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfirmation:
    """What a link mailed to an address, or the code beside it, confirms at `/confirm-email`.

    *knows* tells this kind's own links by their signature alone. *by_link* and *by_code* are views: they draw the page
    and confirm; *by_code* runs in the browser that asked.
    """

    name: str
    knows: Callable[[Scope, str], bool]
    by_link: Callable[[str], Any]
    by_code: Callable[[], Any]


def nothing_of_its_own(_scope: Scope, _user_id: int) -> Mapping[str, object]:
    """The values of a panel that says the same to everybody."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a shared page (`account`, `security`, `set_up`, `admin`): a template and what it shows.

    `set_up` is where somebody chooses the second factor to set up: inside a sign-in, or on a page of theirs, where the
    template finds `in_account`. The strongest has the lowest *rank*.
    """

    page: str
    template: str
    rank: int = 100
    values: Callable[[Scope, int], Mapping[str, object]] = nothing_of_its_own


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """A line in the menu of the account pages (`place="account"`) or of the admin pages."""

    label: str
    endpoint: str
    icon: str = "user"
    rank: int = 100
    place: str = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Which event mails its owner, with which mail (`feature/mail`), and which of the `undoes` takes it back.

    It goes to the address the owner has when the event is stated: state a change of address before you make it.
    *always*: no setting silences it, because what it tells of is safe only while its owner can object. *left* is told
    whose mail left, and when what it tells of happened: a mail server has taken it then, nobody has read it.
    """

    event: type[Event]
    mail: str
    undo: str | None = None
    always: bool = False
    left: Callable[[Scope, int, datetime], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Listed: it is on. Not listed: it is not even imported. Hosts add their own with the same value."""

    name: str
    summary: str
    needs: tuple[str, ...] = ()
    config: type[FeatureSettings] | None = None
    blueprint: Any = None  # a FeatureBlueprint; core knows no Flask
    root_blueprint: Any = None  # what must stay at the root of the site (/.well-known/…)
    errors: tuple[type[AuthError], ...] = ()
    events: tuple[type[Event], ...] = ()
    mails: tuple[str, ...] = ()
    jobs: Mapping[str, Job] = field(default_factory=dict)
    jobs_apart: tuple[str, ...] = ()
    """Those of `jobs` that wait for somebody else's server: done by a worker of their own, so no mail waits behind."""
    login_steps: tuple[LoginStep, ...] = ()
    last_steps: tuple[LastStep, ...] = ()
    second_factors: tuple[SecondFactor, ...] = ()
    listeners: tuple[tuple[type[Event], Listener], ...] = ()
    ways_in: tuple[WayIn, ...] = ()
    confirm_methods: tuple[ConfirmMethod, ...] = ()
    email_confirmations: tuple[EmailConfirmation, ...] = ()
    panels: tuple[Panel, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    invites: Callable[[Scope, int], str | None] | None = None
    """A line for the page after the sign-in that follows signing up or a new password: never in the middle of one."""
    policies: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    undoes: Mapping[str, Undo] = field(default_factory=dict)
    """How a notice of this name is taken back by its owner: given the user's id and the facts of the event."""
    drop_added_since: Callable[[Scope, int, datetime], None] | None = None
    """Drop the ways in that this user gained since then, and a closing that was begun: they may be an intruder's.

    The address is back by then (the policy `restore_address`), so nothing of this is told to theirs.
    """
    rules: Callable[[Settings, Sequence[Feature]], list[Problem]] | None = None
    """What of the settings, together with the features that are on, stops the start."""
    reseals: tuple[Sealed, ...] = ()
    exports: Callable[[Scope, int], Mapping[str, object]] | None = None
    """What this feature holds about a person, for that person: plain values, never a secret or a fingerprint of one."""
    purges: tuple[Callable[[Scope], int], ...] = ()
    checks: tuple[Callable[[Scope], list[Finding]], ...] = ()
    measures: tuple[Callable[[Scope], Iterable[Measure]], ...] = ()
    """What operators watch, asked every few seconds: cheap to tell, and nothing about a person."""
    commands: tuple[Any, ...] = ()
    visitor: Callable[[Scope, str], Any] | None = None
    """Who holds this session secret: asked once a request, by `web`. One feature at most has it."""
    sign_in_endpoint: str | None = None
    """The page where a visitor is sent who must sign in first."""
