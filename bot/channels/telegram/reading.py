"""What an update means: a pure reading of what Telegram sent, with a decision for every kind.

It takes the plain JSON and not a library's objects: what a newer Telegram adds must not stop the
rest from being read. Whatever hasn't the shape that Telegram promises raises KeyError, TypeError or
ValueError, and is set aside. Names that people give themselves are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.telegram import words
from bot.messages import Attachment, AttachmentKind

Json = Mapping[str, Any]

COMMAND_TEXT = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)

FILES: dict[str, AttachmentKind] = {
    "document": "document",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
}
NOTICES = {
    "sticker": words.STICKER,
    "location": words.LOCATION,
    "venue": words.LOCATION,
    "contact": words.CONTACT,
    "poll": words.POLL,
    "dice": words.POLL,
    "game": words.POLL,
}
SERVICE = {
    *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo"),
    *("delete_chat_photo", "group_chat_created", "supergroup_chat_created", "pinned_message"),
    *("channel_chat_created", "message_auto_delete_timer_changed", "write_access_allowed"),
    *("users_shared", "chat_shared", "connected_website", "migrate_from_chat_id"),
    *("forum_topic_created", "video_chat_started", "video_chat_ended", "chat_background_set"),
}
"""What Telegram itself notes in a chat: nobody has said anything."""

BIGGEST = 20 * 1024 * 1024
"""What a bot may download."""


@dataclass(frozen=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True)
class Written:
    """Somebody wrote something. In a group, only what is meant for the bot is taken as written."""

    chat: int
    sender: int
    message: int
    text: str = field(repr=False)
    private: bool = True
    command: tuple[str, str] | None = field(default=None, repr=False)
    files: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()
    album: str | None = None
    others: tuple[int, ...] = ()

    @property
    def messages(self) -> tuple[int, ...]:
        """The numbers that it has in its chat: an album has one for each part."""
        return (self.message, *self.others)


@dataclass(frozen=True)
class Pressed:
    chat: int
    sender: int
    query: str
    message: int
    data: str
    private: bool = True


@dataclass(frozen=True)
class Noticed:
    """Something came that isn't read; the person is told so."""

    chat: int
    sender: int
    message: int
    says: str


@dataclass(frozen=True)
class Moved:
    """A group got a new number."""

    chat: int
    to: int


@dataclass(frozen=True)
class Invited:
    """The bot was put into a group."""

    chat: int


@dataclass(frozen=True)
class Ignored:
    why: str


Reading = Written | Pressed | Noticed | Moved | Invited | Ignored


def read(update: Json, me: Me) -> Reading:
    if not isinstance(update, Mapping):
        raise TypeError("an update that is none")
    if "message" in update:
        return _message(update["message"], me, edited=False)
    if "edited_message" in update:
        return _message(update["edited_message"], me, edited=True)
    if "callback_query" in update:
        return _pressed(update["callback_query"])
    if "my_chat_member" in update:
        return _member(update["my_chat_member"])
    return Ignored("nothing that is read here")


def join(parts: Sequence[Written]) -> Written:
    """The parts of an album are one message; its words stand at any one of them."""
    said = "\n".join(part.text for part in parts if part.text)
    files = tuple(file for part in parts for file in part.files)
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    numbers = [number for part in parts for number in part.messages]
    return replace(parts[0], text=said, files=files, notes=notes, others=tuple(numbers[1:]))


def _message(message: Json, me: Me, *, edited: bool) -> Reading:
    chat, number = _whole(message["chat"]["id"]), _whole(message["message_id"])
    private = message["chat"]["type"] == "private"
    if "migrate_to_chat_id" in message:
        return Moved(chat, _whole(message["migrate_to_chat_id"]))
    if message["chat"]["type"] == "channel" or "from" not in message:
        return Ignored("nobody wrote it")
    sender = _whole(message["from"]["id"])
    if message["from"].get("is_bot") or SERVICE & message.keys():
        return Ignored("nobody wrote it")
    text = _text(message)
    if not private:
        return _in_group(message, me, Written(chat, sender, number, text, private=False), edited)
    if notice := next((says for kind, says in NOTICES.items() if kind in message), None):
        # A location that is shared live is an edit every few seconds.
        return Ignored("a change of one") if edited else Noticed(chat, sender, number, notice)
    files = _files(message)
    if not text and not files:
        return Noticed(chat, sender, number, words.UNREADABLE)
    notes = [words.EDITED] if edited else []
    if "forward_origin" in message or "forward_date" in message:
        notes.append(words.FORWARDED)
    album = message.get("media_group_id")
    return Written(
        chat,
        sender,
        number,
        text,
        command=None if files or edited else _command(text, me),
        files=files,
        notes=tuple(notes),
        # An edit changes one part, long after the others were read.
        album=None if album is None or edited else str(album),
    )


def _in_group(message: Json, me: Me, written: Written, edited: bool) -> Reading:
    """Only a command, a mention or an answer to the bot is meant for it."""
    if edited:
        return Ignored("a change in a group")
    command = _command(written.text, me)
    mention = re.compile(rf"@{re.escape(me.username)}\b", re.IGNORECASE)
    answers = message.get("reply_to_message", {}).get("from", {}).get("id") == me.id
    if command is not None:
        return replace(written, command=command)
    if not (answers or mention.search(written.text)):
        return Ignored("not meant for the bot")
    return replace(written, text=mention.sub("", written.text).strip())


def _command(text: str, me: Me) -> tuple[str, str] | None:
    found = COMMAND_TEXT.fullmatch(text.strip())
    if found is None:
        return None
    name, addressed, argument = found.groups()
    if addressed and addressed.lower() != me.username.lower():
        return None
    return name.lower(), (argument or "").strip()


def _files(message: Json) -> tuple[Attachment, ...]:
    if sizes := message.get("photo"):
        fitting = [one for one in sizes if one.get("file_size", 0) <= BIGGEST]
        largest = max(fitting, key=lambda one: int(one["width"]) * int(one["height"]))
        return (_attachment("picture", largest),)
    # An animation comes with a document beside it, which is the same file.
    if "animation" in message:
        return (_attachment("video", message["animation"]),)
    return tuple(
        _attachment(kind, message[name]) for name, kind in FILES.items() if name in message
    )


def _attachment(kind: AttachmentKind, file: Json) -> Attachment:
    size = file.get("file_size")
    return Attachment(kind, str(file["file_id"]), None if size is None else _whole(size))


def _pressed(query: Json) -> Reading:
    message, data = query.get("message"), query.get("data")
    if message is None or data is None:
        return Ignored("a button without its message")
    return Pressed(
        chat=_whole(message["chat"]["id"]),
        sender=_whole(query["from"]["id"]),
        query=str(query["id"]),
        message=_whole(message["message_id"]),
        data=str(data),
        private=message["chat"].get("type", "private") == "private",
    )


def _member(change: Json) -> Reading:
    """Whether somebody has blocked the bot shows when it writes to them next."""
    there = change["new_chat_member"]["status"] in ("member", "administrator")
    before = change["old_chat_member"]["status"] in ("member", "administrator")
    if change["chat"]["type"] in ("group", "supergroup") and there and not before:
        return Invited(_whole(change["chat"]["id"]))
    return Ignored("whether the bot is let in")


def _text(message: Json) -> str:
    text = message.get("text", message.get("caption", ""))
    if not isinstance(text, str):
        raise TypeError("a text that is none")
    return text


def _whole(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("a number that is none")
    return number
