"""Home, the dashboard, and what machines ask of the app."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from watchword import is_ready, login_required

pages = Blueprint("app", __name__)


@pages.route("/")
@pages.route("/index")
def index() -> ResponseReturnValue:
    return render_template("index.html")


@pages.route("/dashboard")
@login_required
def dashboard() -> ResponseReturnValue:
    return render_template("dashboard.html")


@pages.route("/healthz")
def healthz() -> ResponseReturnValue:
    """The process lives."""
    return jsonify(status="ok")


@pages.route("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers and its tables are those of this version; 503 otherwise."""
    ready = is_ready(current_app)
    return jsonify(status="ok" if ready else "not ready"), 200 if ready else 503


@pages.route("/favicon.ico")
def favicon() -> ResponseReturnValue:
    icon = (Path(__file__).parent / "static" / "favicon.ico").read_bytes()
    headers = {"Content-Type": "image/x-icon", "Cache-Control": "public, max-age=86400"}
    return icon, headers
