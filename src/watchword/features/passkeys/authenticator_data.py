"""The bytes of authenticators, taken apart by `fido2`, and refused where they are not written as CTAP2 says.

The library reads over an entry said twice (the last one counts, also when it only equals the first, as true equals 1),
a text cut short, a number longer than it need be and null for false; of a number where bytes belong it makes as many
bytes. Written anew all of these are others. Only the order of a map's entries is free: it changes nothing.
"""

from __future__ import annotations

from typing import Any

from fido2 import cbor
from fido2.webauthn import AuthenticatorData

LONGEST = 8_192
"""In bytes. A key, its id and its own signature take 4,000 at most; the time to read grows with the square."""
_BEFORE_THE_KEY = 32 + 1 + 4  # the hash of the site's id, the flags, the counter
_BEFORE_ITS_ID = 16 + 2  # the model of the device, the length of the id


def attestation_object(data: bytes) -> tuple[AuthenticatorData, str, dict[str, Any]]:
    """What a device says of a new key, who vouches for it (the format) and how; raises ValueError and its like."""
    said = _whole(_bounded(data))
    return authenticator_data(said["authData"]), said["fmt"], said["attStmt"]


def authenticator_data(data: object) -> AuthenticatorData:
    """*data* taken apart; raises ValueError and its like."""
    read = AuthenticatorData(_bounded(data))
    rest = bytes(read[_BEFORE_THE_KEY:])
    if read.credential_data is not None:
        _, rest = _first(rest[_BEFORE_ITS_ID + len(read.credential_data.credential_id) :])
    if read.extensions is not None:
        _whole(rest)
    return read


def _bounded(data: object) -> bytes:
    if not isinstance(data, bytes) or len(data) > LONGEST:
        raise ValueError("not bytes, or too many")
    return data


def _whole(data: bytes) -> Any:
    value, rest = _first(data)
    if rest:
        raise ValueError("bytes after the end")
    return value


def _first(data: bytes) -> tuple[Any, bytes]:
    """The value at the start of *data*, and what follows."""
    value, rest = cbor.decode_from(data)
    if _written(value) + rest != data:
        raise ValueError("not in the form of CTAP2")
    return value, rest


def _written(value: Any) -> bytes:
    """As `cbor.encode` does it, with the entries of a map (fewer than 24) in the order they came in."""
    if not isinstance(value, dict):
        return cbor.encode(value)
    entries = [_written(key) + _written(each) for key, each in value.items()]
    return bytes([0xA0 + len(entries)]) + b"".join(entries)
