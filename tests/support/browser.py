"""A browser without a screen, for an app behind a real socket: keeps cookies, follows nothing."""

from __future__ import annotations

import http.cookiejar
import re
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener

from watchword.testing import PASSWORD

PATIENCE = 30.0  # seconds; a mail takes a tenth of one


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


class Browser:
    """Each request is a connection of its own, so that any process of the server may get it."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("localhost", "127.0.0.1")
        self.jar = http.cookiejar.CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.jar), _Stay)

    def open(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and the text; OSError if no answer came."""
        try:
            answer = self._opener.open(self.url + path, urlencode(fields).encode() if fields else None, timeout=60)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, answer.read().decode()

    def submit(self, path: str, *, form_at: str = "", **fields: str) -> int:
        return self.open(path, {"csrf_token": self.token(form_at or path), **fields})[0]

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.open(path)[1])
        assert found, f"no form at {path}"
        return found[1]

    def sign_in(self, password: str = PASSWORD, name: str = "anna") -> int:
        return self.submit("/login", identifier=name, password=password)

    def mailed_link(self, kind: str) -> str:
        """The link in the development mailbox whose path starts with *kind*, once a worker has carried it there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for mail in re.findall(r'href="(/dev/mailbox/[^"]+)"', self.open("/dev/mailbox")[1]):
                link = re.search(rf'({kind}/[^\s"<&]+)', self.open(mail)[1])
                if link:
                    return link[1]
            time.sleep(0.1)
        raise AssertionError(f"no mail with a link to {kind} came")
