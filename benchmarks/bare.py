"""What everything is measured against. Apart from the other apps, so that its process holds nothing of ours."""

from __future__ import annotations

from flask import Flask


def bare() -> Flask:
    """The least a Flask app can do."""
    app = Flask("benchmarks")

    @app.get("/page")
    def page() -> str:
        return "<!doctype html><title>Hello</title><p>Hello, anna</p>"

    return app
