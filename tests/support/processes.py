"""Post forms in several processes at once, as several workers of one site would be asked."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["watchword.app", "watchword.testing", "sqlalchemy.dialects.sqlite"])
_ready: dict[str, Barrier] = {}
Form = Mapping[str, str]


def post_in_processes(
    settings: dict[str, Any], forms: Mapping[str, Form], *, processes: int, each: int
) -> dict[str, list[int]]:
    """By the path of each of *forms*, what so many of it in each of so many processes, released at once, were answered.

    `{}` in a field is the number of the post in its process.
    """
    barrier = _context.Barrier(processes)
    with ProcessPoolExecutor(processes, _context, _wait_at, (barrier,)) as pool:
        done = [pool.submit(_post_all, settings, forms, each) for _ in range(processes)]
        answers = [one.result(120) for one in done]
    return {path: [status for answer in answers for status in answer[path]] for path in forms}


def _wait_at(barrier: Barrier) -> None:
    _ready["barrier"] = barrier


def _post_all(settings: dict[str, Any], forms: Mapping[str, Form], each: int) -> dict[str, list[int]]:
    from watchword.app import create_app
    from watchword.testing import FakeClock, cheap_hasher
    from watchword.web.setup import setup_of

    app = create_app(**settings, clock=FakeClock(), hasher=cheap_hasher())
    answers = {path: _post(app, path, form, each) for path, form in forms.items()}
    setup_of(app).tools.limits.close()
    setup_of(app).tools.store.dispose()
    return answers


def _post(app: Any, path: str, form: Form, each: int) -> list[int]:
    from tests.support.together import together
    from watchword.testing import csrf_token

    browsers = [app.test_client() for _ in range(each)]
    tokens = [csrf_token(browser, path) for browser in browsers]
    _ready["barrier"].wait(60)

    def post(number: int) -> int:
        typed = {name: value.format(number) for name, value in form.items()}
        return int(browsers[number].post(path, data={"csrf_token": tokens[number], **typed}).status_code)

    return together(each, post)
