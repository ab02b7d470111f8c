"""A shop whose orders hang on users: Flask-SQLAlchemy 3.1, one session, one commit."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request, url_for
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from werkzeug import Response

from watchword import User, Watchword, login_required, signed_in_user


class Base(DeclarativeBase):
    """The shop's own tables, on their own MetaData."""


db = SQLAlchemy(model_class=Base)
auth = Watchword(db=db)


class Order(Base):
    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    user: Mapped[User] = relationship(User)


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///shop.db", WATCHWORD_HOME="/orders")
    app.config.update(config)
    db.init_app(app)
    auth.init_app(app)  # after db: it works in its session

    @app.get("/orders")
    @login_required
    def orders() -> str:
        mine = select(Order).where(Order.user_id == signed_in_user().id)
        wanted = ", ".join(order.what for order in db.session.scalars(mine))
        return f"{signed_in_user().username} ordered: {wanted or 'nothing'}"

    @app.post("/orders")
    @login_required
    def place() -> Response:
        db.session.add(Order(what=request.form["what"], user=signed_in_user().record()))
        db.session.commit()
        return redirect(url_for("orders"), code=303)

    return app
