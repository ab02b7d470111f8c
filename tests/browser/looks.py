"""How a page is looked at: in which languages, colours and widths, and what must hold each time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.axe import violations

LANGUAGES = ["en", "ar"]
LOOKS = list(itertools.product(["light", "dark"], [1280, 320]))


def look(window: Any, name: str) -> None:
    """No scrolling sideways, no axe violation, no word on the console; a picture is kept where somebody wants them."""
    page = window.page
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    window.picture(name)
    assert wider <= 0, f"{name} is {wider} px wider than the window"
    assert violations(page) == []
    window.assert_quiet()


@contextmanager
def visitor(chromium: Any, site: Any, scheme: str, width: int) -> Iterator[Any]:
    """A browser of that look. `window.see(name)` looks at its page; `window.see(name, path)` goes there first."""
    with chromium.window(site, size=(width, 720), color_scheme=scheme, reduced_motion="reduce") as window:

        def see(name: str, path: str | None = None) -> None:
            if path is not None:
                window.page.goto(path)
            look(window, f"{name}-{site.language}-{scheme}-{width}")

        window.see = see
        yield window


def send(page: Any, **fields: str) -> None:
    """Fill the first form of the page and press its button. The server checks, not the browser."""
    page.locator("main form").first.evaluate("form => { form.noValidate = true }")
    for field, value in fields.items():
        page.locator(f"main input[name={field}]").fill(value)
    with page.expect_navigation():
        page.locator("main form .btn:is(.pri, .bad)").first.click()
