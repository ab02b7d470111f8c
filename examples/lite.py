"""Notes that hang on users, with Flask-SQLAlchemy-Lite."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from watchword import User, Watchword, login_required, signed_in_user


class Base(DeclarativeBase):
    """The tables of this app."""


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)


db = SQLAlchemy()
auth = Watchword(db=db)


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_ENGINES={"default": "sqlite:///notes.db"}, WATCHWORD_HOME="/notes")
    app.config.update(config)
    db.init_app(app)
    auth.init_app(app)

    @app.get("/notes")
    @login_required
    def notes() -> str:
        mine = select(func.count(Note.id)).where(Note.user_id == signed_in_user().id)
        return f"{signed_in_user().username} has {db.session.scalar(mine)} notes"

    return app
