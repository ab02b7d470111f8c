"""Who is who, and how they come in."""

from __future__ import annotations

from watchword.testing import submit

OWNER, INTRUDER = "anna@example.com", "mallory@evil.example"
HERS, HIS = "seven violet kettles under glass", "nine crooked ladders behind mist"


def reset(browser, link, password):
    browser.get(link)
    return submit(browser, "/reset-password", password=password)


def signs_in(app, password, name="anna"):
    return submit(app.test_client(), "/login", identifier=name, password=password).status_code == 303
