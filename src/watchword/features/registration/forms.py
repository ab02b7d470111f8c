"""The forms of signing up."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField

from watchword.core.texts import N_
from watchword.web.forms import FeatureForm, filled_in, one_value


class RegisterForm(FeatureForm):
    username = StringField(N_("User name"), [one_value, filled_in(N_("Choose a user name."), 64)])
    email = StringField(N_("Email"), [one_value, filled_in(N_("Enter your email address."), 320)])
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
