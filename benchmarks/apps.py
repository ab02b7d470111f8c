"""What is measured beside the bare route: Watchword in front of a host's page, and the ready-to-run app."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from flask import Flask, render_template

from benchmarks.bare import bare
from watchword import Watchword, login_required
from watchword.web.csrf import field

SECRET = "r5Jw1nB8qT3xK6vZ0mD9sL2cF7hG4yPa-eUoTiN"
HOST = "localhost"
ADDRESS = f"http://{HOST}"


def guarded(**tools: Any) -> Flask:
    """A host's page for signed-in users: session checked in the database, template, CSRF token. On DATABASE_URL."""
    app = Flask("benchmarks")
    app.config.update(
        TESTING=True,  # no worker thread carries mails meanwhile
        SECRET_KEY=SECRET,
        DATABASE_URL=os.environ["DATABASE_URL"],
        WATCHWORD_ENV="development",
        WATCHWORD_PUBLIC_URL=ADDRESS,
        WATCHWORD_INSTANCE=os.environ.get("WATCHWORD_INSTANCE") or tempfile.gettempdir(),
    )
    Watchword(app, **tools)

    @app.get("/page")
    @login_required
    def page() -> str:
        return render_template("page.html", csrf_field=field)

    return app


def dashboard() -> Flask:
    """The ready-to-run app, with the whole look of its pages, on DATABASE_URL."""
    from watchword.app import create_app  # noqa: PLC0415 - the other apps are measured without it

    return create_app(TESTING=True, SECRET_KEY=SECRET, WATCHWORD_ENV="development", WATCHWORD_PUBLIC_URL=ADDRESS)


MAKERS = {"bare": bare, "guarded": guarded, "dashboard": dashboard}
PATHS = {"bare": "/page", "guarded": "/page", "dashboard": "/dashboard"}
