"""The forms of one passkey."""

from __future__ import annotations

from wtforms import StringField

from watchword.core.texts import N_
from watchword.web.forms import FeatureForm, one_value


class NameForm(FeatureForm):
    name = StringField(N_("Name"), [one_value])


class RemoveForm(FeatureForm):
    """Only the button."""


class NotNowForm(FeatureForm):
    """Only the button."""
