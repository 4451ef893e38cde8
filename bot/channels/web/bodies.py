"""Reading what a browser sends, never more of it than may come, and never onto the disk.

Starlette's own form parser writes larger files to a folder for temporary ones, in clear. What
somebody sends as evidence may lie nowhere unencrypted, so here it stays in memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.errors import BotError
from bot.messages import AttachmentKind

MEGA = 1024 * 1024
LARGEST_FILE = 10 * MEGA
FORM_AROUND = 64 * 1024
"""Bytes that a form may have around its file."""

LARGEST_MESSAGE = 256 * 1024
"""Bytes of a form with the longest message that is read, as browsers write one."""

MOST_FIELDS = 8


class TooLarge(BotError):  # noqa: N818  # what is wrong, not what kind of thing it is
    """More was sent than is taken; the rest wasn't read."""


class Unreadable(BotError):  # noqa: N818  # likewise
    """What was sent isn't what a form of ours sends."""


class InMemory(MultiPartParser):
    spool_max_size = LARGEST_FILE + FORM_AROUND
    max_file_size = spool_max_size


def too_large(request: Request, most: int) -> bool:
    """As far as the browser says beforehand, so that nothing of it need be read."""
    length = request.headers.get("content-length", "0")
    return not length.isascii() or not length.isdecimal() or int(length) > most


async def _pieces(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    read = 0
    try:
        async for piece in request.stream():
            read += len(piece)
            if read > most:
                raise TooLarge("That is more than can be taken.")
            yield piece
    except ClientDisconnect:
        raise Unreadable("The message broke off on its way, and nothing of it was kept.") from None


async def read_form(request: Request, most: int = LARGEST_MESSAGE) -> Mapping[str, str]:
    """A form without files."""
    if too_large(request, most):
        raise TooLarge("That is more than can be taken.")
    body = b"".join([piece async for piece in _pieces(request, most)])
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="replace",
        )
    except ValueError:
        raise Unreadable("That isn't what this page sends, so nothing of it was kept.") from None
    return dict(fields)


async def read_file(request: Request) -> tuple[bytes, AttachmentKind, str]:
    """The one file of a form, what it calls itself, and the number that the page gave it."""
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise Unreadable("That isn't what this page sends, so nothing of it was kept.")
    pieces = _pieces(request, LARGEST_FILE + FORM_AROUND)
    parser = InMemory(request.headers, pieces, max_files=1, max_fields=MOST_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeError, LookupError, ValueError):
        raise Unreadable("The file didn't arrive whole, so nothing of it was kept.") from None
    try:
        file, given = form.get("file"), form.get("id")
        if not isinstance(file, UploadFile):
            raise Unreadable("No file was chosen, so nothing was sent.")
        content = await file.read()
        media = file.content_type or ""
    finally:
        await form.close()
    if not content:
        raise Unreadable("That file is empty, so there was nothing to keep.")
    if len(content) > LARGEST_FILE:
        raise TooLarge("That is more than can be taken.")
    return content, attachment_kind(media), given if isinstance(given, str) else ""


def attachment_kind(media: str) -> AttachmentKind:
    """Only a first guess, by what the browser says; what is kept is told by the content."""
    if media.startswith("image/"):
        return "picture"
    if media.startswith("video/"):
        return "video"
    if media.startswith("audio/"):
        return "voice"
    return "document" if media in ("application/pdf", "text/plain") else "other"
