from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, make_response

from tests.support import axe
from tests.support import chromium as support
from tests.support.chromium import Chromium
from tests.support.server import serve

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,">{head}</head>
<body><main><h1>A page</h1>{body}</main></body></html>"""
POLICY = "default-src 'none'; script-src 'self'; img-src 'self' data:"


def site() -> Flask:
    app = Flask("site")
    parts = {
        "quiet": ("", "<p>Nothing to say.</p>"),
        "inline": ("<script>alert(1)</script>", ""),
        "broken": ('<script src="/script.js"></script>', ""),
        "hole": ("", '<img src="/not-there.png" alt="">'),
        "unlabelled": ("", '<input type="text">'),
        "form": ("", '<form method="post" action="/form"><button>Go</button></form>'),
    }

    @app.route("/<name>", methods=["GET", "POST"])
    def page(name: str) -> Response:
        if name == "script.js":
            return Response("null.nothing", mimetype="text/javascript")
        if name not in parts:
            return Response("no", status=404)
        head, body = parts[name]
        answer = make_response(PAGE.format(head=head, body=body))
        answer.status_code = 422 if name == "form" else 200
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return app


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(site()) as url:
        yield url


def test_a_good_page_is_quiet(chromium: Chromium, url: str) -> None:
    with chromium.window(url) as window:
        window.page.goto("/quiet")
        window.assert_quiet()


@pytest.mark.parametrize(
    ("path", "words"),
    [("/inline", "Content Security Policy"), ("/broken", "script error: Cannot read"), ("/hole", "404: GET")],
)
def test_a_page_with_trouble_is_not_quiet(chromium: Chromium, url: str, path: str, words: str) -> None:
    with chromium.window(url) as window:
        window.page.goto(path, wait_until="networkidle")

        with pytest.raises(AssertionError, match=words):
            window.assert_quiet()


def test_a_form_drawn_again_with_422_is_no_trouble(chromium: Chromium, url: str) -> None:
    with chromium.window(url) as window:
        window.page.goto("/form")
        window.page.get_by_role("button").click()
        window.page.wait_for_load_state("networkidle")

        window.assert_quiet()


@pytest.mark.parametrize(
    ("options", "query", "value"),
    [
        ({"color_scheme": "dark"}, "matchMedia('(prefers-color-scheme: dark)').matches", True),
        ({"reduced_motion": "reduce"}, "matchMedia('(prefers-reduced-motion: reduce)').matches", True),
        ({"locale": "ar"}, "navigator.language", "ar"),
        ({"size": (320, 640)}, "innerWidth", 320),
    ],
)
def test_a_window_is_as_asked(chromium: Chromium, url: str, options: dict[str, Any], query: str, value: object) -> None:
    with chromium.window(url, **options) as window:
        window.page.goto("/quiet")

        assert window.page.evaluate(query) == value


def test_a_window_without_scripts_runs_none(chromium: Chromium, url: str) -> None:
    with chromium.window(url, java_script_enabled=False) as window:
        window.page.goto("/broken")
        window.assert_quiet()


def test_pictures_are_kept_where_wanted(
    chromium: Chromium, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHWORD_TEST_PICTURES", str(tmp_path / "pictures"))
    with chromium.window(url) as window:
        window.page.goto("/quiet")
        window.picture("quiet")

    assert (tmp_path / "pictures" / "quiet.png").stat().st_size > 1000


def test_axe_finds_a_field_without_a_name_and_nothing_on_a_good_page(chromium: Chromium, url: str) -> None:
    with chromium.window(url) as window:
        window.page.goto("/quiet")
        assert axe.violations(window.page) == []

        window.page.goto("/unlabelled")
        (line,) = axe.violations(window.page)

    assert line.startswith("label (critical): ")
    assert '<input type="text">' in line


def test_without_a_chromium_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "NAMES", ())
    monkeypatch.setattr(support, "PLACES", ())
    monkeypatch.delenv("WATCHWORD_TEST_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="sudo apt install chromium"), support.running():
        pass
