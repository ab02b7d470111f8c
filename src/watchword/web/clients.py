"""A browser and system by name, from the User-Agent: for people's eyes only, never for a decision."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bVersion/[\d.]+ .*Safari/")),
)
_SYSTEMS = (
    ("iPhone", "phone", re.compile(r"\biPhone\b")),
    ("iPad", "tablet", re.compile(r"\biPad\b")),
    ("Android", "phone", re.compile(r"\bAndroid\b.*\bMobile\b")),
    ("Android", "tablet", re.compile(r"\bAndroid\b")),
    ("ChromeOS", "laptop", re.compile(r"\bCrOS\b")),
    ("Windows", "laptop", re.compile(r"\bWindows\b")),
    ("macOS", "laptop", re.compile(r"\bMac OS X\b")),
    ("Linux", "laptop", re.compile(r"\bLinux\b")),
)


@dataclass(frozen=True, slots=True)
class Client:
    """*browser* and *system* are "" when unknown; *kind* is phone, tablet, laptop or unknown-device: an icon."""

    browser: str
    system: str
    kind: str


def client_of(user_agent: str) -> Client:
    text = user_agent[:256]
    browser = next((name for name, pattern in _BROWSERS if pattern.search(text)), "")
    system, kind = next(((name, kind) for name, kind, found in _SYSTEMS if found.search(text)), ("", "unknown-device"))
    return Client(browser, system, kind)
