"""What the outbox tests share: a carrier that does as told, and workers on the scope's own database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from watchword.core.feature import Job
from watchword.core.mail import Mail
from watchword.core.scope import Scope
from watchword.features.outbox.models import OutboxRow
from watchword.features.outbox.worker import Work, Worker


@dataclass
class FakeCarrier:
    """Keeps what it carries. Raises *troubles* one by one instead of carrying, and *after* when it has carried."""

    carried: list[EmailMessage] = field(default_factory=list)
    troubles: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def carry(self, message: EmailMessage) -> None:
        self.before()
        if self.troubles:
            raise self.troubles.pop(0)
        self.carried.append(message)
        if self.after:
            raise self.after.pop(0)

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.carried]


def draw(mail: Mail, public_id: str, sender: Address) -> EmailMessage:
    """Draws without templates."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, mail.to, f"<{public_id}@example.com>"
    message.set_content(str(mail.context.get("link", "")))
    return message


class Outbox:
    """The outbox of a test: workers, and a look at the rows."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.carrier = FakeCarrier()
        self.jobs: dict[str, Job] = {}
        self.purges: list[Callable[[Scope], int]] = []

    def open_scope(self) -> closing[Scope]:
        return closing(Scope(self.scope.tools))

    def worker(self, name: str = "") -> Worker:
        work = Work(
            open_scope=self.open_scope, draw=draw, carrier=self.carrier, jobs=self.jobs, purges=tuple(self.purges)
        )
        return Worker(work, name)

    def run(self) -> int:
        return self.worker().run_once()

    def post(self, count: int = 1, to: str = "anna@example.com") -> None:
        for number in range(count):
            self.scope.send(Mail(to, "registration/confirm", {"link": f"https://login.example.com/{number}"}))
        self.scope.commit()

    def post_job(self, job: str, payload: Mapping[str, object] | None = None) -> None:
        self.scope.post(job, payload or {})
        self.scope.commit()

    def rows(self) -> list[OutboxRow]:
        with self.open_scope() as scope:
            found = list(scope.db.scalars(select(OutboxRow).order_by(OutboxRow.id)))
            scope.db.expunge_all()
            return found

    def row(self) -> OutboxRow:
        (row,) = self.rows()
        return row

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]


@pytest.fixture
def outbox(scope: Scope) -> Outbox:
    return Outbox(scope)


def in_threads(count: int, work: Callable[[], object]) -> None:
    """Run *work* in *count* threads that start together; raise what one of them raised."""
    gate, troubles = threading.Barrier(count), list[BaseException]()

    def run() -> None:
        try:
            gate.wait(10)
            work()
        except BaseException as trouble:  # noqa: BLE001 - told to the test
            troubles.append(trouble)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if troubles:
        raise troubles[0]
