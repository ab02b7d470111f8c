"""What pages and mails may hold: nothing from elsewhere, nothing unescaped, nothing that our own policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.test_source import PACKAGE

ENDINGS = {".html", ".txt", ".css", ".js", ".svg", ".json", ".webmanifest"}
OURS = sorted(
    path
    for folder in {each for name in ("templates", "emails", "static") for each in PACKAGE.rglob(name)}
    for path in folder.rglob("*")
    if path.suffix in ENDINGS
)
MAILS = [path for path in OURS if path.parent.name == "emails" or path.name == "mail_layout.html"]
PAGES = [path for path in OURS if path.suffix == ".html" and path not in MAILS]

NAMESPACES = ("http://www.w3.org/", "https://schema.org", "http://schema.org")
ELSEWHERE = re.compile(
    r"""\b(?:https?|wss?|ftp):(?://|\\/\\/)[^\s"'<>)]+|(?:src|href|url)\s*[=(]\s*["']?//[^\s"'<>)]+""", re.IGNORECASE
)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape|\bMarkup\b|\|\s*tojson\b")
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
LICENSE = re.compile(r"/\*!.*?\*/", re.DOTALL)
CSRF = re.compile(r"csrf_field\(\)|csrf_token")


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group(0) for match in pattern.finditer(text)]


def _elsewhere(text: str) -> list[str]:
    return [each for each in _found(ELSEWHERE, LICENSE.sub("", text)) if not each.startswith(NAMESPACES)]


def _breaks(paths: list[Path], look) -> list[str]:
    return [
        f"{path.relative_to(PACKAGE)}: {found}" for path in paths for found in look(path.read_text(encoding="utf-8"))
    ]


def test_pages_mails_and_styles_are_found():
    assert {"sign_in.html", "confirm.txt", "theme.css", "layout.html"} <= {path.name for path in OURS}
    assert len(PAGES) > 10


def test_nothing_is_loaded_from_or_leads_elsewhere():
    breaks = _breaks(OURS, _elsewhere)

    assert not breaks, "\n".join(breaks)


def test_nothing_is_drawn_unescaped():
    breaks = _breaks(OURS, lambda text: _found(UNESCAPED, text))

    assert not breaks, "\n".join(breaks)


def test_pages_hold_no_script_and_no_style_of_their_own():
    """The Content-Security-Policy would block them."""
    breaks = _breaks(PAGES, lambda text: _found(INLINE, text))

    assert not breaks, "\n".join(breaks)


def test_every_form_that_posts_carries_the_token():
    form = re.compile(r"<form\b[^>]*method\s*=\s*[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    bare = _breaks(PAGES, lambda text: [each[:80] for each in _found(form, text) if not CSRF.search(each)])

    assert not bare, "\n".join(bare)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (ELSEWHERE, '<script src="//cdn.test/x.js">'),
        (ELSEWHERE, "@import url(https://fonts.test/x)"),
        (UNESCAPED, "{{ name | safe }}"),
        (UNESCAPED, "{% autoescape false %}"),
        (INLINE, '<p style="color:red">'),
        (INLINE, "<script>alert(1)</script>"),
        (INLINE, '<a onclick="x()">'),
    ],
)
def test_a_break_would_be_found(pattern, text):
    assert _found(pattern, text)


@pytest.mark.parametrize("text", ['<script src="/a.js" defer></script>', "<p class=safe>", "{{ _('Keep it safe') }}"])
def test_what_is_fine_is_left_alone(text):
    assert not [*_elsewhere(text), *_found(UNESCAPED, text), *_found(INLINE, text)]
