"""A feature of the host's own: nobody gets in before they accepted the terms in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from watchword import (
    Event,
    Feature,
    FeatureBlueprint,
    FeatureForm,
    FeatureSettings,
    MenuEntry,
    Scope,
    User,
    login_required,
    scope,
    setting,
)
from watchword.features.login import responses, service


class Base(DeclarativeBase):
    """The tables of this app."""


class Acceptance(Base):
    __tablename__ = "acceptance"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)


class TermsConfig(FeatureSettings, prefix="TERMS"):
    """Which terms are in force."""

    edition: int = setting(1, "The edition of the terms that people must have accepted.", at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsAccepted(Event):
    """Somebody accepted an edition of the terms."""

    name: ClassVar[str] = "terms.accepted"

    edition: int


class TermsStep:
    """Asked for after the password, until the edition in force is accepted."""

    name = "terms"
    endpoint = "watchword.terms.accept"

    def needed(self, scope: Scope, user_id: int, proofs: frozenset[str]) -> bool:
        wanted = (Acceptance.user_id == user_id, Acceptance.edition == _edition(scope))
        return "terms" not in proofs and scope.read.scalar(select(Acceptance.user_id).where(*wanted)) is None


class AcceptForm(FeatureForm):
    """One button."""


blueprint = FeatureBlueprint("terms", __file__)


@blueprint.route("/terms/accept", methods=["GET", "POST"])
def accept() -> ResponseReturnValue:
    form, waiting = AcceptForm(), responses.waiting_secret()
    user_id = service.peek(scope(), waiting).user_id
    if form.validate_on_submit():
        edition = _edition(scope())
        scope().db.execute(insert(Acceptance).values(user_id=user_id, edition=edition))
        scope().emit(TermsAccepted(user_id=user_id, edition=edition))
        return responses.follow(service.passed(scope(), waiting, "terms"))
    return form.page("watchword/terms/accept.html")


@blueprint.route("/terms")
@login_required
def read() -> str:
    return f"The terms, edition {_edition(scope())}"


def _edition(scope: Scope) -> int:
    return scope.config[TermsConfig].edition


def facts(event: TermsAccepted) -> Mapping[str, Any]:
    """What a listener of the app keeps of it."""
    return {"user": event.user_id, "edition": event.edition}


feature = Feature(
    name="terms",
    summary="Nobody gets in before they accepted the terms in force.",
    needs=("login",),
    config=TermsConfig,
    blueprint=blueprint,
    events=(TermsAccepted,),
    login_steps=(TermsStep(),),
    menu=(MenuEntry(label="Terms", endpoint="watchword.terms.read", rank=90),),
)
