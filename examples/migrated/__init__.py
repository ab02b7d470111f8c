"""Flask-Migrate for the app's own tables; ours have a history of their own: `flask watchword db upgrade`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_migrate import Migrate  # type: ignore[import-untyped]
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from watchword import User, Watchword, current_user, include_name, login_required


class Base(DeclarativeBase):
    """The tables of this app."""


db = SQLAlchemy(model_class=Base)
auth = Watchword(db=db)


class Pet(Base):
    __tablename__ = "pet"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///pets.db")
    app.config.update(config)
    db.init_app(app)
    auth.init_app(app)
    Migrate(app, db, include_name=include_name)  # autogenerate leaves our tables alone
    app.get("/")(login_required(lambda: f"Hello {current_user.username}"))
    return app
