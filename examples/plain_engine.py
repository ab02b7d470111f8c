"""An engine and nothing around it. `scope().db` is the session: what is added to it commits with our rows."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, url_for
from sqlalchemy import Engine, ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug import Response

from watchword import User, Watchword, login_required, scope, signed_in_user


class Base(DeclarativeBase):
    """The tables of this app."""


class Visit(Base):
    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)


def create_app(engine: Engine | None = None, **config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(WATCHWORD_HOME="/visits")
    app.config.update(config)
    Watchword(app, engine=engine or create_engine("sqlite:///visits.db"))

    @app.get("/visits")
    @login_required
    def visits() -> str:
        mine = select(func.count(Visit.id)).where(Visit.user_id == signed_in_user().id)
        return f"{signed_in_user().username} came {scope().read.scalar(mine)} times"

    @app.post("/visits")
    @login_required
    def come() -> Response:
        scope().db.add(Visit(user_id=signed_in_user().id))
        scope().commit()
        return redirect(url_for("visits"), code=303)

    return app
