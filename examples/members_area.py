"""Our pages under `/auth`, and an area of members that one line guards."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask.views import MethodView, View

from watchword import Watchword, fresh_login_required, login_required, signed_in_user

members = Blueprint("members", __name__, url_prefix="/members")
members.before_request(login_required)  # every view of the blueprint, also those added later


@members.get("/")
def home() -> str:
    return f"Welcome, {signed_in_user().username}"


class Papers(MethodView):
    """A class view with its own guard."""

    decorators: ClassVar = [login_required]

    def get(self) -> str:
        return f"Papers of {signed_in_user().username}"


class Vault(View):
    """Only for who proved who they are in the last ten minutes."""

    decorators: ClassVar = [fresh_login_required]

    def dispatch_request(self) -> ResponseReturnValue:
        return f"Vault of {signed_in_user().username}"


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(WATCHWORD_HOME="/members/")
    app.config.update(config)
    Watchword(app, url_prefix="/auth")
    app.register_blueprint(members)
    app.add_url_rule("/papers", view_func=Papers.as_view("papers"))
    app.add_url_rule("/vault", view_func=Vault.as_view("vault"))
    return app
