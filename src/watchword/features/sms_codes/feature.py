"""The nameplate of codes by text message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec

from watchword.core.config import Problem, Settings
from watchword.core.feature import ConfirmMethod, Feature, Notice, Panel, Sealed, SecondFactor
from watchword.core.problems import NOT_ONE_OF, NOT_VALID, PACKAGE_MISSING
from watchword.core.site import SiteConfig
from watchword.core.texts import N_
from watchword.features.sms_codes import checks, codes, numbers, phones, service, sign_in_routes
from watchword.features.sms_codes.config import SmsCodesConfig
from watchword.features.sms_codes.errors import (
    CountryNotServed,
    NumberNotValid,
    PhoneNotFound,
    SmsCodeNotValid,
    SmsNotOffered,
    WrongSmsCode,
)
from watchword.features.sms_codes.events import CodeAccepted, MessageRefused, MessageSent, PhoneAdded, PhoneRemoved
from watchword.features.sms_codes.models import Phone, WaitingSmsCode
from watchword.features.sms_codes.panel import panel_values
from watchword.features.sms_codes.routes import blueprint
from watchword.features.sms_codes.senders import EXAMPLE, ConsoleSender
from watchword.features.sms_codes.worker import send_message

_SENDER, _COUNTRIES = SmsCodesConfig.name_of("sender"), SmsCodesConfig.name_of("countries")


def _rules(settings: Settings, _features: Sequence[Feature]) -> list[Problem]:
    return [] if settings[SmsCodesConfig].sender is None else list(_problems(settings))


def _problems(settings: Settings) -> Iterator[Problem]:
    config = settings[SmsCodesConfig]
    if isinstance(config.sender, ConsoleSender) and settings[SiteConfig].in_production:
        yield _prints_codes()
    if find_spec("phonenumbers") is None:
        yield _no_reader()
    elif unknown := numbers.unknown_countries(config.countries):
        yield _no_such_country(unknown[0])


def _prints_codes() -> Problem:
    return Problem(
        code=NOT_VALID,
        setting=_SENDER,
        what=f"{_SENDER} prints codes to the terminal, in production.",
        why="Nobody would get one, and whoever reads the log could use it.",
        fix=f"{_SENDER}={EXAMPLE}",
    )


def _no_reader() -> Problem:
    return Problem(
        code=PACKAGE_MISSING,
        setting=_SENDER,
        what=f"{_SENDER} needs a package that is not installed.",
        why="Numbers are read with phonenumbers, which knows those that cost extra.",
        fix='pip install "watchword[sms]"',
    )


def _no_such_country(country: str) -> Problem:
    return Problem(
        code=NOT_ONE_OF,
        setting=_COUNTRIES,
        what=f"There is no country {country!r} with phone numbers of its own.",
        why="A country that is misspelt gets no messages, and nobody would know why.",
        fix=f"{_COUNTRIES}=DE,AT,GB",
    )


feature = Feature(
    name="sms_codes",
    summary="Codes by text message as second step, for who can use nothing better. Off until a sender is named.",
    needs=("audit", "outbox", "accounts", "sessions", "login", "my_account", "two_factor"),
    config=SmsCodesConfig,
    blueprint=blueprint,
    errors=(NumberNotValid, CountryNotServed, WrongSmsCode, SmsCodeNotValid, SmsNotOffered, PhoneNotFound),
    events=(PhoneAdded, PhoneRemoved, MessageSent, CodeAccepted, MessageRefused),
    mails=("phone_added", "phone_removed"),
    jobs={codes.JOB: send_message},
    jobs_apart=(codes.JOB,),
    second_factors=(
        SecondFactor(
            proof=service.PROOF,
            label=N_("Get a text message"),
            endpoint=sign_in_routes.ASK,
            strength=service.STRENGTH,
            has=service.has_phone,
        ),
        SecondFactor(
            proof=service.PROOF,
            label=N_("Instead of a text message"),
            endpoint="watchword.two_factor.ask",
            strength=service.SILENT_STRENGTH,
            has=service.has_silent_phone,
            works=False,
        ),
    ),
    confirm_methods=(
        ConfirmMethod(
            name="sms",
            label=N_("A text message"),
            template="watchword/sms_codes/confirm.html",
            strength=service.STRENGTH,
            offered=service.has_phone,
            check=service.confirm,
        ),
    ),
    panels=(
        Panel(page="security", template="watchword/sms_codes/panel.html", rank=60, values=panel_values),
        Panel(page="set_up", template="watchword/sms_codes/choose.html", rank=60, values=panel_values),
    ),
    notices=(
        Notice(event=PhoneAdded, mail="sms_codes/phone_added", undo="sms_codes.phone_added"),
        Notice(event=PhoneRemoved, mail="sms_codes/phone_removed"),
    ),
    undoes={"sms_codes.phone_added": service.take_back_added},
    drop_added_since=service.drop_added_since,
    rules=_rules,
    reseals=(
        Sealed(column=Phone.number, purpose=phones.PURPOSE),
        Sealed(column=WaitingSmsCode.number, purpose=phones.PURPOSE),
    ),
    exports=service.held_about,
    purges=(codes.purge,),
    checks=(checks.come_back, checks.nobody_sends),
)
