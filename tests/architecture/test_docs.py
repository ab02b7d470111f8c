from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from watchword import built_in, docs
from watchword.core.config import FeatureSettings, declared, read_settings, setting
from watchword.core.errors import AuthError
from watchword.core.events import Event
from watchword.core.feature import Feature
from watchword.core.problems import CODES
from watchword.core.site import SiteConfig

ROOT = Path(__file__).resolve().parents[2]


class AtticConfig(FeatureSettings, prefix="ATTIC"):
    """What the attic holds."""

    stays: timedelta = setting(
        timedelta(days=30),
        "How long a box stays.",
        at_least=timedelta(days=1),
        at_most=timedelta(days=90),
        gives_up="Old boxes | old secrets.",
    )
    sender: str = setting("", "Who sends boxes.", example="Anna <anna@example.com>")
    key: str = setting("", "Opens it.", secret=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxOpened(Event):
    """Someone looked inside."""

    name: ClassVar[str] = "attic.box_opened"

    box: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxClosed(Event):
    name: ClassVar[str] = "attic.box_closed"


class BoxLocked(AuthError):
    code: ClassVar[str] = "box_locked"
    status: ClassVar[int] = 409
    message = "That box is locked."


ATTIC = Feature(
    name="attic_room",
    summary="Boxes under the roof.",
    needs=("accounts",),
    config=AtticConfig,
    events=(BoxOpened, BoxClosed),
    errors=(BoxLocked,),
    mails=("box_opened",),
)


def test_the_printed_pages_are_fresh() -> None:
    assert docs.stale(ROOT) == [], "run `python3 run.py docs`"


def test_every_setting_has_its_range_and_its_cost_on_the_page() -> None:
    page = docs.pages([ATTIC])["docs/reference/settings.md"]

    section = page.partition("### WATCHWORD_ATTIC_STAYS")[2].partition("###")[0]
    assert "How long a box stays." in section
    assert "- Takes a length of time." in section
    assert "- Default: `30d`." in section
    assert "- Range: at least `1d`, at most `90d`." in section
    assert "- What a relaxed value costs: Old boxes | old secrets." in section
    assert "## Attic room\n\nWhat the attic holds." in page
    assert all(f"### {one.name}\n" in page for one in declared(SiteConfig))


def test_the_example_file_sets_nothing_until_a_line_is_uncommented() -> None:
    text = docs.pages([ATTIC])[".env.example"]

    assert all(line.startswith("#") for line in text.splitlines() if line)
    assert "#WATCHWORD_ATTIC_STAYS=30d" in text
    assert "#WATCHWORD_ATTIC_SENDER='Anna <anna@example.com>'" in text
    assert "#WATCHWORD_ATTIC_KEY=\n" in text


def test_every_example_and_default_of_the_example_file_is_accepted() -> None:
    features = built_in.load(built_in.EVERYTHING)
    classes = [SiteConfig, *(feature.config for feature in features if feature.config is not None)]
    lines = docs.pages()[".env.example"].splitlines()
    pairs = [line[1:].partition("=") for line in lines if line.startswith("#") and not line.startswith("# ")]

    settings = read_settings(classes, {name: value.strip("'") for name, _, value in pairs})

    assert len(settings) == len(classes)


def test_events_are_listed_with_what_they_tell() -> None:
    page = docs.pages([ATTIC])["docs/reference/events.md"]

    assert "| `attic.box_opened` | `BoxOpened` | `box`: str | Someone looked inside. |" in page
    assert "| `attic.box_closed` | `BoxClosed` |  |  |" in page
    assert page.index("attic.box_closed") < page.index("attic.box_opened")


def test_refusals_and_problems_are_listed_by_their_codes() -> None:
    page = docs.pages([ATTIC])["docs/reference/errors.md"]

    assert "| `box_locked` | 409 | That box is locked. |" in page
    assert "| `too_many_tries` | 429 |" in page
    assert all(f"### {code}\n\n{title}" in page for code, title in CODES.items())


def test_a_feature_is_listed_with_its_needs_and_settings() -> None:
    page = docs.pages([ATTIC])["docs/reference/features.md"]

    assert "## attic_room\n\nBoxes under the roof." in page
    assert "- Needs: `accounts`" in page
    assert "[`WATCHWORD_ATTIC_STAYS`](settings.md#watchword_attic_stays)" in page
    assert "- Mails: `box_opened`" in page
    assert "- Events: `attic.box_closed`, `attic.box_opened`" in page


def test_check_names_the_stale_file_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--root", str(tmp_path)]) == 0
    assert docs.main(["--root", str(tmp_path), "--check"]) == 0
    page = tmp_path / "docs/reference/events.md"
    page.write_text("old", encoding="utf-8")
    capsys.readouterr()

    assert docs.main(["--root", str(tmp_path), "--check"]) == 1

    assert capsys.readouterr().out == "docs/reference/events.md is stale: run `python3 run.py docs`\n"
    assert page.read_text(encoding="utf-8") == "old"


def test_the_budget_of_settings_holds() -> None:
    page = docs.pages()["docs/reference/settings.md"]

    assert page.count("\n### ") < 60
