from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from watchword.web.proxies import TrustedProxies


def caller(trusted, peer, *forwarded):
    return TrustedProxies(trusted).caller_ip(peer, Headers([("X-Forwarded-For", line) for line in forwarded]))


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ("", "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.0/8", "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.0/8", "10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", [], "10.0.0.1"),
        ("1", "192.0.2.7", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("2", "192.0.2.7", ["1.1.1.1, 203.0.113.9, 198.51.100.4"], "203.0.113.9"),
        ("1", "192.0.2.7", [""], "192.0.2.7"),
        ("10.0.0.0/8", "10.0.0.1", ["nonsense, 10.2.2.2"], "10.0.0.1"),
        ("1", "192.0.2.7", ["203.0.113.9:4711"], "203.0.113.9"),
        ("1", "192.0.2.7", ["[2001:db8::5]:4711"], "2001:db8::/64"),
        ("1", "unix:", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
    ],
)
def test_the_first_address_that_nobody_trusted_wrote_is_the_caller(trusted, peer, forwarded, expected):
    assert caller(trusted, peer, *forwarded) == expected


@pytest.mark.parametrize("spelling", ["2001:db8::1", "2001:DB8:0:0:ffff::2", "2001:db8::ffff:ffff"])
def test_one_ipv6_network_is_one_caller(spelling):
    assert caller("", spelling) == "2001:db8::/64"


@pytest.mark.parametrize("spelling", ["::ffff:192.0.2.1", "::FFFF:c000:0201", "192.0.2.1"])
def test_one_ipv4_address_has_one_spelling(spelling):
    assert caller("", spelling) == "192.0.2.1"


@pytest.mark.parametrize("peer", [None, "", "unix:", "nonsense"])
def test_a_peer_without_an_address_is_nobody(peer):
    assert caller("", peer) == ""


def by_forwarded(trusted, peer, line, *also):
    return TrustedProxies(trusted).caller_ip(peer, Headers([("Forwarded", line), *also]))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("for=203.0.113.9", "203.0.113.9"),
        ("For=1.1.1.1, for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
        ('by=10.0.0.1; FOR="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::/64"),
        ('for="203.0.113.9:80"', "203.0.113.9"),
        ('for=1.1.1.1;x="a,b;for=2.2.2.2", for="203.0.113.9"', "203.0.113.9"),
        ("for=unknown", "192.0.2.7"),
        ("for=_hidden", "192.0.2.7"),
        ("proto=https", "192.0.2.7"),
        ('for="203.0.113.9', "192.0.2.7"),
        ("for=203.0.113.9 nonsense", "192.0.2.7"),
        ("for=203.0.113.9;some thing", "192.0.2.7"),
        ("", "192.0.2.7"),
    ],
)
def test_forwarded_is_read_as_rfc_7239_says_and_what_cannot_be_read_gives_the_peer(line, expected):
    assert by_forwarded("1", "192.0.2.7", line) == expected


def test_where_both_headers_name_different_callers_neither_is_believed():
    agreeing = ("X-Forwarded-For", "9.9.9.9, 203.0.113.9")

    assert by_forwarded("1", "192.0.2.7", "for=203.0.113.9", agreeing) == "203.0.113.9"
    assert by_forwarded("1", "192.0.2.7", "for=6.6.6.6", agreeing) == "192.0.2.7"


@given(st.text(max_size=60))
def test_no_header_whatever_it_holds_breaks_the_walk(text):
    line = text.replace("\n", "").replace("\r", "")
    for name in ("Forwarded", "X-Forwarded-For"):
        assert TrustedProxies("2").caller_ip("192.0.2.7", Headers([(name, line)]))


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
def test_an_unheard_proxy_is_told_once_in_the_log_and_by_the_doctor(client, name, caplog, app):
    for _ in range(3):
        client.post("/login", headers={name: "for=203.0.113.9"})

    told = [record for record in caplog.records if "WATCHWORD_TRUSTED_PROXIES" in record.message]
    assert len(told) == 1
    said = app.test_cli_runner().invoke(args=["watchword", "doctor"]).output
    assert "A proxy named callers within the last day" in said


def test_a_trusted_proxy_is_no_reason_to_warn(make_app, caplog):
    make_app(WATCHWORD_TRUSTED_PROXIES="1").test_client().post("/login", headers={"Forwarded": "for=203.0.113.9"})

    assert not any("WATCHWORD_TRUSTED_PROXIES" in record.message for record in caplog.records)


@pytest.mark.parametrize(("trusted", "times"), [("10.0.0.0/8", 1), ("1", 0), ("", 0)])
def test_a_proxy_without_an_address_is_told_once_where_only_networks_are_trusted(caplog, trusted, times):
    proxies = TrustedProxies(trusted)

    for _ in range(3):
        proxies.caller_ip("", Headers([("X-Forwarded-For", "203.0.113.9")]))

    assert [record.message.count("WATCHWORD_TRUSTED_PROXIES=1") for record in caplog.records] == [1] * times
