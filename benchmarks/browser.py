"""A browser without a network: it calls the WSGI app with as little around it as can be."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import urlencode

from benchmarks.apps import ADDRESS, HOST

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
_USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
_numbers = count(1)


@dataclass
class Browser:
    """Each has an address of its own, so that no limit stops a measurement."""

    app: Any
    cookies: dict[str, str] = field(default_factory=dict)
    ip: str = ""

    def __post_init__(self) -> None:
        number = next(_numbers)
        self.ip = self.ip or f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of the page at *path*."""
        return self._ask(self._environ("GET", path))

    def submit(self, path: str, **fields: str) -> int:
        """Open the form, fill it in, post it; return the status."""
        found = _TOKEN.search(self.get(path)[1])
        assert found, f"no form at {path}"
        body = urlencode({"csrf_token": found[1].decode(), **fields}).encode()
        environ = self._environ("POST", path)
        environ |= {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "HTTP_ORIGIN": ADDRESS,
        }
        return self._ask(environ)[0]

    def _environ(self, method: str, path: str) -> dict[str, Any]:
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.ip,
            "HTTP_HOST": HOST,
            "HTTP_USER_AGENT": _USER_AGENT,
            "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
            "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return environ

    def _ask(self, environ: dict[str, Any]) -> tuple[int, bytes]:
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            answer.update(status=int(status[:3]), headers=headers)

        chunks = self.app(environ, start_response)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        for name, value in answer["headers"]:
            if name == "Set-Cookie":
                self.cookies |= {each.key: each.value for each in SimpleCookie(value).values()}
        return answer["status"], body


def signed_in(app: Any, secret: str) -> Browser:
    return Browser(app, {"watchword": secret})
