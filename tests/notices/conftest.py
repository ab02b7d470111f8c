"""A host with a feature of its own: its event is told, undone, and what was added since is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from flask import Flask
from jinja2 import DictLoader

from tests.conftest import SECRET
from watchword import Watchword
from watchword.built_in import STANDARD
from watchword.core.events import Event
from watchword.core.feature import Feature, Notice
from watchword.features.accounts import service as accounts
from watchword.features.my_account import address
from watchword.features.notices import service
from watchword.testing import cheap_hasher
from watchword.web.setup import setup_of

MAIL = {
    "watchword/garden/emails/gate_moved.txt": "Subject: Moved\n{{ username }} {{ old }} {{ ip }} {{ secure_link }}",
    "watchword/garden/emails/gate_moved.html": "<p>{{ username }}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMoved(Event):
    name: ClassVar[str] = "garden.gate_moved"
    title: ClassVar[str] = "Gate moved"

    old: str


@pytest.fixture
def calls():
    """What the garden was asked to undo and to drop."""
    return []


@pytest.fixture
def garden(calls):
    return Feature(
        name="garden",
        summary="Gates.",
        events=(GateMoved,),
        mails=("gate_moved",),
        notices=(Notice(event=GateMoved, mail="garden/gate_moved", undo="gate"),),
        undoes={"gate": lambda _scope, user_id, facts: calls.append(("undo", user_id, facts["old"]))},
        drop_added_since=lambda _scope, user_id, moment: calls.append(("drop", user_id, moment)),
    )


@pytest.fixture
def meanwhile():
    """What others do after each of the next looks at which address was whose."""
    return []


@pytest.fixture
def tools(clock, mailbox, meanwhile):
    def address_at(*asked):
        found = address.address_at(*asked)
        if meanwhile:
            meanwhile.pop(0)()
        return found

    return {"clock": clock, "carrier": mailbox, "hasher": cheap_hasher(), "policies": {"address_at": address_at}}


@pytest.fixture
def make_host(database_url, tmp_path, garden, tools):
    made = []

    def make(**settings):
        app = Flask("host", root_path=str(tmp_path), static_folder=None)
        app.jinja_loader = DictLoader(MAIL)
        told = {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "WATCHWORD_PUBLIC_URL": "http://localhost"}
        app.config.update(TESTING=True, **told, **settings)
        Watchword(app, features=[*STANDARD, garden], **tools)
        made.append(app)
        return app

    yield make
    for app in made:
        setup_of(app).tools.store.dispose()


@pytest.fixture
def app(make_host):
    return make_host()


@pytest.fixture
def move_house(new_scope, anna, deliver, mailbox):
    """`move_house(email)`: anna's address is changed as people change it, whoever does it."""

    def act(email):
        scope = new_scope()
        address.ask(scope, anna, email)
        scope.commit()
        deliver()
        signed = mailbox.link(mailbox.mails.index(mailbox.to(email)[-1])).rpartition("/")[2]
        address.confirm_by_link(scope, signed)
        scope.commit()
        deliver()

    return act


@pytest.fixture
def move_gate(new_scope, anna, deliver, mailbox, move_house):
    """`move_gate()`: the event happens and is mailed; returns the signed token in the mail. *email* is anna's then."""

    def act(email="anna@example.com"):
        scope = new_scope(user_agent="Firefox/140.0")
        if accounts.get(scope, anna).email != email:
            move_house(email)
        scope.emit(GateMoved(user_id=anna, old="north"))
        scope.commit()
        deliver()
        return mailbox.link().rpartition("/")[2]

    return act


@pytest.fixture
def take_back(new_scope):
    """`take_back(token)`: as the owner who says "this wasn't me"."""

    def act(signed):
        scope = new_scope()
        try:
            return service.secure(scope, signed)
        finally:
            scope.commit()  # a refusal is an answer, too

    return act


@pytest.fixture
def reset_mails(deliver, mailbox):
    """`reset_mails()`: who is mailed a link for a new password, once everything is carried."""

    def act():
        deliver()
        return [mail["To"] for mail in mailbox.mails if "Reset" in mail["Subject"]]

    return act
