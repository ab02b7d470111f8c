from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from watchword.features.two_factor import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 24, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds, code):
    step = totp.step_at(datetime.fromtimestamp(seconds, UTC))

    assert totp.code_at(RFC_SECRET, step, digits=8) == code
    assert totp.code_at(RFC_SECRET, step) == code[2:]


def test_a_secret_holds_160_bits_and_is_never_the_same():
    secrets = {totp.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_a_code_is_right_in_its_step_and_one_on_each_side():
    step = totp.step_at(NOON)
    code = totp.code_at(RFC_SECRET, step)
    found = [totp.matching_step(RFC_SECRET, code, NOON + timedelta(seconds=30 * off)) for off in range(-3, 4)]

    assert found == [None, None, step, step, step, None, None]


@pytest.mark.parametrize("odd", ["", "12345", "1234567", "１２３４５６", "abcdef", "      ", "000000"])
def test_what_is_no_code_matches_nothing(odd):
    assert totp.matching_step(RFC_SECRET, odd, NOON) is None


def test_the_address_says_what_apps_read():
    secret = totp.new_secret()
    parts = urlsplit(totp.address(secret, account="anna@example.com", issuer="Northwind & Söhne"))
    query = parse_qs(parts.query)

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert (query["secret"], query["issuer"]) == ([secret], ["Northwind & Söhne"])
    assert "digits" not in query
    assert "period" not in query  # 6 and 30 are what every app takes for granted


def test_the_picture_is_a_square_with_a_quiet_edge():
    picture = totp.qr_picture("otpauth://totp/x?secret=" + totp.new_secret())

    assert picture.size >= 21 + 8
    assert picture.path.startswith("M4 4h7v1h-7z")  # the corner mark, four dots from the edge
    assert set(picture.path) <= set("Mhvz-0123456789 ")
