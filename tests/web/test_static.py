"""What we send to browsers stays small, works in both directions of writing and under our own policy."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from watchword.web.icons import FOLDER as ICONS
from watchword.web.icons import icon
from watchword.web.setup import setup_of

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "watchword"
STATIC = PACKAGE / "web" / "static"
STYLES = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
TEMPLATES = sorted(path for name in ("templates", "emails") for path in PACKAGE.rglob(f"{name}/**/*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts and path.name != "mail_layout.html"]

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
CONDITION = re.compile(r"@(?:media|supports|layer|keyframes)[^{;]*")  # media features have only physical names
PHYSICAL = re.compile(
    r"""(?<![-\w])(?:
        (?:margin|padding|border|scroll-(?:margin|padding))-(?:left|right|top|bottom)[-\w]*
      | border-(?:top|bottom)-(?:left|right)-radius
      | left | right | top | bottom | float | clear
      | (?:min-|max-)?(?:width|height)
    )\s*:
    | text-align\s*:\s*(?:left|right)\b""",
    re.VERBOSE,
)
LOADS = re.compile(r"url\s*\(|@import|image-set\s*\(|@font-face|expression\s*\(|behavior\s*:", re.IGNORECASE)
UNSAFE = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function|setAttributeNS|srcdoc|createContextualFragment)\b"
    r"|\bset(?:Timeout|Interval)\(\s*[\"'`]|setAttribute\(\s*[\"']on|\bstyle\s*="
)
GLOBALS = re.compile(r"\b(?:window|globalThis|self)\.\w+\s*=[^=]|^(?:var|function)\b", re.MULTILINE)
FROM_ELSEWHERE = re.compile(r"\bimport\b|\bfetch\(\s*[\"'`]|\blocalStorage\b|\bsessionStorage\b|\bdocument\.cookie\b")


@pytest.fixture
def database_url(sqlite_files):
    """What a page looks like does not depend on the database."""
    with sqlite_files.fresh() as url:
        yield url


def weight(*paths: Path) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in paths)


def plain(path: Path) -> str:
    """A style or a script without its comments and conditions."""
    return CONDITION.sub("@", COMMENT.sub("", path.read_text(encoding="utf-8")))


def found(pattern: re.Pattern[str], path: Path) -> list[str]:
    return [match.group(0) for match in pattern.finditer(plain(path))]


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_something_to_look_at():
    assert STATIC / "theme.css" in STYLES
    assert len(SCRIPTS) >= 4
    assert {"sign_in.html", "register.html", "fields.html", "index.html"} <= {path.name for path in PAGES}


def test_styles_and_scripts_stay_small():
    assert weight(*STYLES) <= 6_000
    assert weight(*SCRIPTS) <= 8_000
    assert all(weight(path) <= (2_500 if path.name == "passkeys.js" else 1_500) for path in SCRIPTS)
    assert all(path.stat().st_size <= 700 for path in ICONS.glob("*.svg"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_know_no_left_and_right(path):
    assert PHYSICAL.findall(plain(path)) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_load_nothing(path):
    assert found(LOADS, path) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_have_as_many_closing_braces_as_opening_ones(path):
    text = plain(path)

    assert text.count("{") == text.count("}")


def test_every_colour_has_a_value_for_browsers_without_light_dark():
    text = (STATIC / "theme.css").read_text(encoding="utf-8")
    fallback = text[text.index("@supports not") : text.index("@media (prefers-color-scheme: dark)")]
    modern = re.findall(r"(--[\w-]+):[^;]*light-dark\(", text)

    assert len(modern) > 15
    assert [name for name in modern if f"{name}:" not in fallback] == []
    rules = re.sub(r"@layer tokens \{.*?\n\}\n", "", text, flags=re.DOTALL)
    assert "light-dark(" not in rules, "use a token, which has a fallback"


@pytest.mark.parametrize(
    "query",
    ["prefers-reduced-motion: reduce", "prefers-contrast: more", "forced-colors: active", "print", "pointer: coarse"],
)
def test_what_people_prefer_is_respected(query):
    assert re.search(rf"@media \(?{query}\)?", (STATIC / "theme.css").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_hold_to_our_policy_and_to_themselves(path):
    assert found(UNSAFE, path) == []
    assert found(GLOBALS, path) == []
    why = "an imported file has no version in its address and would stay for a year; other addresses come from the page"
    assert found(FROM_ELSEWHERE, path) == [], why


@pytest.mark.parametrize("path", [*ICONS.glob("*.svg"), STATIC / "favicon.svg"], ids=lambda path: path.name)
def test_drawings_hold_no_script_and_load_nothing(path):
    text = path.read_text(encoding="utf-8")

    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert re.search(r"<script|\son\w+=|href|style=|<foreignObject|<!", text, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PHYSICAL, "a { left: 0 }"),
        (PHYSICAL, "a{margin-left:1px}"),
        (PHYSICAL, "a { color: red; width: 3px }"),
        (PHYSICAL, "a { min-height: calc(3px + 1em) }"),
        (PHYSICAL, "a { text-align: right }"),
        (PHYSICAL, "a { border-top-left-radius: 3px }"),
        (LOADS, "a { background: URL(x) }"),
        (UNSAFE, "a.innerHTML = b"),
        (UNSAFE, "setTimeout('x()')"),
        (GLOBALS, "window.x = 1"),
        (FROM_ELSEWHERE, 'import "./x.js"'),
        (FROM_ELSEWHERE, "fetch('/x')"),
    ],
)
def test_a_break_would_be_found(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "a { max-inline-size: 3px }",
        "a { line-height: 1 }",
        "a { text-align: start }",
        "a { border-start-end-radius: 0 }",
    ],
)
def test_what_is_fine_is_left_alone(text):
    assert not PHYSICAL.search(text)


# ── icons and addresses ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_icon_is_drawn_inline_and_silent():
    drawn = str(icon("laptop"))

    assert drawn.startswith("<svg ")
    assert 'aria-hidden="true"' in drawn
    assert 'stroke-width="1.7"' in drawn
    assert "xmlns" not in drawn


def test_an_unknown_icon_draws_nothing():
    assert str(icon("../favicon")) == ""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_and_file_a_template_names_exists(app, path):
    tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.args and isinstance(call.args[0], nodes.Const)
        if named and call.node.name == "asset":
            assert (STATIC / call.args[0].value).is_file()
        if named and call.node.name == "icon":
            assert (ICONS / f"{call.args[0].value}.svg").is_file()


def test_every_entry_of_the_menu_has_an_icon_that_exists(app):
    entries = [entry for feature in setup_of(app).features for entry in feature.menu]

    assert entries
    assert [entry.icon for entry in entries if not icon(entry.icon)] == []


def test_the_icon_of_the_site_is_an_icon(client):
    with client.get("/favicon.ico") as answer:
        assert answer.data[:4] == b"\0\0\1\0"
        assert answer.data[22:30] == b"\x89PNG\r\n\x1a\n"
