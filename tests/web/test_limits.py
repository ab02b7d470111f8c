"""`@limit` on a host's own views."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView, View

from watchword import Watchword, limit
from watchword.testing import FakeClock, Mailbox, login_as, make_user, put_tools
from watchword.web.setup import setup_of


@pytest.fixture
def host(database_url, tmp_path):
    app = Flask("host", instance_path=str(tmp_path / "instance"))
    app.config.update(TESTING=True, DATABASE_URL=database_url)
    Watchword(app)
    put_tools(app, FakeClock(), Mailbox())
    yield app
    setup_of(app).tools.store.dispose()


def times(client, count, path="/search", **how):
    return [client.get(path, **how).status_code for _ in range(count)]


def test_a_view_is_reached_so_often_by_each_caller_and_then_refused_before_it_runs(host):
    ran = []
    host.get("/search")(limit("2/minute")(lambda: ran.append(1) or "found"))
    client = host.test_client()

    assert times(client, 3) == [200, 200, 429]
    assert client.get("/search").headers["Retry-After"] == "60"
    assert len(ran) == 2
    assert times(client, 1, environ_overrides={"REMOTE_ADDR": "192.0.2.9"}) == [200]


def test_two_limits_on_one_view_both_hold_and_views_are_counted_apart(host):
    @host.get("/search")
    @limit("2/minute")
    @limit("3/hour")
    def search():
        return "found"

    @host.get("/other")
    @limit("2/minute")
    def other():
        return "found"

    client = host.test_client()
    assert times(client, 3) == [200, 200, 429]
    assert times(client, 1, "/other") == [200]
    host.extensions["watchword"].tools.clock.pass_(minutes=1)
    assert times(client, 2) == [200, 429]


def test_views_of_classes_and_those_whose_long_names_end_alike_are_counted_apart(host):
    def view_named(module):
        def search_for_everything_that_anybody_ever_wrote():
            return "found"

        search_for_everything_that_anybody_ever_wrote.__module__ = module
        return limit("1/minute")(search_for_everything_that_anybody_ever_wrote)

    class Search(View):
        decorators = (limit("1/minute"),)

        def dispatch_request(self):
            return "found"

    class Other(Search):
        pass

    class Items(MethodView):
        @limit("1/minute")
        def get(self):
            return "items"

        @limit("1/minute")
        async def delete(self):
            return "gone"

    part = Blueprint("part", __name__, url_prefix="/part")
    part.add_url_rule("/search", view_func=Search.as_view("search"))
    part.add_url_rule("/other", view_func=Other.as_view("other"))
    part.add_url_rule("/items", view_func=Items.as_view("items"))
    for number in range(2):
        part.add_url_rule(f"/{number}", str(number), view_named(f"shop{number}.views"))
    host.register_blueprint(part)
    client = host.test_client()

    for path in ("/part/search", "/part/other", "/part/items", "/part/0", "/part/1"):
        assert times(client, 2, path) == [200, 429]
    assert [client.delete("/part/items").status_code for _ in range(2)] == [200, 429]


def test_users_are_counted_wherever_they_are_and_visitors_by_address(host):
    host.get("/search")(limit("1/minute", by="user")(lambda: "found"))
    anna, elsewhere, visitor = host.test_client(), host.test_client(), host.test_client()
    number = make_user(host, "anna")
    login_as(anna, number)
    login_as(elsewhere, number)

    assert times(anna, 1) + times(elsewhere, 1) == [200, 429]
    assert times(visitor, 2) == [200, 429]


def test_all_spellings_of_what_is_counted_count_as_one_and_none_is_kept(host):
    host.get("/search")(limit("2/minute", by=lambda: request.args["email"])(lambda: "found"))
    client = host.test_client()

    statuses = [
        client.get("/search", query_string={"email": email}).status_code
        for email in ("anna@example.com", " ANNA@example.com", "\uff41nna@EXAMPLE.com", "berta@example.com")
    ]

    assert statuses == [200, 200, 429, 200]
    with host.app_context():
        assert not any("anna" in count.key for count in setup_of(host).tools.limits.counts())


def test_a_program_gets_a_problem(host):
    host.get("/search")(limit("1/minute")(lambda: "found"))
    client = host.test_client()
    client.get("/search")

    answer = client.get("/search", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (429, "too_many_tries")


def test_a_rate_that_says_nothing_fails_where_it_is_written():
    with pytest.raises(ValueError, match="5/minute"):
        limit("often")


def test_a_long_text_is_counted_as_it_was_sent_before_anything_looks_closer(host):
    host.post("/search")(limit("1/minute", by=lambda: request.form["email"])(lambda: "found"))
    client = host.test_client()
    long = "a" + "\u0300\u0316" * 160

    assert times_sent(client, f" {long} ", long) == [200, 429]
    assert times_sent(client, long.upper()) == [200]
    assert times_sent(client, long[:320].upper(), long[:320]) == [200, 429]


def times_sent(client, *typed):
    return [client.post("/search", data={"email": each}).status_code for each in typed]


def test_a_visitor_is_counted_once_where_one_limit_is_for_all_and_one_for_users(host):
    @host.get("/search")
    @limit("2/minute", by="user")
    @limit("3/minute")
    def search():
        return "found"

    client = host.test_client()
    assert times(client, 3) == [200, 200, 429]
    login_as(client, make_user(host, "anna"))
    assert times(client, 1) == [200]


def test_who_shares_a_name_shares_no_count_with_another_kind(host):
    host.add_url_rule("/search", "one", limit("2/minute", name="together")(lambda: "found"))
    host.add_url_rule("/other", "two", limit("2/minute", name="together", by="user")(lambda: "found"))
    client = host.test_client()

    assert times(client, 2) + times(client, 2, "/other") == [200] * 4
    assert times(client, 1) + times(client, 1, "/other") == [429] * 2


def test_two_limits_by_what_was_typed_are_counted_apart(host):
    @host.get("/search")
    @limit("2/minute", by=lambda: request.args["to"])
    @limit("2/minute", by=lambda: request.args["from"])
    def search():
        return "found"

    client = host.test_client()
    assert times(client, 2, query_string={"from": "anna", "to": "anna"}) == [200, 200]
    assert times(client, 1, query_string={"from": "anna", "to": "berta"}) == [429]


def test_views_that_are_called_alike_have_counts_of_their_own_and_share_one_by_name(host):
    def add(path, **how):
        @host.get(f"/{path}", endpoint=path)
        @limit("1/minute", **how)
        def view():
            return "found"

    for path in ("one", "two"):
        add(path)
        add(f"{path}-together", name="both")
        host.add_url_rule(f"/{path}-short", f"{path}_short", limit("1/minute")(lambda: "found"))
    client = host.test_client()

    for path in ("/one", "/two", "/one-short", "/two-short"):
        assert times(client, 2, path) == [200, 429]
    assert times(client, 1, "/one-together") + times(client, 1, "/two-together") == [200, 429]


def test_a_view_called_like_a_rule_of_ours_counts_nothing_of_ours(host):
    @host.get("/search", endpoint="sign_in_address")
    @limit("1/minute")
    def sign_in_address():
        return "found"

    host.test_client().get("/search")

    with host.app_context():
        assert [count.rule for count in setup_of(host).tools.limits.counts()] == ["view.sign_in_address"]
