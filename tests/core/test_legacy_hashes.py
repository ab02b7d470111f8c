# ruff: noqa: E501 - hashes stand in rows
from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.core.legacy_hashes import _BY_START, matches

RIGHT, WRONG = b"quiet lantern over copper river", b"quiet lantern over copper rivers"
CUT = "$2b$04$auPjObqrWUDA.n8wS2XQUuWZvPIkFW2.6EbUb4Ub1VbetRJGvwUOK"
"""bcrypt's, of LONG, of which it saw the first 72 bytes."""
LONG = b"quiet lantern over copper river and a very long way down to the harbour of the town"
PEPPER = b"146585145368132386173505678016728509634"
VECTORS = {
    "werkzeug scrypt": "scrypt:1024:8:1$PtYZQOK6QAQWLbLi$fcfb44c51e45357000a18f410a60b703ca8e57ee818a2a4530b0b02f3f43d7d8dbc4524a867ea1bd7ac4b7a9552163605c207aafceb3a31098807d8bbb81d283",
    "werkzeug pbkdf2": "pbkdf2:sha256:1000$TsOrrtWFPdJ1unFa$810091e88b5527ef618473bfe46404ef9e200df2a20672b0b7334444bf74ac33",
    "werkzeug pbkdf2 sha512": "pbkdf2:sha512:1000$LvLoG9Wb79fhWPz4$2ce1ca7ac1ee59421124b54528e081344090a41fc55a91e2faaa1cc02750f6b16a638d8fe8aedaf5beb764b59ed02a8395d0cbdd638273f3ea1f48d42a0ba573",
    "django pbkdf2_sha256": "pbkdf2_sha256$1000$tGnIZ6HQ1PAl9lWt2WNWb7$Pv/m2orcg82fYkMrxRlCK7Vyfi90+Q9n23xO9H19chM=",
    "django pbkdf2_sha1": "pbkdf2_sha1$1000$WRgFdgNolBnkTmnKnFHN3F$WL3v4IsYKQpW2eBi4eEpzlnkWe4=",
    "django scrypt": "scrypt$1024$i8qiY4n9cYWfurCmXR5TSQ$8$5$ifhYWlW93gbOmVOjO1gRSebF/E90ZqnrK9ayA+UXqNceHY5jogg9qd0l8bFnLUDvdTfQcl6NtHBnhsf/9cMZjw==",
    "django argon2": "argon2$argon2id$v=19$m=64,t=1,p=1$Vm5zUHNGRmtGNTlDajlRNU5Sb2RxNw$hrZ6Vb4jFCgZ3kTmwM/AS7KiPzzGxUGechqsAr4nMLQ",
    "django bcrypt": "bcrypt$$2b$04$SMI4SvMj93zI3dFAVlpXv.O0AA6PHQTZ.1n6n2LvNYYbKoUXQpxhS",
    "django bcrypt_sha256": "bcrypt_sha256$$2b$04$SBDmEEmp.zwVSoyESqKgcOKhlg/4d8Ilzfn3d3ipEE2MvpfX9N8pS",
    "bcrypt": "$2b$04$5ObfYCgZJrpeNV4gAHRyS.NfCOvJisrXjMQ1Ti9NTf1XEfaG2yzbi",
    "bcrypt 2a": "$2a$04$aZcUDf/QmubZgn0HCxoki.RR861FgGY.EgvEC4Jz/PIpqtIeoB4tK",
    "php bcrypt": "$2y$04$5ObfYCgZJrpeNV4gAHRyS.NfCOvJisrXjMQ1Ti9NTf1XEfaG2yzbi",
    "passlib pbkdf2_sha512": "$pbkdf2-sha512$1000$I6SUUirFmPN.L.U8Z2yNUQ$VVx100a6fkVhCoSJt3Pm9zwzh8v2apDdZ4IvIZvke3xDhouVBTAxKTRXRD/7Q2lrtewNsw2dR77z/P/8HnvbVw",
    "passlib pbkdf2_sha256": "$pbkdf2-sha256$1000$hFDqPYdwrpVybi2F8P7/fw$9KmQd4V04CqEFLASK1FAt.GtRQt4A7oyFHKwn1SAlBY",
    "flask-security argon2": "flask-security$argon2id$v=19$m=65536,t=3,p=4$f49Rypnz/t8bQ2iNMaY0Jg$UaO6dio1X0jbIG2cQkqVtyGD2NtvsemWDhHC4pcmn2s",
    "flask-security bcrypt": "flask-security$2b$12$t5ne8zgKPWbHGNl3nERegeqyklOHgVqE0xmqKNquerw11BZdTH62G",
    "flask-security pbkdf2_sha512": "flask-security$pbkdf2-sha512$25000$cW7tvVdqDcHY23tPidG6Vw$uFSsAULoUdTdoociO1waVc9Pg.YOuWNRf13zQ4ysuoP8gYbHSj4eXEsq69Q2tZ0oYx2NFDR55JQSRUaFh9DxNg",
}
"""Made by the systems themselves, at their lowest cost, from RIGHT."""


