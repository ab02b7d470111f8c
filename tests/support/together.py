"""Do the same thing in many threads at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(times: int, act: Callable[[int], T]) -> list[T]:
    """Call `act(0)` … `act(times - 1)`, released at once; return what they returned."""
    barrier = Barrier(times)

    def one(number: int) -> T:
        barrier.wait(30)
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
