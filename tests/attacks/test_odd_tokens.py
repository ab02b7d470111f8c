"""What is no token of ours opens nothing, wherever it is put, and breaks nothing."""

from __future__ import annotations

import pytest

from watchword.core.tokens import fingerprint
from watchword.web.setup import setup_of

LONG = "".join(fingerprint(str(number)) for number in range(140))  # no cookie can hold it, however it is packed
ODD = ["", "null", "[]", "None", "undefined", "0", "A" * 43, "a.b.c", "A" * 9000, LONG]
PAGES = {
    "registration link": "/confirm-email",
    "address link": "/confirm-email",
    "reset link": "/reset-password",
    "secure link": "/secure-account",
}


@pytest.mark.parametrize("path", sorted(set(PAGES.values())))
def test_tok_08_no_odd_token_opens_anything(app, path):
    for token in ODD:
        client = app.test_client()
        hop = client.get(f"{path}/{token}")

        assert len(hop.headers.get("Set-Cookie", "")) < 4096
        assert client.get(path).status_code in {303, 404}


@pytest.mark.parametrize("purpose", PAGES)
def test_tok_08_what_is_signed_and_no_token_opens_nothing(app, purpose):
    for value in (None, "", [], {}, 0, True, ["x"], {"a": 1}):
        client = app.test_client()
        client.get(f"{PAGES[purpose]}/{setup_of(app).tools.keys.sign(value, purpose)}")

        assert client.get(PAGES[purpose]).status_code == 404