@pytest.mark.parametrize("system", VECTORS)
def test_what_other_systems_made_is_checked(system):
    assert matches(VECTORS[system], RIGHT, pepper=PEPPER)
    assert not matches(VECTORS[system], WRONG, pepper=PEPPER)
    assert not matches(VECTORS[system], b"", pepper=PEPPER)


def test_every_known_start_has_a_vector():
    assert {start for start in _BY_START if any(stored.startswith(start) for stored in VECTORS.values())} >= set(
        _BY_START
    ) - {"$argon2"}


def test_flask_securitys_hashes_need_its_salt():
    stored = VECTORS["flask-security argon2"]

    assert not matches(stored, RIGHT, pepper=b"another")
    assert not matches(stored, RIGHT)


def test_bcrypt_knows_the_first_72_bytes_and_we_cut_them_ourselves():
    assert matches(CUT, LONG)
    assert matches(CUT, LONG[:72] + b" something else")
    assert not matches(CUT, LONG[:71])


def test_a_nul_ends_nothing():
    bcrypt = pytest.importorskip("bcrypt")
    stored = bcrypt.hashpw(b"abc\0def", bcrypt.gensalt(4)).decode()

    assert matches(stored, b"abc\0def")
    assert not matches(stored, b"abc")


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "!",
        "x",
        "plain",
        "md5$salt$0123",
        "sha1$salt$0123",
        "pbkdf2:",
        "pbkdf2:md5:1$salt$00",
        "pbkdf2:sha256:0$s$00",
        "pbkdf2:sha256:999999999$salt$00",
        "pbkdf2:sha256:one$salt$00",
        "pbkdf2_sha256$1000$salt$not base64",
        "pbkdf2_sha256$1",
        "scrypt:16777216:8:1$salt$00",
        "scrypt:-2:8:1$salt$00",
        "scrypt:3:8:1$salt$00",
        "scrypt:0:0:0$salt$",
        "scrypt$1024$s$8",
        "$2b$",
        "$2b$31$5ObfYCgZJrpeNV4gAHRyS.NfCOvJisrXjMQ1Ti9NTf1XEfaG2yzbi",
        "$2b$04$short",
        "$2b$xx$",
        "bcrypt$$2b$99$x",
        "argon2$",
        "argon2$argon2id$v=19$m=99999999,t=1,p=1$MEFPWjgwVmg$qKlRGOS7Rpsh",
        "$argon2id$v=19$m=64$broken",
        "flask-security",
        "flask-security!",
        "flask-securityflask-security$2b$04$x",
        "$pbkdf2-sha512$1$$",
        "$pbkdf2-sha512$é$a$b",
    ],
)
def test_what_is_unknown_broken_or_too_dear_is_refused_and_no_fault(stored):
    assert not matches(stored, RIGHT, pepper=PEPPER)
    assert not matches(stored, b"", pepper=PEPPER)


@given(st.sampled_from(sorted(_BY_START)), st.text(max_size=60), st.binary(max_size=300))
def test_no_stored_text_is_a_fault(start, rest, password):
    assert not matches(start + rest, password)


def test_without_the_package_a_bcrypt_hash_is_refused_and_the_operator_told(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "bcrypt", None)

    assert not matches(VECTORS["bcrypt"], RIGHT)
    assert "pip install 'watchword[legacy]'" in caplog.text
