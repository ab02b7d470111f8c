"""The forms of the account pages."""

from __future__ import annotations

from wtforms import PasswordField

from watchword.core.texts import N_
from watchword.web.forms import FeatureForm, filled_in, one_value


class PasswordForm(FeatureForm):
    current_password = PasswordField(
        N_("Current password"), [one_value, filled_in(N_("Enter your current password."), 4096)], id="current-password"
    )
    password = PasswordField(
        N_("New password"), [one_value, filled_in(N_("Choose a new password."), 4096)], id="new-password"
    )


class ChoosePasswordForm(FeatureForm):
    """The last step of a sign-in."""

    password = PasswordField(
        N_("New password"), [one_value, filled_in(N_("Choose a new password."), 4096)], id="new-password"
    )


class EndForm(FeatureForm):
    """Only the button."""
