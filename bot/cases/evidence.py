"""What is taken as evidence: which kinds of file, how large, and how many, told by the content.

What a file calls itself proves nothing, so the first bytes decide. Whatever else comes is refused,
with a sentence that says why and what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cases.records import Evidence, MediaType

LARGEST = 10 * 1024 * 1024
NEVER_TAKEN = ("voice", "video")
"""Kinds of message that no content makes acceptable."""

MOST = 5

MAGIC: Mapping[bytes, MediaType] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}

TOO_LARGE = "I haven't kept that file: it is larger than 10 MB. A screenshot is smaller."
TOO_MANY = "I haven't kept that file: a report can have five. Keep the others safe for later."
EMPTY = "I haven't kept that file: there is nothing in it. Please try to send it again."
OTHER_KIND = (
    "I haven't kept that file: I can only take pictures (JPEG, PNG, WebP), PDF and plain text. "
    "A screenshot will do, or describe it in words."
)
NOT_FETCHED = "I couldn't fetch that file, so it isn't kept. Please try again, or describe it."


def judge(content: bytes, so_far: int) -> Evidence | str:
    """The file as evidence, or the sentence that refuses it; `so_far` is how many there are."""
    if so_far >= MOST:
        return TOO_MANY
    if not content:
        return EMPTY
    if len(content) > LARGEST:
        return TOO_LARGE
    media = media_type(content)
    return OTHER_KIND if media is None else Evidence(media, content)


def beforehand(kind: str, size: int | None) -> str | None:
    """The sentence that refuses a file by what its channel says of it: then it isn't fetched."""
    if kind in NEVER_TAKEN:
        return OTHER_KIND
    return TOO_LARGE if size is not None and size > LARGEST else None


def media_type(content: bytes) -> MediaType | None:
    for magic, media in MAGIC.items():
        if content.startswith(magic):
            return media
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    """Text that is no markup or program in disguise, as far as its characters tell."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if text.lstrip("\ufeff \t\r\n")[:1] == "<" or text.startswith("#!"):
        return False
    return all(character.isprintable() or character in "\r\n\t\ufeff" for character in text)
