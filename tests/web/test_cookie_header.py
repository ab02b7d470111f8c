"""What came as cookies: as Werkzeug reads what browsers send, and never more of ours than RFC 6265 lets be there."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import EnvironBuilder

from watchword.web.cookie_header import may_hold, values_of


def request_with(header: str | None, kind: type[Request] = Request) -> Request:
    environ = EnvironBuilder().get_environ()
    if header is not None:
        environ["HTTP_COOKIE"] = header
    return kind(environ)


@pytest.mark.parametrize(
    "header",
    [
        "watchword=abc",
        "theme=dark; watchword=abc; lang=ar",
        "watchword=abc; watchword=def",
        "__Host-watchword=xyz; watchword=a=b==",
        "watchword=",
        "watchwordx=1; xwatchword=2",
        'note="a; watchword=planted"; watchword=abc',
        'watchword="abc"',
        ";;=;watchword=abc;",
        "watchword",
        "",
        None,
    ],
)
def test_it_is_what_werkzeug_reads(header):
    asked = request_with(header)
    expected = asked.cookies.getlist("watchword")

    assert values_of("watchword", asked) == expected
    assert may_hold("watchword", asked) or not expected


def test_other_cookies_names_are_not_ours():
    asked = request_with("my-watchword=1; watchword-device=2; Watchword=3")

    assert values_of("watchword", asked) == []


def test_bytes_that_are_no_text_hide_nothing():
    asked = request_with("theme=\xff\xfe; watchword=abc")

    assert values_of("watchword", asked) == ["abc"]


def test_a_hosts_own_class_of_request_says_itself_what_came():
    class Elsewhere(Request):
        """Reads cookies from where a proxy puts them."""

        cookies = ImmutableMultiDict({"watchword": "from elsewhere"})

    asked = request_with("watchword=from the header", Elsewhere)

    assert values_of("watchword", asked) == ["from elsewhere"]
    assert may_hold("watchword", asked)
    assert not may_hold("session", asked)


def test_what_is_in_no_way_there_is_told_without_reading_all():
    assert not may_hold("session", request_with("watchword=abc"))
    assert may_hold("session", request_with("watchword=abc; session=def"))
