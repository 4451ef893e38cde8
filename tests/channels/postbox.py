"""A real mail server on this machine, which nobody here wrote, with faults that tests ask for."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "localhost"
ACCOUNT = ("ann", "hush")


@dataclass
class Postbox:
    """What arrived. `refuses` answers an address, `answers` a message, `hangs_up` loses that."""

    refuses: dict[str, str] = field(default_factory=dict)
    answers: str = "250 taken"
    hangs_up: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(  # noqa: N802  # likewise
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answers.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.envelopes.append(envelope)
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answers


def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    name, word = (part.encode() for part in ACCOUNT)
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (name, word)
    return AuthResult(success=right, handled=right)


@asynccontextmanager
async def listening(
    box: Postbox, *, tls: str = "none", context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Run the server; gives the port that it listens on."""

    def connection() -> SMTP:
        starttls = context if tls == "starttls" else None
        with warnings.catch_warnings():
            # Of a connection that is encrypted from its beginning aiosmtpd knows nothing.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                box,
                hostname=HOST,
                tls_context=starttls,
                auth_require_tls=tls != "implicit",
                loop=loop,
                **options,
            )

    loop = asyncio.get_running_loop()
    wrapped = context if tls == "implicit" else None
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=wrapped)
    async with server:
        yield server.sockets[0].getsockname()[1]


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What the server shows, and what a client needs to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "server.pem", folder / "server.key"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown, kept)
    return server, ssl.create_default_context(cafile=str(shown))
