"""What we stand on fails: the answer stays calm, nobody gets in, nothing is lost, and it comes back by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event, text

from watchword.core.mail import MailDelayed
from watchword.testing import PASSWORD, login_as, make_user, submit
from watchword.web.setup import setup_of


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["doomed"], indirect=False)
def test_a_killed_database_is_a_503_and_comes_back_with_all_sessions(make_app, doomed_postgres, database_url):
    app = make_app(DATABASE_URL=doomed_postgres.url("doomed"))
    client = app.test_client()
    login_as(client, make_user(app, "anna"))
    assert client.get("/account").status_code == 200

    doomed_postgres.kill()
    answers = [client.get("/account"), client.get("/dashboard"), client.get("/readyz")]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "anna" not in answers[0].text
    assert answers[0].headers["Retry-After"]
    assert client.get("/healthz").status_code == 200

    doomed_postgres.restart()
    assert any(client.get("/account").status_code == 200 for _ in range(5))
    assert client.get("/readyz").status_code == 200


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["doomed"], indirect=False)
def test_without_a_database_nobody_signs_in(make_app, doomed_postgres, database_url):
    app = make_app(DATABASE_URL=doomed_postgres.url("doomed"))
    make_user(app, "anna")
    client = app.test_client()
    client.get("/login")
    doomed_postgres.kill()

    answer = submit(client, "/login", identifier="anna", password=PASSWORD)

    assert answer.status_code == 503
    assert "watchword=" not in str(answer.headers.getlist("Set-Cookie")).replace("watchword-", "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_is_a_503_and_the_registration_can_be_sent_again(app, client, database_url, deliver, mailbox):
    for engine in (setup_of(app).tools.store.engines.read, setup_of(app).tools.store.engines.write):
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
        engine.dispose()
    form = {"username": "berta", "email": "berta@example.com", "password": PASSWORD}
    locker = create_engine(database_url)
    with locker.connect() as connection:
        connection.connection.dbapi_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        answer = submit(client, "/register", **form)
        connection.exec_driver_sql("ROLLBACK")
    locker.dispose()

    assert answer.status_code == 503
    assert "We&#39;ll be right back" in answer.text
    assert submit(client, "/register", **form).status_code == 303
    deliver()
    assert len(mailbox.mails) == 1


class AwayFirst:
    """A mail server that is away for a while."""

    def __init__(self):
        self.away = True
        self.mails = []

    def carry(self, message):
        if self.away:
            raise MailDelayed
        self.mails.append(message)


def test_without_a_mail_server_the_answer_is_the_same_and_the_mail_leaves_later(make_app, clock):
    carrier = AwayFirst()
    app = make_app(carrier=carrier)
    client = app.test_client()
    answer = submit(client, "/register", username="berta", email="berta@example.com", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/confirm-email")
    setup_of(app).delivery.run_once()
    assert carrier.mails == []

    carrier.away = False
    clock.pass_(minutes=2)
    setup_of(app).delivery.run_once()

    assert len(carrier.mails) == 1


def test_a_fault_in_a_view_undoes_everything_and_tells_nothing(make_app, new_scope):
    app = make_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    make_user(app, "anna")
    client = app.test_client()
    with setup_of(app).tools.store.counting.begin() as connection:
        connection.execute(text("ALTER TABLE auth_known_device RENAME TO auth_gone"))
    try:
        answer = submit(client, "/login", identifier="anna", password=PASSWORD)
    finally:
        with setup_of(app).tools.store.counting.begin() as connection:
            connection.execute(text("ALTER TABLE auth_gone RENAME TO auth_known_device"))

    assert answer.status_code in {500, 503}
    assert "auth_known_device" not in answer.text
    assert "Traceback" not in answer.text
    assert new_scope().read.scalar(text("SELECT count(*) FROM auth_session")) == 0
