from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.notices.conftest import GateMoved
from watchword.core.config import ConfigError
from watchword.features.accounts import service as accounts
from watchword.features.login import service as login
from watchword.features.my_account import closing
from watchword.features.notices import service
from watchword.features.notices.models import SecureLink
from watchword.testing import make_user
from watchword.web.current import scope as current_scope
from watchword.web.setup import setup_of

NEW = "seven maple trees in the wind"


def test_a_declared_event_is_mailed_with_its_facts_and_a_link(move_gate, mailbox):
    move_gate()

    (mail,) = mailbox.mails
    assert mail["To"] == "anna@example.com"
    assert mailbox.text().startswith("anna north 192.0.2.1 http://localhost/secure-account/")


def test_it_goes_to_the_address_of_that_moment(new_scope, anna, mailbox, clock, move_house):
    scope = new_scope()
    scope.emit(GateMoved(user_id=anna, old="north"))
    scope.commit()
    clock.pass_(hours=1)
    move_house("new@example.com")

    assert [mail["To"] for mail in mailbox.mails if mail["Subject"] == "Moved"] == ["anna@example.com"]


def test_a_notice_that_waits_until_the_account_is_closed_for_good_leaves_nothing_of_the_person(
    new_scope, anna, deliver, mailbox, clock
):
    scope = new_scope()
    scope.emit(GateMoved(user_id=anna, old="north"))
    closing.close(scope, anna)
    scope.commit()
    clock.pass_(days=15)
    assert accounts.close_due(scope) == 1
    deliver()

    assert mailbox.mails == []
    assert scope.read.scalar(select(func.count()).select_from(SecureLink)) == 0


def test_an_undone_change_is_told_to_nobody(new_scope, anna, deliver, mailbox):
    scope = new_scope()
    scope.emit(GateMoved(user_id=anna, old="north"))
    scope.undo()
    deliver()

    assert mailbox.mails == []


def test_an_event_about_nobody_is_mailed_to_nobody(new_scope, deliver, mailbox):
    scope = new_scope()
    scope.emit(GateMoved(old="north"))
    scope.commit()
    deliver()

    assert mailbox.mails == []


def test_a_new_password_is_told(new_scope, anna, deliver, mailbox):
    scope = new_scope(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    accounts.set_password(scope, accounts.get(scope, anna), "no hash")
    scope.commit()
    deliver()

    text = mailbox.text()
    assert mailbox.mails[0]["Subject"] == "Your password on Watchword was changed"
    for told in ("anna", "Nov 24, 2026", "Firefox on Linux", "192.0.2.1", "/secure-account/"):
        assert told in text
    assert "Place" not in text


def test_a_new_device_is_told_but_not_the_very_first_one(new_scope, anna, deliver, mailbox):
    first = new_scope()
    outcome = login.proceed(first, anna, {"pwd"})
    first.commit()
    deliver()
    assert mailbox.mails == []

    again = new_scope(device=outcome.device)
    login.proceed(again, anna, {"pwd"})
    again.commit()
    deliver()
    assert mailbox.mails == []

    elsewhere = new_scope()
    login.proceed(elsewhere, anna, {"pwd"})
    elsewhere.commit()
    deliver()
    assert [mail["Subject"] for mail in mailbox.mails] == ["New sign-in to your account on Watchword"]


def test_each_is_silenced_by_name(make_host, mailbox):
    app = make_host(WATCHWORD_NOTICES_SILENCED="garden/gate_moved")
    anna = make_user(app, "berta")
    with app.app_context():
        current_scope().emit(GateMoved(user_id=anna, old="north"))
        accounts.set_password(current_scope(), accounts.get(current_scope(), anna), "no hash")
        current_scope().commit()
        setup_of(app).delivery.run_once()

    assert [mail["Subject"] for mail in mailbox.mails] == ["Your password on Watchword was changed"]


def test_a_misspelt_name_stops_the_start(make_host):
    with pytest.raises(ConfigError, match="Did you mean garden/gate_moved"):
        make_host(WATCHWORD_NOTICES_SILENCED="garden/gate_move")


def test_a_file_of_places_that_is_not_there_stops_the_start(make_host, tmp_path):
    with pytest.raises(ConfigError, match="WATCHWORD_NOTICES_PLACES"):
        make_host(WATCHWORD_NOTICES_PLACES=str(tmp_path / "none.mmdb"))


def test_the_table_holds_neither_the_link_nor_the_facts_readable(move_gate, new_scope):
    token = move_gate()

    row = new_scope().read.execute(select(SecureLink.link, SecureLink.sealed)).one()
    dump = repr((row.link, row.sealed))
    assert token not in dump
    assert "north" not in dump


def test_old_links_are_cleared_away(move_gate, new_scope, clock):
    move_gate()
    clock.pass_(days=7, seconds=1)
    scope = new_scope()

    assert service.purge(scope) == 1
    assert scope.read.scalar(select(func.count()).select_from(SecureLink)) == 0
    assert timedelta(days=7) == service.LIFETIME
