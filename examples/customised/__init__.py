"""Everything a host may reach into: a block, a page, a listener, a step, a menu entry, settings, a feature."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from watchword import Feature, Scope, Watchword, current_user, login_required
from watchword.built_in import STANDARD

from .terms import Base, TermsAccepted, facts, feature

db = SQLAlchemy(model_class=Base)


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///customised.db", WATCHWORD_HOME="/home")
    app.config.update(config)
    app.config["ACCEPTED"] = []
    db.init_app(app)
    Watchword(app, db=db, features=[*STANDARD, feature, _listens_in(app)])
    app.get("/home")(login_required(lambda: f"At home: {current_user.username}"))
    return app


def _listens_in(app: Flask) -> Feature:
    """A listener runs in the transaction of what it hears: it may write, and what it wrote stands or falls with it."""

    def remember(_scope: Scope, event: TermsAccepted) -> None:
        app.config["ACCEPTED"].append(facts(event))

    return Feature(name="records", summary="Keeps who accepted.", listeners=((TermsAccepted, remember),))
