"""What follows from an update that was read: a message for the dialogue, or an answer at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

from telegram import Bot
from telegram.error import TelegramError

from bot.cases.alerts import URGENT
from bot.channels.telegram import words
from bot.channels.telegram.contracts import (
    CHANNEL,
    COMMAND,
    Answer,
    Doorkeeper,
    Doorstep,
    Numbers,
    Person,
    Seen,
    Think,
    spoken,
)
from bot.channels.telegram.groups import answer, in_private
from bot.channels.telegram.keyboards import CALL, CLEAR, NUMBER, PRESS, SEEN, Keyboards
from bot.channels.telegram.reading import Invited, Me, Moved, Noticed, Pressed, Reading, Written
from bot.channels.telegram.touches import Touches
from bot.channels.telegram.trouble import kind
from bot.messages import Arrival, Attachment, Reply
from bot.updates import Home, KeptUpdate

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
"""Messages that Telegram deletes in one go."""

Came = Sequence[KeptUpdate]


class Hearing:
    def __init__(
        self,
        bot: Bot,
        doorstep: Doorstep,
        keeper: Doorkeeper,
        touches: Touches,
        think: Think,
        seen: Seen,
        numbers: Numbers,
        keyboards: Keyboards,
    ) -> None:
        self._bot = bot
        self._doorstep = doorstep
        self._keeper = keeper
        self._touches = touches
        self._think = think
        self._seen = seen
        self._numbers = numbers
        self._keyboards = keyboards

    async def hear(self, reading: Reading, came: Came, me: Me) -> None:
        match reading:
            case Written(private=True):
                await self._written(reading, came)
            case Written():
                person = await self._person(reading.sender)
                said = await answer(self._think, reading, person, me, came[0].update)
                await self._doorstep.settle(
                    came,
                    self._group(reading.chat, person.school),
                    replies=said.replies,
                    priority=URGENT if said.urgent else 0,
                )
            case Pressed():
                await self._pressed(reading, came)
            case Noticed():
                home = self._home(await self._person(reading.chat))
                await self._doorstep.settle(
                    came, home, replies=[Reply(reading.says)], messages=[reading.message]
                )
            case Moved():
                name = self._doorstep.name_for(CHANNEL, reading.chat)
                await self._doorstep.moved(name, reading.to)
                await self._doorstep.settle(came)
            case Invited():
                home = self._group(reading.chat, None)
                await self._doorstep.settle(came, home, replies=[Reply(words.GROUP_HELLO)])
            case _:
                await self._doorstep.settle(came)

    def give_up(self, reading: Reading) -> None:
        """Nothing follows; but a button that was pressed mustn't look as if something would."""
        if isinstance(reading, Pressed):
            self._touches.answer(reading.query)

    async def _written(self, written: Written, came: Came) -> None:
        person = await self._person(written.chat)
        if written.command is not None:
            said = await self._commanded(person, *written.command)
            await self._answered(person, said, came, written.messages)
        else:
            await self._said(
                person,
                written.text,
                came,
                written.messages,
                written.files,
                notes=written.notes,
            )

    async def _commanded(self, person: Person, name: str, argument: str) -> Answer:
        """A link out of a group opens what was asked for there as if it had been asked for here."""
        if name == "start":
            name, argument = in_private(argument) or (name, argument)
        said = await self._keeper.command(person, name, argument)
        return said or Answer((Reply(words.NO_SUCH_COMMAND),))

    async def _answered(
        self, person: Person, said: Answer, came: Came, messages: Sequence[int]
    ) -> None:
        if said.says is not None:
            await self._said(person, said.says, came, messages, before=said.replies)
        else:
            priority = URGENT if said.urgent else 0
            if said.file and not await self._handed(person, said.file):
                said = Answer((Reply(words.FILE_NOT_SENT),))
            # A command may have made somebody a member, or have forgotten them.
            home = self._home(await self._person(person.chat))
            await self._doorstep.settle(
                came, home, replies=said.replies, messages=messages, priority=priority
            )

    async def _handed(self, person: Person, file: str) -> bool:
        """Send it first: what is said of it is then true."""
        try:
            await self._bot.send_document(person.chat, file.encode(), filename=words.FILE_NAME)
        except TelegramError as error:
            log.warning("a file could not be sent: %s", kind(error))
            return False
        return True

    async def _said(
        self,
        person: Person,
        text: str,
        came: Came,
        messages: Sequence[int],
        files: tuple[Attachment, ...] = (),
        notes: Sequence[str] = (),
        before: Sequence[Reply] = (),
    ) -> None:
        """Words for the dialogue, or for whoever answers strangers."""
        if person.school is None or person.role is None:
            said = await self._keeper.stranger(person, text)
            await self._doorstep.settle(
                came,
                self._home(person),
                replies=[*before, *said.replies],
                messages=messages,
                priority=URGENT if said.urgent else 0,
            )
            return
        arrival = Arrival(
            CHANNEL, came[0].update, person.conversation, person.school, person.role, text, files
        )
        settled = await self._doorstep.settle(
            came,
            self._home(person),
            arrival=arrival,
            replies=[*before, *map(Reply, notes)],
            messages=messages,
        )
        if settled is not None:
            self._touches.typing(person.chat)
            for message in settled.buttons:
                self._touches.take_buttons(person.chat, message)

    async def _pressed(self, pressed: Pressed, came: Came) -> None:
        mark, _, rest = pressed.data.partition(":")
        if mark == PRESS and pressed.private:
            await self._chosen(pressed, rest, came)
        elif mark == CLEAR and pressed.private:
            await self._clear(pressed, rest, came)
        elif mark == SEEN and pressed.private:
            await self._acknowledge(pressed, rest, came)
        elif mark == CALL and pressed.private and rest.isdecimal():
            await self._call(pressed, int(rest), came)
        else:
            await self._doorstep.settle(came)
            self._touches.answer(pressed.query, words.TOO_OLD)

    async def _chosen(self, pressed: Pressed, rest: str, came: Came) -> None:
        person = await self._person(pressed.chat)
        key, _, place = rest.rpartition(":")
        offered = None
        if place.isdecimal():
            offered = await self._doorstep.offered(person.conversation, key, int(place))
        if offered is None or offered.passed:
            await self._doorstep.settle(came)
            self._touches.answer(pressed.query, words.PASSED if offered else words.TOO_OLD)
            self._touches.take_buttons(pressed.chat, pressed.message)
            return
        button = offered.button
        if button.payload.startswith(COMMAND):
            said = await self._commanded(person, *spoken(button.payload.removeprefix(COMMAND)))
            await self._answered(person, said, came, ())
        else:
            await self._said(person, button.title, came, ())
        self._touches.answer(pressed.query, words.CHOSEN.format(title=button.title)[:200])
        self._touches.take_buttons(pressed.chat, pressed.message)

    async def _clear(self, pressed: Pressed, reference: str, came: Came) -> None:
        """Delete first: what is said afterwards is then true."""
        person = await self._person(pressed.chat)
        messages = sorted({*await self._doorstep.messages(person.conversation), pressed.message})
        says = words.CLEARED
        try:
            for at in range(0, len(messages), MOST_AT_ONCE):
                some = messages[at : at + MOST_AT_ONCE]
                await self._bot.delete_messages(pressed.chat, some)
                await self._doorstep.deleted(person.conversation, some)
        except TelegramError as error:
            log.warning("a chat could not be cleared: %s", kind(error))
            says = words.NOT_CLEARED
        kept = words.KEPT.format(reference=reference) if NUMBER.fullmatch(reference) else ""
        await self._doorstep.settle(
            came, self._home(person), replies=[Reply(says.format(kept=kept))]
        )
        self._touches.answer(pressed.query)

    async def _acknowledge(self, pressed: Pressed, token: str, came: Came) -> None:
        """The token stands in nothing but the alert, which can't be forwarded."""
        noted = await self._seen(token)
        await self._doorstep.settle(came)
        self._touches.answer(pressed.query, words.SEEN if noted else words.SEEN_NOT_NOTED)
        if noted is not None:
            left = self._keyboards.once_seen(noted.reader, noted.reference)
            self._touches.take_buttons(pressed.chat, pressed.message, left)

    async def _call(self, pressed: Pressed, reader: int, came: Came) -> None:
        numbers = await self._numbers(reader, pressed.chat)
        if numbers is None:
            await self._doorstep.settle(came)
            self._touches.answer(pressed.query, words.NOT_YOURS)
            return
        home = self._home(await self._person(pressed.chat))
        await self._doorstep.settle(came, home, replies=[Reply(numbers)], priority=URGENT)
        self._touches.answer(pressed.query)

    async def _person(self, chat: int) -> Person:
        """In a private chat the chat has the person's own number."""
        return await self._keeper.person(self._doorstep.name_for(CHANNEL, chat), chat)

    @staticmethod
    def _home(person: Person) -> Home:
        role: Literal["staff", "parent", "unknown"] = person.role or "unknown"
        return Home(person.conversation, CHANNEL, person.chat, person.school or "", role)

    def _group(self, chat: int, school: str | None) -> Home:
        name = self._doorstep.name_for(CHANNEL, chat)
        return Home(name, CHANNEL, chat, school or "", "group")
