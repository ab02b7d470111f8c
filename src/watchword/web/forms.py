"""The base of our forms: WTForms, checked for CSRF before anything else, drawn again with what was typed.

Flask-WTF is not used: its token opens Flask's own session on every page (see docs/decisions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, render_template, request
from wtforms import Field, Form, ValidationError
from wtforms.validators import StopValidation

from watchword.core.errors import AuthError
from watchword.web import csrf, interrupted
from watchword.web.errors import problem, wants_problem
from watchword.web.i18n import gettext, texts, told

Validator = Callable[[Form, Field], None]


class FeatureForm(Form):
    """Give it only defaults: it reads the current request, or what was typed before "confirm it's you" came between.

    Password fields never draw their value.
    """

    def __init__(self, **defaults: Any) -> None:
        super().__init__(request.form if request.method == "POST" else interrupted.typed(request.path), data=defaults)
        self.status = 200
        self.refusal_code = "form_not_valid"
        self.retry_after: int | None = None
        self._translate_labels()

    @property
    def is_blank(self) -> bool:
        """Whether it is drawn as everybody first gets it: nothing typed, nothing refused."""
        return self.status == HTTPStatus.OK and not any(field.data for field in self)

    def validate_on_submit(self) -> bool:
        """Whether this is a POST of a page of ours and every field is right."""
        if request.method != "POST":
            return False
        if not csrf.is_right(csrf.sent_token()):
            self.refuse(csrf.FormExpired())
            return False
        if self.validate():
            return True
        self.status = 422
        return False

    @contextmanager
    def shows_refusals(self) -> Iterator[None]:
        """Around a service call: a refusal appears at its field, or above the form.

        But not that nobody is signed in any more: then the page with this form isn't theirs to see.
        """
        try:
            yield
        except AuthError as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            self.refuse(error)

    def refuse(self, error: AuthError) -> None:
        self.status, self.refusal_code, self.retry_after = error.status, error.code, error.retry_after
        fields: dict[str, Field] = self._fields
        if error.field in fields:
            field = fields[error.field]
            field.errors = [*field.errors, told(error)]
        else:
            self.form_errors.append(told(error))

    def page(self, template: str, **values: object) -> Response:
        """Draw *template* with this form; a program that failed gets problem+json with the same words."""
        if self.status >= 400 and wants_problem():
            return problem(
                self.status, self.refusal_code, self._first_error(), retry_after=self.retry_after, errors=self._told()
            )
        response = make_response(render_template(template, form=self, **values), self.status)
        if self.retry_after:
            response.headers["Retry-After"] = str(self.retry_after)
        return response

    def _first_error(self) -> str:
        return next((text for texts in self._told().values() for text in texts), "")

    def _told(self) -> dict[str, list[str]]:
        fields = {name: list(field.errors) for name, field in self._fields.items() if field.errors}
        return {**({"form": list(self.form_errors)} if self.form_errors else {}), **fields}

    def _translate_labels(self) -> None:
        said = texts().gettext
        for field in self._fields.values():
            field.label.text = said(field.label.text) if field.label.text else ""


def one_value(_form: Form, field: Field) -> None:
    """A field given twice is refused: two parts of a program may each believe another one (ASVS 15.3.7).

    Nothing after it looks at the field.
    """
    if len(field.raw_data or ()) > 1:
        raise StopValidation(gettext("This was sent twice. Fill it in once."))


def filled_in(message: str, longest: int) -> Validator:
    """Something must be there, at most *longest* characters; else nothing after it looks at the field (PWD-01)."""

    def check(_form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(gettext(message))
        if len(field.data) > longest:
            raise StopValidation(gettext("This is too long: at most %(count)s characters.", count=longest))

    return check


def one_line(_form: Form, field: Field) -> None:
    """What will stand in a mail is one line of visible characters: nobody writes a paragraph of their own there."""
    if not field.data.isprintable():
        raise StopValidation(gettext("This must be one line of plain text."))


def passes(check: Callable[[str], object]) -> Validator:
    """What *check* of a service refuses is told at the field, so that one answer names all fields that are wrong."""

    def validate(_form: Form, field: Field) -> None:
        try:
            check(field.data)
        except AuthError as error:
            raise ValidationError(told(error)) from None

    return validate
