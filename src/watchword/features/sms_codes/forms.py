"""The forms of codes by text message."""

from __future__ import annotations

from flask import request
from wtforms import BooleanField, StringField

from watchword.core.texts import N_
from watchword.features.sms_codes.numbers import LONGEST
from watchword.web import csrf
from watchword.web.forms import FeatureForm, filled_in, one_value


class NumberForm(FeatureForm):
    number = StringField(N_("Mobile number"), [one_value, filled_in(N_("Enter your mobile number."), LONGEST)])


class SmsCodeForm(FeatureForm):
    code = StringField(N_("Code"), [one_value, filled_in(N_("Enter the code."), 64)])
    trust = BooleanField(N_("Trust this browser"))


class ButtonForm(FeatureForm):
    """Only the button."""

    @staticmethod
    def is_pressed() -> bool:
        """Whether this is a POST, which then must be of a page of ours."""
        csrf.require_for_changes()
        return request.method == "POST"
