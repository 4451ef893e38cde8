"""The way out to Telegram: one reply becomes as many messages as it needs, with its buttons.

Text is escaped, because what it quotes may look like markup.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, RetryAfter, TelegramError

from bot.cases.alerts import addressee
from bot.channels.telegram.contracts import Doorstep
from bot.channels.telegram.doubt import PATIENCE, Doubt
from bot.channels.telegram.keyboards import Keyboards, without_links
from bot.channels.telegram.pacing import Pacing
from bot.channels.telegram.splitting import pieces
from bot.channels.telegram.touches import Touches
from bot.channels.telegram.trouble import explain, kind
from bot.errors import StoreError, Unreachable
from bot.messages import Reply

log = logging.getLogger(__name__)

KEPT = 10_000

Address = Callable[[int], Awaitable[str | None]]


class TelegramSender:
    """`address` gives the chat of a reader, by their number, to which their alerts go."""

    def __init__(
        self,
        bot: Bot,
        doorstep: Doorstep,
        pacing: Pacing,
        touches: Touches,
        address: Address,
        keyboards: Keyboards,
        patience: float = PATIENCE,
    ) -> None:
        self._bot = bot
        self._doorstep = doorstep
        self._pacing = pacing
        self._touches = touches
        self._address = address
        self._keyboards = keyboards
        self._doubt = Doubt(patience)
        self._chats: dict[str, int] = {}
        self._sent: dict[str, int] = {}

    async def send(self, conversation: str, reply: Reply, reference: str) -> None:
        chat = await self._chat(conversation)
        texts = pieces(reply.text)
        # Where a long reply broke off, it goes on; only a restart forgets that.
        for place in range(self._sent.get(reference, 0), len(texts)):
            await self._pacing.chat(chat)
            await self._doubt.enter(reference)
            await self._pacing.overall(chat)
            keyboard = None
            if place == len(texts) - 1:
                keyboard = self._keyboards.under(conversation, reply, reference)
            await self._piece(conversation, chat, texts[place], keyboard)
            self._sent[reference] = place + 1
            if place < len(texts) - 1:
                self.settled(reference)
        self._sent.pop(reference, None)
        self._touches.written(chat)

    def settled(self, reference: str) -> None:
        """It is written down what became of a reply: the next one may go out."""
        self._doubt.leave(reference)

    async def _piece(
        self, conversation: str, chat: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        try:
            message = await self._bot.send_message(
                chat,
                html.escape(text, quote=False),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                protect_content=addressee(conversation) is not None,
                reply_markup=keyboard,
            )
        except BadRequest as error:
            bare = without_links(keyboard)
            if bare == keyboard or "url" not in str(error).lower():
                raise explain(error) from None
            # An alert must arrive even where Telegram takes the desk's address for none.
            log.error("Telegram refuses the address of a button, which is left out")
            await self._piece(conversation, chat, text, bare)
            return
        except ChatMigrated as moved:
            await self._doorstep.moved(conversation, moved.new_chat_id)
            self._chats.pop(conversation, None)
            raise explain(moved) from None
        except RetryAfter as pause:
            trouble = explain(pause)
            wait = getattr(trouble, "retry_after", None)
            self._pacing.hold(chat, wait.total_seconds() if wait else 1.0)
            raise trouble from None
        except TelegramError as error:
            raise explain(error) from None
        # Not waited for: what has arrived should be marked as sent without delay, since a process
        # that dies in between sends it again.
        self._touches.start(self._note(conversation, message.message_id, keyboard is not None))

    async def _note(self, conversation: str, message: int, has_buttons: bool) -> None:
        try:
            await self._doorstep.noted(conversation, message, has_buttons)
        except StoreError as error:
            # It has arrived: to send it again would be worse than not to be able to delete it.
            log.warning("a sent message is not remembered: %s", kind(error))

    async def _chat(self, conversation: str) -> int:
        if (reader := addressee(conversation)) is not None:
            address = await self._address(reader)
            if address is None or not address.lstrip("-").isdecimal():
                raise Unreachable("The reader has left, or has no Telegram chat any more.")
            return int(address)
        if conversation not in self._chats:
            chat = await self._doorstep.chat(conversation)
            if chat is None:
                raise Unreachable("It isn't known any more in which chat this conversation was.")
            if len(self._chats) >= KEPT:
                self._chats.clear()
            self._chats[conversation] = chat
        return self._chats[conversation]
