from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.core.errors import AuthError
from watchword.features.accounts.addresses import address_key, check_address, limit_key, masked
from watchword.features.accounts.errors import AddressNotValid


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("anna@example.com", "anna@example.com"),
        (" Anna@EXAMPLE.com ", "anna@example.com"),
        ("user@bücher.example", "user@xn--bcher-kva.example"),
        ("o'neil+news@example.com", "o'neil+news@example.com"),
        ("\u212aelly@example.com", "kelly@example.com"),
        ("ma\u0131l@example.com", "ma\u0131l@example.com"),
    ],
)
def test_the_typed_form_is_kept_and_the_key_is_one(typed, key):
    assert check_address(typed).key == key
    assert check_address(typed).typed == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@",
        "@b.com",
        "a@b",
        "a@b@c.com",
        "attacker@evil.test＠corp.test",
        "a﹫corp.test",
        "a@corp。test",
        "a@corp．test",
        "v@x.com,a@e.com",
        "v@x.com;a@e.com",
        "v@x.com a@e.com",
        "v@x.com\na@e.com",
        "v@x.com\r\nBcc: a@e.com",
        '"v@corp.test x"@evil.test',
        '"a,b"@x.com',
        "a(comment)@x.com",
        "<v@x.com>a@e.com",
        "a%b@x.com",
        "a!b@x.com",
        "a@[127.0.0.1]",
        "a\u2028b@x.com",
        "a\x00@x.com",
        "=?utf-8?q?x?=@x.com",
        "\ud800@x.com",
        "a@" + "a." * 50_000 + "com",
        "a" * 65 + "@example.com",
        "x" * 400,
    ],
)
def test_what_is_not_one_plain_address_is_refused(typed):
    with pytest.raises(AddressNotValid):
        check_address(typed)


def test_limits_see_one_inbox_behind_dots_and_tags():
    keys = {limit_key(typed) for typed in ("b.erta@example.com", "berta+1@example.com", "BERTA@Example.com")}

    assert keys == {"berta@example.com"}


def test_a_masked_address_shows_its_first_letter_and_its_domain():
    assert masked("anna@example.com") == "a***@example.com"


@given(st.one_of(st.text(max_size=100), st.emails()))
def test_a_key_is_its_own_key(text):
    try:
        address = check_address(text)
    except AuthError:
        return
    assert address_key(address.key) == address.key
    assert address.typed.isprintable()


@given(st.text(max_size=300))
def test_looking_an_address_up_never_raises(text):
    address_key(text)
    limit_key(text)
