"""For tests, yours and ours: a clock to turn, a mailbox to read, people, a quick way in, and their second factors.

The fixtures are in `watchword.testing.plugin`, which pytest finds by itself (`pytest11`). It loads nothing until a test
asks for one of them: a project that only has Watchword installed pays nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watchword.testing.browser import csrf_token as csrf_token
    from watchword.testing.browser import submit as submit
    from watchword.testing.clock import FakeClock as FakeClock
    from watchword.testing.mailbox import Mailbox as Mailbox
    from watchword.testing.passkeys import add_passkey as add_passkey
    from watchword.testing.passkeys import passkey_for as passkey_for
    from watchword.testing.passkeys import sign_in_by_passkey as sign_in_by_passkey
    from watchword.testing.people import PASSWORD as PASSWORD
    from watchword.testing.people import login_as as login_as
    from watchword.testing.people import make_user as make_user
    from watchword.testing.second_factors import add_authenticator as add_authenticator
    from watchword.testing.second_factors import code_of_app as code_of_app
    from watchword.testing.sms import SmsInbox as SmsInbox
    from watchword.testing.sms import add_phone as add_phone
    from watchword.testing.sms import put_sms_sender as put_sms_sender
    from watchword.testing.software_key import SoftwareKey as SoftwareKey
    from watchword.testing.tools import cheap_hasher as cheap_hasher
    from watchword.testing.tools import deliver as deliver
    from watchword.testing.tools import put_tools as put_tools
    from watchword.testing.virtual_authenticator import VirtualAuthenticator as VirtualAuthenticator

_HOMES = {
    "FakeClock": "clock",
    "Mailbox": "mailbox",
    "PASSWORD": "people",
    "SmsInbox": "sms",
    "SoftwareKey": "software_key",
    "VirtualAuthenticator": "virtual_authenticator",
    "add_authenticator": "second_factors",
    "add_passkey": "passkeys",
    "add_phone": "sms",
    "cheap_hasher": "tools",
    "code_of_app": "second_factors",
    "csrf_token": "browser",
    "deliver": "tools",
    "login_as": "people",
    "make_user": "people",
    "passkey_for": "passkeys",
    "put_sms_sender": "sms",
    "put_tools": "tools",
    "sign_in_by_passkey": "passkeys",
    "submit": "browser",
}
__all__ = [
    "PASSWORD",
    "FakeClock",
    "Mailbox",
    "SmsInbox",
    "SoftwareKey",
    "VirtualAuthenticator",
    "add_authenticator",
    "add_passkey",
    "add_phone",
    "cheap_hasher",
    "code_of_app",
    "csrf_token",
    "deliver",
    "login_as",
    "make_user",
    "passkey_for",
    "put_sms_sender",
    "put_tools",
    "sign_in_by_passkey",
    "submit",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'watchword.testing' has no attribute {name!r}")
    return getattr(import_module(f"watchword.testing.{_HOMES[name]}"), name)
