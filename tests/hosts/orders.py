"""A host's table that hangs on ours, and what tests ask of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, scoped_session

from watchword import User


class HostBase(DeclarativeBase):
    pass


class Order(HostBase):
    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    user: Mapped[User] = relationship(User)


@dataclass
class Db:
    """The least a host gives: what both extensions have in common."""

    engine: Engine
    session: scoped_session


def order(anna, what="tea"):
    return Order(what=what, user_id=anna)


def count_of(db, model):
    with Session(db.engine) as session:
        return len(session.execute(select(model.__table__)).all())
