"""The forms of signing up."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField

from watchword.core.texts import N_
from watchword.features.accounts.addresses import check_address
from watchword.features.accounts.names import check_user_name
from watchword.web.forms import FeatureForm, filled_in, one_value, passes


class RegisterForm(FeatureForm):
    username = StringField(
        N_("User name"), [one_value, filled_in(N_("Choose a user name."), 64), passes(check_user_name)]
    )
    email = StringField(
        N_("Email"), [one_value, filled_in(N_("Enter your email address."), 320), passes(check_address)]
    )
    password = PasswordField(N_("Password"), [one_value, filled_in(N_("Choose a password."), 4096)], id="new-password")
    next = HiddenField()


class CodeForm(FeatureForm):
    """The code from the mail, typed in the browser that registered."""

    code = StringField(N_("Code from the email"), [one_value, filled_in(N_("Enter the code from the email."), 32)])
    username = StringField(N_("User name"), [one_value])


class ConfirmForm(FeatureForm):
    """Opened from the link. *password* is asked only in another browser, *username* only when the name was taken."""

    username = StringField(N_("User name"), [one_value])
    password = PasswordField(N_("Password"), [one_value], id="new-password")


class ResendForm(FeatureForm):
    email = StringField(N_("Email"), [one_value, filled_in(N_("Enter your email address."), 320)])
