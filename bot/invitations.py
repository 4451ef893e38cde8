"""Invitations as the administrator makes them: the link, and a page to print with a QR code.

A link is shown once and stored nowhere. It says nothing of the school or the role, so that it gives
nothing away where it is found.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import segno

from bot.cases.enrolment import CODE_BYTES, INVITED_AS, InvitedAs, OpenInvitation, code, invitation
from bot.errors import BotError, UnknownReader
from bot.policy.library import Library
from bot.settings import Settings
from bot.store import Store

SAYS: dict[InvitedAs, str] = {
    "staff": "for one member of staff or volunteer at {school}, and works once.",
    "parent": "for parents and carers at {school}; {uses} may use it.",
    "reader": "for {name} at {school}, whose alerts come to that chat from then on; works once.",
}
INVITES: dict[InvitedAs, str] = {
    "staff": "Ask what the school's social media policy lets you do, or report what you saw.",
    "parent": "Ask what you may post, or tell the school what you saw online.",
    "reader": "Be told when a report waits for you.",
}
PAGE = """<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><title>Signpost: an invitation</title>
<style>
  body {{ font: 16pt/1.4 system-ui, sans-serif; margin: 3cm 2cm; text-align: center }}
  svg {{ width: 6cm; height: 6cm }} p {{ margin: 0.6em auto; max-width: 30em }}
  .link {{ font-size: 11pt; overflow-wrap: anywhere }}
</style>
<h1>{school}</h1>
<p>{invites}</p>
{codes}
<p>Hold your phone's camera over the square, or type the link. It works until {ends}.</p>
<p><strong>If a child is in danger now, call 999.</strong></p>
</html>
"""


@dataclass(frozen=True)
class Made:
    """An invitation that was made; `links` has the code in it and is shown once."""

    number: int
    invited_as: InvitedAs
    school: str
    says: str
    ends: datetime
    links: tuple[tuple[str, str], ...] = field(repr=False)

    def page(self) -> str:
        codes = "".join(
            f"{segno.make(link, error='m').svg_inline(border=1)}"
            f'<p class="link">{html.escape(way)}: {html.escape(link)}</p>'
            for way, link in self.links
        )
        return PAGE.format(
            school=html.escape(self.school),
            invites=INVITES[self.invited_as],
            codes=codes,
            ends=f"{self.ends:%-d %B %Y}",
        )


class Inviting:
    def __init__(
        self, store: Store, library: Library, settings: Settings, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._library = library
        self._settings = settings
        self._now = now

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, settings: Settings, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> AsyncIterator[Inviting]:
        library = Library.load(settings.content_dir)
        store = await Store.open(settings.database_url, settings.key_file, now=now, new_id=new_id)
        try:
            yield cls(store, library, settings, now)
        finally:
            await store.close()

    async def make(
        self,
        school: str,
        invited_as: str,
        *,
        days: int | None = None,
        uses: int | None = None,
        reader: int | None = None,
    ) -> Made:
        whose = next(one for one in INVITED_AS if one == invited_as)
        name = await self._name(school, reader)
        self._links("", whose)  # or an error that says what is missing, before anything is made
        asked = invitation(school, whose, self._now(), days=days, uses=uses, reader=reader)
        secret = code(secrets.token_bytes(CODE_BYTES))
        number = await self._store.enrolments.invite(asked, secret)
        known_as = self._library.school_name(school)
        says = SAYS[whose].format(school=known_as, uses=asked.uses, name=name)
        return Made(number, whose, known_as, says, asked.ends, self._links(secret, whose))

    async def listed(self, school: str) -> list[OpenInvitation]:
        self._library.pack(school)
        return await self._store.enrolments.open_invitations(school)

    async def withdraw(self, school: str, number: int) -> None:
        self._library.pack(school)
        await self._store.enrolments.withdraw(school, number)

    async def end(self, school: str, number: int) -> int:
        self._library.pack(school)
        return await self._store.enrolments.end(school, number)

    async def _name(self, school: str, reader: int | None) -> str:
        self._library.pack(school)  # or an error that names the schools there are
        if reader is None:
            return ""
        for one in await self._store.readers(school):
            if one.id == reader:
                return one.name
        raise UnknownReader(f"{school} has no reader {reader}; `people list` shows who there is.")

    def _links(self, secret: str, invited_as: InvitedAs) -> tuple[tuple[str, str], ...]:
        """Where it can be accepted; a reader's ties alerts to a chat, which only Telegram has."""
        name, site = self._settings.telegram_name, self._settings.public_url
        links = []
        if name is not None:
            links.append(("Telegram", f"https://t.me/{name}?start={secret}"))
        if site is not None and invited_as != "reader":
            links.append(("Web page", f"{site}/chat/join/{secret}"))
        if not links:
            raise BotError(
                "There is nowhere to invite anybody to yet: set SIGNPOST_TELEGRAM_NAME to the "
                "bot's name at Telegram, or SIGNPOST_PUBLIC_URL to the address of the pages; see "
                "docs/settings.md."
            )
        return tuple(links)
