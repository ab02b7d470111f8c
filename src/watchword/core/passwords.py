"""Hash and check passwords: Argon2id, a decoy for nobody, and a bound on how many are hashed at once."""

from __future__ import annotations

import base64
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from watchword.core.errors import Busy

MEMORY_KIB = 19 * 1024  # OWASP password storage: m=19 MiB, t=2, p=1
PASSES = 2
CHEAPEST = 7 * 1024 * 5  # KiB times passes: the least of the pairs that OWASP names
LINE_LENGTH = 256
LINE_SECONDS = 20.0


class Hasher(Protocol):
    """Turns passwords into hashes that say by themselves how they were made."""

    def hash(self, password: str) -> str: ...

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether *password* belongs to *stored*. An absent hash costs as much time as a wrong one."""

    def outdated(self, stored: str) -> bool:
        """Whether *stored* was made with other parameters than a new one would be."""


class Argon2:
    """Argon2id (RFC 9106). At most *at_once* run side by side, each holding its memory; others wait in a line."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, at_once: int = 0, line: int = LINE_LENGTH
    ) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self.is_cheap = memory_kib * passes < CHEAPEST
        self._decoy = _decoy(memory_kib, passes)
        self._slots = _Slots(at_once or os.cpu_count() or 1, line)

    def hash(self, password: str) -> str:
        with self._slots.one():
            return self._argon2.hash(_raw(password))

    def verify(self, stored: str | None, password: str) -> bool:
        with self._slots.one():
            return self._matches(stored or self._decoy, password) and stored is not None

    def outdated(self, stored: str) -> bool:
        return self._argon2.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, _raw(password))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):  # an unknown scheme is a refusal, not a fault
            return False


class _Slots:
    """A bound with a line: 100 sign-ins at once must not take 100 times the memory (PWD-08)."""

    def __init__(self, size: int, line: int) -> None:
        self._free = threading.BoundedSemaphore(size)
        self._line = threading.BoundedSemaphore(size + line)

    @contextmanager
    def one(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise Busy(retry_after=5)
        try:
            if not self._free.acquire(timeout=LINE_SECONDS):
                raise Busy(retry_after=10)
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._line.release()


def _raw(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _decoy(memory_kib: int, passes: int) -> str:
    """A hash nothing leads to, with today's cost: checking it does the same work as checking a real one."""
    salt, rest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${rest}"
