"""Every deed of somebody who is signed in, as a browser posts it: for tests that do them all.

A route of the signed-in area that has no deed here, and no reason why it needs none, fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from watchword.core.db import Base
from watchword.features.audit.models import AuditRow
from watchword.features.login import service as login
from watchword.features.passkeys import service as passkeys
from watchword.features.sessions import service as sessions
from watchword.features.two_factor import authenticators, cases, totp
from watchword.testing import (
    PASSWORD,
    Mailbox,
    SmsInbox,
    SoftwareKey,
    add_authenticator,
    add_passkey,
    add_phone,
    code_of_app,
    csrf_token,
    login_as,
    make_user,
    submit,
)
from watchword.testing.passkeys import post_json
from watchword.testing.people import change
from watchword.web.setup import setup_of

NEW_ADDRESS = "anna@example.org"
COUNTED_ASIDE = {"auth_limit"}
TRIES = "tries_left"


@dataclass
class House:
    """An account that has one of everything, and the browser of somebody who is in it."""

    app: Flask
    mailbox: Mailbox
    inbox: SmsInbox
    user_id: int

    def browser(self) -> FlaskClient:
        client = self.app.test_client()
        login_as(client, self.user_id, proofs=("pwd", "otp"))
        return client

    def handles(self) -> dict[str, str]:
        """What the paths of the deeds name."""
        with change(self.app) as scope:
            return {
                "app": authenticators.list_for(scope, self.user_id)[0].handle,
                "passkey": passkeys.list_for(scope, self.user_id)[0].handle,
                "device": next(one for one in login.known_devices(scope, self.user_id) if one.trusted_until).handle,
                "other": sessions.list_for(scope, self.user_id)[-1].handle,
            }

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the tables hold, but for what is counted in transactions of its own."""
        with setup_of(self.app).tools.store.engines.read.connect() as connection:
            return {
                table.name: sorted(
                    map(tuple, connection.execute(select(*(column for column in table.c if column.name != TRIES)))),
                    key=repr,
                )
                for table in Base.metadata.sorted_tables
                if table.name not in COUNTED_ASIDE
            }


def furnished(app: Flask, mailbox: Mailbox, inbox: SmsInbox) -> House:
    """A house with an app, a passkey, a phone, recovery codes, a trusted browser, and an operator's case."""
    house = House(app, mailbox, inbox, make_user(app, "anna"))
    add_authenticator(app, house.user_id)
    add_phone(app, house.user_id)
    assert add_passkey(house.browser(), SoftwareKey()).status_code == 201
    browser = app.test_client()
    submit(browser, "/login", identifier="anna", password=PASSWORD)
    submit(browser, "/login/code", code=code_of_app(app, house.user_id), trust="y")
    with change(app) as scope:
        cases.open_case(scope, house.user_id, reason="lost the phone")
    return house


Typed = Callable[[House, FlaskClient], dict[str, str]]


def nothing(_house: House, _client: FlaskClient) -> dict[str, str]:
    """Only the button."""
    return {}


def fields(**typed: str) -> Typed:
    return lambda _house, _client: typed


def code_of_own_app(house: House, _client: FlaskClient) -> dict[str, str]:
    return {"method": "authenticator", "code": code_of_app(house.app, house.user_id)}


def code_of_new_app(house: House, client: FlaskClient) -> dict[str, str]:
    submit(client, "/account/two-factor/start", form_at="/logout")
    key = re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", client.get("/account/two-factor/set-up").text)
    assert key
    with change(house.app) as scope:
        return {"code": totp.code_at(key[0].replace(" ", ""), totp.step_at(scope.now)), "label": "Tablet"}


def code_of_new_phone(house: House, client: FlaskClient) -> dict[str, str]:
    submit(client, "/account/two-factor/phone", form_at="/logout", number="+4915198765432")
    setup_of(house.app).delivery.run_once()
    return {"code": house.inbox.code()}


def number_being_set_up(house: House, client: FlaskClient) -> dict[str, str]:
    code_of_new_phone(house, client)
    return {}


def mail_to_new_address(house: House) -> str:
    body = house.mailbox.to(NEW_ADDRESS)[-1].get_body(("plain",))
    return str(body.get_content()) if body else ""


def code_of_new_address(house: House, client: FlaskClient) -> dict[str, str]:
    submit(client, "/account/email", form_at="/logout", email=NEW_ADDRESS)
    setup_of(house.app).delivery.run_once()
    found = re.search(r"^\d{4} \d{4}$", mail_to_new_address(house), re.MULTILINE)
    assert found
    return {"code": found[0]}


