"""A real Chromium of the system, driven by Playwright, that remembers everything it complained about.

Playwright's own browser isn't needed. `wait_for_function` needs eval and fails under our policy: use `expect(locator)`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.parts import missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",  # it won't start as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = "WATCHWORD_TEST_PICTURES"  # a folder; without it no pictures are kept
PATIENCE = 10_000  # milliseconds
TYPED_FIRST = "Autofocus processing was blocked because a document already has a focused element."
"""Said when a test types before the first frame, as no hand is able to. Which field has the focus is tested."""


def find() -> str:
    """The path of a Chromium. LookupError, with a reason, if there is none."""
    found = next(filter(None, map(shutil.which, (*NAMES, *PLACES))), None)
    if found is None:
        raise LookupError("Chromium isn't here (sudo apt install chromium)")
    return found


def press(button: Any) -> None:
    """Click *button* and wait for the page it leads to: right after the click the old one may still be there."""
    with button.page.expect_navigation():
        button.click()


class Window:
    """One browser context: cookies of its own, a first page, and a list of all that went wrong."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.troubles: list[str] = []
        self._pages: set[str] = set()
        context.set_default_timeout(PATIENCE)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        self.page = context.new_page()

    def assert_quiet(self) -> None:
        """No word on the console (a broken policy is told there too), no script error, no file that didn't come."""
        self.context.cookies()  # a round trip: what the browser said before it has arrived after it
        assert not self.troubles, "\n".join(self.troubles)

    def picture(self, name: str, page: Any = None) -> None:
        """Keep a picture of the whole page as `<name>.png`, where somebody wants pictures."""
        folder = os.environ.get(PICTURES)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            (page or self.page).screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _said(self, message: Any) -> None:
        where = message.location
        of_a_page = message.text.startswith("Failed to load resource") and where.get("url") in self._pages
        if not of_a_page and message.text != TYPED_FIRST:
            self.troubles.append(f"{message.type}: {message.text} ({where.get('url')}:{where.get('lineNumber')})")

    def _answered(self, response: Any) -> None:
        if response.request.is_navigation_request():
            # A form drawn again with 422 is what we promise, and Chromium writes it to the console.
            self._pages.add(response.url)
        elif response.status >= 400:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # leaving a page that is still loading
            self.troubles.append(f"{request.failure}: {request.method} {request.url}")


class Chromium:
    """One running browser; `window()` opens a fresh context in it."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    @contextmanager
    def window(
        self, base_url: str | None = None, *, size: tuple[int, int] = (1280, 800), **options: Any
    ) -> Iterator[Window]:
        """`window(url, size=(320, 640), color_scheme="dark", locale="ar", java_script_enabled=False,
        reduced_motion="reduce", forced_colors="active")`: whatever Playwright's `new_context` takes.
        """
        viewport = {"width": size[0], "height": size[1]}
        context = self._browser.new_context(base_url=base_url, viewport=viewport, **options)
        try:
            yield Window(context)
        finally:
            context.close()


@contextmanager
def running() -> Iterator[Chromium]:
    """A browser for as long as the block lasts (about a second to start: one for each pytest-xdist worker).

    Playwright's event loop lives in this thread meanwhile: `asyncio.run` doesn't work here until the block ends.
    """
    try:
        from playwright.sync_api import sync_playwright

        path = find()
    except (LookupError, ImportError) as reason:
        missing(str(reason))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), headless=True)
        try:
            yield Chromium(browser)
        finally:
            browser.close()
