"""The form of "this wasn't me"."""

from __future__ import annotations

from watchword.web.forms import FeatureForm


class SecureForm(FeatureForm):
    """Only the button."""
