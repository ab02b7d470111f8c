from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.web.redirects import local_path

EVIL = [
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\\/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https:///evil.test",
    "https://evil.test",
    "/%2f/evil.test",
    "/%5cevil.test",
    "/..//evil.test",
    "/.//evil.test",
    "\x00//evil.test",
    "\x01//evil.test",
    " //evil.test",
    "\t//evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r/evil.test",
    "\u2028//evil.test",
    "\xa0//evil.test",
    "\ufeff//evil.test",
    "java\tscript:alert(1)",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    "",
    None,
    "/a//b",
    "/..",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/evil",
    "/a/%2E%2e",
    "/a/.%2E/b",
    "/a/%2e?b",
    "/" * 2000,
    "/a\u3002b\u200d",
    "//evil\u3002test",
    "/\u00adx",
    "/\ud800",
    "/a?b=\udfff",
    "/" + "\U00020000" * 1000,
]


@pytest.mark.parametrize("wanted", EVIL)
def test_what_is_not_a_path_of_ours_is_refused(wanted):
    assert local_path(wanted) is None


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/account",
        "/a/b/",
        "/a?b=c&d=%20e",
        "/reports/2026?next=/x",
        "/caf%C3%A9",
        "/a.b/..c/...",
        "/%2ewell-known/x",
        "/a?b=/%2e%2e/",
    ],
)
def test_a_path_of_ours_is_followed_as_it_is(wanted):
    assert local_path(wanted) == wanted


def test_a_fragment_is_dropped_and_odd_letters_are_escaped():
    assert local_path("/é?q=ü#x") == "/%C3%A9?q=%C3%BC"


@given(st.text(max_size=60))
def test_whatever_comes_in_a_plain_ascii_path_comes_out(text):
    found = local_path("/" + text)

    assert found is None or (
        found.startswith("/") and not found.startswith("//") and found.isascii() and "\\" not in found
    )
