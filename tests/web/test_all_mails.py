"""Every mail of every feature, drawn with sample values: what its reader gets, in both directions."""

from __future__ import annotations

import re

import pytest

from watchword import built_in
from watchword.commands.mails import LANGUAGES, SAMPLES, drawn

NAMES = sorted(f"{feature.name}/{mail}" for feature in built_in.load(built_in.EVERYTHING) for mail in feature.mails)
LINKS = {value for value in SAMPLES.values() if str(value).startswith("https:")}
EITHER = [(name, language) for name in NAMES for language in LANGUAGES]


@pytest.fixture
def database_url(sqlite_files):
    """Once is enough: drawing asks no database."""
    with sqlite_files.fresh() as url:
        yield url


@pytest.fixture
def mails(make_app):
    app = make_app(WATCHWORD_PUBLIC_URL="https://login.example.com", WATCHWORD_HELP_URL="https://help.example.com")
    with app.app_context():
        return {(name, language): message for name, language, message in drawn()}


def both(message):
    """Its text and its page."""
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_all_are_drawn(mails):
    assert set(mails) == set(EITHER)


def test_each_says_its_language_and_direction(mails):
    for (name, language), message in mails.items():
        assert message["Content-Language"] == language, name
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in both(message)[1], name


def test_each_has_the_headers_of_a_mail_that_nobody_wrote(mails):
    for (name, _), message in mails.items():
        assert message["Auto-Submitted"] == "auto-generated", name
        assert message["Message-ID"] == "<sample@login.example.com>", name
        assert len(message["To"].addresses) == 1, name


def test_no_subject_carries_a_secret(mails):
    for (name, _), message in mails.items():
        assert not re.search(r"\d{4}|https?:", message["Subject"]), name
        assert len(message["Subject"]) < 80, name


def test_nothing_is_loaded_from_anywhere_and_nobody_is_watched(mails):
    for (name, _), message in mails.items():
        page = both(message)[1]
        assert not re.search(r"<img|<link|<script|<iframe|\ssrc=|url\(|@import|background=", page), name
        linked = set(re.findall(r'href="([^"]+)"', page))
        assert linked <= LINKS | {"https://help.example.com"}, name


def test_each_has_one_button_at_most_and_its_address_in_full(mails):
    for (name, _), message in mails.items():
        text, page = both(message)
        buttons = re.findall(r'class="button" href="([^"]+)"', page)
        assert len(buttons) <= 1, name
        for link in buttons:
            assert f">{link}</bdi>" in page, name
            assert link in text, name


def test_text_and_page_lead_to_the_same_places(mails):
    for (name, _), message in mails.items():
        text, page = both(message)
        assert {link for link in LINKS if link in text} == {link for link in LINKS if link in page}, name


def test_each_has_a_line_for_the_inbox_and_says_why_it_came(mails):
    for (name, _), message in mails.items():
        page = both(message)[1]
        assert re.search(r'overflow:hidden">[^<]{10,}</div>', page), f"{name} has no preheader"
        assert "Watchword" in page.rpartition('class="small"')[2], f"{name} gives no reason"
        assert "\n-- \n" in both(message)[0], f"{name} gives no reason in its text"


def test_each_is_readable_in_the_dark(mails):
    for (name, _), message in mails.items():
        assert "prefers-color-scheme: dark" in both(message)[1], name


def test_nothing_of_a_template_is_left_over(mails):
    for (name, _), message in mails.items():
        for body in both(message):
            assert not re.search(r"\{\{|\}\}|\{%|%\(\w+\)|None|Undefined", body), name


def test_the_reminder_of_a_removal_says_all_that_the_first_mail_did(mails):
    asked = both(mails["two_factor/reset_asked", "en"])
    near = both(mails["two_factor/reset_comes_near", "en"])

    assert "The phone is lost." in near[0]
    assert [body.replace("will soon be", "will be") for body in near] == asked


def test_a_name_that_wants_to_be_a_link_or_markup_is_neither(make_app, monkeypatch):
    """IDN-09, should such a name ever come in by another way than registration."""
    monkeypatch.setitem(SAMPLES, "username", '<a href="https://evil.test">blocked</a> https://evil.test')
    with make_app(WATCHWORD_PUBLIC_URL="https://login.example.com").app_context():
        for name, _, message in drawn():
            page = both(message)[1]
            assert "evil.test" not in "".join(re.findall(r'href="([^"]*)"', page)), name
            assert '<a href="https://evil' not in page, name


@pytest.mark.parametrize(
    "link", ["https://evil.test/help", "www.evil.com", "evil.com", "x@evil.com", "пример.рф", r"\\evil\x"]
)
def test_idn_09_no_label_becomes_a_link_in_any_mail(make_app, monkeypatch, link):
    """An app, a passkey or a phone is called as its owner likes, and so by whoever got in."""
    monkeypatch.setitem(SAMPLES, "label", f"Hacked? {link}")
    with make_app(WATCHWORD_PUBLIC_URL="https://login.example.com").app_context():
        told = [body for _, _, message in drawn() for body in both(message) if "Hacked?" in body]

    assert len(told) > 10
    assert not [body for body in told if link in body]


@pytest.mark.parametrize("label", ["YubiKey 5.7 (work)", "Anna's iPhone", "St. Gallen", "a/b: c", "v2.0"])
def test_other_labels_are_told_as_they_are(make_app, monkeypatch, label):
    monkeypatch.setitem(SAMPLES, "label", label)
    with make_app(WATCHWORD_PUBLIC_URL="https://login.example.com").app_context():
        texts = [both(message)[0] for name, _, message in drawn() if name == "passkeys/passkey_added"]

    assert all(label in text for text in texts)


def test_the_command_puts_them_into_a_folder(app, tmp_path):
    result = app.test_cli_runner().invoke(args=["watchword", "mails", str(tmp_path / "drawn")])

    assert result.exit_code == 0, result.output
    files = {path.name for path in (tmp_path / "drawn").iterdir()}
    assert files == {
        f"{name.replace('/', '-')}.{language}.{ending}" for name, language in EITHER for ending in ("txt", "html")
    }
    text = (tmp_path / "drawn" / "password_reset-reset_link.en.txt").read_text()
    assert text.startswith("Subject: Reset your password for Watchword\n")
