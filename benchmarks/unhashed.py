"""The host's page with sign-ins that hash nothing: what a worker's memory is without its hashes."""

from __future__ import annotations

from flask import Flask

from benchmarks.apps import guarded
from benchmarks.signing_in import NoHash


def page() -> Flask:
    """On DATABASE_URL."""
    return guarded(hasher=NoHash())
