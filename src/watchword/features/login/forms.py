"""The forms at the door."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField, StringField

from watchword.core.texts import N_
from watchword.web.forms import FeatureForm, filled_in, one_value


class SignInForm(FeatureForm):
    identifier = StringField(
        N_("Email or user name"), [one_value, filled_in(N_("Enter your email or user name."), 320)]
    )
    password = PasswordField(
        N_("Password"), [one_value, filled_in(N_("Enter your password."), 4096)], id="current-password"
    )
    remember = BooleanField(N_("Keep me signed in on this device"))
    next = HiddenField()


class SignOutForm(FeatureForm):
    """Only the button."""
