"""Settings of mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from watchword.core.config import AfterValidator, FeatureSettings, setting
from watchword.core.site import SiteConfig
from watchword.features.outbox import mail_url

if TYPE_CHECKING:
    from email.headerregistry import Address


class OutboxConfig(FeatureSettings, prefix="MAIL"):
    """How mails leave, from whom, and how often we try."""

    url: Annotated[str, AfterValidator(mail_url.check)] = setting(
        "",
        "Who carries mails: an SMTP server, a folder (`file:mails/`), or the terminal (`console:`). "
        "Empty: development keeps them for the page /dev/mailbox.",
        secret=True,
        example=mail_url.EXAMPLE,
        gives_up="`tls=none` sends mails, and the links in them, readable for everyone on the way.",
    )
    from_: Annotated[str, AfterValidator(mail_url.check_sender)] = setting(
        "",
        "Whom mails come from. Empty: no-reply at the host of the public address.",
        name="WATCHWORD_MAIL_FROM",
        example="Example <no-reply@example.com>",
    )
    tries: int = setting(
        8, "How often a mail is tried before we give up; 8 times take about 13 hours.", at_least=1, at_most=20
    )
    timeout: timedelta = setting(
        timedelta(seconds=10),
        "How long we wait for each answer of the mail server.",
        at_least=timedelta(seconds=1),
        at_most=timedelta(seconds=60),
    )
    poll: timedelta = setting(
        timedelta(seconds=5),
        "How often an idle worker looks for mails that other processes posted.",
        at_least=timedelta(seconds=1),
        at_most=timedelta(minutes=5),
    )

    def sender(self, site: SiteConfig) -> Address:
        """The From of our mails."""
        return mail_url.sender(self.from_) if self.from_ else mail_url.default_sender(site.site_name, site.public_url)
