"""The forms as browsers and password managers read them, by the ids of the user-friendliness checklist."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from watchword.testing import PASSWORD, csrf_token, login_as
from watchword.web.setup import setup_of

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "watchword"
STATIC = PACKAGE / "web" / "static"
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html") if "emails" not in path.parts)
TRICKS = re.compile(
    r"autocomplete\s*=\s*[\"']?off|\breadonly\b|\bonpaste\b|\bnovalidate\b|text-security", re.IGNORECASE
)


@pytest.fixture
def database_url(sqlite_files):
    """What a page looks like does not depend on the database."""
    with sqlite_files.fresh() as url:
        yield url


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_works_against_password_managers(path):  # A13
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert TRICKS.findall(text) == []


@pytest.mark.parametrize("text", ['<input autocomplete="off">', "<form novalidate>", "<input readonly>"])
def test_a_trick_would_be_found(text):
    assert TRICKS.search(text)


@dataclass(frozen=True)
class Tag:
    """One start tag; *form* counts the forms of the page, 0 is outside."""

    name: str
    attributes: dict[str, str | None]
    form: int

    def __getitem__(self, name: str) -> str | None:
        return self.attributes.get(name)


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._forms, self._open = 0, 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self._forms += 1
            self._open = self._forms
        self.tags.append(Tag(tag, dict(attrs), self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = 0


def inputs(text: str) -> dict[str, Tag]:
    """The fields people fill in, by name."""
    tags = Reader(text).tags
    return {str(tag["name"]): tag for tag in tags if tag.name == "input" and tag["type"] not in {"hidden", "checkbox"}}


def register(client) -> None:
    fields = {"username": "berta", "email": "berta@example.com", "password": PASSWORD}
    client.post("/register", data={**fields, "csrf_token": csrf_token(client, "/register")})


@pytest.fixture
def pages(client, app, anna) -> dict[str, str]:
    """Every page with a form, by name."""
    shown = {"sign-in": client.get("/login").text, "register": client.get("/register").text}
    register(client)
    shown["code"] = client.get("/confirm-email").text
    login_as(client, anna)
    return {**shown, "password": client.get("/account/password").text, "devices": client.get("/account/sessions").text}


@pytest.fixture
def confirm_elsewhere(app, client, mailbox) -> str:
    """The page a mailed link opens in a browser that did not register."""
    register(client)
    setup_of(app).delivery.run_once()
    return app.test_client().get(urlsplit(mailbox.link()).path, follow_redirects=True).text


def test_the_identifier_is_offered_by_managers_and_passkeys(pages):  # A1, A2
    fields = inputs(pages["sign-in"])

    assert fields["identifier"]["autocomplete"] == "username webauthn"
    assert fields["identifier"]["dir"] == "ltr"
    assert (fields["password"]["autocomplete"], fields["password"]["id"]) == ("current-password", "current-password")


def test_new_and_current_passwords_are_told_apart(pages, confirm_elsewhere):  # A3
    fields = inputs(pages["password"])

    assert inputs(pages["register"])["password"]["autocomplete"] == "new-password"
    assert inputs(pages["register"])["email"]["autocomplete"] == "username"
    assert fields["current_password"]["autocomplete"] == "current-password"
    assert (fields["password"]["autocomplete"], fields["password"]["id"]) == ("new-password", "new-password")
    assert inputs(confirm_elsewhere)["password"]["autocomplete"] == "new-password"


def test_a_form_that_asks_only_a_password_says_whose(pages, confirm_elsewhere):  # A4
    for text, whose in ((pages["password"], "anna@example.com"), (confirm_elsewhere, "berta@example.com")):
        account = next(tag for tag in inputs(text).values() if tag["autocomplete"] == "username")

        assert (account["type"], account["value"]) == ("text", whose)
        assert "hidden" not in account.attributes
        assert account.form == inputs(text)["password"].form


def test_each_form_has_one_purpose(pages):  # A5
    for text in pages.values():
        for form in {tag.form for tag in Reader(text).tags if tag.form}:
            kinds = [
                tag["autocomplete"] for tag in inputs(text).values() if tag.form == form and tag["type"] == "password"
            ]
            assert kinds in ([], ["current-password"], ["new-password"], ["current-password", "new-password"])


def test_the_code_is_one_field(pages):  # A7
    fields = inputs(pages["code"])

    assert list(fields) == ["code"]
    wanted = {"type": "text", "autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
    assert wanted.items() <= fields["code"].attributes.items()
    assert "maxlength" not in fields["code"].attributes, "a pasted 1234-5678 would lose its end"


def test_nothing_typed_goes_to_spelling_or_capitals(pages):  # A14
    for text in pages.values():
        for tag in inputs(text).values():
            if tag["autocomplete"] != "username" or tag["type"] == "email":
                assert (tag["autocapitalize"], tag["spellcheck"]) == ("none", "false"), tag


def test_a_password_is_never_cut_and_never_drawn(pages):
    for text in pages.values():
        for tag in inputs(text).values():
            if tag["type"] == "password":
                assert tag["value"] is None
                assert "maxlength" not in tag.attributes, "browsers cut a pasted password without a word"


def test_the_rule_of_a_new_password_is_told_before_it_is_typed(pages):
    for name in ("register", "password"):
        field = inputs(pages[name])["password"]

        assert field["minlength"] == "15"
        assert "minlength: 15" in str(field["passwordrules"])
        assert all(f'id="{one}"' in pages[name] for one in str(field["aria-describedby"]).split())
    assert "At least 15 characters" in pages["register"]


def test_the_button_that_shows_a_password_waits_for_its_script(pages):
    for text in pages.values():
        tags = Reader(text).tags
        buttons = [tag for tag in tags if tag.name == "button" and "data-show" in tag.attributes]

        assert len(buttons) == len([tag for tag in tags if tag["type"] == "password"])
        for button in buttons:
            assert button["type"] == "button"
            assert "hidden" in button.attributes
            assert any(tag["id"] == button["aria-controls"] for tag in tags)


def test_every_field_has_a_label(pages):
    for text in pages.values():
        labelled = {tag["for"] for tag in Reader(text).tags if tag.name == "label"}

        assert [
            tag for tag in inputs(text).values() if tag["id"] not in labelled and tag["aria-hidden"] != "true"
        ] == []


def test_no_id_stands_twice_on_a_page(pages):
    for text in pages.values():
        ids = [tag["id"] for tag in Reader(text).tags if tag["id"]]

        assert sorted(ids) == sorted(set(ids))


def test_pages_of_people_who_are_signed_in_have_a_button_to_sign_out(pages):
    for name in ("password", "devices"):
        forms = [tag for tag in Reader(pages[name]).tags if tag.name == "form" and tag["action"] == "/logout"]

        assert [form["method"] for form in forms] == ["post"]
        assert "Sign out" in pages[name]


def test_language_and_direction_stand_on_every_page(pages, make_app):
    assert all('<html lang="en" dir="ltr">' in text for text in pages.values())
    arabic = make_app(WATCHWORD_LOCALE="ar").test_client()
    assert '<html lang="ar" dir="rtl">' in arabic.get("/login").text
    assert 'class="pw" dir="ltr"' in arabic.get("/login").text, "else the button covers the text"


def test_a_failed_form_says_so_in_title_and_summary_and_at_the_field(client):
    data = {"username": "a b", "email": "berta@example.com", "password": PASSWORD}
    text = client.post("/register", data={**data, "csrf_token": csrf_token(client, "/register")}).text
    field = inputs(text)["username"]

    assert "<title>Error: Create your account" in text
    assert 'role="alert" tabindex="-1" id="errors"' in text
    assert '<a href="#username">' in text
    assert field["aria-invalid"] == "true"
    assert all(f'id="{one}"' in text for one in str(field["aria-describedby"]).split())
    assert inputs(text)["email"]["value"] == "berta@example.com"
    assert PASSWORD not in text


def test_the_focus_of_a_failed_page_belongs_to_the_summary_alone(client):
    text = client.post("/login", data={"csrf_token": csrf_token(client, "/login")}).text

    assert "error-focus.js" in text
    assert "autofocus" not in text, "Chromium writes a warning when two want the focus"


def test_the_sign_in_page_is_light(client):
    """J1: at most 15 kB, 4 requests and one for passkeys, and nothing from elsewhere."""
    text = client.get("/login").text
    files = list(loaded(text))

    assert len(files) <= 5  # styles, three scripts (passkeys bring one), the icon that every page shares
    assert all("?v=" in address and address.startswith("/watchword/static/") for address in files)
    paths = [STATIC / urlsplit(address).path.removeprefix("/watchword/static/") for address in files]
    sizes = [len(gzip.compress(content, 9)) for content in (text.encode(), *(path.read_bytes() for path in paths))]
    assert sum(sizes) <= 15_000


def test_every_file_a_page_loads_is_there(client, pages):
    for address in {address for text in pages.values() for address in loaded(text)}:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def loaded(text: str) -> Iterator[str]:
    for tag in Reader(text).tags:
        address = tag["src"] if tag.name == "script" else tag["href"] if tag.name == "link" else None
        if address:
            yield address


def test_a_refused_resend_says_why(client):
    register(client)
    for _ in range(40):
        answer = client.post(
            "/confirm-email/resend",
            data={"email": "berta@example.com", "csrf_token": csrf_token(client, "/confirm-email")},
        )
        if answer.status_code != 303:
            break

    assert answer.status_code == 429
    assert 'id="errors"' in answer.text
