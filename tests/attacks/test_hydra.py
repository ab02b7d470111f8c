"""A real guessing tool against the real form: 2,000 passwords, the right one last, and it isn't found.

Hydra's `http-post-form` can fetch a cookie first (`C=`), but fills in names and passwords only: it can't read a token from a
page. So it gets token and cookie of a page that was looked at before. From one address it speaks to the server itself; other
addresses and forged headers are lent by a forwarder that changes nothing else (`tests/support/hydra.py`). A drip so slow that
it takes months runs on a fake clock, without the tool: `test_slow_drip.py`.
"""

from __future__ import annotations

import time
from contextlib import nullcontext

import pytest

from tests.support import hydra
from tests.support.browser import Browser
from tests.support.server import run_process
from watchword.testing import PASSWORD, make_user

pytestmark = pytest.mark.slow
GUESSES = 2000
NOT_FOUND = "1 of 1 target completed, 0 valid password found"
NEW = "seven maple trees in the wind"


@pytest.fixture(scope="module")
def served(sqlite_files, tmp_path_factory):
    """The app as it is served, on two processes, with a user anna, and a browser that is known to her."""
    folder = tmp_path_factory.mktemp("hydra")
    with sqlite_files.fresh() as url:
        settings = {"WATCHWORD_ENV": "development", "WATCHWORD_INSTANCE": str(folder), "DATABASE_URL": url}
        _add_anna(settings)
        with run_process(["-m", "watchword.app", "serve", "--workers", "2"], settings) as process:
            browser = Browser(process.url)
            assert browser.sign_in() == 303
            yield browser


def _add_anna(settings):
    from watchword.app import create_app
    from watchword.web.setup import setup_of

    app = create_app(**settings, SECRET_KEY="only for adding anna, thirty-two signs")
    make_user(app, "anna")
    setup_of(app).tools.store.dispose()


def attack(url, folder, passwords, meanwhile=lambda: None):
    """What hydra says after trying *passwords* on anna by way of *url*."""
    stranger = Browser(url)
    token = stranger.token("/login")
    cookie = "; ".join(f"{one.name}={one.value}" for one in stranger.jar)
    lines = folder / "passwords.txt"
    lines.write_text("\n".join(passwords) + "\n")
    arguments = hydra.command(url, token=token, cookie=cookie, name="anna", passwords=lines)
    return hydra.run(arguments, folder, meanwhile)


def wrong_ones(count):
    return [f"wrong password number {number}" for number in range(count)]


def the_owner_signs_in_at_once(owner):
    time.sleep(1)  # hydra is under way
    assert owner.sign_in() == 303


def test_the_tool_is_set_up_rightly_it_finds_a_password_among_the_first_three(served, tmp_path):
    with hydra.forwarder(served.url, source=lambda _number: "127.9.9.9") as url:
        said = attack(url, tmp_path, [*wrong_ones(2), PASSWORD])

    assert hydra.found(said), said


@pytest.mark.parametrize("way", ["one address", "200 addresses", "forged headers"])
def test_two_thousand_guesses_do_not_find_the_password_and_the_owner_signs_in_meanwhile(served, tmp_path, way):
    roads = {
        "one address": nullcontext(served.url),
        "200 addresses": hydra.forwarder(served.url, source=lambda number: f"127.0.{1 + number % 200}.1"),
        "forged headers": hydra.forwarder(
            served.url, source=lambda _number: "127.8.8.8", rewrite=_with_a_forged_caller
        ),
    }
    with roads[way] as url:
        said = attack(url, tmp_path, [*wrong_ones(GUESSES - 1), PASSWORD], lambda: the_owner_signs_in_at_once(served))

    assert NOT_FOUND in said, said


def _with_a_forged_caller(number, head):
    name = (b"X-Forwarded-For", b"Forwarded", b"X-Real-IP")[number % 3]
    value = b"%d.%d.%d.%d" % (11 + number % 80, number % 250, number % 240, 1 + number % 230)
    forged = b"%s: %s%s\r\n" % (name, b"for=" if name == b"Forwarded" else b"", value)
    first, _, rest = head.partition(b"\r\n")
    return first + b"\r\n" + forged + rest


def test_meanwhile_the_owner_gets_in_on_a_new_browser_by_a_reset(served, tmp_path):
    new_browser = Browser(served.url)

    def get_in():
        time.sleep(1)  # hydra is under way
        assert new_browser.submit("/forgot-password", email="anna@example.com") == 303
        assert new_browser.open(new_browser.mailed_link("/reset-password"))[0] == 303
        assert new_browser.submit("/reset-password", password=NEW) == 303
        assert new_browser.sign_in(NEW) == 303

    with hydra.forwarder(served.url, source=lambda number: f"127.0.{1 + number % 200}.1") as url:
        said = attack(url, tmp_path, wrong_ones(600), get_in)

    assert NOT_FOUND in said, said
