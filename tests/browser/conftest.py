"""A real Chromium and the app behind a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import chromium as chromium_support
from tests.support.chromium import Chromium
from tests.support.server import serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A third program has a timing of its own: what fails with it is tried once more, and told at the end as RERUN."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    """One browser for each worker, as long as it does tests of this folder: Playwright's event loop lives in its thread
    meanwhile, and a host's `async` parts would refuse to work there.
    """
    with chromium_support.running() as browser:
        yield browser


@pytest.fixture
def database_url(sqlite_files: Any) -> Iterator[str]:
    """What a browser sees does not depend on the database: SQLite is enough here."""
    with sqlite_files.fresh() as url:
        yield url


@pytest.fixture
def site_settings() -> dict[str, Any]:
    """What the tests of a file want set besides: they override this."""
    return {}


@pytest.fixture
def site(request: pytest.FixtureRequest, make_app: Any, site_settings: dict[str, Any]) -> Iterator[str]:
    """The address of the app, served; its Flask app is `site.app`. English, unless parametrized with a language."""
    language = getattr(request, "param", "en")
    made = {}

    def make(address: str) -> Any:
        made["app"] = make_app(WATCHWORD_PUBLIC_URL=address, WATCHWORD_LOCALE=language, **site_settings)
        return made["app"]

    with serve(make=make) as address:
        found = Site(address)
        found.app = made["app"]
        found.language = language
        yield found


class Site(str):  # noqa: SLOT000 - it carries the app
    """The address, with the app behind it."""

    app: Any
    language: str
