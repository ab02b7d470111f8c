"""Do the same thing in many threads at the same moment, or another thing at a moment that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import event

from watchword.web.setup import setup_of

T = TypeVar("T")


def together(times: int, act: Callable[[int], T]) -> list[T]:
    """Call `act(0)` … `act(times - 1)`, released at once; return what they returned."""
    barrier = Barrier(times)

    def one(number: int) -> T:
        barrier.wait(30)
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@contextmanager
def after_look(number: int, app: Any, act: Callable[[], object]) -> Iterator[None]:
    """Do *act* right after the *number*th look: what somebody else does between a look and the use of what was seen."""
    looks = []

    def looked(_connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        looks.append(sql)
        if len(looks) == number:
            act()

    engine = setup_of(app).tools.store.engines.read
    event.listen(engine, "after_cursor_execute", looked)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", looked)
    assert len(looks) >= number, looks
