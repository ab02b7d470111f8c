from __future__ import annotations

import pytest
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
