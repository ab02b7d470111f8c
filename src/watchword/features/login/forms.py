"""The forms at the door."""

from __future__ import annotations

from flask import request
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


class ConfirmForm(FeatureForm):
    """The fields of all ways to confirm; each `ConfirmMethod` draws its own and says what is wrong with them."""

    method = HiddenField(validators=[one_value])
    password = PasswordField(N_("Password"), [one_value], id="current-password")
    code = StringField(N_("Code"), [one_value])
    credential = HiddenField(validators=[one_value])

    @staticmethod
    def sent() -> dict[str, str]:
        """Everything that was posted, for the method that knows its own fields."""
        return request.form.to_dict()


class SignOutForm(FeatureForm):
    """Only the button."""
