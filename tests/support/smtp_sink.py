"""A mail server on this machine that answers as a test tells it, and keeps what it took."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from aiosmtpd.smtp import SMTP as Server
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
Step = Literal["sender", "recipient", "data", "quit"]


class _AnyPort(Controller):  # type: ignore[misc]
    """Takes a port that is free, and remembers which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class SmtpSink:
    """`with SmtpSink({"recipient": "550 nobody here"}, tls=certificate) as sink:`; what it took is in `taken`.

    *answers* replace the usual ones; "drop" ends the connection without a word. *login* is the one name and password
    it knows, asked for inside TLS only. With *tls* it offers STARTTLS, with *implicit* it speaks TLS from the first byte.
    """

    def __init__(
        self,
        answers: dict[Step, str] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: tuple[str, str] | None = None,
        smtputf8: bool = True,
    ) -> None:
        self.taken: list[Envelope] = []
        self.seen: list[str] = []
        self.encrypted: list[bool] = []
        self.greeted: list[str] = []
        self._answers = answers or {}
        self._login = login
        options: dict[str, Any] = {"enable_SMTPUTF8": smtputf8}
        if login is not None:
            options |= {"authenticator": self._check, "auth_required": True}
        if tls is not None:
            options |= {"ssl_context": tls} if implicit else {"tls_context": tls}
        self._controller = _AnyPort(self, hostname=HOST, port=0, ready_timeout=10, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    async def handle_EHLO(
        self, _server: Server, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greeted.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Server, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.seen.append("sender")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer(server, "sender")

    async def handle_RCPT(
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.seen.append("recipient")
        envelope.rcpt_tos.append(address)
        return self._answer(server, "recipient")

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        self.seen.append("data")
        answer = self._answer(server, "data")
        if answer.startswith("250"):
            self.taken.append(envelope)
            self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None)
        return answer

    async def handle_QUIT(self, server: Server, _session: Session, _envelope: Envelope) -> str:
        return self._answer(server, "quit", usual="221 bye")

    def _answer(self, server: Server, step: Step, usual: str = "250 fine") -> str:
        answer = self._answers.get(step, usual)
        if answer == "drop":
            server.transport.abort()
        return answer

    def _check(self, _server: Server, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.seen.append(f"login {mechanism}")
        sent = (data.login.decode(), data.password.decode())
        return AuthResult(success=sent == self._login, handled=False)


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A fresh certificate for *name*: the context a server shows it with, and one of a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address(HOST)))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
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
