"""How the shop tests itself: in memory, with the fixtures that pytest finds in `watchword.testing.plugin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from shop import Order, create_app, db
from watchword import upgrade_database


@pytest.fixture
def app() -> Iterator[Flask]:
    app = create_app(TESTING=True, SECRET_KEY="only for tests", SQLALCHEMY_DATABASE_URI="sqlite://")
    upgrade_database(app)  # our tables
    with app.app_context():
        db.create_all()  # the shop's
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_member_sees_only_their_own_orders(make_user: Any, login_as: Any) -> None:
    anna, berta = make_user("anna"), make_user("berta")
    db.session.add(Order(what="tea", user_id=anna))
    db.session.commit()

    assert login_as(anna).get("/orders").text == "anna ordered: tea"
    assert login_as(berta).get("/orders").text == "berta ordered: nothing"


def test_a_visitor_is_sent_to_sign_in(app: Flask) -> None:
    assert app.test_client().get("/orders").location == "/login?next=/orders"


def test_a_session_ends(clock: Any, make_user: Any, login_as: Any) -> None:
    browser = login_as(make_user("anna"))
    clock.pass_(minutes=31)

    assert browser.get("/orders").status_code == 303
