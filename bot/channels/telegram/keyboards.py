"""The buttons under a message of ours, and what each one carries.

A button carries the reply's key and its own place, never what it means: that stands in the store,
so a button works after a restart, and nobody can press one that they weren't offered. An alert has
its own: seen, the record on the desk, and whom to call. A link to a telephone isn't taken by
Telegram, so "Call" is answered with the numbers, which every phone lets people press.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.cases.alerts import SEEN_PAYLOAD, addressee
from bot.cases.records import SYMBOLS
from bot.channels.telegram import words
from bot.messages import Button, Reply

PRESS, CLEAR, SEEN, CALL = "k", "c", "s", "n"
"""What a button's data begins with."""

LINK = "https://"
"""A button with such a payload opens it instead of saying something."""

NUMBER = re.compile(rf"\bSP-[{SYMBOLS}]{{4}}-[{SYMBOLS}]{{4}}\b")

DeskLink = Callable[[str], str | None]
"""Where a record is on the desk, by its reference; None if the desk has no address of its own."""


class Keyboards:
    def __init__(self, desk: DeskLink) -> None:
        self._desk = desk

    def under(self, conversation: str, reply: Reply, key: str) -> InlineKeyboardMarkup | None:
        buttons = [
            _button(button, f"{PRESS}:{key}:{place}") for place, button in enumerate(reply.buttons)
        ]
        number, reader = NUMBER.search(reply.text), addressee(conversation)
        if number and reader is None:
            data = f"{CLEAR}:{number[0]}"
            buttons.append(InlineKeyboardButton(words.CLEAR_BUTTON, callback_data=data))
        if number and reader is not None:
            buttons += self._to_do(reader, number[0])
        return _one_a_row(buttons)

    def once_seen(self, reader: int, reference: str) -> InlineKeyboardMarkup | None:
        """What is left under an alert when its reader has said that they have seen it."""
        return _one_a_row(self._to_do(reader, reference))

    def _to_do(self, reader: int, reference: str) -> list[InlineKeyboardButton]:
        link = self._desk(reference)
        on_desk = [] if link is None else [InlineKeyboardButton(words.ON_DESK, url=link)]
        return [*on_desk, InlineKeyboardButton(words.CALL, callback_data=f"{CALL}:{reader}")]


def without_links(markup: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """The same buttons but for those that open an address."""
    if markup is None:
        return None
    return _one_a_row(
        [button for row in markup.inline_keyboard for button in row if not button.url]
    )


def _one_a_row(buttons: list[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup([[button] for button in buttons]) if buttons else None


def _button(button: Button, data: str) -> InlineKeyboardButton:
    if button.payload.startswith(LINK):
        return InlineKeyboardButton(button.title, url=button.payload)
    if button.payload.startswith(SEEN_PAYLOAD):
        # What is pressed here is noted by its token, and not said in a conversation.
        data = f"{SEEN}:{button.payload.removeprefix(SEEN_PAYLOAD)}"
    return InlineKeyboardButton(button.title, callback_data=data)
