"""The ready-to-run app: uses what any host may use, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Flask

from watchword.app.config import configure
from watchword.app.metrics import metrics
from watchword.app.pages import pages
from watchword.extension import Watchword


def create_app(**config: Any) -> Flask:
    """The app, with settings from *config*, else from the environment, else from `.env`."""
    app = Flask(__name__)
    tools = {name: config.pop(name) for name in ("clock", "hasher", "carrier", "policies") if name in config}
    configure(app, config)
    watchword = Watchword(app, **tools)
    watchword.own_whole_site(app)
    app.register_blueprint(pages)
    if app.config.get("WATCHWORD_METRICS_TOKEN"):
        app.register_blueprint(metrics)
    return app
