"""The forms of the second factor."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField

from watchword.core.texts import N_
from watchword.features.two_factor.authenticators import LONGEST_LABEL
from watchword.web.forms import FeatureForm, filled_in, one_line, one_value

_LONGEST_CODE = 64
_ENTER_CODE = N_("Enter the code.")
_NAME = (one_value, filled_in(N_("Give it a name."), LONGEST_LABEL), one_line)


class CodeForm(FeatureForm):
    """The second step: a code of an app, or a recovery code."""

    code = StringField(N_("Code"), [one_value, filled_in(_ENTER_CODE, _LONGEST_CODE)])
    trust = BooleanField(N_("Trust this browser"))


class SetUpForm(FeatureForm):
    """The first code of a new app, and what its owner calls it."""

    code = StringField(N_("Code from the app"), [one_value, filled_in(_ENTER_CODE, _LONGEST_CODE)])
    label = StringField(N_("Name"), _NAME)


class LabelForm(FeatureForm):
    label = StringField(N_("Name"), _NAME)


class ButtonForm(FeatureForm):
    """Only the button."""


class DownloadForm(FeatureForm):
    """The codes come back from the page that shows them: we couldn't read them again."""

    codes = HiddenField(validators=[one_value, filled_in(_ENTER_CODE, 400)])
