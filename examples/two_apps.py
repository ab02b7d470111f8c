"""Two apps in one process: customers here, staff there, and nobody in both."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from watchword import MINIMAL, Watchword, current_user, login_required


def make(name: str, **config: Any) -> Flask:
    app = Flask(name)
    app.config.update(DATABASE_URL=f"sqlite:///{name}.db", **config)
    Watchword(app, features=MINIMAL)
    app.get("/")(login_required(lambda: f"{current_user.username} of {name}"))
    return app


def create_apps(**config: Any) -> tuple[Flask, Flask]:
    return make("customers", **config), make("staff", **config)


def create_app(**config: Any) -> Flask:
    """The customers' app, with the staff's mounted below `/staff`."""
    customers, staff = create_apps(**config)
    customers.wsgi_app = DispatcherMiddleware(customers.wsgi_app, {"/staff": staff.wsgi_app})  # type: ignore[method-assign]
    return customers
