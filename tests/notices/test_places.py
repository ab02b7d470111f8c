"""The file is real: written here in MaxMind's format (maxmind.github.io/MaxMind-DB), as an operator's would be."""

from __future__ import annotations

import pytest

from watchword.features.notices.places import place_of

MARKER = b"\xab\xcd\xefMaxMind.com"
BERLIN = {"city": {"names": {"en": "Berlin"}}, "country": {"names": {"en": "Germany"}}}


def _encoded(value):
    """A value in the format's own binary form: maps, texts, lists that are empty, numbers of 16, 32 and 64 bits."""
    if isinstance(value, dict):
        return bytes([0xE0 + len(value)]) + b"".join(_encoded(each) for pair in value.items() for each in pair)
    if isinstance(value, str):
        return bytes([0x40 + len(value)]) + value.encode()
    if isinstance(value, list):
        return b"\x00\x04"
    number, size = value
    return {2: b"\xa2", 4: b"\xc4", 8: b"\x08\x02"}[size] + number.to_bytes(size)


def _database(found, *, bits):
    """A tree of one path: the network 192.0.2.0/24 leads to *found*, everything else to nothing."""
    count = len(bits)
    nodes = b""
    for number, bit in enumerate(bits):
        onward = number + 1 if number + 1 < count else count + 16
        pair = (onward, count) if bit == 0 else (count, onward)
        nodes += b"".join(side.to_bytes(3) for side in pair)
    about = {
        "node_count": (count, 4),
        "record_size": (24, 2),
        "ip_version": (4, 2),
        "binary_format_major_version": (2, 2),
        "binary_format_minor_version": (0, 2),
        "build_epoch": (1, 8),
        "database_type": "Test-City",
        "languages": [],
        "description": {},
    }
    return nodes + bytes(16) + _encoded(found) + MARKER + _encoded(about)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "city.mmdb"
    bits = [int(bit) for part in (192, 0, 2) for bit in f"{part:08b}"]
    path.write_bytes(_database(BERLIN, bits=bits))
    return str(path)


def test_a_known_address_has_a_place(file):
    assert place_of("192.0.2.7", file) == "Berlin, Germany"


@pytest.mark.parametrize("ip", ["198.51.100.7", "2001:db8::/64", "", "nonsense"])
def test_others_have_none(file, ip):
    assert place_of(ip, file) == ""


def test_half_an_entry_tells_its_half(tmp_path):
    path = tmp_path / "country.mmdb"
    path.write_bytes(_database({"country": {"names": {"en": "Germany"}}, "city": "odd"}, bits=[1]))

    assert place_of("192.0.2.7", str(path)) == "Germany"


def test_without_a_file_nobody_is_asked():
    assert place_of("192.0.2.7", "") == ""


@pytest.mark.parametrize("content", [b"", b"nonsense", MARKER])
def test_a_broken_file_stops_no_mail(tmp_path, caplog, content):
    path = tmp_path / "broken.mmdb"
    path.write_bytes(content)

    assert place_of("192.0.2.7", str(path)) == ""
    assert "places:" in caplog.text
    assert place_of("192.0.2.7", str(tmp_path / "gone.mmdb")) == ""
