"""Parts of a page that are drawn once: never what one reader sees for another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, g, render_template_string
from jinja2 import Environment, meta

import watchword
from watchword import Watchword, current_user
from watchword.testing import login_as, make_user
from watchword.web import addresses, parts
from watchword.web.parts import CALLED, CSRF, SEEN
from watchword.web.setup import setup_of

PACKAGE = Path(watchword.__file__).parent


def named_by(function):
    """The names of the templates that a page of ours asks *function* for."""
    texts = (page.read_text(encoding="utf-8") for page in PACKAGE.rglob("*.html"))
    return sorted({name for text in texts for name in re.findall(rf'\b{function}\("([^"]+)"[,)]', text)})


def given_to(name):
    """The names of what a page of ours gives the part *name*."""
    texts = (page.read_text(encoding="utf-8") for page in PACKAGE.rglob("*.html"))
    calls = [call for text in texts for call in re.findall(rf'\bpart\("{re.escape(name)}"([^)]*)\)', text)]
    return {given for call in calls for given in re.findall(r"(\w+)=", call)} - {"keep"}


def free_names(name):
    """What the template asks its surroundings for."""
    folder, _, file = name.rpartition("/")
    (found,) = (
        each for each in PACKAGE.rglob(file) if folder in {"", "watchword", f"watchword/{each.parent.parent.name}"}
    )
    return meta.find_undeclared_variables(Environment(autoescape=True).parse(found.read_text(encoding="utf-8")))


@pytest.fixture
def host(tmp_path, sqlite_files):
    with sqlite_files.fresh() as url:
        app = Flask("host", template_folder=str(tmp_path / "templates"), instance_path=str(tmp_path / "instance"))
        app.config.update(TESTING=True, DATABASE_URL=url)
        Watchword(app)
        yield app
        setup_of(app).tools.store.dispose()


def page_of(host, name="", path="/account"):
    browser = host.test_client()
    if name:
        login_as(browser, make_user(host, name))
    return browser.get(path).text


@pytest.mark.parametrize("name", named_by("part"))
def test_a_part_of_ours_asks_for_nothing_of_its_reader(name):
    assert free_names(name) <= {*SEEN, *given_to(name)}


def test_a_way_in_asks_for_nothing_of_its_reader_but_the_token_that_is_made_anew():
    """It is named by a feature, not by the page."""
    assert free_names("watchword/passkeys/way_in.html") <= {*SEEN, CSRF, "way", "next"}


@pytest.mark.parametrize("name", named_by("macros"))
def test_macros_of_ours_ask_for_nothing_of_their_page(name):
    assert free_names(name) <= {*SEEN, *CALLED}


def test_tokens_in_parts_that_are_kept_are_made_anew(host):
    first, second = (re.findall(r'data-csrf="([^"]+)"', host.test_client().get("/login").text) for _ in range(2))

    assert first != second
    assert len(first) == 1
    assert len(first[0]) > 40


def test_a_form_that_somebody_typed_into_is_kept_for_no_other_reader(host):
    browser, typed = host.test_client(), {"identifier": "anna", "password": "x"}
    blank = browser.get("/login").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', blank)[0]

    refused = browser.post("/login?next=/account", data={**typed, "csrf_token": token}).text

    assert 'value="anna"' in refused
    assert 'data-next="/account"' in refused
    again = host.test_client().get("/login").text
    assert "anna" not in again
    assert "data-next" not in again


def test_where_one_reader_wants_to_go_is_kept_for_no_other(host):
    wanted = host.test_client().get("/login?next=/account/secrets").text

    assert "secrets" in wanted
    assert "secrets" not in host.test_client().get("/login").text


def test_macros_of_a_host_see_the_page_that_calls_them(host):
    own = Path(host.root_path, host.template_folder, "watchword")
    own.mkdir(parents=True)
    ours = (PACKAGE / "web" / "templates" / "fields.html").read_text(encoding="utf-8")
    shows = "{% macro button(label) %}<b>{{ current_user.username or 'nobody' }}</b>{% endmacro %}"
    own.joinpath("fields.html").write_text(ours + shows, encoding="utf-8")

    names = re.findall(r"<b>(\w+)</b>", page_of(host, "anna", "/login") + page_of(host, "bert", "/login"))

    assert names == ["anna", "bert"]


def test_the_menu_marks_the_page_it_is_drawn_on(host):
    account, devices = page_of(host, "anna"), page_of(host, "bert", "/account/sessions")

    assert re.findall(r'href="([^"]+)" aria-current="page"', account) == ["/account"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', devices) == ["/account/sessions"]


def test_addresses_follow_the_place_the_app_is_mounted_at(host):
    browser = host.test_client()
    assert 'href="/watchword/static/theme.css' in browser.get("/login").text

    mounted = browser.get("/login", environ_overrides={"SCRIPT_NAME": "/shop"}).text

    assert 'href="/shop/watchword/static/theme.css' in mounted
    assert 'href="/watchword' not in mounted


def test_a_hosts_own_part_may_tell_of_its_reader(host, tmp_path):
    pages = tmp_path / "templates" / "watchword"
    pages.mkdir(parents=True)
    (pages / "foot.html").write_text("<footer>Read by {{ current_user.username }}</footer>")
    (pages / "messages.html").write_text("<output>{{ flashed() | length }} for {{ current_user.username }}</output>")

    anna, bert = page_of(host, "anna"), page_of(host, "bert")

    assert "Read by anna" in anna
    assert "Read by bert" in bert
    assert "0 for bert" in bert


def test_where_a_host_puts_something_into_addresses_none_is_kept(host):
    @host.url_defaults
    def of_this_request(_endpoint, values):
        values["tenant"] = g.tenant

    @host.before_request
    def who():
        g.tenant = next(tenants)

    tenants = iter(["north", "south"])

    assert "tenant=north" in page_of(host, path="/login")
    second = page_of(host, path="/login")
    assert "tenant=south" in second
    assert "tenant=north" not in second


def test_a_hosts_folder_whose_name_begins_like_ours_is_not_ours(host, tmp_path, monkeypatch):
    """`site-packages/watchword_theme` lies beside `site-packages/watchword`."""
    monkeypatch.setattr(parts, "OURS", parts.OURS.replace(str(PACKAGE), str(tmp_path / "temp")))
    pages = tmp_path / "templates" / "watchword"
    pages.mkdir(parents=True)
    (pages / "foot.html").write_text("<footer>Searched: {{ request.args.q }}</footer>")

    assert "Searched: mine" in page_of(host, path="/login?q=mine")
    assert "Searched: mine" not in page_of(host, path="/login?q=yours")


@pytest.mark.parametrize("kind", ["part", "macros"])
def test_what_a_host_gives_out_under_a_name_of_ours_is_kept_for_no_other_reader(host, kind):
    """A host's pages see its own `_` (in the ready-to-run app too), and it may speak to each reader in another way."""
    Watchword().own_whole_site(host)
    host.context_processor(lambda: {"_": lambda text, **_: f"{text} for {current_user.username}"})
    draws = {
        "part": '{{ part("watchword/foot.html") }}',
        "macros": '{% set fields = macros("watchword/fields.html") %}{{ fields.copy_button("x") }}',
    }
    host.get("/mine")(lambda: render_template_string(draws[kind]))

    anna, bert = page_of(host, "anna", "/mine"), page_of(host, "bert", "/mine")

    assert "for anna" in anna
    assert "for bert" in bert
    assert "anna" not in bert


def test_who_chooses_where_the_app_is_mounted_fills_no_memory(host, monkeypatch):
    """A proxy that passes X-Forwarded-Prefix on, or a tenant's name in the path."""
    for module in (addresses, parts):
        monkeypatch.setattr(module, "MOST_KEPT", 10)
    browser = host.test_client()

    for number in range(10):
        page = browser.get("/login", environ_overrides={"SCRIPT_NAME": f"/shop{number}"}).text
        assert f'href="/shop{number}/watchword/static/theme.css' in page

    assert (len(setup_of(host).parts), len(setup_of(host).addresses)) == (10, 10)
