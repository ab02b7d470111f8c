"""Check hashes that other systems made: Werkzeug's, Django's, Flask-Security's, bcrypt. Never makes one.

A hash says by its start who made it. One that nobody here knows, that is broken, or that asks for more than an honest
one is a refusal and no fault.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from watchword.core.later import Later

if TYPE_CHECKING:
    import argon2
else:
    argon2 = Later("argon2", needs="argon2")

log = logging.getLogger("watchword")

FLASK_SECURITY = "flask-security"
"""Stands before a hash that came from Flask-Security: it hashed not the password but an HMAC of it."""

MOST_ROUNDS = 5_000_000
MOST_MEMORY = 256 * 1024 * 1024
MOST_BCRYPT = 16
LONGEST_BCRYPT = 72
"""Bytes. Older bcrypt libraries cut longer passwords without a word, so their hashes know no more than that."""

Check = Callable[[str, bytes], bool]


def matches(stored: str, password: bytes, *, pepper: bytes = b"") -> bool:
    """Whether *password* is the one that another system made *stored* of. *pepper*: Flask-Security's password salt."""
    if stored.startswith(FLASK_SECURITY):
        stored, password = stored.removeprefix(FLASK_SECURITY), _signed(password, pepper)
    check = next((check for start, check in _BY_START.items() if stored.startswith(start)), None)
    try:
        return check is not None and check(stored, password)
    except (ValueError, OverflowError, MemoryError, argon2.exceptions.Argon2Error, argon2.exceptions.InvalidHashError):
        return False


def knows_all_of(stored: str, password: bytes) -> bool:
    """Whether *stored* could tell *password* from any other: bcrypt's can't tell what comes after its 72 bytes."""
    is_cut = stored.startswith(("$2a$", "$2b$", "$2y$", "bcrypt$"))
    return not is_cut or len(password) <= LONGEST_BCRYPT


def _signed(password: bytes, pepper: bytes) -> bytes:
    """What Flask-Security hashed in place of the password, which it also took apart (NFKD)."""
    taken_apart = unicodedata.normalize("NFKD", password.decode("utf-8", "surrogatepass"))
    signed = hmac.digest(pepper, taken_apart.encode("utf-8", "surrogatepass"), "sha512")
    return base64.b64encode(signed)


def _werkzeug_scrypt(stored: str, password: bytes) -> bool:
    """`scrypt:32768:8:1$salt$hex`"""
    method, salt, digest = stored.split("$")
    n, r, p = map(int, method.split(":")[1:])
    return _same(_scrypt(password, salt, n=n, r=r, p=p), bytes.fromhex(digest))


def _werkzeug_pbkdf2(stored: str, password: bytes) -> bool:
    """`pbkdf2:sha256:600000$salt$hex`"""
    method, salt, digest = stored.split("$")
    _, name, rounds = method.split(":")
    return _same(_pbkdf2(name, password, salt.encode(), rounds=int(rounds)), bytes.fromhex(digest))


def _django_pbkdf2(stored: str, password: bytes) -> bool:
    """`pbkdf2_sha256$600000$salt$base64`"""
    method, rounds, salt, digest = stored.split("$")
    made = _pbkdf2(method.removeprefix("pbkdf2_"), password, salt.encode(), rounds=int(rounds))
    return _same(made, base64.b64decode(digest, validate=True))


def _django_scrypt(stored: str, password: bytes) -> bool:
    """`scrypt$16384$salt$8$5$base64`"""
    _, n, salt, r, p, digest = stored.split("$")
    return _same(_scrypt(password, salt, n=int(n), r=int(r), p=int(p)), base64.b64decode(digest, validate=True))


def _django_argon2(stored: str, password: bytes) -> bool:
    """`argon2$argon2id$v=19$…`"""
    return _argon2(stored.removeprefix("argon2"), password)


def _argon2(stored: str, password: bytes) -> bool:
    if argon2.extract_parameters(stored).memory_cost * 1024 > MOST_MEMORY:
        raise ValueError("more memory than an honest hash wants")
    return argon2.PasswordHasher().verify(stored, password)


def _django_bcrypt(stored: str, password: bytes) -> bool:
    """`bcrypt$$2b$12$…`"""
    return _bcrypt(stored.removeprefix("bcrypt$"), password)


def _django_bcrypt_sha256(stored: str, password: bytes) -> bool:
    """`bcrypt_sha256$$2b$12$…`"""
    return _bcrypt(stored.removeprefix("bcrypt_sha256$"), hashlib.sha256(password).hexdigest().encode())


def _passlib_pbkdf2(stored: str, password: bytes) -> bool:
    """`$pbkdf2-sha512$25000$salt$base64`, with dots for pluses and no padding"""
    _, method, rounds, salt, digest = stored.split("$")
    made = _pbkdf2(method.removeprefix("pbkdf2-"), password, _from_ab64(salt), rounds=int(rounds))
    return _same(made, _from_ab64(digest))


def _bcrypt(stored: str, password: bytes) -> bool:
    """The first 72 bytes only, as the library did that made the hash; bcrypt 5 refuses longer ones instead."""
    try:
        from bcrypt import checkpw  # noqa: PLC0415 - an extra: needed only while such hashes are left
    except ImportError:
        log.warning("a stored password is a bcrypt hash, which needs: pip install 'watchword[legacy]'")
        return False
    if int(stored[4:6]) > MOST_BCRYPT:
        raise ValueError("more rounds than an honest hash wants")
    return checkpw(password[:LONGEST_BCRYPT], stored.encode())


def _scrypt(password: bytes, salt: str, *, n: int, r: int, p: int) -> bytes:
    memory = 132 * n * r * p
    if min(n, r, p) < 1 or memory > MOST_MEMORY:
        raise ValueError("more memory than an honest hash wants")
    return hashlib.scrypt(password, salt=salt.encode(), n=n, r=r, p=p, maxmem=memory, dklen=64)


def _pbkdf2(name: str, password: bytes, salt: bytes, *, rounds: int) -> bytes:
    if name not in {"sha1", "sha256", "sha512"} or not 0 < rounds <= MOST_ROUNDS:
        raise ValueError("no method of an honest hash")
    return hashlib.pbkdf2_hmac(name, password, salt, rounds)


def _same(made: bytes, stored: bytes) -> bool:
    return hmac.compare_digest(made, stored)


def _from_ab64(text: str) -> bytes:
    return base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4), validate=True)


_BY_START: dict[str, Check] = {
    "scrypt:": _werkzeug_scrypt,
    "pbkdf2:": _werkzeug_pbkdf2,
    "pbkdf2_": _django_pbkdf2,
    "scrypt$": _django_scrypt,
    "argon2$": _django_argon2,
    "$argon2": _argon2,
    "bcrypt$": _django_bcrypt,
    "bcrypt_sha256$": _django_bcrypt_sha256,
    "$pbkdf2-": _passlib_pbkdf2,
    "$2a$": _bcrypt,
    "$2b$": _bcrypt,
    "$2y$": _bcrypt,
}
