"""What people read: the words of the field stay out of it."""

from __future__ import annotations

import re

from tests.architecture.test_templates import PACKAGE, PAGES

OURS_ALONE = re.compile(r"webauthn|fido|ctap|resident key|discoverable|\btotp\b|attestation", re.IGNORECASE)
SAID = re.compile(r"""\b(?:_|N_|gettext|ngettext)\(\s*(["'])(.*?)(?<!\\)\1""", re.DOTALL)


def test_c15_no_text_says_what_only_engineers_do():
    files = [*PAGES, *PACKAGE.rglob("*.py")]
    texts = [(each.name, text) for each in files for _, text in SAID.findall(each.read_text(encoding="utf-8"))]

    assert len(texts) > 300
    assert [found for found in texts if OURS_ALONE.search(found[1])] == []
