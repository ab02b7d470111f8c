"""Engines that Watchword makes itself."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from watchword.core.db import make_engines


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engines(request, tmp_path):
    urls = {"memory": "sqlite://", "sqlite": f"sqlite:///{tmp_path / 'watchword.db'}"}
    if request.param in urls:
        made = make_engines(urls[request.param])
        yield made
        made.dispose()
        return
    with request.getfixturevalue("postgres_databases").fresh() as url:
        made = make_engines(url)
        yield made
        made.dispose()


@pytest.mark.parametrize("name", ["read", "write"])
def test_what_failed_is_told_without_its_values(engines, name):
    with getattr(engines, name).connect() as connection, pytest.raises(StatementError) as failed:
        connection.execute(text("SELECT * FROM nowhere WHERE email = :email"), {"email": "anna@example.com"})

    assert "nowhere" in str(failed.value)
    assert "anna@example.com" not in str(failed.value)
