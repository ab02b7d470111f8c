"""Hash and check passwords: Argon2id, a decoy for nobody, and a bound on how many are hashed at once."""

from __future__ import annotations

import base64
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from watchword.core import legacy_hashes
from watchword.core.errors import Busy
from watchword.core.later import Later

if TYPE_CHECKING:
    import argon2
else:
    argon2 = Later("argon2", needs="argon2")  # most of a site's workers show more pages than they hash

MEMORY_KIB = 19 * 1024  # OWASP password storage: m=19 MiB, t=2, p=1
PASSES = 2
CHEAPEST = 7 * 1024 * 5  # KiB times passes: the least of the pairs that OWASP names
T = TypeVar("T")


class Hasher(Protocol):
    """Turns passwords into hashes that say by themselves how they were made."""

    def hash(self, password: str) -> str: ...

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether *password* belongs to *stored*. An absent hash costs as much time as a wrong one."""

    def outdated(self, stored: str) -> bool:
        """Whether *stored* was made with other parameters than a new one would be."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many are hashed side by side (0: one for each core), how many may wait, and for how many seconds."""

    at_once: int = 0
    line: int = 256
    patience: float = 20.0


class Argon2:
    """Argon2id (RFC 9106). So many run side by side, each holding its memory; others wait in a line.

    Checks what other systems made too, and finds it outdated. *pepper* is Flask-Security's password salt.
    """

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, bound: Bound | None = None, pepper: str = ""
    ) -> None:
        self._memory_kib, self._passes = memory_kib, passes
        self.is_cheap = memory_kib * passes < CHEAPEST
        self._decoy = _decoy(memory_kib, passes)
        self._line = _Line(bound or Bound())
        self._pepper = pepper.encode()

    @cached_property
    def _argon2(self) -> argon2.PasswordHasher:
        return argon2.PasswordHasher(time_cost=self._passes, memory_cost=self._memory_kib, parallelism=1)

    def hash(self, password: str) -> str:
        return self._line.wait_for(lambda: self._argon2.hash(_raw(password)))

    def verify(self, stored: str | None, password: str) -> bool:
        return self._line.wait_for(lambda: self._matches(stored or self._decoy, password)) and stored is not None

    @property
    def in_line(self) -> int:
        """How many hashes are being made in this process, or wait for their turn."""
        return self._line.inside

    @property
    def places(self) -> int:
        """How many that may be at most; whoever comes then is told to come back."""
        return self._line.places

    def outdated(self, stored: str) -> bool:
        try:
            found = argon2.extract_parameters(stored)
        except argon2.exceptions.InvalidHashError:  # another system's
            return True
        return found.type is not argon2.Type.ID or self._argon2.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        raw = _raw(password)
        try:
            return self._argon2.verify(stored, raw)
        except argon2.exceptions.VerifyMismatchError:
            return False
        except (ValueError, argon2.exceptions.VerificationError):  # no hash of Argon2 at all
            return legacy_hashes.matches(stored, raw, pepper=self._pepper)


class _Line:
    """A bound with a line, first come first served: 100 sign-ins at once must not take 100 times the memory (PWD-08).

    The work is done by threads of its own, as many as may hash at once: memory that a thread has used stays with it, so
    hashing in the hundred threads of a server would keep it a hundred times.
    """

    def __init__(self, bound: Bound) -> None:
        self._at_once = bound.at_once or os.cpu_count() or 1
        self.places, self.inside = self._at_once + bound.line, 0
        self._patience = bound.patience
        self._lock = threading.Lock()
        self._process, self._threads = 0, ThreadPoolExecutor(1)

    def wait_for(self, work: Callable[[], T]) -> T:
        """What *work* returns; Busy when the line is full, or when its turn doesn't come in time."""
        with self._lock:
            if self.inside >= self.places:
                raise Busy(retry_after=5)
            self.inside += 1
        try:
            turn = self._workers().submit(work)
            try:
                return turn.result(self._patience)
            except TookTooLong:
                if turn.cancel():
                    raise Busy(retry_after=10) from None
                return turn.result()  # its turn came in this moment
        finally:
            with self._lock:
                self.inside -= 1

    def _workers(self) -> ThreadPoolExecutor:
        """The threads of this process: those of a process that it was forked from don't run here."""
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="watchword-hash")
            return self._threads


def _raw(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _decoy(memory_kib: int, passes: int) -> str:
    """A hash nothing leads to, with today's cost: checking it does the same work as checking a real one."""
    salt, rest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${rest}"
