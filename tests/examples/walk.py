"""The walk every host app must let a person do, through HTTP, and what loads an example."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

from watchword.testing import PASSWORD, FakeClock, Mailbox, deliver, put_tools, submit

EXAMPLES = Path(__file__).parents[2] / "examples"


def five_lines() -> str:
    """What the README tells people to put into `app.py`."""
    section = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8").partition("## In your Flask app\n")[2]
    return section.partition("```python\n")[2].partition("```")[0]


def example(name: str) -> AbstractContextManager[ModuleType]:
    return loaded(EXAMPLES, name)


@contextmanager
def loaded(folder: Path, name: str) -> Iterator[ModuleType]:
    """Module *name* of *folder*, imported anew, and forgotten afterwards with all that came along from there."""
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for each, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
                del sys.modules[each]


class Walk:
    """A person with a browser, in front of *app*. Our pages lie under *prefix*."""

    def __init__(self, app, *, prefix: str = "", name: str = "berta") -> None:
        self.app, self.prefix, self.name = app, prefix, name
        self.mailbox = Mailbox()
        put_tools(app, FakeClock(), self.mailbox)
        self.browser = app.test_client()

    def register(self) -> None:
        email = f"{self.name}@example.com"
        answer = self.submit("/register", username=self.name, email=email, password=PASSWORD)
        assert (answer.status_code, answer.location) == (303, f"{self.prefix}/confirm-email")
        deliver(self.app)
        assert self.browser.get(self.mailbox.link()).status_code == 303
        assert self.submit("/confirm-email").location == f"{self.prefix}/login"

    def sign_in(self):
        return self.submit("/login", identifier=self.name, password=PASSWORD)

    def sign_out(self) -> None:
        assert self.submit("/logout").location == f"{self.prefix}/login"

    def submit(self, path: str, **fields):
        return submit(self.browser, f"{self.prefix}{path}", **fields)

    def whole(self, page: str, shows: str) -> None:
        """Closed to visitors; open after registering, confirming and signing in; closed again afterwards."""
        wanted = self.browser.get(page)
        assert (wanted.status_code, wanted.location) == (303, f"{self.prefix}/login?next={page}")
        self.register()
        assert self.sign_in().status_code == 303
        assert self.browser.get(page).text == shows
        self.sign_out()
        assert self.browser.get(page).status_code == 303
