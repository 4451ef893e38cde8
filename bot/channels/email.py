"""The way out by e-mail: tells a reader that a record waits, and nothing of what it says.

SMTP has one moment in which nobody knows: the message was handed over and the answer got lost. It
is then sent again under the same Message-ID, which tells a mail program, and a person, that it is
the same. An address that the server refuses for good is given up; every other trouble is tried
again. Neither addresses nor texts are in the errors, because errors get logged.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Literal

import aiosmtplib

from bot.cases.alerts import SEEN_PAYLOAD, addressee
from bot.cases.dead_ends import ADMINISTRATOR
from bot.errors import SendFailed, Unreachable
from bot.messages import Reply

CHANNEL: Literal["email"] = "email"

Tls = Literal["starttls", "implicit", "none"]

PATIENCE = 10.0
"""Seconds for each step of the conversation with the server."""

NOT_ABOUT_THE_ADDRESS = {530, 535, 552, 571}
"""Refusals that end with 5 but are about our account, or a box that is full for now."""

TROUBLE = (aiosmtplib.SMTPException, OSError)
"""All that aiosmtplib and the network raise, TLS and a server that doesn't answer among it."""


class EmailSender:
    """`address` gives a reader's address by their number, or None when they have none now.

    `site` is where the pages are reached, for the link that says "seen", and `administrator` the
    address of who is told when nobody could be.
    """

    def __init__(
        self,
        address: Callable[[int], Awaitable[str | None]],
        sender: str,
        *,
        host: str,
        port: int,
        user: str | None,
        password: str | None,
        tls: Tls,
        now: Callable[[], datetime],
        trust: ssl.SSLContext | None = None,
        site: str | None = None,
        administrator: str | None = None,
    ) -> None:
        self._address = address
        self._sender = sender
        self._domain = sender.rpartition("@")[2]
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._tls = tls
        self._now = now
        self._trust = trust
        self._site = site
        self._administrator = administrator

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        reader = addressee(conversation)
        address = self._administrator if conversation == ADMINISTRATOR else None
        if reader is not None:
            address = await self._address(reader)
        if address is None:
            raise Unreachable("The reader has left, or has no e-mail address any more.")
        mail = self._mail(address, reply.text + self._seen(reply), reference)
        client = self._client()
        try:
            await self._prepare(client, address)
            await self._hand_over(client, mail)
            # The server has it; whatever comes after that is no trouble of ours.
            with suppress(*TROUBLE):
                await client.quit()
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            # The machine's own name is nobody's business, and finding it out can take long.
            local_hostname=self._domain,
            timeout=PATIENCE,
            use_tls=self._tls == "implicit",
            start_tls=self._tls == "starttls",
            tls_context=self._trust,
        )

    async def _prepare(self, client: aiosmtplib.SMTP, address: str) -> None:
        """Everything up to the message itself: nothing has arrived if it fails."""
        try:
            await client.connect()
            await client.mail(self._sender)
            await client.rcpt(address)
        except aiosmtplib.SMTPRecipientRefused as refusal:
            if refusal.code >= 500 and refusal.code not in NOT_ABOUT_THE_ADDRESS:
                raise Unreachable("The mail server refuses the address for good.") from None
            raise SendFailed("The mail server refuses the address for now.") from None
        except TROUBLE as trouble:
            raise SendFailed(_explained(trouble)) from None

    async def _hand_over(self, client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
        try:
            await client.data(mail.as_bytes())
        except aiosmtplib.SMTPResponseException as refusal:
            raise SendFailed(_explained(refusal)) from None
        except TROUBLE as trouble:
            raise SendFailed(_explained(trouble), uncertain=True) from None

    def _seen(self, reply: Reply) -> str:
        """A link to a page with a button: mail programs open links by themselves to look at them,
        so opening it alone must not say that anybody has seen anything.
        """
        tokens = [
            button.payload.removeprefix(SEEN_PAYLOAD)
            for button in reply.buttons
            if button.payload.startswith(SEEN_PAYLOAD)
        ]
        if self._site is None or not tokens:
            return ""
        return f"\n\nTo say that you have seen this: {self._site.rstrip('/')}/seen/{tokens[0]}"

    def _mail(self, address: str, text: str, reference: str) -> EmailMessage:
        mail = EmailMessage(SMTP_POLICY.clone(cte_type="7bit"))
        mail["From"] = self._sender
        mail["To"] = address
        mail["Subject"] = text.partition("\n")[0]
        mail["Date"] = self._now()
        name = re.sub(r"[^a-z0-9.-]", "-", reference.lower())
        mail["Message-ID"] = f"<{name}@{self._domain}>"
        # So that an absence note doesn't answer a machine.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail


def _explained(trouble: BaseException) -> str:
    """What a server or network said, by kind only: its own words may quote the address."""
    code = getattr(trouble, "code", None)
    said = f" with {code}" if isinstance(code, int) else ""
    return f"The mail server couldn't be given the message ({type(trouble).__name__}{said})."
