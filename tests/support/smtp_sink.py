"""A mail server on this machine that answers as a test tells it, and keeps what it took."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from threading import Condition
from typing import Any, Literal, Self, cast
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds
Step = Literal["sender", "recipient", "body", "data", "quit"]
Answers = Mapping[Step, str]

ACCEPT: Answers = {}
REFUSE: Answers = {"recipient": "550 5.1.1 nobody here"}
LATER: Answers = {"recipient": "451 4.3.0 try again later"}
HANG: Answers = {"data": "hang"}
CUT: Answers = {"body": "drop"}


class _Server(SMTP):
    """Tells the sink when it opens and closes, and may break off where the body of a mail begins."""

    sink: SmtpSink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.sink.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.connections.discard(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354") and self.sink.answers.get("body") == "drop":
            _cut(self)


class _AnyPort(Controller):
    """Takes a port that is free, and remembers which."""

    def factory(self) -> SMTP:
        server = _Server(self.handler, **self.SMTP_kwargs)
        server.sink = self.handler.sink
        return server

    def _trigger_server(self) -> None:
        self.port = cast("asyncio.Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler:
    """Answers for the sink. An object of its own: aiosmtpd looks at every attribute of it at each connection, and the
    sink's `messages` would parse all mails each time.
    """

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sink.greeted.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self.sink.answer(server, "sender")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self.sink.answer(server, "recipient")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        answer = await self.sink.answer(server, "data")
        if answer.startswith("250"):
            transport = cast("asyncio.Transport", server.transport)
            secure = session.ssl is not None or transport.get_extra_info("ssl_object") is not None
            self.sink.take(envelope, encrypted=secure)
        return answer

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - as above
        return self.sink.goodbye(server)


class SmtpSink:
    """`with SmtpSink(REFUSE) as sink:` or `SmtpSink({"sender": "421 busy"}, tls=certificate)`.

    *answers* replace the usual ones: "drop" ends the connection without a word (at "body" in the middle of a mail),
    "hang" says nothing until `release()`. They may be changed meanwhile: `sink.answers = ACCEPT`.
    *login* is the one name and password it knows, asked for inside TLS only. With *tls* it offers STARTTLS, with
    *implicit* it speaks TLS from the first byte. What it took is in `taken` (envelopes) and `messages`.
    """

    def __init__(
        self,
        answers: Answers | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: tuple[str, str] | None = None,
        smtputf8: bool = True,
    ) -> None:
        self.answers = answers or ACCEPT
        self.taken: list[Envelope] = []
        self.seen: list[str] = []
        self.encrypted: list[bool] = []
        self.greeted: list[str] = []
        self.connections: set[_Server] = set()
        self._login = login
        self._tls = "none" if tls is None else "implicit" if implicit else "starttls"
        self._news = Condition()
        self._released = asyncio.Event()
        options: dict[str, Any] = {"enable_SMTPUTF8": smtputf8}
        if login is not None:
            options |= {"authenticator": self._check, "auth_required": True}
        if tls is not None:
            options |= {"ssl_context": tls} if implicit else {"tls_context": tls}
        self._controller = _AnyPort(
            _Handler(self), hostname=HOST, port=0, server_hostname="localhost", ready_timeout=PATIENCE, **options
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._controller.loop).result(PATIENCE)
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """What `WATCHWORD_MAIL_URL` takes. A certificate of ours is trusted through `SSL_CERT_FILE`."""
        scheme, query = ("smtps", "") if self._tls == "implicit" else ("smtp", f"?tls={self._tls}")
        user = "".join(f"{quote(part, safe='')}{sign}" for part, sign in zip(self._login or (), ":@", strict=False))
        return f"{scheme}://{user}{HOST}:{self.port}{query}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The mails it took, parsed; who they were for is in `taken[number].rcpt_tos`."""
        whole = (cast("bytes", envelope.content) for envelope in self.taken)
        return [message_from_bytes(each, policy=policy.default) for each in whole]

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of the mails it took, their bodies unread."""
        read = BytesHeaderParser(policy=policy.default)
        return [str(read.parsebytes(cast("bytes", envelope.content))["Message-ID"]) for envelope in self.taken]

    def wait_for(self, count: int, seconds: float = PATIENCE) -> list[EmailMessage]:
        """The mails, once there are *count*; AssertionError if they don't come in time."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.taken) >= count, seconds)
        assert came, f"{len(self.taken)} of {count} mails came; steps seen: {self.seen}"
        return self.messages

    def wait_for_step(self, step: Step, seconds: float = PATIENCE) -> None:
        """Until a client has come as far as *step*: such as to "data", where it hangs."""
        with self._news:
            assert self._news.wait_for(lambda: step in self.seen, seconds), f"steps seen: {self.seen}"

    def release(self) -> None:
        """Let those go on who hang, now and from now on."""
        self._controller.loop.call_soon_threadsafe(self._released.set)

    async def answer(self, server: SMTP, step: Step) -> str:
        """What the test wants said at *step*."""
        with self._news:
            self.seen.append(step)
            self._news.notify_all()
        answer = self.answers.get(step, "250 fine")
        if answer == "hang":
            await self._released.wait()
            return "250 fine"
        return self._drop(server) if answer == "drop" else answer

    def take(self, envelope: Envelope, *, encrypted: bool) -> None:
        with self._news:
            self.encrypted.append(encrypted)
            self.taken.append(envelope)
            self._news.notify_all()

    def goodbye(self, server: SMTP) -> str:
        return self.answers.get("quit", "221 bye") if self.answers.get("quit") != "drop" else self._drop(server)

    def _drop(self, server: SMTP) -> str:
        _cut(server)
        return "drop"

    async def _hang_up(self) -> None:
        """Nobody is left connected when the test ends."""
        while self.connections:
            for server in list(self.connections):
                _cut(server)
            await asyncio.sleep(0)

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.seen.append(f"login {mechanism}")
        sent = (data.login.decode(), data.password.decode())
        return AuthResult(success=sent == self._login, handled=False)


def _cut(server: SMTP) -> None:
    cast("asyncio.Transport", server.transport).abort()


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A fresh certificate for *name*: the context a server shows it with, and one of a client that trusts it alone.

    `SSL_CERT_FILE=<folder>/<name>.pem` makes a whole process trust it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address(HOST)))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    path = folder / f"{name}.pem"
    path.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=public.decode())
