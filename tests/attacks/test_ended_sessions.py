"""A request on its way outlives no session: what its owner ended meanwhile does nothing any more (SES-06)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select, text

from tests.support.signed_in_deeds import CHANGE_NOTHING, DEEDS, furnished
from tests.support.together import after_look
from watchword import current_user, event_happened, signed_in_user
from watchword.features.accounts import service as accounts
from watchword.features.accounts.models import User
from watchword.features.audit import service as audit
from watchword.features.my_account.events import AccountClosing
from watchword.features.sessions import service as sessions
from watchword.features.sessions.errors import NotSignedIn
from watchword.features.two_factor import recovery_codes
from watchword.testing import SmsInbox, csrf_token, submit
from watchword.testing.people import change
from watchword.web import current
from watchword.web.csrf import SAFE_METHODS
from watchword.web.setup import setup_of

each_deed = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)


@pytest.fixture
def inbox():
    return SmsInbox()


@pytest.fixture
def app(make_app, inbox):
    return make_app(WATCHWORD_SMS_SENDER=inbox, WATCHWORD_SMS_COUNTRIES="DE")


@pytest.fixture
def house(app, mailbox, inbox):
    return furnished(app, mailbox, inbox)


@pytest.fixture
def end_sessions(house):
    """As "this wasn't me" does it; leaves what the tables held right after it in `left`."""

    def act():
        with change(house.app) as scope:
            accounts.lock(scope, house.user_id)
            sessions.end_all(scope, house.user_id, reason="account_secured")
        left.append(house.rows())

    act.left = left = []
    return act


@each_deed
def test_ses_06_a_deed_whose_session_was_ended_after_it_was_let_in_changes_nothing(house, end_sessions, deed):
    do = deed.ready(house, house.browser())

    with after_look(deed.looks, house.app, end_sessions):
        answer = do()

    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert [house.rows()] == end_sessions.left


@each_deed
def test_each_of_these_deeds_changes_something_while_its_session_lives(house, deed):
    do = deed.ready(house, house.browser())
    before = house.rows()

    answer = do()

    assert answer.status_code < 400, answer.text
    assert house.rows() != before


def test_ses_06_every_route_for_who_is_signed_in_is_one_of_these_deeds(app, client):
    """A new one needs a deed, or a reason why it changes nothing."""
    headers = {"X-CSRF-Token": csrf_token(client, "/logout"), "Accept": "application/json"}
    adapter = app.url_map.bind("localhost")
    done = {adapter.match(deed.path.replace("{", "").replace("}", ""), "POST")[0] for deed in DEEDS.values()}

    asks = set()
    for rule in app.url_map.iter_rules():
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"))
        for method in rule.methods - SAFE_METHODS:
            answer = client.open(path, method=method, headers=headers)
            if answer.status_code == 401:
                asks.add(rule.endpoint)

    elsewhere = {"watchword.email_confirmation.confirm"}  # who registers confirms there as well, signed in as nobody
    assert asks == (done | set(CHANGE_NOTHING)) - elsewhere
    assert not done & set(CHANGE_NOTHING)


@pytest.mark.parametrize("endpoint", CHANGE_NOTHING)
def test_what_is_said_to_change_nothing_changes_nothing(house, endpoint):
    client, typed = house.browser(), {"codes": "ABCD-EFGH-IJKL-MNOP"}
    headers = {"X-CSRF-Token": csrf_token(client, "/logout"), "Accept": "application/json"}
    with house.app.test_request_context():
        path = house.app.url_for(endpoint)
    sent = {"data": typed} if endpoint.endswith("download") else {"json": {}}
    before = house.rows()

    answer = client.post(path, headers=headers, **sent)

    assert answer.status_code == 200, answer.text
    assert house.rows() == before


def test_ses_06_a_person_whose_session_was_ended_meanwhile_is_sent_to_sign_in(house, end_sessions):
    browser = house.browser()
    token = csrf_token(browser, "/account")

    with after_look(1, house.app, end_sessions):
        answer = browser.post("/account", data={"csrf_token": token, "username": "berta"})

    assert (answer.status_code, answer.location) == (303, "/login")
    assert submit(house.browser(), "/account", username="berta").location == "/account"


def test_ses_06_a_deed_waits_for_who_secures_the_account_at_that_moment(house):
    """The user's row first, as everywhere: this deed of its own takes no lock."""
    do = DEEDS["name an app"].ready(house, house.browser())

    with ThreadPoolExecutor(1) as thread:
        with change(house.app) as owner:
            accounts.lock(owner, house.user_id)
            deed = thread.submit(do)
            wait([deed], timeout=0.5)
            sessions.end_all(owner, house.user_id, reason="account_secured")
        answer = deed.result(30)

    assert answer.status_code == 401


@pytest.mark.parametrize("moment", ["before the guard", "after an error"])
def test_ses_06_a_change_that_was_open_already_or_is_begun_anew_is_looked_at_too(house, end_sessions, moment):
    cookie = house.browser().get_cookie("watchword")

    with house.app.test_request_context("/", headers={"Cookie": f"watchword={cookie.value}"}):
        assert current_user.is_authenticated
        if moment == "after an error":
            signed_in_user()
            current.close_scope()
        end_sessions()
        if moment == "before the guard":
            _ = current.scope().db
        for _ in range(2):  # a host may catch the first refusal and go on
            with pytest.raises(NotSignedIn):
                recovery_codes.make_new_set(current.scope(), signed_in_user().id)


def test_what_follows_from_closing_ones_own_account_is_written_though_its_session_is_over(house, scope):
    def say_it_again(_app, event):
        if event.name == AccountClosing.name and not heard:
            heard.append(event)
            current.scope().emit(event)
            current.scope().commit()

    heard = []
    with event_happened.connected_to(say_it_again):
        submit(house.browser(), "/account/close")

    assert len(audit.recent_for(scope, house.user_id, AccountClosing.name, limit=5)) == 2


@pytest.mark.postgres
def test_a_change_does_not_wait_for_rows_that_refer_to_the_user(house, new_scope, engine_of):
    """Two requests of one person that each add a row of the host's own first would wait for each other."""
    with engine_of(house.app).begin() as other:
        other.execute(select(User.id).where(User.id == house.user_id).with_for_update(read=True, key_share=True))
        scope = new_scope()
        scope.db.execute(text("SET LOCAL lock_timeout = '3s'"))

        accounts.lock(scope, house.user_id)
        assert accounts.get_locked(scope, house.user_id)
        scope.undo()


@pytest.fixture
def engine_of():
    def act(app):
        engine = setup_of(app).tools.store.counting
        if engine.dialect.name != "postgresql":
            pytest.skip("SQLite has one lock")
        return engine

    return act