def link_of_new_address(house: House, client: FlaskClient) -> dict[str, str]:
    code_of_new_address(house, client)
    found = re.search(r"/confirm-email/\S+", mail_to_new_address(house))
    assert found
    client.get(found[0])
    return {}


def address_that_waits(house: House, client: FlaskClient) -> dict[str, str]:
    code_of_new_address(house, client)
    return {}


def line_of_activity(house: House, _client: FlaskClient) -> dict[str, str]:
    wanted = select(AuditRow.at, AuditRow.name).where(AuditRow.name == "two_factor.authenticator_added")
    with change(house.app) as scope:
        row = scope.read.execute(wanted).first()
    return {"event": row.name, "at": row.at.isoformat()}


def new_key(_house: House, client: FlaskClient) -> dict[str, Any]:
    options = post_json(client, "passkeys.ask_for_new", {})
    return {"answer": SoftwareKey().create(options.json)}


@dataclass(frozen=True)
class Deed:
    """Post *typed* to *path*, in which `{app}` and the like stand for what the house holds. Whoever asks is known after
    so many *looks*.
    """

    path: str
    typed: Typed = nothing
    as_json: bool = False
    looks: int = 1

    def ready(self, house: House, client: FlaskClient) -> Callable[[], Any]:
        """All that comes before the deed is done; call what is returned to do it."""
        path, body = self.path.format(**house.handles()), self.typed(house, client)
        headers = {"X-CSRF-Token": csrf_token(client, "/logout"), "Accept": "application/json"}
        sent: dict[str, Any] = {"json": body} if self.as_json else {"data": body}
        return lambda: client.post(path, headers=headers, **sent)


DEEDS = {
    "change the name": Deed("/account", fields(username="berta")),
    "say that it wasn't me": Deed("/account/activity/not-me", line_of_activity),
    "close the account": Deed("/account/close"),
    "confirm it's you": Deed("/account/confirm", code_of_own_app),
    "ask for a text message to confirm": Deed("/account/confirm/sms"),
    "ask for another address": Deed("/account/email", fields(email=NEW_ADDRESS)),
    "keep the address": Deed("/account/email/cancel", address_that_waits),
    "confirm the address by its code": Deed("/confirm-email", code_of_new_address),
    "confirm the address by its link": Deed("/confirm-email", link_of_new_address, looks=3),
    "take the data along": Deed("/account/export"),
    "add a passkey": Deed("/account/passkeys", new_key, as_json=True),
    "name a passkey": Deed("/account/passkeys/{passkey}", fields(name="Blue one")),
    "remove a passkey": Deed("/account/passkeys/{passkey}/remove"),
    "decline the offer of a passkey": Deed("/account/passkeys/not-now"),
    "change the password": Deed(
        "/account/password", fields(current_password=PASSWORD, password="seven maple trees in the wind")
    ),
    "sign another device out": Deed("/account/sessions/{other}/end"),
    "sign all others out": Deed("/account/sessions/end-others"),
    "end the trust in a browser": Deed("/account/sessions/known/{device}/distrust"),
    "forget a browser": Deed("/account/sessions/known/{device}/forget"),
    "name an app": Deed("/account/two-factor/{app}", fields(label="Old phone")),
    "remove an app": Deed("/account/two-factor/{app}/remove"),
    "begin with an app": Deed("/account/two-factor/start"),
    "set an app up": Deed("/account/two-factor/set-up", code_of_new_app),
    "give a number": Deed("/account/two-factor/phone", fields(number="+4915198765432")),
    "ask for the code again": Deed("/account/two-factor/phone/again", number_being_set_up),
    "prove a number": Deed("/account/two-factor/phone/code", code_of_new_phone),
    "remove the number": Deed("/account/two-factor/phone/remove"),
    "make new recovery codes": Deed("/account/two-factor/recovery-codes"),
    "keep the factors": Deed("/account/two-factor/reset/stop"),
}
CHANGE_NOTHING = {
    "watchword.two_factor.download": "gives back as a file what the page sent: it reads and writes no row",
    "watchword.passkeys.ask_for_new": "a signed challenge for this session alone: `add` looks whether it lives",
    "watchword.passkeys.ask_to_confirm": "the same: `confirm` looks whether the session lives",
}
"""Routes of the signed-in area after which all is as before, and why."""
