"""The forms of the account pages."""

from __future__ import annotations

from wtforms import PasswordField, StringField

from watchword.core.texts import N_
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.names import check_user_name
from watchword.web.forms import FeatureForm, filled_in, one_value, passes


class PasswordForm(FeatureForm):
    current_password = PasswordField(
        N_("Current password"), [one_value, filled_in(N_("Enter your current password."), 4096)], id="current-password"
    )
    password = PasswordField(
        N_("New password"), [one_value, filled_in(N_("Choose a new password."), 4096)], id="new-password"
    )


class ProfileForm(FeatureForm):
    username = StringField(
        N_("User name"), [one_value, filled_in(N_("Choose a user name."), 64), passes(check_user_name)]
    )


class EmailForm(FeatureForm):
    email = StringField(
        N_("New email"), [one_value, filled_in(N_("Enter your new email address."), 320), passes(check_address)]
    )


class CodeForm(FeatureForm):
    """The code from the mail to the new address, typed in the browser that asked."""

    code = StringField(N_("Code from the email"), [one_value, filled_in(N_("Enter the code from the email."), 32)])


class ConfirmAddressForm(FeatureForm):
    """Opened from the link. *password* is asked only where the owner isn't signed in."""

    password = PasswordField(N_("Password"), [one_value], id="current-password")


class EndForm(FeatureForm):
    """Only the button."""


class CloseForm(FeatureForm):
    """Only the button."""


class KeepForm(FeatureForm):
    """Only the button."""
