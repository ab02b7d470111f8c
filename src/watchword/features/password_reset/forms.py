"""The forms of the way back in."""

from __future__ import annotations

from wtforms import PasswordField, StringField

from watchword.core.texts import N_
from watchword.features.accounts.addresses import check_address
from watchword.web.forms import FeatureForm, filled_in, one_value, passes


class ForgotForm(FeatureForm):
    email = StringField(
        N_("Email"), [one_value, filled_in(N_("Enter your email address."), 320), passes(check_address)]
    )


class CodeForm(FeatureForm):
    """The code from the mail, typed in the browser that asked."""

    code = StringField(N_("Code from the email"), [one_value, filled_in(N_("Enter the code from the email."), 32)])


class NewPasswordForm(FeatureForm):
    password = PasswordField(
        N_("New password"), [one_value, filled_in(N_("Choose a password."), 4096)], id="new-password"
    )
