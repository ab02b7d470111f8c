"""The form of "this wasn't me"."""

from __future__ import annotations

from datetime import UTC, datetime

from wtforms import HiddenField

from watchword.features.notices.errors import SecureLinkNotValid
from watchword.web.forms import FeatureForm, one_value


class SecureForm(FeatureForm):
    """Only the button."""


class DoubtForm(FeatureForm):
    """A line of one's own activity: what happened, and when."""

    event = HiddenField(validators=[one_value])
    at = HiddenField(validators=[one_value])

    def moment(self) -> datetime:
        """Raises SecureLinkNotValid for what is no moment."""
        try:
            return datetime.fromisoformat(str(self.at.data)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise SecureLinkNotValid from None
